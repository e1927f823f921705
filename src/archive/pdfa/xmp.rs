//! XMP as properties and values: RDF/XML read into the data model of ISO 16684-1.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// The RDF syntax namespace.
pub(super) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Deepest nesting of elements that is read.
const DEPTH: usize = 64;

/// A property: its name and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Property {
    pub(super) namespace: String,
    pub(super) prefix: String,
    pub(super) name: String,
    pub(super) value: Value,
}

/// The forms a value may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Simple(String),
    Array(Order, Vec<Item>),
    Structure(Vec<Property>),
}

/// The three kinds of RDF container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Bag,
    Seq,
    Alt,
}

/// A member of an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// `xml:lang`, lower case.
    pub(super) language: Option<String>,
    pub(super) value: Value,
}

impl Value {
    /// The text of a simple value.
    pub(super) fn simple(&self) -> Option<&str> {
        match self {
            Self::Simple(text) => Some(text),
            _ => None,
        }
    }
}

/// The properties of an XMP packet, in order.
///
/// `None` when the packet is not well-formed XML or holds no RDF that can be read.
pub(super) fn parse(packet: &str) -> Option<Vec<Property>> {
    let root = tree(packet)?;
    let rdf = root.find(RDF, "RDF")?;
    let mut properties = Vec::new();
    for description in &rdf.children {
        if !description.is(RDF, "Description") {
            return None;
        }
        properties.extend(fields(description)?);
    }
    Some(properties)
}

/// The properties that a `rdf:Description`, or an element that stands for one, holds.
fn fields(element: &Element) -> Option<Vec<Property>> {
    let own = element.attributes.iter().filter(|attribute| !attribute.is_syntax()).map(|attribute| Property {
        namespace: attribute.namespace.clone(),
        prefix: attribute.prefix.clone(),
        name: attribute.name.clone(),
        value: Value::Simple(attribute.value.clone()),
    });
    let mut properties: Vec<Property> = own.collect();
    for child in &element.children {
        properties.push(property(child)?);
    }
    Some(properties)
}

fn property(element: &Element) -> Option<Property> {
    // RDF's own names are syntax; as properties only these may stand.
    if element.namespace.is_empty() || element.namespace == RDF && !matches!(element.name.as_str(), "value" | "type") {
        return None;
    }
    Some(Property {
        namespace: element.namespace.clone(),
        prefix: element.prefix.clone(),
        name: element.name.clone(),
        value: value(element)?,
    })
}

fn value(element: &Element) -> Option<Value> {
    if element.attribute(RDF, "parseType") == Some("Resource") {
        return fields(element).map(unqualified);
    }
    match element.children.as_slice() {
        [] => Some(leaf(element)),
        [only] if only.is(RDF, "Description") => fields(only).map(unqualified),
        [only] if only.namespace == RDF => array(only),
        _ => None,
    }
}

fn leaf(element: &Element) -> Value {
    if let Some(resource) = element.attribute(RDF, "resource") {
        return Value::Simple(resource.to_owned());
    }
    match fields(element) {
        Some(fields) if !fields.is_empty() => Value::Structure(fields),
        _ => Value::Simple(element.text.clone()),
    }
}

/// A structure with `rdf:value` is that value with qualifiers.
fn unqualified(fields: Vec<Property>) -> Value {
    match fields.iter().find(|field| field.namespace == RDF && field.name == "value") {
        Some(field) => field.value.clone(),
        None => Value::Structure(fields),
    }
}

fn array(element: &Element) -> Option<Value> {
    let order = match element.name.as_str() {
        "Bag" => Order::Bag,
        "Seq" => Order::Seq,
        "Alt" => Order::Alt,
        _ => return None,
    };
    let item = |li: &Element| {
        let language = li.attribute(XML, "lang").map(str::to_lowercase);
        li.is(RDF, "li").then(|| value(li)).flatten().map(|value| Item { language, value })
    };
    let items: Option<Vec<Item>> = element.children.iter().map(item).collect();
    Some(Value::Array(order, items?))
}

#[derive(Debug, Default)]
struct Element {
    namespace: String,
    prefix: String,
    name: String,
    attributes: Vec<Attribute>,
    children: Vec<Element>,
    text: String,
}

#[derive(Debug)]
struct Attribute {
    namespace: String,
    prefix: String,
    name: String,
    value: String,
}

impl Attribute {
    fn is_syntax(&self) -> bool {
        self.namespace.is_empty() || self.namespace == RDF || self.namespace == XML
    }
}

