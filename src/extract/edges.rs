//! What lies before the beginning and behind the end of a file: a file of two
//! kinds at once is read as the one, and must not hide the other.

use memchr::memmem;

use super::embedded::embedded;
use super::zipfile::{Archive, end_of};
use crate::document::{Kind, TextBuilder};
use crate::limits::Limits;

/// Fewer bytes than this are line ends, padding and stray marks.
const LEAST: usize = 16;

/// The end record of a ZIP stands at most this far from the end (APPNOTE 4.3.16: 22 bytes and a comment).
const END_WITHIN: usize = 22 + 0xffff;

/// Reads what `bytes` hold beside the file of `kind` in them, each as what it is.
pub(super) fn read(kind: Kind, bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) {
    if is_zipped(kind) {
        return;
    }
    // Old Office files hold ZIPs of their own in their last sectors, which are filled up.
    let own = is_compound(kind) && end_of(bytes) != Some(bytes.len());
    let zip = if own { None } else { zip_at_end(bytes, limits) };
    if let Some(start) = zip {
        embedded("zip", bytes.get(start..).unwrap_or_default(), limits, builder);
    }
    if kind != Kind::Pdf {
        return;
    }
    let start = last_beginning(bytes);
    let end = memmem::rfind(bytes, b"%%EOF").map_or(bytes.len(), |at| at + b"%%EOF".len());
    let before = bytes.get(..start).unwrap_or_default();
    let behind = bytes.get(end..zip.unwrap_or(bytes.len())).unwrap_or_default();
    for (name, stray) in [("before the beginning", before), ("behind the end", behind)] {
        let stray = trimmed(stray);
        if stray.len() >= LEAST {
            embedded(name, stray, limits, builder);
        }
    }
}

/// Where the PDF begins that is read: behind the end mark of another, which programs then pass by.
fn last_beginning(bytes: &[u8]) -> usize {
    let begins = |at: &usize| bytes.get(..*at).is_some_and(|before| trimmed(before).ends_with(b"%%EOF"));
    let first = memmem::find(bytes, b"%PDF-").unwrap_or(0);
    memmem::rfind_iter(bytes, b"%PDF-").take(100).find(begins).unwrap_or(first)
}

/// Whether a ZIP is what the kind is read as.
fn is_zipped(kind: Kind) -> bool {
    use Kind::{Docx, Epub, Odp, Ods, Odt, Pptx, Xlsb, Xlsx, Zip};
    matches!(kind, Docx | Epub | Odp | Ods | Odt | Pptx | Xlsb | Xlsx | Zip)
}

fn is_compound(kind: Kind) -> bool {
    matches!(kind, Kind::Doc | Kind::Xls | Kind::Ppt | Kind::Msg | Kind::Ole)
}

/// Where the ZIP begins that the file ends with.
fn zip_at_end(bytes: &[u8], limits: &Limits) -> Option<usize> {
    let tail = bytes.len().saturating_sub(END_WITHIN);
    memmem::rfind(bytes.get(tail..)?, b"PK\x05\x06")?;
    let mut archive = Archive::open(bytes, limits).ok()?;
    // A file that itself ends so, such as a member stored whole, begins with the mark of a member.
    archive.start().filter(|start| *start > 0)
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    let is_padding = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    let start = bytes.iter().position(|byte| !is_padding(byte)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|byte| !is_padding(byte)).map_or(start, |at| at + 1);
    bytes.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::document::{Kind, TextBuilder};
    use crate::extract::testing::{ZipPart, lines, zip};
    use crate::limits::Limits;

    #[test]
    fn the_second_file_is_read_too() {
        let archive = zip(&[ZipPart::text("brev.txt", "Hej Ada Ek, hur mår du?")]);
        for (kind, bytes, expected) in [
            (
                Kind::Pdf,
                [b"%PDF-1.7\n%%EOF\n", &archive[..]].concat(),
                "attachment zip > attachment brev.txt > body paragraph 1: Hej Ada Ek, hur mår du?",
            ),
            (
                Kind::Jpeg,
                [b"\xff\xd8\xff\xd9", &archive[..]].concat(),
                "attachment zip > attachment brev.txt > body paragraph 1: Hej Ada Ek, hur mår du?",
            ),
            (
                Kind::Pdf,
                b"Hej Ada Ek, hur mar du?\n%PDF-1.7\n%%EOF".to_vec(),
                "attachment before the beginning > body paragraph 1: Hej Ada Ek, hur mar du?",
            ),
            (
                Kind::Pdf,
                b"%PDF-1.7\n%%EOF\nHej Ada Ek, hur mar du?\0\n".to_vec(),
                "attachment behind the end > body paragraph 1: Hej Ada Ek, hur mar du?",
            ),
        ] {
            let mut builder = TextBuilder::new(&Limits::default());
            super::read(kind, &bytes, &Limits::default(), &mut builder);
            let read = lines(&builder.finish());
            assert!(read.iter().any(|line| line == expected), "{expected}: {read:?}");
        }
    }

    #[test]
    fn a_file_that_is_whole_has_no_edges() {
        for (kind, bytes) in [
            (Kind::Pdf, &b"%PDF-1.7\n%%EOF\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"[..]),
            (Kind::Text, b"PK\x05\x06 i en text"),
        ] {
            let mut builder = TextBuilder::new(&Limits::default());
            super::read(kind, bytes, &Limits::default(), &mut builder);
            assert_eq!((builder.len(), builder.gaps()), (0, 0));
        }
    }
}
