//! From bytes to [`Text`](crate::document::Text): one file per format, and the table of them.

use crate::document::{Kind, TextBuilder};
use crate::error::FileError;
use crate::limits::Limits;

mod codepage;
mod doc;
mod edges;
mod embedded;
mod encoding;
mod epub;
mod html;
mod kind;
pub(crate) mod leftovers;
mod mail;
mod members;
mod msg;
mod numbers;
mod odf;
mod ole;
mod ooxml;
mod paragraph;
mod password;
mod pdf;
mod pictures;
mod plain;
mod ppt;
mod rows;
mod rtf;
mod stream;
mod table;
#[cfg(test)]
pub(crate) mod testing;
mod text_table;
mod unescape;
mod unsaid;
mod wrapped;
mod xls;
mod xml;
mod zipfile;

pub use kind::sniff;
pub(crate) use members::{Members, is_archive};
pub(crate) use plain::Records;

/// Reads one format.
///
/// `run` pushes what it reads to the builder in reading order. What it pushed
/// before an error is kept; what it could not read it notes as a gap.
#[derive(Clone, Copy, Debug)]
pub struct Extractor {
    /// The kind it reads.
    pub kind: Kind,
    /// What it reads and what not, in a line, for `aktsam formats`.
    pub reads: &'static str,
    /// The reader.
    pub run: fn(&[u8], &Limits, &mut TextBuilder) -> Result<(), FileError>,
}

const OPEN_DOCUMENT: &str = "body, tables, sheets and slides with hidden ones, headers, footers, notes, comments, tracked changes, hidden text, alt texts, charts, properties, embedded files";

const PICTURE: &str = "text in the picture, with a recogniser; what people wrote into EXIF, XMP, IPTC and comments";

/// Every format that is read. A new one is a file and a line here.
pub const EXTRACTORS: &[Extractor] = &[
    Extractor {
        kind: Kind::Text,
        reads: "paragraphs, in UTF-8, UTF-16, Windows-1252 or code page 850",
        run: plain::text,
    },
    Extractor {
        kind: Kind::Pdf,
        reads: "pages with rows and columns kept apart, annotations, forms, links, attachments; scanned pages with a recogniser",
        run: pdf::pdf,
    },
    Extractor { kind: Kind::Csv, reads: "rows with their column headers", run: plain::csv },
    Extractor {
        kind: Kind::Html,
        reads: "visible and hidden text, tables, comments, alternative texts, metadata",
        run: html::html,
    },
    Extractor { kind: Kind::Eml, reads: "headers, bodies and attachments as their own kind", run: mail::eml },
    Extractor {
        kind: Kind::Doc,
        reads: "text, tables, headers, notes, comments, text boxes, properties and embedded files",
        run: doc::doc,
    },
    Extractor {
        kind: Kind::Ppt,
        reads: "slides, notes, comments, masters, text that earlier saves left, properties and embedded files",
        run: ppt::ppt,
    },
    Extractor {
        kind: Kind::Msg,
        reads: "people, subject, body and attachments as their own kind; contacts and appointments",
        run: msg::msg,
    },
    Extractor {
        kind: Kind::Rtf,
        reads: "text in every code page, tables, headers, notes, comments, deleted and hidden text, properties",
        run: rtf::rtf,
    },
    Extractor {
        kind: Kind::Docx,
        reads: "body, tables, headers, footers, notes, comments, text boxes, tracked changes, hidden text, alt texts, charts, properties, embedded files",
        run: ooxml::docx,
    },
    Extractor {
        kind: Kind::Xlsx,
        reads: "all sheets with hidden ones, cells as shown, comments, defined names, headers, text boxes, charts, pivot caches, properties, embedded files",
        run: ooxml::xlsx,
    },
    Extractor {
        kind: Kind::Pptx,
        reads: "slides in order with hidden ones, tables, speaker notes, comments, masters once, charts, diagrams, properties, embedded files",
        run: ooxml::pptx,
    },
    Extractor {
        kind: Kind::Xlsb,
        reads: "all sheets with hidden ones, cells as shown, comments, defined names, drawings, properties, embedded files; not pivot caches",
        run: ooxml::xlsb,
    },
    Extractor {
        kind: Kind::Xls,
        reads: "all sheets with hidden ones, cells as shown, comments, names, headers, text boxes, links, chart titles",
        run: xls::xls,
    },
    Extractor { kind: Kind::Odt, reads: OPEN_DOCUMENT, run: odf::text },
    Extractor { kind: Kind::Ods, reads: OPEN_DOCUMENT, run: odf::spreadsheet },
    Extractor { kind: Kind::Odp, reads: OPEN_DOCUMENT, run: odf::text },
    Extractor { kind: Kind::Png, reads: PICTURE, run: pictures::picture },
    Extractor { kind: Kind::Jpeg, reads: PICTURE, run: pictures::picture },
    Extractor { kind: Kind::Tiff, reads: PICTURE, run: pictures::picture },
    Extractor { kind: Kind::Webp, reads: PICTURE, run: pictures::picture },
    Extractor { kind: Kind::Gif, reads: PICTURE, run: pictures::picture },
    Extractor { kind: Kind::Bmp, reads: PICTURE, run: pictures::picture },
    Extractor { kind: Kind::Epub, reads: "chapters in order and metadata", run: epub::epub },
    Extractor { kind: Kind::Zip, reads: "every member as its own kind", run: members::read },
    Extractor { kind: Kind::Tar, reads: "every member as its own kind", run: members::read },
    Extractor { kind: Kind::Gzip, reads: "what it holds as its own kind; a TAR in it by member", run: members::read },
    Extractor {
        kind: Kind::SevenZip,
        reads: "every member as its own kind, packed with LZMA, LZMA2 or not at all",
        run: members::read,
    },
    Extractor {
        kind: Kind::Ole,
        reads: "a file wrapped as an object, an Office file that Excel's own password opens; says of others that they are encrypted",
        run: ole::read,
    },
];

/// Reads `bytes` as `kind` into `builder`.
///
/// # Errors
///
/// [`FileError::Unsupported`] when no extractor reads the kind, otherwise what
/// ended the reading.
pub fn extract(kind: Kind, bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let extractor = EXTRACTORS.iter().find(|e| e.kind == kind).ok_or(FileError::Unsupported(kind))?;
    let (blocks, gaps, passages) = (builder.blocks(), builder.gaps(), builder.passages().len());
    let outcome = (extractor.run)(bytes, limits, builder);
    let silent = builder.blocks() == blocks;
    unsaid::tell(passages, blocks, builder);
    edges::read(kind, bytes, limits, builder);
    outcome?;
    pictures::recognise(kind, bytes, silent, gaps, limits, builder);
    Ok(())
}