impl Element {
    fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    fn attribute(&self, namespace: &str, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|a| a.namespace == namespace && a.name == name)?;
        Some(&found.value)
    }

    fn find(&self, namespace: &str, name: &str) -> Option<&Element> {
        if self.is(namespace, name) {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(namespace, name))
    }
}

fn tree(packet: &str) -> Option<Element> {
    let mut reader = NsReader::from_str(packet);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                open.push(element(&reader, &start)?);
                if open.len() > DEPTH {
                    return None;
                }
            }
            Event::Empty(start) => {
                let leaf = element(&reader, &start)?;
                open.last_mut()?.children.push(leaf);
            }
            Event::End(_) => {
                let done = open.pop()?;
                open.last_mut()?.children.push(done);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::CData(data) => open.last_mut()?.text.push_str(&data),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(character)) => open.last_mut()?.text.push(character),
                _ => open.last_mut()?.text.push_str(quick_xml::escape::resolve_xml_entity(&reference)?),
            },
            Event::Eof => break,
            _ => {}
        }
    }
    let root = open.pop()?;
    open.is_empty().then_some(root)
}

fn element(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Option<Element> {
    let (namespace, local) = reader.resolver().resolve_element(start.name());
    let mut attributes = BTreeMap::new();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (namespace, local) = reader.resolver().resolve_attribute(attribute.key);
        let namespace = bound(&namespace)?;
        let prefix = attribute.key.prefix().map_or_else(String::new, |prefix| prefix.as_ref().to_string());
        let name = local.as_ref().to_string();
        let value = quick_xml::escape::unescape(&attribute.value).ok()?.into_owned();
        attributes.insert((namespace.clone(), name.clone()), Attribute { namespace, prefix, name, value });
    }
    Some(Element {
        namespace: bound(&namespace)?,
        prefix: start.name().prefix().map_or_else(String::new, |prefix| prefix.as_ref().to_string()),
        name: local.as_ref().to_string(),
        attributes: attributes.into_values().collect(),
        ..Element::default()
    })
}

fn bound(namespace: &ResolveResult<'_>) -> Option<String> {
    match namespace {
        ResolveResult::Bound(namespace) => Some(namespace.as_ref().to_string()),
        ResolveResult::Unbound => Some(String::new()),
        ResolveResult::Unknown(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(inside: &str) -> Option<Vec<Property>> {
        parse(&format!(
            r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}" xmlns:a="urn:a">{inside}</rdf:RDF></x:xmpmeta>"#
        ))
    }

    fn check(inside: &str, value: &Value) {
        let properties = parsed(&format!("<rdf:Description rdf:about=\"\">{inside}</rdf:Description>")).unwrap();
        assert_eq!(&properties[0].value, value, "{inside}");
    }

    fn field(name: &str, value: &str) -> Property {
        let value = Value::Simple(value.into());
        Property { namespace: "urn:a".into(), prefix: "a".into(), name: name.into(), value }
    }

    #[test]
    fn reads_every_form_of_a_value() {
        check("<a:p>x &amp; y</a:p>", &Value::Simple("x & y".into()));
        check("<a:p rdf:resource=\"urn:x\"/>", &Value::Simple("urn:x".into()));
        let item = Item { language: Some("x-default".into()), value: Value::Simple("t".into()) };
        let list = "<a:p><rdf:Alt><rdf:li xml:lang=\"x-default\">t</rdf:li></rdf:Alt></a:p>";
        check(list, &Value::Array(Order::Alt, vec![item]));
        let structure = Value::Structure(vec![field("f", "1")]);
        check("<a:p rdf:parseType=\"Resource\"><a:f>1</a:f></a:p>", &structure);
        check("<a:p><rdf:Description><a:f>1</a:f></rdf:Description></a:p>", &structure);
        check("<a:p a:f=\"1\"/>", &structure);
        let qualified = "<a:p><rdf:Description><rdf:value>v</rdf:value><a:q>1</a:q></rdf:Description></a:p>";
        check(qualified, &Value::Simple("v".into()));
    }

    #[test]
    fn attributes_are_properties() {
        assert_eq!(parsed("<rdf:Description rdf:about=\"\" a:p=\"1\"/>"), Some(vec![field("p", "1")]));
    }

    #[test]
    fn refuses_what_is_no_rdf() {
        for packet in ["", "<a>", "<rdf:RDF/>", "<a/>"] {
            assert_eq!(parse(packet), None, "{packet}");
        }
        assert_eq!(parsed("<a:p/>"), None);
        assert_eq!(parse(&"<a>".repeat(100_000)), None);
    }
}
