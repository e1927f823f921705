use std::io::{Cursor, Write as _};

use super::*;
use crate::document::{Gap, Text};
use crate::extract::testing::{lines, read};

/// A message from streams by path; strings are written as UTF-16.
fn message(texts: &[(&str, &str)], bytes: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let texts = texts.iter().map(|(path, text)| (*path, text.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    let streams: Vec<(&str, Vec<u8>)> =
        texts.chain(bytes.iter().map(|(path, bytes)| (*path, bytes.to_vec()))).collect();
    for (path, content) in streams {
        if let Some((storage, _)) = path.rsplit_once('/').filter(|(storage, _)| !storage.is_empty()) {
            file.create_storage_all(storage).unwrap();
        }
        file.create_stream(path).unwrap().write_all(&content).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// A table of properties with one number in it.
fn table(header: usize, id: u16, value: u64) -> Vec<u8> {
    let mut table = vec![0; header];
    table.extend([3, 0]);
    table.extend(id.to_le_bytes());
    table.extend([0; 4]);
    table.extend(value.to_le_bytes());
    table
}

fn text(bytes: &[u8]) -> Text {
    let limits = Limits::default();
    let mut builder = TextBuilder::new(&limits);
    msg(bytes, &limits, &mut builder).unwrap();
    builder.finish()
}

fn letter() -> Vec<u8> {
    message(
        &[
            ("/__substg1.0_001A001F", "IPM.Note"),
            ("/__substg1.0_0C1A001F", "Eva Ek"),
            ("/__substg1.0_5D01001F", "eva@exempel.se"),
            ("/__substg1.0_0037001F", "Ärendet"),
            ("/__substg1.0_1000001F", "Hej!\r\n\r\nVi ses."),
            ("/__recip_version1.0_#00000000/__substg1.0_3001001F", "Nils"),
            ("/__recip_version1.0_#00000000/__substg1.0_39FE001F", "nils@exempel.se"),
            ("/__recip_version1.0_#00000001/__substg1.0_3001001F", "Anna"),
            ("/__recip_version1.0_#00000001/__substg1.0_3003001F", "/O=KOMMUN/CN=ANNA"),
            ("/__attach_version1.0_#00000000/__substg1.0_3707001F", "lista.txt"),
            ("/__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_0037001F", "Inre"),
        ],
        &[
            ("/__properties_version1.0", &table(32, SENT, 133_855_470_000_000_000)),
            ("/__recip_version1.0_#00000000/__properties_version1.0", &table(8, RECIPIENT_TYPE, 1)),
            ("/__recip_version1.0_#00000001/__properties_version1.0", &table(8, RECIPIENT_TYPE, 2)),
            ("/__attach_version1.0_#00000000/__substg1.0_37010102", b"rad ett"),
            ("/__attach_version1.0_#00000001/__substg1.0_3701000D/__properties_version1.0", &[0; 24]),
        ],
    )
}

#[test]
fn people_bodies_and_attachments_are_read() {
    let text = text(&letter());
    assert_eq!(
        lines(&text),
        [
            "mail-header: From: Eva Ek <eva@exempel.se>",
            "mail-header: To: Nils <nils@exempel.se>",
            "mail-header: Cc: Anna </O=KOMMUN/CN=ANNA>",
            "mail-header: Date: 2025-03-04T07:30:00Z",
            "mail-header: Subject: Ärendet",
            "body paragraph 1: Hej!",
            "body paragraph 2: Vi ses.",
            "attachment lista.txt > property: lista.txt",
            "attachment lista.txt > body paragraph 1: rad ett",
            "attachment part 2 > property: part 2",
            "attachment part 2 > mail-header: Subject: Inre",
        ]
    );
    assert_eq!((text.facts.attachments, text.gaps.len()), (2, 0));
}

#[test]
fn texts_are_read_in_the_code_page_of_the_message() {
    for (page, bytes, expected) in [
        (1252, &b"\xC4rendet\0"[..], "Ärendet"),
        (1251, b"\xEF\xF0\xE8", "при"),
        (1252, "Ärendet".as_bytes(), "Ärendet"),
        (65001, b"p\xE5 v\xE4g", "på väg"),
    ] {
        let numbers = table(32, 0x3FFD, page);
        let streams = [("/__properties_version1.0", &*numbers), ("/__substg1.0_0037001E", bytes)];
        assert_eq!(lines(&text(&message(&[], &streams))), [format!("mail-header: Subject: {expected}")]);
    }
}

#[test]
fn a_rich_body_stands_in_where_there_is_no_other() {
    let rich = br"{\rtf1 Hej p\'e5 dig}";
    let mut packed = vec![0, 0, 0, 0];
    packed.extend(u32::try_from(rich.len()).unwrap().to_le_bytes());
    packed.extend(b"MELA\0\0\0\0");
    packed.extend(rich);
    let bytes = message(&[], &[("/__substg1.0_10090102", &packed)]);
    assert_eq!(lines(&text(&bytes)), ["body paragraph 1: Hej på dig"]);
    let damaged = text(&message(&[], &[("/__substg1.0_10090102", b"nonsens")]));
    assert_eq!(damaged.gaps[0].cause, Cause::PartDamaged);
}

#[test]
fn a_contact_says_all_its_texts() {
    let contact = [("/__substg1.0_001A001F", "IPM.Contact"), ("/__substg1.0_3A08001F", "070-174 06 58")];
    assert_eq!(lines(&text(&message(&contact, &[]))), ["property: 070-174 06 58"]);
}

#[test]
fn what_is_sealed_is_said() {
    let sealed = text(&message(&[("/__substg1.0_001A001F", "IPM.Note.SMIME")], &[("/__x", b"x")]));
    assert_eq!(sealed.gaps, [Gap { cause: Cause::EmbeddedEncrypted, place: Place::default() }]);
    let armour = text(&message(&[("/__substg1.0_1000001F", "-----BEGIN PGP MESSAGE-----\nhQ==")], &[]));
    assert_eq!(armour.gaps[0].cause, Cause::EmbeddedEncrypted);
}

#[test]
fn a_cut_or_damaged_message_is_survived() {
    let bytes = letter();
    for end in (0..bytes.len()).step_by(41) {
        assert_ne!(read(&bytes[..end]).error, Some(FileError::Panic), "{end}");
    }
}
