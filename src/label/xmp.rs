//! The label in a document's XMP, and the description of its properties that
//! PDF/A asks for (ISO 19005-1, 6.7.8; ISO 19005-2, 6.6.2.3.3).

use quick_xml::escape::escape;

use super::xml::{Node, Tag, insert, walk};
use super::{Label, LabelError, Layer, Request, is_edited};
use crate::image::label::xmp::{DUBLIN_CORE, Field, Form, IPTC_EXTENSION, OWN, RDF, merge_fields};

const PDFA_ID: &str = "http://www.aiim.org/pdfa/ns/id/";
const EXTENSION: &str = "http://www.aiim.org/pdfa/ns/extension/";
const SCHEMA: &str = "http://www.aiim.org/pdfa/ns/schema#";
const PROPERTY: &str = "http://www.aiim.org/pdfa/ns/property#";

/// This program's own property: the label's words.
const LABEL: &str = "Label";

/// A schema that PDF/A does not know.
struct Schema {
    title: &'static str,
    namespace: &'static str,
    prefix: &'static str,
    /// Name, value type and meaning.
    properties: &'static [(&'static str, &'static str, &'static str)],
}

const SCHEMAS: &[Schema] = &[
    Schema {
        title: "IPTC Extension",
        namespace: IPTC_EXTENSION,
        prefix: "Iptc4xmpExt",
        properties: &[
            ("DigitalSourceType", "URL", "How the content was made, by IPTC NewsCodes"),
            ("AISystemUsed", "Text", "The AI system that made the content"),
            ("AISystemVersionUsed", "Text", "The version of the AI system"),
        ],
    },
    Schema {
        title: "aktsam label",
        namespace: OWN,
        prefix: "aktsam",
        properties: &[(LABEL, "Text", "That AI made the content, in words")],
    },
];

/// The packet with the label in it; a new one when there is none, with `described` as further description fields.
///
/// # Errors
///
/// [`LabelError::Metadata`] when the packet that is there cannot be read.
pub(super) fn with_label(packet: Option<&str>, request: &Request, info: &Info) -> Result<String, LabelError> {
    let source_type = request.source_type();
    let mut fields = vec![
        text(IPTC_EXTENSION, "Iptc4xmpExt", "DigitalSourceType", &source_type),
        text(OWN, "aktsam", LABEL, request.words()),
    ];
    for (name, value) in [("AISystemUsed", &request.system), ("AISystemVersionUsed", &request.version)] {
        fields.extend(value.as_deref().map(|value| text(IPTC_EXTENSION, "Iptc4xmpExt", name, value)));
    }
    let authors = info
        .author
        .as_deref()
        .map(|author| format!("<rdf:Seq xmlns:rdf=\"{RDF}\"><rdf:li>{}</rdf:li></rdf:Seq>", escape(author)));
    let core = |name, value| Field { namespace: DUBLIN_CORE, prefix: "dc", name, value, replaces: false };
    // What the information dictionary says stays said: readers believe XMP where there is any.
    let subject = info.subject.as_deref().unwrap_or(request.words());
    fields.push(core("description", Form::Alternatives(subject, request.language)));
    if packet.is_none() {
        fields.extend(info.title.as_deref().map(|title| core("title", Form::Alternatives(title, request.language))));
        fields.extend(authors.as_deref().map(|authors| core("creator", Form::Markup(authors))));
    }
    let merged = merge_fields(packet.map(str::as_bytes), &fields).map_err(|_| LabelError::Metadata)?;
    let merged = String::from_utf8(merged).map_err(|_| LabelError::Metadata)?;
    if declares_pdfa(&merged) { described(&merged).ok_or(LabelError::Metadata) } else { Ok(merged) }
}

/// What a document's information dictionary says of it.
#[derive(Default)]
pub(super) struct Info {
    pub(super) title: Option<String>,
    pub(super) author: Option<String>,
    pub(super) subject: Option<String>,
}

fn text<'a>(namespace: &'static str, prefix: &'static str, name: &'static str, value: &'a str) -> Field<'a> {
    Field { namespace, prefix, name, value: Form::Text(value), replaces: true }
}

/// The label that a packet holds.
pub(super) fn read(packet: &str) -> Option<Label> {
    let label = value(packet, OWN, LABEL)?;
    let edited = is_edited(&value(packet, IPTC_EXTENSION, "DigitalSourceType")?)?;
    Some(Label { text: label, edited, system: value(packet, IPTC_EXTENSION, "AISystemUsed"), layers: vec![Layer::Xmp] })
}

/// Whether the packet declares a part of PDF/A.
pub(super) fn declares_pdfa(packet: &str) -> bool {
    value(packet, PDFA_ID, "part").is_some()
}

/// The first plain value of a property, as an element; `None` when there is none.
fn value(packet: &str, namespace: &str, name: &str) -> Option<String> {
    let mut found: Option<String> = None;
    let mut inside = 0;
    walk(packet, |node| match node {
        Node::Open(tag) if inside > 0 || found.is_none() && tag.is(namespace, name) => {
            inside += 1;
            found.get_or_insert_default();
        }
        Node::Open(tag) => {
            let attribute = tag.names.iter().position(|(space, local)| space == namespace && local == name);
            if let (None, Some(at)) = (&found, attribute) {
                found = tag.attributes.get(at).map(|(_, value)| value.clone());
            }
        }
        Node::Text(text) if inside > 0 => found.get_or_insert_default().push_str(text),
        Node::Close { .. } if inside > 0 => inside -= 1,
        _ => {}
    })?;
    found.map(|value| value.trim().to_owned())
}

