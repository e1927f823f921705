//! `CMap`s: which are predefined, what embedded ones refer to, and how far their numbers go.

use std::sync::LazyLock;

use lopdf::{Dictionary, Object, Stream};
use regex::Regex;

use super::Context;
use super::graph::data;

/// The predefined `CMap`s of ISO 32000-1, table 118, by the character collection they are of; names
/// without their ending `H` or `V`, then those that there is no vertical form of.
const PREDEFINED: &[(&str, &[&str], &[&str])] = &[
    ("GB1", &["GB-EUC-", "GBpc-EUC-", "GBK-EUC-", "GBKp-EUC-", "GBK2K-", "UniGB-UCS2-", "UniGB-UTF16-"], &[]),
    ("CNS1", &["B5pc-", "HKscs-B5-", "ETen-B5-", "ETenms-B5-", "CNS-EUC-", "UniCNS-UCS2-", "UniCNS-UTF16-"], &[]),
    (
        "Japan1",
        &[
            "90ms-RKSJ-",
            "90msp-RKSJ-",
            "Add-RKSJ-",
            "EUC-",
            "Ext-RKSJ-",
            "",
            "UniJIS-UCS2-",
            "UniJIS-UCS2-HW-",
            "UniJIS-UTF16-",
        ],
        &["83pv-RKSJ-H", "90pv-RKSJ-H"],
    ),
    ("Korea1", &["KSC-EUC-", "KSCms-UHC-", "KSCms-UHC-HW-", "UniKS-UCS2-", "UniKS-UTF16-"], &["KSCpc-EUC-H"]),
];

/// The character collection of a predefined `CMap`; `None` for another name, and for `Identity`.
fn collection(name: &[u8]) -> Option<&'static str> {
    let name = std::str::from_utf8(name).ok()?;
    let stem = name.strip_suffix(['H', 'V'])?;
    PREDEFINED.iter().find(|(_, both, one)| both.contains(&stem) || one.contains(&name)).map(|(known, ..)| *known)
}

fn is_identity(name: &[u8]) -> bool {
    matches!(name, b"Identity-H" | b"Identity-V")
}

/// The encoding of a composite font is one that may be used, and of the descendant's collection.
pub(super) fn encoding_holds(context: &Context, font: &Dictionary, descendant: &Dictionary) -> bool {
    let theirs = context.graph.dictionary(descendant, b"CIDSystemInfo");
    match context.graph.get(font, b"Encoding") {
        Some(Object::Name(name)) if is_identity(name) => true,
        Some(Object::Name(name)) => {
            let ordering = theirs.and_then(|theirs| context.graph.get(theirs, b"Ordering")?.as_str().ok());
            !context.is_first()
                && collection(name).is_some_and(|known| ordering.is_none_or(|own| own == known.as_bytes()))
        }
        Some(Object::Stream(cmap)) => {
            let own = context.graph.dictionary(&cmap.dict, b"CIDSystemInfo");
            let same = |key: &[u8]| match (own, theirs) {
                (Some(own), Some(theirs)) => {
                    let text = |d| context.graph.get(d, key).and_then(|o: &Object| o.as_str().ok());
                    text(own) == text(theirs)
                }
                _ => true,
            };
            same(b"Registry") && same(b"Ordering") && modes_agree(cmap) && refers_to_known(context, cmap)
        }
        _ => false,
    }
}

fn text(cmap: &Stream) -> String {
    let content = data(cmap);
    String::from_utf8_lossy(&content).into_owned()
}

fn modes_agree(cmap: &Stream) -> bool {
    let said = cmap.dict.get(b"WMode").and_then(Object::as_i64).unwrap_or(0);
    let text = text(cmap);
    let inside = text.split("/WMode").nth(1).and_then(|rest| rest.split_whitespace().next()?.parse::<i64>().ok());
    inside.is_none_or(|inside| inside == said)
}

/// The `CMap` that an embedded one builds on is embedded too, or predefined.
fn refers_to_known(context: &Context, cmap: &Stream) -> bool {
    static USED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"/(\S+)\s+usecmap").expect("a literal pattern"));
    let known = |name: &[u8]| is_identity(name) || !context.is_first() && collection(name).is_some();
    match context.graph.get(&cmap.dict, b"UseCMap") {
        Some(Object::Name(name)) => known(name),
        // An embedded one is one of the table's by its name; part 1 asks no more than that it is embedded.
        Some(Object::Stream(used)) => {
            context.is_first() || context.graph.name(&used.dict, b"CMapName").is_none_or(known)
        }
        Some(_) => false,
        None => USED.captures_iter(&text(cmap)).all(|found| known(found[1].as_bytes())),
    }
}

/// No embedded `CMap` gives a character identifier above 65,535.
pub(super) fn numbers_hold(context: &Context) -> bool {
    let cmaps =
        context.graph.streams.iter().filter(|stream| {
            context.graph.name(&stream.dict, b"Type") == Some(b"CMap") || stream.dict.has(b"CMapName")
        });
    cmaps.into_iter().all(|cmap| highest(&text(cmap)) <= 65_535)
}

fn highest(text: &str) -> u64 {
    static RANGE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"<([0-9A-Fa-f]{1,8})>\s*(?:<([0-9A-Fa-f]{1,8})>\s*)?(\d+)").expect("a literal pattern")
    });
    let parts = text.split("begincid").skip(1).map(|part| part.split("endcid").next().unwrap_or(part));
    let numbers = parts.flat_map(|part| RANGE.captures_iter(part)).map(|found| {
        let code = |at| found.get(at).and_then(|code| u64::from_str_radix(code.as_str(), 16).ok());
        let more = code(1).zip(code(2)).map_or(0, |(first, last)| last.saturating_sub(first));
        found[3].parse::<u64>().unwrap_or(u64::MAX).saturating_add(more)
    });
    numbers.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_table() {
        for (name, known) in [
            ("UniJIS-UTF16-V", Some("Japan1")),
            ("H", Some("Japan1")),
            ("GBK-EUC-H", Some("GB1")),
            ("KSCpc-EUC-H", Some("Korea1")),
            ("KSCpc-EUC-V", None),
            ("Identity-H", None),
            ("Adobe-Korea1-2", None),
        ] {
            assert_eq!(collection(name.as_bytes()), known, "{name}");
        }
    }

    #[test]
    fn reads_the_highest_number() {
        for (text, expected) in [
            ("1 begincidrange <0000> <ffff> 0 endcidrange", 65_535),
            ("1 begincidrange\n<00> <10>\t65530\nendcidrange", 65_546),
            ("1 begincidchar <20> 70000 endcidchar", 70_000),
            ("1 beginbfrange <00> <10> 99999 endbfrange", 0),
        ] {
            assert_eq!(highest(text), expected, "{text}");
        }
    }
}
