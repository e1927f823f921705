//! What a PDF holds beside its pages: properties, bookmarks, form data,
//! attachments, actions.
//!
//! Read with hayro's own object access: the file is parsed already. A second
//! parser would cost a fifth more time and hold the file in memory once more.

use std::collections::HashSet;

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::dict::keys::{EF, F, FIRST, KIDS, METADATA, NAMES, NEXT, PARENT, S, TITLE};
use hayro_interpret::hayro_syntax::object::{self, Array, Dict, Name, Object, ObjectIdentifier, Stream};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::document::Cause;

/// The most bookmarks, name tree nodes or form fields that are followed.
const MOST_NODES: usize = 10_000;

/// The catalog: the root of a document's objects.
pub(super) fn catalog(pdf: &Pdf) -> Dict<'_> {
    pdf.xref().get(pdf.xref().root_id()).unwrap_or_default()
}

/// A text string in `PDFDocEncoding`, UTF-16 or UTF-8 (ISO 32000-2, 7.9.2.2).
pub(super) fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        // Latin-1 but for marks in 0x80–0x9f, where Windows-1252 has the same
        // letters and dashes under other codes: only those marks are lost.
        bytes => bytes.iter().map(|&byte| if (0x80..0xa0).contains(&byte) { ' ' } else { char::from(byte) }).collect(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.as_chunks().0.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units)
}

/// The text under `key`, when it is a string.
pub(super) fn text(dict: &Dict<'_>, key: &[u8]) -> Option<String> {
    let string = dict.get::<object::String<'_>>(key)?;
    let text = decode(string.as_bytes()).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// Title, author, subject and keywords of the information dictionary.
pub(super) fn properties(pdf: &Pdf) -> Vec<String> {
    let info = pdf.metadata();
    let properties = [&info.title, &info.author, &info.subject, &info.keywords];
    properties.into_iter().flatten().map(|bytes| decode(bytes)).collect()
}

/// Keys of the information dictionary that the program or the standard fills in.
const TECHNICAL: &[&str] =
    &["Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate", "Trapped"];

/// What the user's own keys of the information dictionary say.
pub(super) fn own_properties(bytes: &[u8], pdf: &Pdf) -> Vec<String> {
    // The parser keeps no trailer. Its reference is written out, in a table's trailer and in a packed one.
    let references = memchr::memmem::find_iter(bytes, b"/Info").take(MOST_NODES);
    let mut seen = HashSet::new();
    let ids = references.filter_map(|at| reference(bytes.get(at + 5..)?)).filter(|id| seen.insert(*id)).take(100);
    let dicts = ids.filter_map(|id| pdf.xref().get::<Dict<'_>>(id));
    dicts.flat_map(|dict| values_of_own_keys(&dict)).collect()
}

fn values_of_own_keys(dict: &Dict<'_>) -> Vec<String> {
    let own = dict.keys().filter(|key| !TECHNICAL.contains(&key.as_str()));
    own.filter_map(|key| text(dict, key.as_ref())).take(MOST_NODES).collect()
}

/// The object that `12 0 R` refers to.
fn reference(text: &[u8]) -> Option<ObjectIdentifier> {
    let head = std::str::from_utf8(text.get(..text.len().min(24))?.split(|byte| !byte.is_ascii()).next()?).ok()?;
    let mut words = head.split_ascii_whitespace();
    let (number, generation) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    words.next()?.starts_with('R').then(|| ObjectIdentifier::new(number, generation))
}

/// Whether the catalog names pages that the page tree does not show: templates and pages that are
/// hidden until a form brings them in (ISO 32000-2, 7.7.4).
pub(super) fn has_pages_aside(catalog: &Dict<'_>) -> bool {
    let names = catalog.get::<Dict<'_>>(NAMES);
    names.is_some_and(|names| names.contains_key("Templates") || names.contains_key("Pages"))
}

/// Whether a crypt filter has a method of its own (ISO 32000-2, table 25).
pub(super) fn has_unknown_cipher(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, b"/CFM").any(|at| {
        let name = bytes.get(at + 4..).unwrap_or_default().trim_ascii_start();
        !["/V2", "/AESV2", "/AESV3"].iter().any(|known| name.starts_with(known.as_bytes()))
    })
}

/// How many pages the page tree says that it has.
pub(super) fn pages_said(catalog: &Dict<'_>) -> usize {
    let count = catalog.get::<Dict<'_>>("Pages").and_then(|pages| pages.get::<i32>("Count"));
    count.and_then(|count| usize::try_from(count).ok()).unwrap_or(0)
}

/// Nodes of the structure that are followed.
const MOST_ELEMENTS: usize = 20_000;

/// What the structure says instead of what is drawn: descriptions of pictures, spelt-out short forms.
pub(super) fn meanings(catalog: &Dict<'_>) -> Vec<String> {
    let mut meanings = Vec::new();
    let mut seen = HashSet::new();
    let mut open: Vec<Dict<'_>> = catalog.get::<Dict<'_>>("StructTreeRoot").into_iter().collect();
    while let Some(node) = open.pop() {
        if seen.len() >= MOST_ELEMENTS || node.obj_id().is_some_and(|id| !seen.insert(id)) {
            continue;
        }
        meanings.extend([&b"Alt"[..], b"E"].iter().filter_map(|key| text(&node, key)));
        match node.get::<Object<'_>>("K") {
            Some(Object::Dict(kid)) => open.push(kid),
            Some(Object::Array(kids)) => open.extend(kids.iter::<Dict<'_>>().take(MOST_ELEMENTS)),
            _ => {}
        }
    }
    meanings
}

/// What the XMP metadata says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Xmp {
    /// Declared PDF/A part and conformance, such as `2b`.
    pub(super) pdfa: Option<String>,
    /// Identifier of a sensitivity label (MIP).
    pub(super) label: Option<String>,
    /// What it says in words: descriptions, creators, the user's own properties.
    pub(super) texts: Vec<String>,
    /// The words of a label that says AI wrote the text, see [`crate::label`].
    pub(super) disclosure: Option<String>,
}

