//! Reading XMP: the properties that tell of a picture's origin, in every form
//! that RDF allows (attribute, element, `rdf:resource`, list item).

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Most bytes of a packet that are read.
const MAX_BYTES: usize = 4 << 20;
/// Deepest nesting that is read.
const MAX_DEPTH: usize = 100;

/// The properties that are looked for, by their local names. Writers misspell
/// and rebind prefixes; these names are not used by other schemas for anything else.
const PROPERTIES: &[&str] = &[
    "AIGC",
    "AIPromptInformation",
    "AISystemUsed",
    "AltTextAccessibility",
    "Credit",
    "CreatorTool",
    "DigitalSourceType",
    "DigitalSourcefileType",
    "GPSLatitude",
    "ImageDescription",
    "Make",
    "Model",
    "PersonInImage",
    "Software",
    "UserComment",
    "VisibleLabel",
    "VisibleLabelArea",
    "description",
    "softwareAgent",
];

/// A property and one of its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Property {
    /// The local name, one of the table above.
    pub name: &'static str,
    /// The value, never empty.
    pub value: String,
}

/// The properties of a packet that tell of origin; as far as it is well formed.
pub(crate) fn properties(packet: &[u8]) -> Vec<Property> {
    let packet = utf8(packet.get(..MAX_BYTES).unwrap_or(packet));
    let mut found = Vec::new();
    if !PROPERTIES.iter().any(|name| memchr::memmem::find(packet.as_bytes(), name.as_bytes()).is_some()) {
        return found;
    }
    let mut reader = Reader::from_str(&packet);
    reader.config_mut().check_end_names = false;
    let mut open: Vec<Option<&'static str>> = Vec::new();
    // References split text into several events; it is whole at the next tag.
    let mut text = String::new();
    loop {
        let event = reader.read_event();
        if matches!(event, Ok(Event::Start(_) | Event::Empty(_) | Event::End(_) | Event::Eof) | Err(_)) {
            if let Some(name) = open.last().copied().flatten() {
                push(&mut found, name, &text);
            }
            text.clear();
        }
        match event {
            Ok(Event::Start(element)) if open.len() < MAX_DEPTH => {
                let within = open.last().copied().flatten();
                open.push(attributes(&element, &mut found).or(within));
            }
            Ok(Event::Empty(element)) => {
                attributes(&element, &mut found);
            }
            Ok(Event::End(_)) => {
                open.pop();
            }
            Ok(Event::Text(part)) => text.push_str(&part),
            Ok(Event::CData(part)) => text.push_str(&quick_xml::escape::escape(&*part)),
            Ok(Event::GeneralRef(name)) => text.extend(["&", &name, ";"]),
            Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_)) => {}
            Ok(Event::Start(_) | Event::Eof) | Err(_) => return found,
        }
    }
}

/// Takes the properties that stand as attributes; returns the property that the element itself is.
fn attributes(element: &BytesStart<'_>, found: &mut Vec<Property>) -> Option<&'static str> {
    let own = known(element.local_name().as_ref());
    for attribute in element.attributes().with_checks(false).flatten() {
        let name = attribute.key.local_name();
        let name = if name.as_ref() == "resource" { own } else { known(name.as_ref()) };
        if let Some(name) = name {
            push(found, name, &attribute.value);
        }
    }
    own
}

fn known(name: &str) -> Option<&'static str> {
    PROPERTIES.iter().find(|known| **known == name).copied()
}

fn push(found: &mut Vec<Property>, name: &'static str, value: &str) {
    let value = value.trim();
    if !value.is_empty() {
        let value = quick_xml::escape::unescape(value).unwrap_or(Cow::Borrowed(value));
        found.push(Property { name, value: value.into_owned() });
    }
}

/// A packet in UTF-8; XMP may also stand in UTF-16.
fn utf8(packet: &[u8]) -> Cow<'_, str> {
    let (text, ..) = match packet.get(..2) {
        Some([0, b'<'] | [0xfe, 0xff]) => encoding_rs::UTF_16BE.decode(packet),
        Some([b'<', 0] | [0xff, 0xfe]) => encoding_rs::UTF_16LE.decode(packet),
        _ => encoding_rs::UTF_8.decode(packet),
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const AI: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

    fn check(packet: &str, name: &str, expected: &[&str]) {
        let values: Vec<String> =
            properties(packet.as_bytes()).into_iter().filter(|p| p.name == name).map(|p| p.value).collect();
        assert_eq!(values, expected, "{packet}");
    }

    #[test]
    fn every_form_of_a_property_is_read() {
        let name = "DigitalSourceType";
        check(&format!("<rdf:Description e:DigitalSourceType=\"{AI}\"/>"), name, &[AI]);
        check(
            &format!("<rdf:Description><e:DigitalSourceType>{AI}</e:DigitalSourceType></rdf:Description>"),
            name,
            &[AI],
        );
        check(&format!("<d><e:DigitalSourceType rdf:resource='{AI}'/></d>"), name, &[AI]);
        check(
            &format!("<d><e:DigitalSourceType><rdf:Bag><rdf:li>{AI}</rdf:li></rdf:Bag></e:DigitalSourceType></d>"),
            name,
            &[AI],
        );
        check(
            "<d><photoshop:Credit>Made with Google AI</photoshop:Credit><x>y</x></d>",
            "Credit",
            &["Made with Google AI"],
        );
        check("<d a:AIGC='{&quot;Label&quot;:&quot;1&quot;}'/>", "AIGC", &[r#"{"Label":"1"}"#]);
    }

    #[test]
    fn a_packet_cut_short_keeps_what_was_read() {
        let packet = format!("<x><rdf:Description e:DigitalSourceType=\"{AI}\"><dc:title><rdf:Alt");
        for length in 0..packet.len() {
            properties(&packet.as_bytes()[..length]);
        }
        check(&packet, "DigitalSourceType", &[AI]);
    }
}
