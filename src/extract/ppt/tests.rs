use std::io::Write as _;

use super::*;
use crate::document::Text;
use crate::extract::ole::compound;
use crate::extract::testing::{lines, read};

fn atom(kind: u16, instance: u16, body: &[u8]) -> Vec<u8> {
    record(kind, instance << 4, body)
}

fn container(kind: u16, instance: u16, inner: &[Vec<u8>]) -> Vec<u8> {
    record(kind, instance << 4 | 0xF, &inner.concat())
}

fn record(kind: u16, head: u16, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap();
    [&head.to_le_bytes()[..], &kind.to_le_bytes(), &length.to_le_bytes(), body].concat()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// A file whose records in use, by identifier from 1, are `live`; `left` is what an earlier save wrote.
fn presentation(left: &[Vec<u8>], live: &[Vec<u8>], token: u32) -> Vec<u8> {
    let mut stream = left.concat();
    let mut directory = vec![u32::try_from(live.len()).unwrap() << 20 | 1];
    for record in live {
        directory.push(u32::try_from(stream.len()).unwrap());
        stream.extend(record);
    }
    let directory_at = u32::try_from(stream.len()).unwrap();
    stream.extend(atom(0x1772, 0, &numbers(&directory)));
    let edit_at = u32::try_from(stream.len()).unwrap();
    stream.extend(atom(0x0FF5, 0, &numbers(&[0, 0, 0, directory_at, 1, 0, 0])));
    let user = numbers(&[0, 0, 0, token, edit_at]);
    compound(&[("Current User", &user), ("PowerPoint Document", &stream)])
}

fn sample() -> Vec<u8> {
    let persist = |place: u32, id: u32| atom(SLIDE_PERSIST, 0, &numbers(&[place, 0, 0, id, 0]));
    let titles = [persist(2, 256), atom(TEXT_WIDE, 0, &utf16("Rubrik\rUnder")), persist(3, 257)];
    let document = container(
        0x03E8,
        0,
        &[container(SLIDE_LIST, 0, &titles), container(HYPERLINK, 0, &[atom(STRING, 1, &utf16("http://a.se"))])],
    );
    let comment = container(COMMENT, 0, &[atom(STRING, 0, &utf16("Eva")), atom(STRING, 1, &utf16("fel"))]);
    let first = container(SLIDE, 0, &[atom(TEXT_NARROW, 0, b"R\xE4ka")]);
    let second = container(
        SLIDE,
        0,
        &[
            container(SHAPE, 0, &[atom(TEXT_WIDE, 0, &utf16("Två"))]),
            container(TAGS, 0, &[container(0x138A, 0, &[atom(TAG_DATA, 0, &comment)])]),
        ],
    );
    let notes = container(NOTES, 0, &[atom(NOTES_ATOM, 0, &numbers(&[257, 0])), atom(TEXT_WIDE, 0, &utf16("Minns"))]);
    let ask =
        container(SHAPE, 0, &[container(0xF011, 0, &[atom(PLACEHOLDER, 0, &[0; 8])]), atom(TEXT_NARROW, 0, b"Skriv")]);
    let master = container(MAIN_MASTER, 0, &[ask, container(SHAPE, 0, &[atom(TEXT_NARROW, 0, b"Kommunen")])]);
    let old = container(SLIDE, 0, &[atom(TEXT_WIDE, 0, &utf16("Två\rBorta"))]);
    presentation(&[old], &[document, first, second, notes, master], 0xE391_C05F)
}

fn text(bytes: &[u8]) -> Text {
    let limits = Limits::default();
    let mut builder = TextBuilder::new(&limits);
    ppt(bytes, &limits, &mut builder).unwrap();
    builder.finish()
}

#[test]
fn slides_notes_comments_and_masters_are_read() {
    let text = text(&sample());
    assert_eq!(
        lines(&text),
        [
            "body page 1: Rubrik",
            "body page 1: Under",
            "link: http://a.se",
            "body page 1: Räka",
            "body page 2: Två",
            "comment page 2: Eva",
            "comment page 2: fel",
            "speaker-notes page 2: Minns",
            "body: Kommunen",
            "deleted: Borta",
        ]
    );
    assert_eq!((text.units, text.units_read, text.facts.comments), (2, 2, 1));
}

#[test]
fn an_embedded_object_is_read_as_its_own_kind() {
    let mut packed = flate2::write::ZlibEncoder::new(vec![0; 4], flate2::Compression::fast());
    packed.write_all(b"inner").unwrap();
    let object = atom(OBJECT, 1, &packed.finish().unwrap());
    let bytes = presentation(&[], &[object], 0xE391_C05F);
    assert_eq!(lines(&text(&bytes)), ["attachment object 1 > body paragraph 1: inner"]);
}

#[test]
fn what_is_not_read_is_said() {
    let limits = Limits::default();
    let sealed = presentation(&[], &[container(SLIDE, 0, &[])], ENCRYPTED_TOKEN);
    assert_eq!(ppt(&sealed, &limits, &mut TextBuilder::new(&limits)), Err(FileError::Encrypted));
    let mut deep = atom(TEXT_NARROW, 0, b"x");
    for _ in 0..200 {
        deep = container(SLIDE, 0, &[deep]);
    }
    let deep = presentation(&[], &[deep], 0xE391_C05F);
    assert_eq!(ppt(&deep, &limits, &mut TextBuilder::new(&limits)), Err(FileError::Limit(Limit::Depth)));
    let bomb = {
        let mut packed = flate2::write::ZlibEncoder::new(vec![0; 4], flate2::Compression::best());
        packed.write_all(&vec![0; 1 << 20]).unwrap();
        presentation(&[], &[atom(OBJECT, 1, &packed.finish().unwrap())], 0xE391_C05F)
    };
    let limits = Limits { inflated_bytes: 100_000, ..limits };
    let outcome = ppt(&bomb, &limits, &mut TextBuilder::new(&limits));
    assert_eq!(outcome, Err(FileError::Limit(Limit::Inflation)));
}

#[test]
fn a_cut_presentation_is_survived() {
    let bytes = sample();
    for end in (0..bytes.len()).step_by(29) {
        assert_ne!(read(&bytes[..end]).error, Some(FileError::Panic), "{end}");
    }
}
