//! What is wrong with a file's name and path, for whoever opens it elsewhere.

use std::collections::HashMap;

use unicode_normalization::is_nfc;

use crate::report::escape::visible;

/// Longest path below the folder, in characters: Windows takes 260 (`MAX_PATH`), and the archive's own folder comes first.
pub const LONGEST_PATH: usize = 240;

/// Names that are devices in Windows, with any extension ("Naming Files, Paths, and Namespaces", Microsoft).
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

/// What Windows, macOS and Office keep for themselves, in lower case.
const SYSTEM_FILES: &[&str] = &["thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store", ".localized", "ntuser.dat"];

/// What is wrong with the path below the folder, by code.
///
/// Only the last part's own faults are told: a folder's are told at each file
/// in it only as far as they stop the file from being opened.
#[must_use]
pub fn faults(path: &[u8]) -> Vec<&'static str> {
    let Ok(text) = std::str::from_utf8(path) else { return vec!["name-not-utf8"] };
    let parts = || text.split('/');
    let name = text.rsplit('/').next().unwrap_or(text);
    let any = |holds: fn(&str) -> bool| parts().any(holds);
    let found = [
        ("name-control", any(has_invisible)),
        ("name-character", any(|part| part.contains(['<', '>', ':', '"', '\\', '|', '?', '*']))),
        ("name-ending", any(|part| part.ends_with(['.', ' ']))),
        ("name-reserved", any(is_device)),
        ("name-not-nfc", any(|part| !is_nfc(part))),
        ("path-long", text.chars().count() > LONGEST_PATH),
        ("system-file", is_system(name)),
    ];
    found.into_iter().filter_map(|(code, is)| is.then_some(code)).collect()
}

fn has_invisible(part: &str) -> bool {
    // The escapes of a name without backslashes come from nothing else.
    let plain = part.replace('\\', "/");
    visible(plain.as_bytes()) != plain
}

fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_lowercase();
    let numbered = |name: &str| {
        stem.strip_prefix(name).is_some_and(|rest| {
            matches!(rest.chars().next(), Some('1'..='9' | '¹' | '²' | '³')) && rest.chars().count() == 1
        })
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

fn is_system(name: &str) -> bool {
    let lower = name.to_lowercase();
    SYSTEM_FILES.contains(&lower.as_str()) || name.starts_with("~$") || name.starts_with("._")
}

/// The paths, by index, that differ from an earlier one only in case or composition, and which.
///
/// A folder's clash is told at the first file below it.
#[must_use]
pub fn clashes<'a>(paths: impl IntoIterator<Item = &'a [u8]>) -> Vec<(usize, String)> {
    let mut spelled: HashMap<String, &[u8]> = HashMap::new();
    let mut found = Vec::new();
    for (index, path) in paths.into_iter().enumerate() {
        let Ok(text) = std::str::from_utf8(path) else { continue };
        let ends = text.match_indices('/').map(|(at, _)| at).chain([text.len()]);
        let mut clash = None;
        for end in ends {
            let part = &path[..end];
            let earlier = *spelled.entry(folded(&text[..end])).or_insert(part);
            if earlier != part {
                clash.get_or_insert_with(|| visible(earlier));
            }
        }
        found.extend(clash.map(|earlier| (index, earlier)));
    }
    found
}

fn folded(path: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    path.to_lowercase().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_other_systems_cannot_keep() {
        for (path, expected) in [
            ("Bygglov/Beslut å 2025.pdf", &[][..]),
            ("a:b.txt", &["name-character"]),
            ("vad?/a.txt", &["name-character"]),
            ("a\\b.txt", &["name-character"]),
            ("a\nb.txt", &["name-control"]),
            ("faktura\u{202e}fdp.exe", &["name-control"]),
            ("a.", &["name-ending"]),
            ("mapp /a.txt", &["name-ending"]),
            ("NUL.txt", &["name-reserved"]),
            ("com1", &["name-reserved"]),
            ("com10.txt", &[]),
            ("kommun.txt", &[]),
            ("a\u{30a}.txt", &["name-not-nfc"]),
            ("a/Thumbs.db", &["system-file"]),
            ("~$Beslut.docx", &["system-file"]),
        ] {
            assert_eq!(faults(path.as_bytes()), expected, "{path}");
        }
        assert_eq!(faults(b"\xe5.txt"), ["name-not-utf8"]);
        assert_eq!(faults("å".repeat(241).as_bytes()), ["path-long"]);
        assert_eq!(faults("å".repeat(240).as_bytes()), [""; 0]);
    }

    #[test]
    fn tells_names_that_are_one_in_windows() {
        let paths: [&[u8]; 5] = [b"Bygg/a.txt", b"bygg/b.txt", b"c.txt", b"C.TXT", b"\xe5"];
        assert_eq!(clashes(paths), [(1, "Bygg".to_owned()), (3, "c.txt".to_owned())]);
    }
}
