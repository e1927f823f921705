//! What the document's XMP must be: there, well formed, of known properties with values of their types.

use std::collections::{HashMap, HashSet};

use super::types::{Custom, Generation, Structure, fits, is_known, predefined};
use super::xmp::{Item, Order, Property, Value};

const ID: &str = "http://www.aiim.org/pdfa/ns/id/";
const EXTENSION: &str = "http://www.aiim.org/pdfa/ns/extension/";
const SCHEMA: &str = "http://www.aiim.org/pdfa/ns/schema#";
const PROPERTY: &str = "http://www.aiim.org/pdfa/ns/property#";
const TYPE: &str = "http://www.aiim.org/pdfa/ns/type#";
const FIELD: &str = "http://www.aiim.org/pdfa/ns/field#";

/// The part and conformance that XMP declares, such as `2b`.
pub(super) fn declared(properties: &[Property]) -> Option<String> {
    let of = |name: &str| properties.iter().find(|p| p.namespace == ID && p.name == name)?.value.simple();
    Some(format!("{}{}", of("part")?.trim(), of("conformance").unwrap_or("").trim().to_lowercase()))
}

/// The identification uses its own prefix and values that exist.
pub(super) fn identification_holds(properties: &[Property]) -> bool {
    let own: Vec<&Property> = properties.iter().filter(|property| property.namespace == ID).collect();
    let known = |property: &&Property| {
        let value = property.value.simple().unwrap_or("");
        property.prefix == "pdfaid"
            && match property.name.as_str() {
                "part" => matches!(value, "1" | "2" | "3"),
                "conformance" => matches!(value, "A" | "B" | "U"),
                "amd" | "corr" | "rev" => property.value.simple().is_some(),
                _ => false,
            }
    };
    own.iter().any(|p| p.name == "part") && own.iter().any(|p| p.name == "conformance") && own.iter().all(known)
}

/// The packet's header leaves out the deprecated `bytes` and `encoding`.
pub(super) fn packet_header_holds(packet: &str) -> bool {
    let Some(start) = packet.find("<?xpacket") else { return true };
    let header = packet[start..].split("?>").next().unwrap_or("");
    !header.contains("bytes=") && !header.contains("encoding=")
}

/// Extension schemas of a packet: what they define, and whether they are described as they must be.
pub(super) struct Extensions {
    properties: HashMap<(String, String), String>,
    types: Custom,
    /// Described as ISO 19005 requires.
    pub(super) hold: bool,
}

impl Extensions {
    pub(super) fn of(properties: &[Property]) -> Self {
        let mut extensions = Self { properties: HashMap::new(), types: Custom::new(), hold: true };
        let containers: Vec<&Property> = properties.iter().filter(|p| p.namespace == EXTENSION).collect();
        for container in containers {
            let hold = container.prefix == "pdfaExtension" && container.name == "schemas";
            match &container.value {
                Value::Array(Order::Bag, items) if hold => items.iter().for_each(|item| extensions.schema(item)),
                _ => extensions.hold = false,
            }
        }
        extensions.hold &= extensions.types_are_known();
        extensions
    }

    fn schema(&mut self, item: &Item) {
        let Value::Structure(fields) = &item.value else {
            self.hold = false;
            return;
        };
        let lists: &[&str] = &["property", "valueType"];
        self.hold &= described(fields, SCHEMA, "pdfaSchema", &["schema", "namespaceURI", "prefix"], lists);
        let namespace = text(fields, "namespaceURI").unwrap_or("").to_owned();
        self.each(fields, "valueType", Self::value_type);
        self.each(fields, "property", |extensions, fields| extensions.property(&namespace, fields));
    }

    fn each(&mut self, fields: &[Property], name: &str, take: impl Fn(&mut Self, &[Property])) {
        match fields.iter().find(|field| field.name == name).map(|field| &field.value) {
            None => {}
            Some(Value::Array(Order::Seq, items)) => {
                for item in items {
                    match &item.value {
                        Value::Structure(fields) => take(self, fields),
                        _ => self.hold = false,
                    }
                }
            }
            Some(_) => self.hold = false,
        }
    }