/// The document's XMP metadata.
pub(super) fn xmp(catalog: &Dict<'_>) -> Xmp {
    let packet = catalog.get::<Stream<'_>>(METADATA).and_then(|stream| stream.decoded_data().ok());
    packet.map(|packet| read_xmp(&packet)).unwrap_or_default()
}

fn read_xmp(packet: &[u8]) -> Xmp {
    let mut reader = Reader::from_reader(packet);
    let (mut part, mut conformance, mut label, mut disclosure) = (None, None, None, None);
    let mut texts = Vec::new();
    let mut element = String::new();
    let mut property = String::new();
    let mut note = |name: &str, value: &str| match name {
        "pdfaid:part" => part = Some(value.to_owned()),
        "pdfaid:conformance" => conformance = Some(value.to_ascii_lowercase()),
        "aktsam:Label" => disclosure = Some(value.to_owned()),
        name => label = label.take().or_else(|| label_of(name)),
    };
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                for attribute in start.attributes().flatten() {
                    note(attribute.key.as_ref(), &attribute.value);
                    texts.extend(says_words(attribute.key.as_ref()).then(|| attribute.value.trim().to_owned()));
                }
                start.name().as_ref().clone_into(&mut element);
                // Lists and their items stand between a property and its words.
                if !element.starts_with("rdf:") {
                    property.clone_from(&element);
                }
            }
            Ok(Event::Text(text)) => {
                if !text.trim().is_empty() {
                    note(&element, text.trim());
                    texts.extend(says_words(&property).then(|| text.trim().to_owned()));
                }
            }
            Ok(Event::CData(text)) => texts.extend(says_words(&property).then(|| text.trim().to_owned())),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    // A part is one digit and a conformance one letter (ISO 19005); the file's
    // own words go no further than that.
    let pdfa = part.filter(|part| matches!(part.as_bytes(), [b'1'..=b'9'])).map(|part| {
        let level = conformance.filter(|level| matches!(level.as_bytes(), [b'a'..=b'z'])).unwrap_or_default();
        part + &level
    });
    texts.truncate(MOST_NODES);
    Xmp { pdfa, label, texts, disclosure }
}