/// The packet with the label's properties described in an extension schema.
fn described(packet: &str) -> Option<String> {
    let mut packet = packet.to_owned();
    for schema in SCHEMAS {
        let used = |(name, ..): &&(&str, &str, &str)| value(&packet, schema.namespace, name).is_some();
        let found = Extension::of(&packet)?;
        let known = found.schemas.iter().find(|known| known.namespace == schema.namespace);
        let names = known.map_or(&[][..], |known| known.properties.as_slice());
        let missing: Vec<_> =
            schema.properties.iter().filter(used).filter(|(name, ..)| !names.iter().any(|n| n == name)).collect();
        if missing.is_empty() {
            continue;
        }
        let properties: String = missing.into_iter().map(property).collect();
        packet = match (known, found.end) {
            (Some(known), _) => insert(&packet, known.end?, &properties)?,
            (None, Some(end)) => insert(&packet, end, &schema_item(schema, &properties))?,
            (None, None) => with_extension(&packet, &schema_item(schema, &properties))?,
        };
    }
    Some(packet)
}

/// The extension schemas of a packet.
#[derive(Default)]
struct Extension {
    /// Where their list ends; `None` when there is none.
    end: Option<usize>,
    schemas: Vec<Described>,
}

/// A schema that is described.
#[derive(Default)]
struct Described {
    namespace: String,
    properties: Vec<String>,
    /// Where the list of its properties ends.
    end: Option<usize>,
}

impl Extension {
    fn of(packet: &str) -> Option<Self> {
        let mut found = Self::default();
        let mut open: Vec<(String, String)> = Vec::new();
        walk(packet, |node| match node {
            Node::Open(tag) => {
                found.open(&open, &tag);
                open.push((tag.namespace, tag.name));
            }
            Node::Text(text) => found.text(&open, text),
            Node::Close { tag, empty } => {
                let closed = open.pop().unwrap_or_default();
                // An empty list has no inside to add to.
                if !empty && is(&closed, RDF, "Bag") && open.last().is_some_and(|above| is(above, EXTENSION, "schemas"))
                {
                    found.end = Some(tag.start);
                }
                if !empty
                    && is(&closed, RDF, "Seq")
                    && open.last().is_some_and(|above| is(above, SCHEMA, "property"))
                    && let Some(schema) = found.schemas.last_mut()
                {
                    schema.end = Some(tag.start);
                }
            }
        })?;
        Some(found)
    }

    fn open(&mut self, open: &[(String, String)], tag: &Tag) {
        let in_list = open.last().is_some_and(|above| is(above, RDF, "Bag"))
            && open.iter().rev().nth(1).is_some_and(|above| is(above, EXTENSION, "schemas"));
        if in_list && tag.is(RDF, "li") {
            self.schemas.push(Described::default());
        }
        for ((namespace, name), (_, value)) in tag.names.iter().zip(&tag.attributes) {
            self.note(namespace, name, value);
        }
    }

    fn text(&mut self, open: &[(String, String)], text: &str) {
        if let Some((namespace, name)) = open.last() {
            self.note(namespace, name, text);
        }
    }

    fn note(&mut self, namespace: &str, name: &str, value: &str) {
        let Some(schema) = self.schemas.last_mut() else { return };
        match (namespace, name) {
            (SCHEMA, "namespaceURI") => schema.namespace.push_str(value.trim()),
            (PROPERTY, "name") => schema.properties.push(value.trim().to_owned()),
            _ => {}
        }
    }
}

fn is(element: &(String, String), namespace: &str, name: &str) -> bool {
    element.0 == namespace && element.1 == name
}

fn property((name, kind, meaning): &(&str, &str, &str)) -> String {
    format!(
        "<rdf:li xmlns:rdf=\"{RDF}\" rdf:parseType=\"Resource\" xmlns:pdfaProperty=\"{PROPERTY}\">\
         <pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>{kind}</pdfaProperty:valueType>\
         <pdfaProperty:category>external</pdfaProperty:category>\
         <pdfaProperty:description>{meaning}</pdfaProperty:description></rdf:li>\n"
    )
}

fn schema_item(schema: &Schema, properties: &str) -> String {
    format!(
        "<rdf:li xmlns:rdf=\"{RDF}\" rdf:parseType=\"Resource\" xmlns:pdfaSchema=\"{SCHEMA}\">\
         <pdfaSchema:schema>{}</pdfaSchema:schema><pdfaSchema:namespaceURI>{}</pdfaSchema:namespaceURI>\
         <pdfaSchema:prefix>{}</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>\n{properties}</rdf:Seq>\
         </pdfaSchema:property></rdf:li>\n",
        schema.title, schema.namespace, schema.prefix
    )
}

fn with_extension(packet: &str, items: &str) -> Option<String> {
    let list = format!("<rdf:Bag xmlns:rdf=\"{RDF}\">\n{items}</rdf:Bag>");
    let value = Form::Markup(&list);
    let field = Field { namespace: EXTENSION, prefix: "pdfaExtension", name: "schemas", value, replaces: false };
    String::from_utf8(merge_fields(Some(packet.as_bytes()), &[field]).ok()?).ok()
}
