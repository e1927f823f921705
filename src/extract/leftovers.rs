//! Members of a document's package that its reader passed by: no relation led
//! to them, or one of an unknown kind. A program that writes such a part puts
//! words where none looks; so do people who want to pass something unseen.

use super::edges;
use super::embedded::named;
use super::kind::sniff;
use super::pictures;
use super::unsaid;
use super::xml::{self, Node, Xml};
use super::zipfile::Archive;
use crate::document::{Cause, Kind, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::limits::Limits;

/// Enough of a member to tell a picture.
const HEAD: u64 = 512;

/// Shorter runs of letters in binary data are chance.
const LEAST_RUN: usize = 5;

/// Beginnings of metafiles and other pictures that are no kind of their own: EMF, WMF (two), JPEG XR, `StarView`.
const PICTURES: &[(usize, &[u8])] =
    &[(40, b" EMF"), (0, b"\xd7\xcd\xc6\x9a"), (0, b"\x01\0\x09\0\0\x03"), (0, b"II\xbc\x01"), (0, b"VCLMTF")];

/// Parts of binary data that are settings, fonts, signatures or packed metafiles: what they say in
/// letters is read, and that the rest is not is no gap.
const TECHNICAL: &[&str] = &[
    "printersettings",
    "activex",
    "vbaproject",
    "vbadata",
    ".odttf",
    ".fntdata",
    ".ttf",
    ".otf",
    ".woff",
    ".woff2",
    ".emz",
    ".wmz",
    ".sigs",
    "layout-cache",
    "binaryindex",
];

/// Parts that list the package itself, say how it looks, or repeat what another part says.
const REPEATING: &[&str] =
    &[".rels", "[content_types].xml", "calcchain.xml", "diagrams/drawing", "meta-inf/", ".psmdcp", ".css"];

/// Reads every member that was not read yet, as what it is.
///
/// # Errors
///
/// A limit on inflated bytes or depth.
pub(super) fn read(archive: &mut Archive, limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    for index in archive.untouched() {
        if builder.is_full() {
            break;
        }
        let Some(name) = archive.members().get(index).map(|member| member.name.clone()) else { continue };
        let lower = name.to_ascii_lowercase();
        if lower == "mimetype"
            || lower == "settings.xml"
            || lower.ends_with("/settings.xml")
            || REPEATING.iter().any(|part| lower.contains(part))
        {
            // Lists and settings are no text; what someone wrote into one is still in the file.
            let content = archive.read(index, builder.inflate_left())?;
            unsaid::look(&content.bytes, builder);
            continue;
        }
        if archive.peek_at(index, HEAD).is_some_and(|head| is_picture(&head)) {
            picture(archive, index, limits, builder);
            continue;
        }
        let content = archive.read(index, builder.inflate_left())?;
        let bytes = content.noted(Place::part(Part::Hidden), builder);
        if !bytes.is_empty() {
            read_member(&name, TECHNICAL.iter().any(|part| lower.contains(part)), &bytes, limits, builder)?;
        }
    }
    Ok(())
}

/// What a picture says of itself, and what follows its end: its pixels are another reader's.
fn picture(archive: &mut Archive, index: usize, limits: &Limits, builder: &mut TextBuilder) {
    let most = pictures::HEAD.min(*builder.inflate_left());
    let head = archive.peek_at(index, most).unwrap_or_default();
    *builder.inflate_left() = builder.inflate_left().saturating_sub(head.len() as u64);
    unsaid::look_binary(&head, builder);
    if (head.len() as u64) < most {
        edges::read(sniff(&head), &head, limits, builder);
    }
}

fn read_member(
    name: &str,
    technical: bool,
    bytes: &[u8],
    limits: &Limits,
    builder: &mut TextBuilder,
) -> Result<(), FileError> {
    if is_xml(bytes) {
        return words(bytes, limits, builder);
    }
    match sniff(bytes) {
        // Programs leave emptied parts behind.
        Kind::Unknown if bytes.iter().all(|byte| *byte == 0) => {}
        kind if kind == Kind::Unknown || kind == Kind::Ole && technical => {
            for run in runs(bytes) {
                builder.block(Place::part(Part::Hidden), &run);
            }
            if !technical {
                let name = name.rsplit('/').next().unwrap_or_default();
                builder.within(name, |inner| inner.gap(Cause::EmbeddedUnread, Place::default()));
            }
        }
        _ => named(name.rsplit('/').next().unwrap_or_default(), bytes, limits, builder),
    }
    Ok(())
}

fn is_picture(head: &[u8]) -> bool {
    let marked = |(at, mark): &(usize, &[u8])| head.get(*at..).is_some_and(|rest| rest.starts_with(mark));
    let kind = sniff(head);
    kind.is_image() && kind != Kind::Svg || PICTURES.iter().any(marked)
}

fn is_xml(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    start.starts_with(b"<?xml") || bytes.starts_with(b"\xff\xfe<\0") || bytes.starts_with(b"\xfe\xff\0<")
}

/// The texts of an XML part of unknown vocabulary.
fn words(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let (text, lossy) = xml::decode(bytes.to_vec());
    unsaid::look(text.as_bytes(), builder);
    let mut xml = Xml::new(&text, limits);
    let mut words = String::new();
    while let Some(node) = xml.next()? {
        match node {
            Node::Text(text) => words.push_str(&text),
            // Runs are pieces of words; what ends a paragraph, a cell or a value parts them.
            Node::Close(end) if matches!(end.name(), "r" | "t") => {}
            Node::Close(_) => {
                builder.block(Place::part(Part::Hidden), &words);
                words.clear();
            }
            Node::Open(_) => {}
        }
    }
    if lossy {
        builder.gap(Cause::Encoding, Place::part(Part::Hidden));
    }
    if xml.is_damaged() {
        builder.gap(Cause::PartDamaged, Place::part(Part::Hidden));
    }
    Ok(())
}

/// Looks for numbers of persons that marks cut in two: elements inside a sentence, and runs of a word processor.
pub(super) fn look(text: &str, limits: &Limits, builder: &mut TextBuilder) {
    let mut xml = Xml::new(text, limits);
    // The words of the elements that are open, and of each whether it has some of its own.
    let mut open: Vec<(String, bool)> = vec![Default::default()];
    while let Ok(Some(node)) = xml.next() {
        match node {
            Node::Open(_) => open.push(Default::default()),
            Node::Text(text) => {
                if let Some((words, own)) = open.last_mut() {
                    *own |= !text.trim().is_empty();
                    words.push_str(&text);
                }
            }
            Node::Close(end) => {
                let (words, _) = open.pop().unwrap_or_default();
                let run = matches!(end.name(), "r" | "t");
                match open.last_mut() {
                    Some((above, own)) if run || *own => above.push_str(&words),
                    _ => unsaid::look(words.as_bytes(), builder),
                }
            }
        }
    }
    for (words, _) in &open {
        unsaid::look(words.as_bytes(), builder);
    }
}

/// Runs of printable characters in binary data, in ASCII and in UTF-16.
pub(crate) fn runs(bytes: &[u8]) -> Vec<String> {
    let plain = bytes.split(|byte| !is_printable(*byte)).filter(|run| run.len() >= LEAST_RUN);
    let mut runs: Vec<String> = plain.map(|run| String::from_utf8_lossy(run).into_owned()).collect();
    for odd in [0, 1] {
        let pairs = bytes.get(odd..).unwrap_or_default().as_chunks::<2>().0;
        let wide = pairs.split(|pair| pair[1] != 0 || !is_printable(pair[0])).filter(|run| run.len() >= LEAST_RUN);
        runs.extend(wide.map(|run| run.iter().map(|pair| char::from(pair[0])).collect::<String>()));
    }
    runs
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::{ZipPart, lines, package, read, with_part};

    fn document() -> Vec<u8> {
        let body = r#"<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>Synligt</w:t></w:r></w:p></w:body></w:document>"#;
        package(("word/document.xml", body), &[])
    }

    #[test]
    fn what_no_relation_leads_to_is_read_or_said() {
        for (part, line, gap) in [
            (
                ZipPart::text("word/x.xml", "<?xml version=\"1.0\"?><a><r><t>Ada</t></r><r><t>Ek</t></r></a>"),
                "hidden: AdaEk",
                None,
            ),
            (ZipPart::text("x/brev.txt", "Hej Ada Ek, hur mår du?"), "attachment brev.txt > property: brev.txt", None),
            (ZipPart::bytes("x.bin", b"\x00\x01Ada Ek\x00\x02"), "hidden: Ada Ek", Some(Cause::EmbeddedUnread)),
            (
                ZipPart::bytes("word/printerSettings1.bin", b"\x01\xff\x02\xfeA\0d\0a\0 \0E\0k\0\x03\xff\x04\xfe"),
                "hidden: Ada Ek",
                None,
            ),
        ] {
            let text = read(&with_part(&document(), part)).text;
            assert!(lines(&text).iter().any(|l| l == line), "{line}: {:?}", lines(&text));
            assert_eq!(text.gaps.first().map(|gap| gap.cause), gap, "{line}");
        }
    }

    #[test]
    fn pictures_and_lists_of_parts_are_left() {
        let picture = ZipPart::bytes("word/media/a.png", b"\x89PNG\r\n\x1a\nabcdefgh");
        let text = read(&with_part(&document(), picture)).text;
        assert_eq!((lines(&text).len(), text.gaps.len()), (1, 0));
    }
}