/// Families of properties that programs fill in with dates, versions and identifiers.
const TECHNICAL_XMP: &[&str] = &[
    "aktsam",
    "xmp",
    "xmpMM",
    "xmpTPg",
    "xmpRights",
    "stEvt",
    "stRef",
    "stDim",
    "stFnt",
    "pdfaid",
    "pdfuaid",
    "pdfxid",
    "pdfaExtension",
    "pdfaSchema",
    "pdfaProperty",
    "pdfaType",
    "pdfaField",
    "exif",
    "tiff",
    "aux",
    "crs",
    "xml",
    "xmlns",
    "rdf",
    "x",
    "illustrator",
    "xmpG",
    "xapGImg",
    "xmpGImg",
    "photoshop",
    "adhocwf",
    "desc",
    "xapMM",
    "xap",
    "pdfe",
    "pdfvt",
    "extensis_fontsense",
];

/// Whether a property such as `dc:description` or one of the user's own says something in words.
fn says_words(name: &str) -> bool {
    let Some((family, name)) = name.split_once(':') else { return false };
    let technical = TECHNICAL_XMP.contains(&family)
        || family == "pdf" && name != "Keywords"
        || matches!(name, "format" | "SourceModified" | "about" | "parseType")
        || name.contains("MSIP_Label");
    !technical
}

/// The identifier in a property name such as `pdfx:MSIP_Label_<GUID>_Enabled`.
fn label_of(name: &str) -> Option<String> {
    let (_, label) = name.split_once("MSIP_Label_")?;
    let id = label.get(..36)?;
    id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-').then(|| id.to_owned())
}

/// The titles of the bookmarks, in order.
pub(super) fn bookmarks(catalog: &Dict<'_>) -> Vec<String> {
    let mut titles = Vec::new();
    let mut seen = HashSet::new();
    let first = |dict: &Dict<'_>| dict.get_ref(FIRST).map(ObjectIdentifier::from);
    let Some(outlines) = catalog.get::<Dict<'_>>(&b"Outlines"[..]) else { return titles };
    let mut open: Vec<Dict<'_>> = first(&outlines).and_then(|_| outlines.get::<Dict<'_>>(FIRST)).into_iter().collect();
    while let Some(item) = open.pop() {
        if titles.len() == MOST_NODES || !item.obj_id().is_some_and(|id| seen.insert(id)) {
            continue;
        }
        titles.extend(text(&item, TITLE));
        open.extend(item.get::<Dict<'_>>(NEXT));
        open.extend(item.get::<Dict<'_>>(FIRST));
    }
    titles
}

/// Whether the document runs something by itself: JavaScript, or starting another program.
pub(super) fn is_active(catalog: &Dict<'_>) -> bool {
    let scripts = catalog.get::<Dict<'_>>(NAMES).is_some_and(|names| names.contains_key("JavaScript"));
    scripts || has_active_action(catalog)
}

/// What `dict` (catalog, page, annotation, field) does by itself or when it is used.
pub(super) fn actions<'a>(dict: &Dict<'a>) -> Vec<Dict<'a>> {
    let own = ["OpenAction", "A"].iter().filter_map(|key| dict.get::<Dict<'a>>(key));
    let additional = dict.get::<Dict<'a>>("AA");
    let additional =
        additional.iter().flat_map(|actions| actions.keys().filter_map(|key| actions.get::<Dict<'a>>(key.as_ref())));
    own.chain(additional).collect()
}

/// Whether one of the actions of `dict` runs something.
pub(super) fn has_active_action(dict: &Dict<'_>) -> bool {
    actions(dict).iter().any(|action| {
        let kind = action.get::<Name<'_>>(S);
        kind.is_some_and(|kind| matches!(kind.as_ref(), b"JavaScript" | b"Launch"))
    })
}

/// An embedded file.
#[derive(Debug)]
pub(super) struct Attachment<'a> {
    /// Its name, without folders.
    pub(super) name: String,
    /// Its content, still packed.
    pub(super) stream: Stream<'a>,
}

/// The embedded files that the catalog names.
pub(super) fn attachments<'a>(catalog: &Dict<'a>) -> Vec<Attachment<'a>> {
    let named = catalog.get::<Dict<'_>>(NAMES).and_then(|names| names.get::<Dict<'_>>("EmbeddedFiles"));
    let mut specifications = named.map(|root| tree(root, NAMES)).unwrap_or_default();
    let associated = catalog.get::<Array<'_>>("AF");
    specifications.extend(associated.iter().flat_map(Array::iter::<Dict<'_>>).take(MOST_NODES));
    specifications.iter().filter_map(attachment).collect()
}

/// The embedded file of a file specification.
pub(super) fn attachment<'a>(specification: &Dict<'a>) -> Option<Attachment<'a>> {
    let files = specification.get::<Dict<'_>>(EF)?;
    let stream = ["UF", "F", "Unix", "DOS", "Mac"].iter().find_map(|key| files.get::<Stream<'_>>(key))?;
    let path = text(specification, b"UF").or_else(|| text(specification, F)).unwrap_or_default();
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    Some(Attachment { name, stream })
}

