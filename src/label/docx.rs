//! Word documents: a paragraph above the text, and custom properties
//! (ISO/IEC 29500-1, 15.2.12.2) that programs read.

use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::escape::escape;

use super::package::{Package, RELATIONS, Relation};
use super::xml::{self, Node, Tag, walk};
use super::{Label, LabelError, Layer, Request, is_edited};

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const STRICT_WORD: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";

/// The names of the namespaces that custom properties need, which differ between transitional and strict.
struct Names {
    properties: &'static str,
    values: &'static str,
    relation: &'static str,
}

const TRANSITIONAL: Names = Names {
    properties: "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    values: "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes",
    relation: "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties",
};

const STRICT: Names = Names {
    properties: "http://purl.oclc.org/ooxml/officeDocument/customProperties",
    values: "http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes",
    relation: "http://purl.oclc.org/ooxml/officeDocument/relationships/customProperties",
};

const CONTENT_TYPES: &str = "[Content_Types].xml";
const CUSTOM_TYPE: &str = "application/vnd.openxmlformats-officedocument.custom-properties+xml";
/// The identifier that every user-defined property has ([MS-OSHARED] 2.3.3.2.3.1.2).
const FORMAT_ID: &str = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}";

/// The property that holds the label's words.
const DISCLOSURE: &str = "AIDisclosure";
const SOURCE_TYPE: &str = "DigitalSourceType";
const SYSTEM: &str = "AISystemUsed";
const VERSION: &str = "AISystemVersionUsed";
const OWN: &[&str] = &[DISCLOSURE, SOURCE_TYPE, SYSTEM, VERSION];

pub(super) fn label(bytes: &[u8], request: &Request) -> Result<Vec<u8>, LabelError> {
    let mut package = Package::open(bytes)?;
    let relations = package.relations()?;
    if relations.iter().any(|relation| relation.is("origin")) || package.has_folder("_xmlsignatures/") {
        return Err(LabelError::Signed);
    }
    let main = find(&relations, "officedocument").ok_or(LabelError::Damaged("it names no main part"))?;
    let names = if main.kind.contains("purl.oclc.org") { &STRICT } else { &TRANSITIONAL };
    let mut parts = BTreeMap::new();
    let story = package.text(&main.target)?;
    let words = request.words();
    if !paragraphs(&story).ok_or(LabelError::Damaged("its text"))?.iter().any(|paragraph| paragraph == words) {
        let labelled = with_paragraph(&story, words).ok_or(LabelError::Damaged("its text"))?;
        parts.insert(main.target.clone(), labelled);
    }
    set_properties(&mut package, &relations, names, request, &mut parts)?;
    let changed: Vec<String> = parts.keys().cloned().collect();
    let labelled = package.with(parts)?;
    if rest_is_same(bytes, &labelled, &changed) { Ok(labelled) } else { Err(LabelError::Unverified) }
}

pub(super) fn read(bytes: &[u8]) -> Option<Label> {
    let mut package = Package::open(bytes).ok()?;
    let relations = package.relations().ok()?;
    let custom = package.text(&find(&relations, "customproperties")?.target).ok()?;
    let properties = Properties::of(&custom)?;
    let value = |name: &str| properties.values.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let text = value(DISCLOSURE)?;
    let edited = is_edited(&value(SOURCE_TYPE)?)?;
    let story = package.text(&find(&relations, "officedocument")?.target).ok()?;
    let visible = paragraphs(&story)?.contains(&text);
    let layers = if visible { vec![Layer::Visible, Layer::Property] } else { vec![Layer::Property] };
    Some(Label { text, edited, system: value(SYSTEM), layers })
}

fn find<'a>(relations: &'a [Relation], word: &str) -> Option<&'a Relation> {
    relations.iter().find(|relation| relation.is(word))
}

/// The words of every paragraph.
fn paragraphs(story: &str) -> Option<Vec<String>> {
    let is = |tag: &Tag, name: &str| tag.is(WORD, name) || tag.is(STRICT_WORD, name);
    let (mut words, mut open, mut inside) = (Vec::new(), Vec::new(), String::new());
    walk(story, |node| match node {
        Node::Open(tag) => open.push(if is(&tag, "t") { Some(true) } else { is(&tag, "p").then_some(false) }),
        Node::Text(text) if open.last() == Some(&Some(true)) => inside.push_str(text),
        Node::Close { .. } if open.pop() == Some(Some(false)) => words.push(std::mem::take(&mut inside)),
        _ => {}
    })?;
    Some(words)
}

/// The story with a paragraph above everything else.
fn with_paragraph(story: &str, words: &str) -> Option<String> {
    let mut body: Option<(Range<usize>, String)> = None;
    let mut empty = false;
    walk(story, |node| match node {
        Node::Open(tag) if body.is_none() && (tag.is(WORD, "body") || tag.is(STRICT_WORD, "body")) => {
            body = Some((tag.range, tag.namespace));
        }
        Node::Close { tag, empty: true } => empty |= body.as_ref().is_some_and(|(range, _)| *range == tag),
        _ => {}
    })?;
    let (tag, namespace) = body?;
    let paragraph = paragraph(&namespace, words);
    if empty { xml::open(story, tag, &paragraph) } else { xml::insert(story, tag.end, &paragraph) }
}

/// A framed paragraph in bold, black on white whatever the document's styles are.
fn paragraph(namespace: &str, words: &str) -> String {
    let side = |name| format!("<w:{name} w:val=\"single\" w:sz=\"6\" w:space=\"4\" w:color=\"000000\"/>");
    let frame: String = ["top", "left", "bottom", "right"].map(side).concat();
    format!(
        "<w:p xmlns:w=\"{namespace}\"><w:pPr><w:pBdr>{frame}</w:pBdr>\
         <w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"FFFFFF\"/><w:spacing w:after=\"240\"/></w:pPr>\
         <w:r><w:rPr><w:b/><w:vanish w:val=\"0\"/><w:color w:val=\"000000\"/><w:sz w:val=\"24\"/></w:rPr>\
         <w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>",
        escape(words)
    )
}

