//! What a ZIP or an OLE compound file is, by what lies in it.

use std::borrow::Cow;

use memchr::memmem;

use crate::document::Kind;
use crate::extract::ole::{MAGIC, ROOT, Streams};
use crate::extract::zipfile::{Archive, local_names};
use crate::limits::Limits;

/// Enough of a content-types part or a mimetype to tell the kind.
const PEEK: u64 = 1 << 20;

/// Content types of main parts (ECMA-376 part 1, and Microsoft's for macros),
/// by the words that tell them apart. Templates and macro-enabled kinds are their base.
const MAIN_TYPES: &[(&str, Kind)] = &[
    ("sheet.binary", Kind::Xlsb),
    ("wordprocessingml.", Kind::Docx),
    ("ms-word.", Kind::Docx),
    ("spreadsheetml.", Kind::Xlsx),
    ("ms-excel.", Kind::Xlsx),
    ("presentationml.", Kind::Pptx),
    ("ms-powerpoint.", Kind::Pptx),
];

/// Media types of `OpenDocument` (1.3, part 2, 3.3) and EPUB packages; templates are their base.
const MEDIA_TYPES: &[(&str, Kind)] = &[
    ("application/vnd.oasis.opendocument.text", Kind::Odt),
    ("application/vnd.oasis.opendocument.spreadsheet", Kind::Ods),
    ("application/vnd.oasis.opendocument.presentation", Kind::Odp),
    ("application/epub+zip", Kind::Epub),
];

/// Folders of main parts, for a package that is too damaged to tell its types.
const FOLDERS: &[(&str, Kind)] = &[
    ("xl/workbook.bin", Kind::Xlsb),
    ("word/", Kind::Docx),
    ("xl/", Kind::Xlsx),
    ("ppt/", Kind::Pptx),
    ("META-INF/container.xml", Kind::Epub),
];

/// Streams and storages at the root of an OLE file that tell what it is.
const STREAMS: &[(&str, Kind)] = &[
    ("EncryptedPackage", Kind::Ole),
    ("WordDocument", Kind::Doc),
    ("Workbook", Kind::Xls),
    ("Book", Kind::Xls),
    ("PowerPoint Document", Kind::Ppt),
    ("__properties_version1.0", Kind::Msg),
];

/// The kind of a ZIP; `None` when the bytes are no ZIP.
pub(super) fn zip(bytes: &[u8]) -> Option<Kind> {
    let starts = [&b"PK\x03\x04"[..], b"PK\x05\x06", b"PK00PK\x03\x04", b"PK\x07\x08PK\x03\x04"];
    if !starts.iter().any(|start| bytes.starts_with(start)) {
        return None;
    }
    let Ok(mut archive) = Archive::open(bytes, &Limits { archive_entries: usize::MAX, ..Limits::default() }) else {
        return Some(broken_zip(bytes));
    };
    if let Some(kind) = media_type(&mut archive).or_else(|| package_type(&mut archive)) {
        return Some(kind);
    }
    Some(if archive.cut { broken_zip(bytes) } else { Kind::Zip })
}

/// The kind of an OLE compound file; `None` when the bytes are none.
pub(super) fn ole(bytes: &[u8]) -> Option<Kind> {
    if !bytes.starts_with(&MAGIC) {
        return None;
    }
    let names = ole_root_names(bytes);
    let kind = STREAMS.iter().find(|(stream, _)| names.iter().any(|n| n.eq_ignore_ascii_case(stream)));
    Some(kind.map_or(Kind::Ole, |(_, kind)| *kind))
}

/// Names of the streams and storages at the root of an OLE file.
pub(super) fn ole_root_names(bytes: &[u8]) -> Vec<String> {
    let Ok(streams) = Streams::open(bytes, &Limits { archive_entries: usize::MAX, ..Limits::default() }) else {
        return Vec::new();
    };
    streams.children(ROOT).iter().map(|id| streams.name(*id).to_owned()).collect()
}

fn media_type(archive: &mut Archive) -> Option<Kind> {
    let known = |media: &str| {
        MEDIA_TYPES.iter().find(|(name, _)| media.trim() == *name || media.trim() == format!("{name}-template"))
    };
    if let Some(media) = archive.peek("mimetype", 256) {
        return known(&String::from_utf8_lossy(&media)).map(|(_, kind)| *kind);
    }
    let manifest = archive.peek("META-INF/manifest.xml", PEEK)?;
    let manifest = String::from_utf8_lossy(&manifest);
    let values = manifest.split(['"', '\'']);
    values.filter_map(known).map(|(_, kind)| *kind).next()
}

/// The kind of an OPC package, by the type of the part that its root
/// relationship names as the main one.
fn package_type(archive: &mut Archive) -> Option<Kind> {
    let types = archive.peek("[Content_Types].xml", PEEK)?;
    let types = decode(&types);
    let relations = archive.peek("_rels/.rels", PEEK).unwrap_or_default();
    let relations = decode(&relations);
    let main = elements(&relations, "Relationship")
        .find(|e| attribute(e, "Type").is_some_and(|t| t.ends_with("/officeDocument")))
        .and_then(|e| attribute(e, "Target"))
        .map(|target| target.trim_start_matches('/').to_owned());
    let main_type = main.as_deref().and_then(|main| {
        elements(&types, "Override")
            .find(|e| attribute(e, "PartName").is_some_and(|p| p.trim_start_matches('/').eq_ignore_ascii_case(main)))
            .and_then(|e| attribute(e, "ContentType"))
    });
    main_type.and_then(of_type).or_else(|| main.as_deref().and_then(of_folder)).or_else(|| {
        let main_types = elements(&types, "Override").filter_map(|e| attribute(e, "ContentType"));
        main_types.filter(|t| t.trim_end_matches("+xml").ends_with("main")).find_map(of_type)
    })
}

