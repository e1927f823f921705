//! PDF: the label in XMP, added by an incremental update (ISO 32000-2, 7.5.6):
//! the file as it came is the beginning of the file that is written.

use lopdf::{Dictionary, Document, IncrementalDocument, Object, ObjectId, Stream};

use super::xmp::{self, Info};
use super::{Label, LabelError, Request};
use crate::archive::pdfa;

/// A file is written with offsets of ten digits or four bytes.
const MOST_BYTES: usize = 2 << 30;

pub(super) fn label(bytes: &[u8], request: &Request) -> Result<Vec<u8>, LabelError> {
    let document = open(bytes)?;
    let packet = packet(&document)?;
    let labelled = xmp::with_label(packet.as_deref(), request, &info(&document))?;
    let screened = xmp::declares_pdfa(&labelled).then(|| pdfa::screen(bytes)).flatten();
    let pages = document.get_pages().len();
    let updated = update(bytes, document, labelled)?;
    let again = Document::load_mem(&updated).map_err(|_| LabelError::Unverified)?;
    if !updated.starts_with(bytes) || again.get_pages().len() != pages || again.xref_recovery.is_some() {
        return Err(LabelError::Unverified);
    }
    if screened.is_some_and(|before| worsened(&before, &updated)) {
        return Err(LabelError::Archive);
    }
    Ok(updated)
}

pub(super) fn read(bytes: &[u8]) -> Option<Label> {
    let document = Document::load_mem(bytes).ok()?;
    xmp::read(&packet(&document).ok()??)
}

/// Opens a document that an update can be added to.
fn open(bytes: &[u8]) -> Result<Document, LabelError> {
    if bytes.len() > MOST_BYTES {
        return Err(LabelError::Damaged("it is larger than 2 GB"));
    }
    let document = Document::load_mem(bytes).map_err(|error| match error {
        lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword => LabelError::Encrypted,
        _ => LabelError::Damaged("its objects"),
    })?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(LabelError::Encrypted);
    }
    if document.xref_recovery.is_some() || document.xref_start == 0 {
        return Err(LabelError::Damaged("its cross-reference table"));
    }
    if is_signed(&document) {
        return Err(LabelError::Signed);
    }
    if document.get_pages().is_empty() {
        return Err(LabelError::Damaged("it has no pages"));
    }
    Ok(document)
}

/// Whether any object is a signature or a time stamp, or the catalog grants rights by one.
fn is_signed(document: &Document) -> bool {
    let of = |object: &Object| match object {
        Object::Dictionary(dictionary) => has_signature(dictionary),
        Object::Stream(stream) => has_signature(&stream.dict),
        _ => false,
    };
    document.objects.values().any(of) || document.catalog().is_ok_and(|catalog| catalog.has(b"Perms"))
}

fn has_signature(dictionary: &Dictionary) -> bool {
    let nested = |key: &[u8]| dictionary.get(key).and_then(Object::as_dict).is_ok_and(|value| value.has(b"ByteRange"));
    dictionary.has(b"ByteRange") || nested(b"V")
}

/// The XMP of the document; `None` when it has none.
fn packet(document: &Document) -> Result<Option<String>, LabelError> {
    let catalog = document.catalog().map_err(|_| LabelError::Damaged("its catalog"))?;
    let Ok(metadata) = catalog.get(b"Metadata") else { return Ok(None) };
    let stream = document.dereference(metadata).and_then(|(_, object)| object.as_stream());
    let stream = stream.map_err(|_| LabelError::Metadata)?;
    let bytes = if stream.is_compressed() {
        stream.decompressed_content().map_err(|_| LabelError::Metadata)?
    } else {
        stream.content.clone()
    };
    String::from_utf8(bytes).map(Some).map_err(|_| LabelError::Metadata)
}

/// What the information dictionary says.
fn info(document: &Document) -> Info {
    let info = document.trailer.get(b"Info").and_then(|info| document.dereference(info));
    let Ok((_, Object::Dictionary(info))) = info else { return Info::default() };
    let text = |key: &[u8]| {
        let text = info.get(key).and_then(|value| document.dereference(value));
        let text = text.and_then(|(_, value)| lopdf::decode_text_string(value)).ok()?;
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        (!text.trim().is_empty()).then(|| text.trim().to_owned())
    };
    Info { title: text(b"Title"), author: text(b"Author"), subject: text(b"Subject") }
}

/// The file with an update that holds the metadata, and the catalog when it named none.
fn update(bytes: &[u8], document: Document, packet: String) -> Result<Vec<u8>, LabelError> {
    let catalog = document.trailer.get(b"Root").and_then(Object::as_reference);
    let catalog = catalog.map_err(|_| LabelError::Damaged("its catalog"))?;
    let metadata: Option<ObjectId> = document.catalog().ok().and_then(|c| c.get(b"Metadata").ok()?.as_reference().ok());
    let mut stream = Stream::new(dictionary(&document, metadata), packet.into_bytes());
    stream.allows_compression = false;
    let mut update = IncrementalDocument::create_from(bytes.to_vec(), document);
    // It described the table of the file as it came.
    update.new_document.trailer.remove(b"DecodeParms");
    if let Some(id) = metadata {
        update.new_document.objects.insert(id, stream.into());
    } else {
        let id = update.new_document.add_object(stream);
        update.opt_clone_object_to_new_document(catalog).map_err(|_| LabelError::Damaged("its catalog"))?;
        let object = update.new_document.get_object_mut(catalog).and_then(Object::as_dict_mut);
        object.map_err(|_| LabelError::Damaged("its catalog"))?.set("Metadata", id);
    }
    let mut updated = Vec::with_capacity(bytes.len() + 8192);
    update.save_to(&mut updated).map_err(|_| LabelError::Unverified)?;
    Ok(updated)
}

/// The dictionary of the metadata that is there, for a stream without filters: PDF/A-1 allows none.
fn dictionary(document: &Document, metadata: Option<ObjectId>) -> Dictionary {
    let known = metadata.and_then(|id| document.get_object(id).and_then(Object::as_stream).ok());
    let mut dictionary = known.map(|stream| stream.dict.clone()).unwrap_or_default();
    for key in [&b"Filter"[..], b"DecodeParms", b"DL", b"Length"] {
        dictionary.remove(key);
    }
    dictionary.set("Type", "Metadata");
    dictionary.set("Subtype", "XML");
    dictionary
}

/// Whether a check that held before does not hold any more.
fn worsened(before: &pdfa::Screen, updated: &[u8]) -> bool {
    let Some(after) = pdfa::screen(updated) else { return true };
    after.declared != before.declared || after.findings.iter().any(|finding| !before.findings.contains(finding))
}
