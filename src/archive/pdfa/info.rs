//! The document information dictionary against XMP.

use lopdf::Object;

use super::Context;
use super::xmp::{Property, Value};

/// Each entry of the document information dictionary has its equal in XMP (ISO 19005-1, 6.7.3).
pub(super) fn is_equivalent(context: &Context) -> bool {
    let Some(Object::Dictionary(info)) = context.graph.get(&context.document.trailer, b"Info") else { return true };
    let Some(properties) = &context.properties else { return true };
    ENTRIES.iter().all(|(key, namespace, name, is_date)| {
        let bytes = match context.graph.get(info, key) {
            Some(Object::String(bytes, _)) => bytes,
            other => return matches!(other, None | Some(Object::Null)),
        };
        let own = decoded(bytes);
        let property = properties.iter().find(|p| p.namespace == *namespace && p.name == *name);
        let Some(said) = property.and_then(text) else { return false };
        if *is_date { same_moment(&own, &said) } else { own.trim_end_matches('\0') == said }
    })
}

const ENTRIES: &[(&[u8], &str, &str, bool)] = &[
    (b"Title", "http://purl.org/dc/elements/1.1/", "title", false),
    (b"Author", "http://purl.org/dc/elements/1.1/", "creator", false),
    (b"Subject", "http://purl.org/dc/elements/1.1/", "description", false),
    (b"Keywords", "http://ns.adobe.com/pdf/1.3/", "Keywords", false),
    (b"Creator", "http://ns.adobe.com/xap/1.0/", "CreatorTool", false),
    (b"Producer", "http://ns.adobe.com/pdf/1.3/", "Producer", false),
    (b"CreationDate", "http://ns.adobe.com/xap/1.0/", "CreateDate", true),
    (b"ModDate", "http://ns.adobe.com/xap/1.0/", "ModifyDate", true),
];

/// A simple value, the default language's alternative, or the only member of a list.
fn text(property: &Property) -> Option<String> {
    match &property.value {
        Value::Simple(text) => Some(text.clone()),
        Value::Array(_, items) => {
            let default = items.iter().find(|item| item.language.as_deref() == Some("x-default"));
            let only = if items.len() == 1 { items.first() } else { None };
            default.or(only)?.value.simple().map(str::to_owned)
        }
        Value::Structure(_) => None,
    }
}

fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units: Vec<u16> = rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        _ => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Whether two dates are the same: to the second, as far as XMP goes, and in the same zone.
fn same_moment(own: &str, said: &str) -> bool {
    let ((own, own_zone), (said, said_zone)) = (parts(own), parts(said));
    // What an information dictionary leaves out has a default (ISO 32000-1, 7.9.4); XMP may be coarser.
    let own = own.clone() + "00000101000000".get(own.len()..).unwrap_or_default();
    let zones = own_zone.zip(said_zone).is_none_or(|(own, said)| own == said);
    said.len() >= 4 && own.starts_with(&said) && zones
}

/// The digits from year to second, and the zone as minutes from UTC; `None` when none is said.
fn parts(date: &str) -> (String, Option<i32>) {
    let date = date.trim().trim_start_matches("D:");
    let start = if date.contains('T') { date.find('T').unwrap_or(0) } else { date.len().min(8) };
    let zone = date.get(start..).and_then(|time| Some(start + time.find(['+', '-', 'Z'])?));
    let (moment, zone) = zone.and_then(|at| date.split_at_checked(at)).unwrap_or((date, ""));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let moment = moment.split('.').next().unwrap_or(moment);
    let offset = match zone.chars().next() {
        Some('Z') => Some(0),
        Some(sign) => {
            let own = digits(zone);
            let two = |at: usize| own.get(at..at + 2).and_then(|two| two.parse::<i32>().ok()).unwrap_or(0);
            Some((two(0) * 60 + two(2)) * if sign == '-' { -1 } else { 1 })
        }
        None => None,
    };
    (digits(moment), offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_compared_as_far_as_they_go() {
        for (own, said, same) in [
            ("D:20150310171921+01'00'", "2015-03-10T17:19:21+01:00", true),
            ("D:20150310171920+01'00'", "2015-03-10T17:19:21+01:00", false),
            ("D:20150310171921+02'00'", "2015-03-10T17:19:21+01:00", false),
            ("D:20150310171921Z", "2015-03-10T17:19:21+00:00", true),
            ("D:201503101719", "2015-03-10T17:19:21+01:00", false),
            ("D:201503101719", "2015-03-10T17:19:00+01:00", true),
            ("D:20150310171921", "2015-03-10T17:19+01:00", true),
            ("D:20150310", "2015-03-10T17:19:21+01:00", false),
            ("D:20150310171921", "2015-03-10T17:19:21.5Z", true),
            ("D:2015", "2015-01-01", true),
            ("D:20150310", "2015-03-11", false),
            ("", "2015-03-11", false),
        ] {
            assert_eq!(same_moment(own, said), same, "{own} {said}");
        }
    }
}