fn broken_zip(bytes: &[u8]) -> Kind {
    let head = &bytes[..bytes.len().min(256)];
    let media = MEDIA_TYPES.iter().find(|(name, _)| memmem::find(head, name.as_bytes()).is_some());
    if let Some((_, kind)) = media {
        return *kind;
    }
    let names = local_names(bytes);
    let packaged = names.iter().any(|name| name == "[Content_Types].xml" || name == "META-INF/container.xml");
    let folder = names.iter().find_map(|name| of_folder(name));
    folder.filter(|_| packaged).unwrap_or(Kind::Zip)
}

fn of_type(content_type: &str) -> Option<Kind> {
    MAIN_TYPES.iter().find(|(words, _)| content_type.contains(words)).map(|(_, kind)| *kind)
}

fn of_folder(name: &str) -> Option<Kind> {
    FOLDERS.iter().find(|(folder, _)| name.starts_with(folder)).map(|(_, kind)| *kind)
}

/// A package's own small parts as text; UTF-16 is allowed for them too.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    encoding_rs::Encoding::for_bom(bytes).map_or(encoding_rs::UTF_8, |(encoding, _)| encoding).decode(bytes).0
}

/// The start tags of elements of that local name. A package's type parts are
/// flat lists of empty elements; their text is never needed.
fn elements<'a>(xml: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    xml.split('<').filter(move |tag| {
        let qualified = tag.split([' ', '\t', '\r', '\n', '/', '>']).next().unwrap_or_default();
        qualified.rsplit(':').next() == Some(name)
    })
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let at = tag.match_indices(name).find(|(at, _)| tag[..*at].ends_with([' ', '\t', '\r', '\n']))?.0;
    let value = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::sniff;
    use crate::extract::testing::{ZipPart, zip as archive};

    fn package(content_type: &str, target: &str) -> Vec<u8> {
        let types = format!(
            r#"<Types><Default Extension="xml" ContentType="application/xml"/><Override PartName="/{target}" ContentType="{content_type}"/></Types>"#
        );
        let relations = format!(
            r#"<p:Relationships xmlns:p="x"><p:Relationship Id="r1" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="{target}"/></p:Relationships>"#
        );
        archive(&[
            ZipPart::text("[Content_Types].xml", &types),
            ZipPart::text("_rels/.rels", &relations),
            ZipPart::text(target, "<x/>"),
        ])
    }

    #[test]
    fn packages_are_told_by_their_main_part() {
        let open = "application/vnd.openxmlformats-officedocument.";
        for (content_type, target, kind) in [
            (format!("{open}wordprocessingml.document.main+xml"), "word/document.xml", Kind::Docx),
            (format!("{open}wordprocessingml.template.main+xml"), "odd/name.xml", Kind::Docx),
            ("application/vnd.ms-word.document.macroEnabled.main+xml".into(), "word/document.xml", Kind::Docx),
            (format!("{open}spreadsheetml.sheet.main+xml"), "xl/workbook.xml", Kind::Xlsx),
            ("application/vnd.ms-excel.sheet.binary.macroEnabled.main".into(), "xl/workbook.bin", Kind::Xlsb),
            ("application/vnd.ms-excel.sheet.macroEnabled.main+xml".into(), "xl/workbook.xml", Kind::Xlsx),
            (format!("{open}presentationml.slideshow.main+xml"), "ppt/presentation.xml", Kind::Pptx),
            ("application/xml".into(), "ppt/presentation.xml", Kind::Pptx),
            ("application/vnd.ms-visio.drawing.main+xml".into(), "visio/document.xml", Kind::Zip),
        ] {
            assert_eq!(sniff(&package(&content_type, target)), kind, "{content_type}");
        }
    }

    #[test]
    fn a_package_without_its_directory_keeps_its_kind() {
        let bytes = package("application/xml", "word/document.xml");
        let directory = memmem::find(&bytes, b"PK\x01\x02").unwrap();
        assert_eq!(sniff(&bytes[..directory]), Kind::Docx);
    }

    #[test]
    fn media_types_tell_open_documents_and_books() {
        for (media, kind) in [
            ("application/vnd.oasis.opendocument.text", Kind::Odt),
            ("application/vnd.oasis.opendocument.text-template", Kind::Odt),
            ("application/vnd.oasis.opendocument.spreadsheet", Kind::Ods),
            ("application/vnd.oasis.opendocument.presentation\n", Kind::Odp),
            ("application/vnd.oasis.opendocument.graphics", Kind::Zip),
            ("application/epub+zip", Kind::Epub),
        ] {
            assert_eq!(sniff(&archive(&[ZipPart::stored("mimetype", media.as_bytes())])), kind, "{media}");
        }
        let manifest = r#"<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>"#;
        assert_eq!(sniff(&archive(&[ZipPart::text("META-INF/manifest.xml", manifest)])), Kind::Ods);
        assert_eq!(sniff(&archive(&[ZipPart::text("a.txt", "a")])), Kind::Zip);
    }
}