/// How many streams of `bytes` say that they are an embedded file: their dictionaries are never packed.
pub(super) fn count_embedded(bytes: &[u8]) -> usize {
    let said = memchr::memmem::find_iter(bytes, b"/EmbeddedFile");
    said.filter(|at| bytes.get(at + b"/EmbeddedFile".len()) != Some(&b's')).count()
}

/// Every stream that says that it is an embedded file.
pub(super) fn all_embedded(pdf: &Pdf) -> Vec<Attachment<'_>> {
    let streams = pdf.objects().into_iter().filter_map(Object::into_stream);
    let embedded = streams.filter(|s| s.dict().get::<Name<'_>>("Type").is_some_and(|t| t.as_ref() == b"EmbeddedFile"));
    embedded.take(MOST_NODES).map(|stream| Attachment { name: String::new(), stream }).collect()
}

/// The values of a name tree, or of a number tree, whose leaves keep them under `key`.
pub(super) fn tree<'a>(root: Dict<'a>, key: &[u8]) -> Vec<Dict<'a>> {
    let mut values = Vec::new();
    let mut seen = HashSet::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if values.len() >= MOST_NODES || node.obj_id().is_some_and(|id| !seen.insert(id)) || seen.len() > MOST_NODES {
            continue;
        }
        let pairs = node.get::<Array<'_>>(key);
        let named = pairs.iter().flat_map(Array::iter::<Object<'_>>).filter_map(Object::into_dict);
        values.extend(named.take(MOST_NODES));
        let kids = node.get::<Array<'_>>(KIDS);
        open.extend(kids.iter().flat_map(Array::iter::<Dict<'_>>).take(MOST_NODES));
    }
    values
}

/// A form field's name and value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Field {
    /// What people see it named, or its name in the file.
    pub(super) name: String,
    /// What was filled in.
    pub(super) value: String,
}

