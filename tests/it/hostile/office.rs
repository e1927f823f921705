//! ZIP containers and Office documents that lie, loop, nest and swell.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::Expect::{Any, Found, FoundOrSaid, Said};
use super::{Case, PLANTED, case};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = parts();
    cases.extend(markup());
    cases.extend(containers());
    cases.extend(archives());
    cases.extend(truncated());
    cases
}

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
const DOCUMENT: &str = r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#;

pub(super) fn document(body: &str) -> String {
    format!("{DOCUMENT}{body}</w:body></w:document>")
}

pub(super) fn paragraph() -> String {
    format!("<w:p><w:r><w:t>Elev: {PLANTED}</w:t></w:r></w:p>")
}

pub(super) fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in parts {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A DOCX with `xml` as its main part and `more` beside it.
pub(super) fn docx_with(xml: &[u8], more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut parts: Vec<(&str, &[u8])> =
        vec![("[Content_Types].xml", TYPES.as_bytes()), ("_rels/.rels", RELS.as_bytes()), ("word/document.xml", xml)];
    parts.extend_from_slice(more);
    zip(&parts)
}

pub(super) fn docx(body: &str) -> Vec<u8> {
    docx_with(document(body).as_bytes(), &[])
}

fn plain() -> Vec<u8> {
    docx(&paragraph())
}

fn parts() -> Vec<Case> {
    let no_main = zip(&[("[Content_Types].xml", TYPES.as_bytes()), ("_rels/.rels", RELS.as_bytes())]);
    let no_rels =
        zip(&[("[Content_Types].xml", TYPES.as_bytes()), ("word/document.xml", document(&paragraph()).as_bytes())]);
    let main = document(&paragraph());
    let rels = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" Target="gone.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="http://127.0.0.1:9/t.dotm" TargetMode="External"/></Relationships>"#;
    let itself = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" Target="document.xml"/></Relationships>"#;
    vec![
        case("plain.docx", plain(), Found),
        case("wrong-extension.pdf", plain(), Found),
        case("no-main-part.docx", no_main, Said),
        case("no-rels.docx", no_rels, FoundOrSaid),
        case(
            "header-gone.docx",
            docx_with(main.as_bytes(), &[("word/_rels/document.xml.rels", rels.as_bytes())]),
            Found,
        ),
        case(
            "header-is-document.docx",
            docx_with(main.as_bytes(), &[("word/_rels/document.xml.rels", itself.as_bytes())]),
            Found,
        ),
        case(
            "traversal.docx",
            docx_with(main.as_bytes(), &[("../../../tmp/aktsam-traversal", b"x"), ("/etc/passwd", b"x")]),
            FoundOrSaid,
        ),
        case("embedded-executable.docx", docx_with(main.as_bytes(), &[("word/embeddings/a.bin", b"MZ\x90\0")]), Found),
        case("quine.docx", quine(8), FoundOrSaid),
    ]
}

/// A DOCX embedded in a DOCX, deeper than is followed.
fn quine(depth: usize) -> Vec<u8> {
    let rels = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/package" Target="embeddings/inner.docx"/></Relationships>"#;
    (0..depth).fold(plain(), |inner, _| {
        let more: [(&str, &[u8]); 2] =
            [("word/_rels/document.xml.rels", rels.as_bytes()), ("word/embeddings/inner.docx", &inner)];
        docx_with(document("").as_bytes(), &more)
    })
}

fn markup() -> Vec<Case> {
    let laughs: Vec<String> =
        (1..20).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
    let laughs = laughs.concat();
    let body = document(&paragraph());
    let laughs = format!("<!DOCTYPE d [<!ENTITY l0 \"lol\">{laughs}]>{}", body.replace("<w:p>", "<w:p>&l19;"));
    let xxe = format!("<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{}", body.replace("Elev", "&e; Elev"));
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(body.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let mut invalid = body.clone().into_bytes();
    let at = body.find("Elev").unwrap();
    invalid.splice(at..at, [0xc3, 0x28, 0xff]);
    let tables = format!("{}{}", "<w:tbl><w:tr><w:tc>".repeat(100_000), paragraph());
    let closed = format!("{tables}{}", "</w:tc></w:tr></w:tbl>".repeat(100_000));
    let attributes: Vec<String> = (0..100_000).map(|n| format!(" a{n}=\"x\"")).collect();
    let attributes = attributes.concat();
    vec![
        case("entity-laughs.docx", docx_with(laughs.as_bytes(), &[]), FoundOrSaid),
        case("xxe.docx", docx_with(xxe.as_bytes(), &[]), FoundOrSaid),
        case("utf16.docx", docx_with(&utf16, &[]), Found),
        case("invalid-utf8.docx", docx_with(&invalid, &[]), FoundOrSaid),
        case("nested-tables.docx", docx(&closed), FoundOrSaid),
        case("unclosed-tables.docx", docx(&tables), FoundOrSaid),
        case("unclosed-markup.docx", docx_with(&body.as_bytes()[..body.len() - 30], &[]), FoundOrSaid),
        case(
            "long-run.docx",
            docx(&format!("{}<w:p><w:r><w:t>{}</w:t></w:r></w:p>", paragraph(), "a".repeat(70 << 20))),
            FoundOrSaid,
        ),
        case("many-attributes.docx", docx(&format!("<w:p{attributes}/>{}", paragraph())), FoundOrSaid),
        case(
            "million-paragraphs.docx",
            docx(&format!("{}{}", paragraph(), "<w:p><w:r><w:t>a</w:t></w:r></w:p>".repeat(500_000))),
            FoundOrSaid,
        ),
        case(
            "number-split-in-runs.docx",
            docx("<w:p><w:r><w:t>Elev: 199001</w:t></w:r><w:r><w:t>01-2385</w:t></w:r></w:p>"),
            Found,
        ),
        case("comment-in-number.docx", docx("<w:p><w:r><w:t>Elev: 199001<!-- x -->01-2385</w:t></w:r></w:p>"), Found),
    ]
}

fn containers() -> Vec<Case> {
    let bomb = document(&format!("{}{}", paragraph(), " ".repeat(600 << 20)));
    let duplicate = duplicate();
    let mut crc = plain();
    let local = crc.windows(17).position(|w| w == b"word/document.xml").unwrap();
    crc[local - 16] ^= 0xff;
    let mut lying = plain();
    let central = lying.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    lying[central + 24..central + 28].copy_from_slice(&[0xff, 0xff, 0xff, 0x7f]);
    let mut offset = plain();
    let central = offset.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    offset[central + 42..central + 46].copy_from_slice(&[0, 0, 0, 0x7f]);
    let mut encrypted = plain();
    for signature in [&b"PK\x01\x02"[..], b"PK\x03\x04"] {
        let flags = if signature[2] == 1 { 8 } else { 6 };
        let at: Vec<usize> = (0..encrypted.len() - 4).filter(|&i| &encrypted[i..i + 4] == signature).collect();
        for at in at {
            encrypted[at + flags] |= 1;
        }
    }
    vec![
        case("bomb.docx", docx_with(bomb.as_bytes(), &[]), FoundOrSaid),
        case("duplicate-parts.docx", duplicate, FoundOrSaid),
        case("wrong-crc.docx", crc, FoundOrSaid),
        case("size-lies.docx", lying, FoundOrSaid),
        case("offset-lies.docx", offset, FoundOrSaid),
        case("encrypted-members.docx", encrypted, FoundOrSaid),
        case("overlapping.zip", overlapping(), FoundOrSaid),
        case("many-entries.docx", many_entries(), FoundOrSaid),
        case("ole-encrypted.docx", ole(&["EncryptionInfo", "EncryptedPackage"]), Said),
        case("ole-empty.doc", ole(&[]), Said),
        case("ole-word-garbage.doc", ole(&["WordDocument", "1Table"]), Said),
        case("ole-header-only.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), Said),
    ]
}

/// Two main parts of one name: one innocent, one with the number. The writer refuses, so a name is patched.
fn duplicate() -> Vec<u8> {
    let mut file =
        docx_with(document("<w:p/>").as_bytes(), &[("word/documenx.xml", document(&paragraph()).as_bytes())]);
    for at in 0..file.len() - 17 {
        if &file[at..at + 17] == b"word/documenx.xml" {
            file[at..at + 17].copy_from_slice(b"word/document.xml");
        }
    }
    file
}

/// An archive whose central directory names the same local entry 5,000 times.
fn overlapping() -> Vec<u8> {
    let file = zip(&[("a.txt", &vec![b' '; 10 << 20])]);
    let central = file.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    let end = file.windows(4).rposition(|w| w == b"PK\x05\x06").unwrap();
    let entry = &file[central..end];
    let mut out = file[..central].to_vec();
    out.extend(entry.repeat(5_000));
    let size = u32::try_from(out.len() - central).unwrap();
    let mut tail = file[end..].to_vec();
    tail[8..10].copy_from_slice(&5_000_u16.to_le_bytes());
    tail[10..12].copy_from_slice(&5_000_u16.to_le_bytes());
    tail[12..16].copy_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&tail);
    out
}

fn many_entries() -> Vec<u8> {
    let names: Vec<String> = (0..20_000).map(|n| format!("word/media/{n}.txt")).collect();
    let more: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    docx_with(document(&paragraph()).as_bytes(), &more)
}

pub(super) fn ole(streams: &[&str]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for name in streams {
        file.create_stream(name).unwrap().write_all(&[0xa5; 8192]).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn archives() -> Vec<Case> {
    let number = format!("Elev: {PLANTED}\n");
    let text = number.as_bytes();
    let nested = (0..10).fold(zip(&[("a.txt", text)]), |inner, _| zip(&[("inner.zip", &inner)]));
    vec![
        case("plain.zip", zip(&[("a.txt", text)]), FoundOrSaid),
        case("traversal.zip", zip(&[("../../../../tmp/aktsam-traversal.txt", text)]), FoundOrSaid),
        case("nested.zip", nested, FoundOrSaid),
        case("hostile-name.zip", zip(&[("=cmd|'\u{202e}\u{1b}[2J\n<script>.txt", text)]), FoundOrSaid),
        case("empty.zip", zip(&[]), Any),
    ]
}

/// The plain document cut at ten places.
fn truncated() -> Vec<Case> {
    let file = plain();
    (1..=10)
        .map(|tenth| case(format!("truncated-{tenth}.docx"), &file[..file.len() * tenth / 11], FoundOrSaid))
        .collect()
}