/// Puts the label into the custom properties, and makes those when there are none.
fn set_properties(
    package: &mut Package<'_>,
    relations: &[Relation],
    names: &Names,
    request: &Request,
    parts: &mut BTreeMap<String, String>,
) -> Result<(), LabelError> {
    if let Some(custom) = find(relations, "customproperties") {
        let text = package.text(&custom.target)?;
        let labelled = with_properties(&text, names, request).ok_or(LabelError::Damaged("its custom properties"))?;
        parts.insert(custom.target.clone(), labelled);
        return Ok(());
    }
    let number = (1..1000).find(|number| !package.has(&part_name(*number)));
    let part = part_name(number.ok_or(LabelError::Damaged("its custom properties"))?);
    let empty = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Properties xmlns=\"{}\"/>",
        names.properties
    );
    let properties = with_properties(&empty, names, request).ok_or(LabelError::Unverified)?;
    let is_free = |id: &String| relations.iter().all(|relation| relation.id != *id);
    let id =
        (1..=relations.len() + 1).map(|number| format!("rIdAiDisclosure{number}")).find(is_free).unwrap_or_default();
    let relation = format!(
        "<Relationship xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\" Id=\"{id}\" \
         Type=\"{}\" Target=\"{part}\"/>",
        names.relation
    );
    let kind = format!(
        "<Override xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\" PartName=\"/{part}\" \
         ContentType=\"{CUSTOM_TYPE}\"/>"
    );
    for (name, content) in [(RELATIONS, relation), (CONTENT_TYPES, kind)] {
        let text = package.text(name)?;
        let text = xml::append(&text, &content).ok_or(LabelError::Damaged("its relations or content types"))?;
        parts.insert(name.to_owned(), text);
    }
    parts.insert(part, properties);
    Ok(())
}

fn part_name(number: u32) -> String {
    if number == 1 { "docProps/custom.xml".to_owned() } else { format!("docProps/custom{number}.xml") }
}

/// The custom properties with the label among them, in the place of one that is there.
fn with_properties(text: &str, names: &Names, request: &Request) -> Option<String> {
    let found = Properties::of(text)?;
    let values = [
        (DISCLOSURE, Some(request.words().to_owned())),
        (SOURCE_TYPE, Some(request.source_type())),
        (SYSTEM, request.system.clone()),
        (VERSION, request.version.clone()),
    ];
    let told = values.iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
    let own: Vec<String> = told
        .zip(found.last_id + 1..)
        .map(|((name, value), id)| {
            format!(
                "<property xmlns=\"{}\" fmtid=\"{FORMAT_ID}\" pid=\"{id}\" name=\"{name}\">\
                 <vt:lpwstr xmlns:vt=\"{}\">{}</vt:lpwstr></property>",
                found.namespace,
                names.values,
                escape(value)
            )
        })
        .collect();
    xml::append(&xml::cut(text, &found.own)?, &own.concat())
}

/// The custom properties that are there.
struct Properties {
    namespace: String,
    values: Vec<(String, String)>,
    /// Where those of this program stand.
    own: Vec<Range<usize>>,
    /// The highest identifier; 1 is reserved.
    last_id: u32,
}

impl Properties {
    fn of(text: &str) -> Option<Self> {
        let mut found = Self { namespace: String::new(), values: Vec::new(), own: Vec::new(), last_id: 1 };
        let (mut depth, mut start) = (0, 0);
        walk(text, |node| match node {
            Node::Open(tag) => {
                depth += 1;
                if depth == 1 {
                    tag.namespace.clone_into(&mut found.namespace);
                } else if depth == 2 {
                    start = tag.range.start;
                    let id = tag.attribute("pid").and_then(|id| id.parse().ok()).unwrap_or(0);
                    found.last_id = found.last_id.max(id);
                    found.values.push((tag.attribute("name").unwrap_or_default().to_owned(), String::new()));
                }
            }
            Node::Text(text) if depth == 3 => {
                if let Some((_, value)) = found.values.last_mut() {
                    value.push_str(text);
                }
            }
            Node::Text(_) => {}
            Node::Close { tag, .. } => {
                let is_own = found.values.last().is_some_and(|(name, _)| OWN.contains(&name.as_str()));
                if depth == 2 && is_own {
                    found.own.push(start..tag.end);
                }
                depth -= 1;
            }
        })?;
        // A number below the highest possible is left for each property of the label.
        (!found.namespace.is_empty() && found.last_id < u32::MAX - 16).then_some(found)
    }
}

/// Whether every member but the changed ones is the same to the byte, as packed.
fn rest_is_same(before: &[u8], after: &[u8], changed: &[String]) -> bool {
    let packed = |bytes| -> Option<BTreeMap<String, Vec<u8>>> {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).ok()?;
        let mut members = BTreeMap::new();
        for index in 0..zip.len() {
            let mut member = zip.by_index_raw(index).ok()?;
            let name = String::from_utf8_lossy(member.name_raw()).into_owned();
            if changed.iter().any(|part| part.eq_ignore_ascii_case(name.trim_start_matches('/'))) {
                continue;
            }
            let mut content = member.crc32().to_le_bytes().to_vec();
            std::io::Read::read_to_end(&mut member, &mut content).ok()?;
            members.insert(name, content);
        }
        Some(members)
    };
    packed(before).is_some_and(|members| Some(members) == packed(after))
}
