//! What a package says of itself: core, extended and custom properties, and
//! the sensitivity label set on it.

use crate::document::{Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::ooxml::package::{Package, Relation, note_damage};
use crate::extract::xml::{Node, Xml};

/// Kinds of the package's relations that lead to properties.
const PROPERTIES: &[&str] = &["coreproperties", "extendedproperties", "customproperties"];

/// Reads the properties that `relations` of the package lead to.
///
/// # Errors
///
/// A limit.
pub(super) fn read(package: &mut Package, relations: &[Relation], builder: &mut TextBuilder) -> Result<(), FileError> {
    for relation in relations.iter().filter(|relation| !relation.external) {
        let kind = relation.kind.as_str();
        if PROPERTIES.contains(&kind) {
            let text = package.text(&relation.target, Part::Property, builder)?;
            properties(&text, package, builder)?;
        } else if kind == "classificationlabels" {
            let text = package.text(&relation.target, Part::Property, builder)?;
            label_info(&text, package, builder)?;
        }
    }
    Ok(())
}

/// One block a property, `name: value`. Values of a list are blocks of their own.
fn properties(text: &str, package: &Package, builder: &mut TextBuilder) -> Result<(), FileError> {
    let mut xml = Xml::new(text, package.limits());
    let mut name = String::new();
    let mut value = String::new();
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(tag) if tag.name() == "property" => name = tag.attribute("name").unwrap_or_default(),
            Node::Open(tag) if !is_value_type(tag.name()) => tag.name().clone_into(&mut name),
            Node::Open(_) => {}
            Node::Text(text) => value.push_str(&text),
            Node::Close(_) => {
                property(&name, value.trim(), builder);
                value.clear();
            }
        }
    }
    note_damage(&xml, Part::Property, builder);
    Ok(())
}

fn property(name: &str, value: &str, builder: &mut TextBuilder) {
    if value.is_empty() {
        return;
    }
    if let Some(label) = enabled_label(name, value) {
        builder.facts().sensitivity_label = Some(label);
    }
    builder.block(Place::part(Part::Property), &format!("{name}: {value}"));
}

/// Elements of the variant types schema, which wrap a value and do not name it.
fn is_value_type(name: &str) -> bool {
    matches!(name, "vector" | "variant" | "lpstr" | "lpwstr" | "bstr" | "filetime" | "date" | "bool")
        || name.len() <= 3 && name.starts_with(['i', 'u', 'r'])
}

/// The label's identifier in a property `MSIP_Label_<GUID>_Enabled` that is true
/// (Microsoft Information Protection SDK, "Label metadata").
fn enabled_label(name: &str, value: &str) -> Option<String> {
    let label = name.strip_prefix("MSIP_Label_")?.strip_suffix("_Enabled")?;
    value.eq_ignore_ascii_case("true").then(|| label.to_ascii_lowercase())
}

/// The label in `docMetadata/LabelInfo.xml` ([MS-OFFCRYPTO] 2.6), which newer
/// programs write instead of custom properties.
fn label_info(text: &str, package: &Package, builder: &mut TextBuilder) -> Result<(), FileError> {
    let mut xml = Xml::new(text, package.limits());
    while let Some(node) = xml.next()? {
        let Node::Open(tag) = node else { continue };
        let off = matches!(tag.attribute("enabled").as_deref(), Some("0" | "false"))
            || matches!(tag.attribute("removed").as_deref(), Some("1" | "true"));
        if let ("label", Some(id), false) = (tag.name(), tag.attribute("id"), off) {
            builder.block(Place::part(Part::Property), &format!("label: {id}"));
            let id = id.trim_matches(['{', '}']).to_ascii_lowercase();
            builder.facts().sensitivity_label = Some(id);
        }
    }
    note_damage(&xml, Part::Property, builder);
    Ok(())
}