    fn property(&mut self, namespace: &str, fields: &[Property]) {
        let needed = ["name", "valueType", "category", "description"];
        self.hold &= described(fields, PROPERTY, "pdfaProperty", &needed, &[]);
        self.hold &= matches!(text(fields, "category"), Some("internal" | "external"));
        let (name, kind) = (text(fields, "name").unwrap_or(""), text(fields, "valueType").unwrap_or(""));
        self.properties.insert((namespace.to_owned(), name.to_owned()), kind.to_owned());
    }

    fn value_type(&mut self, fields: &[Property]) {
        let needed = ["type", "namespaceURI", "prefix", "description"];
        self.hold &= described(fields, TYPE, "pdfaType", &needed, &["field"]);
        let namespace = text(fields, "namespaceURI").unwrap_or("").to_owned();
        let mut structure = Structure { namespace, fields: HashMap::new() };
        let mut hold = true;
        if let Some(Value::Array(_, items)) = fields.iter().find(|f| f.name == "field").map(|f| &f.value) {
            for item in items {
                let Value::Structure(fields) = &item.value else { continue };
                hold &= described(fields, FIELD, "pdfaField", &["name", "valueType", "description"], &[]);
                let (name, kind) = (text(fields, "name").unwrap_or(""), text(fields, "valueType").unwrap_or(""));
                structure.fields.insert(name.to_owned(), kind.to_owned());
            }
        }
        self.hold &= hold;
        self.types.insert(text(fields, "type").unwrap_or("").to_owned(), structure);
    }

    fn types_are_known(&self) -> bool {
        let of_properties = self.properties.values();
        let of_fields = self.types.values().flat_map(|structure| structure.fields.values());
        of_properties.chain(of_fields).all(|kind| is_known(kind, &self.types))
    }
}

/// The structure has the fields it needs, as texts, and no others but the lists.
fn described(fields: &[Property], namespace: &str, prefix: &str, needed: &[&str], lists: &[&str]) -> bool {
    let named: HashSet<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let known = |field: &Property| {
        let of_namespace = field.namespace == namespace && field.prefix == prefix;
        let is_text = needed.contains(&field.name.as_str()) && field.value.simple().is_some();
        let is_list = lists.contains(&field.name.as_str()) && matches!(field.value, Value::Array(Order::Seq, _));
        of_namespace && (is_text || is_list)
    };
    needed.iter().all(|name| named.contains(name)) && fields.iter().all(known)
}

fn text<'a>(fields: &'a [Property], name: &str) -> Option<&'a str> {
    fields.iter().find(|field| field.name == name)?.value.simple()
}

/// Every property is predefined or described by an extension schema.
pub(super) fn properties_are_known(properties: &[Property], extensions: &Extensions, generation: Generation) -> bool {
    properties.iter().all(|property| {
        own_rules(property)
            || predefined(generation, property).is_some()
            || extensions.properties.contains_key(&(property.namespace.clone(), property.name.clone()))
    })
}

/// Every property has a value of its type.
pub(super) fn values_fit(properties: &[Property], extensions: &Extensions, generation: Generation) -> bool {
    properties.iter().filter(|property| !own_rules(property)).all(|property| {
        if let Some(known) = predefined(generation, property) {
            let fits_choice = |text: &str| known.choice.as_ref().is_none_or(|choice| choice.is_match(text));
            return fits(&known.kind, &property.value, &extensions.types)
                && property.value.simple().is_none_or(fits_choice);
        }
        let kind = extensions.properties.get(&(property.namespace.clone(), property.name.clone()));
        kind.is_none_or(|kind| fits(without_choice(kind), &property.value, &extensions.types))
    })
}

/// Identification and extension schemas have checks of their own.
fn own_rules(property: &Property) -> bool {
    matches!(property.namespace.as_str(), ID | EXTENSION)
}

/// `Closed Choice of Text` is checked as `Text`; the choices are not part of the description.
fn without_choice(kind: &str) -> &str {
    let lower = kind.to_lowercase();
    for word in ["open choice of ", "closed choice of "] {
        if lower.starts_with(word) {
            return &kind[word.len()..];
        }
    }
    if lower.ends_with("choice") { "Text" } else { kind }
}