/// The filled-in field that `widget` shows, with what it inherits.
pub(super) fn field(widget: &Dict<'_>) -> Option<Field> {
    let mut line = vec![widget.clone()];
    while let Some(parent) = line.last().and_then(|dict| dict.get::<Dict<'_>>(PARENT)) {
        if line.len() == 32 {
            break;
        }
        line.push(parent);
    }
    let given = ["V", "RV", "DV"]
        .iter()
        .find_map(|key| line.iter().find_map(|dict| dict.get::<Object<'_>>(key)).and_then(value));
    let value = given.or_else(|| line.iter().find_map(choices))?;
    let name = line.iter().find_map(|dict| text(dict, b"TU").or_else(|| text(dict, b"T")));
    Some(Field { name: name.unwrap_or_default(), value })
}

/// What a signature says of who signed, why and where (ISO 32000-2, table 255).
const SIGNED: &[&[u8]] = &[b"Name", b"Reason", b"Location", b"ContactInfo"];

fn value(value: Object<'_>) -> Option<String> {
    let text = match value {
        Object::Dict(signature) => SIGNED.iter().filter_map(|key| text(&signature, key)).collect::<Vec<_>>().join("\n"),
        Object::String(string) => decode(string.as_bytes()),
        // A button that is off.
        Object::Name(name) if name.as_ref() == b"Off" => return None,
        Object::Name(name) => name.as_str().to_owned(),
        Object::Array(choices) => {
            let choices: Vec<String> = choices.iter::<object::String<'_>>().map(|s| decode(s.as_bytes())).collect();
            choices.join("\n")
        }
        Object::Stream(stream) => decode(&stream.decoded_data().ok()?),
        _ => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// What a field offers to choose from.
fn choices(field: &Dict<'_>) -> Option<String> {
    let options = field.get::<Array<'_>>("Opt")?;
    let shown = options.iter::<Object<'_>>().take(MOST_NODES).filter_map(|option| match option {
        Object::String(string) => Some(decode(string.as_bytes())),
        // What is exported, and what is shown.
        Object::Array(pair) => pair.iter::<object::String<'_>>().last().map(|shown| decode(shown.as_bytes())),
        _ => None,
    });
    let shown: Vec<String> = shown.collect();
    (!shown.is_empty()).then(|| shown.join("\n"))
}

/// The filled-in fields of the form, also those that no page shows.
pub(super) fn form_fields(catalog: &Dict<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut seen = HashSet::new();
    let Some(form) = catalog.get::<Dict<'_>>("AcroForm") else { return fields };
    let mut open: Vec<Dict<'_>> =
        form.get::<Array<'_>>("Fields").iter().flat_map(Array::iter::<Dict<'_>>).take(MOST_NODES).collect();
    while let Some(node) = open.pop() {
        if seen.len() == MOST_NODES || node.obj_id().is_some_and(|id| !seen.insert(id)) {
            continue;
        }
        fields.extend(field(&node));
        let below = node.get::<Array<'_>>(KIDS);
        open.extend(below.iter().flat_map(Array::iter::<Dict<'_>>).take(MOST_NODES - open.len().min(MOST_NODES)));
    }
    fields
}

/// What an XFA form holds.
#[derive(Debug, Default)]
pub(super) struct Xfa {
    /// Its texts, which viewers without XFA do not show.
    pub(super) texts: Vec<String>,
    /// Why some of it could not be read.
    pub(super) flaw: Option<Cause>,
}

/// The XFA form of the document.
pub(super) fn xfa(catalog: &Dict<'_>, mut flaw: impl FnMut(&Stream<'_>) -> Option<Cause>) -> Xfa {
    let mut form = Xfa::default();
    let Some(dict) = catalog.get::<Dict<'_>>("AcroForm") else { return form };
    let packets: Vec<Stream<'_>> = match dict.get::<Object<'_>>("XFA") {
        Some(Object::Stream(stream)) => vec![stream],
        Some(Object::Array(packets)) => packets.iter::<Object<'_>>().filter_map(Object::into_stream).collect(),
        _ => return form,
    };
    // The packets are pieces of one XML document, cut anywhere.
    let mut xml = Vec::new();
    for packet in &packets {
        form.flaw = form.flaw.or_else(|| flaw(packet));
        if form.flaw != Some(Cause::Limit) {
            xml.extend_from_slice(&packet.decoded_data().unwrap_or_default());
        }
    }
    form.flaw = form.flaw.or(packets.is_empty().then_some(Cause::PartMissing));
    let mut reader = Reader::from_reader(xml.as_slice());
    loop {
        match reader.read_event() {
            Ok(Event::Text(text)) => form.texts.push(text.trim().to_owned()),
            Ok(Event::CData(text)) => form.texts.push(text.trim().to_owned()),
            Ok(Event::Eof) => break,
            Err(_) => {
                form.flaw = form.flaw.or(Some(Cause::PartDamaged));
                break;
            }
            Ok(_) => {}
        }
    }
    form.texts.retain(|text| !text.is_empty());
    form
}

/// The kind of an annotation, such as `Link` or `Widget`.
pub(super) fn subtype<'a>(annotation: &Dict<'a>) -> Option<Name<'a>> {
    annotation.get("Subtype")
}

/// Whether an encryption dictionary is referred to anywhere.
pub(super) fn is_encrypted(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, b"/Encrypt").any(|at| {
        let after = bytes.get(at + b"/Encrypt".len()..).unwrap_or_default().trim_ascii_start();
        matches!(after, [b'0'..=b'9', ..] | [b'<', b'<', ..])
    })
}
