//! The value types of XMP properties, and whether a value is of its type.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::xmp::{Item, Order, Property, Value};

/// The PDF/A parts whose predefined properties differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Generation {
    /// PDF/A-1: XMP 2004.
    First,
    /// PDF/A-2 and -3: XMP 2005.
    Later,
}

/// A predefined property: its type, and a pattern its value must fit when the choice is closed.
#[derive(Debug)]
pub(super) struct Predefined {
    pub(super) kind: String,
    pub(super) choice: Option<Regex>,
}

type Table = HashMap<(Generation, String, String), Predefined>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let text = include_str!("../../../data/pdfa/xmp_predefined_properties.tsv");
    text.lines().filter_map(row).collect()
});

fn row(line: &str) -> Option<((Generation, String, String), Predefined)> {
    let mut cells = line.split('\t');
    let generation = match cells.next()? {
        "1" => Generation::First,
        "2" => Generation::Later,
        _ => return None,
    };
    let key = (generation, cells.next()?.to_owned(), cells.next()?.to_owned());
    let kind = cells.next()?.to_owned();
    let choice = cells.next().filter(|choice| !choice.is_empty()).and_then(|choice| Regex::new(choice).ok());
    Some((key, Predefined { kind, choice }))
}

/// The predefined property of that name, if there is one.
pub(super) fn predefined(generation: Generation, property: &Property) -> Option<&'static Predefined> {
    TABLE.get(&(generation, property.namespace.clone(), property.name.clone()))
}

/// Value types that an extension schema defines: the fields of each structure, or nothing for text.
pub(super) type Custom = HashMap<String, Structure>;

/// A structure that an extension schema defines.
#[derive(Clone, Debug, Default)]
pub(super) struct Structure {
    pub(super) namespace: String,
    /// Field name to value type.
    pub(super) fields: HashMap<String, String>,
}

/// Whether `value` is of the type `kind`, such as `seq date` or `lang alt`.
pub(super) fn fits(kind: &str, value: &Value, custom: &Custom) -> bool {
    let kind = kind.trim();
    let lower = kind.to_lowercase();
    if let Some(structure) = custom.get(kind) {
        return structure.fields.is_empty() && value.simple().is_some() || is_custom(structure, value, custom);
    }
    if lower == "lang alt" {
        return is_lang_alt(value);
    }
    for (word, order) in [("bag", Order::Bag), ("seq", Order::Seq), ("alt", Order::Alt)] {
        if let Some(inner) = lower.strip_prefix(word).and_then(|rest| rest.strip_prefix(' ')) {
            let inner = &kind[kind.len() - inner.len()..];
            return is_array_of(order, inner, value, custom);
        }
    }
    match value {
        Value::Simple(text) => is_simple(&lower, text),
        Value::Structure(fields) => is_structure(&lower, fields, custom),
        Value::Array(..) => false,
    }
}

/// Whether the type is one that XMP or the extension schema knows.
pub(super) fn is_known(kind: &str, custom: &Custom) -> bool {
    let lower = kind.trim().to_lowercase();
    let inner = ["bag ", "seq ", "alt ", "open choice of ", "closed choice of "]
        .iter()
        .find_map(|word| lower.strip_prefix(word).map(|rest| kind.trim()[kind.trim().len() - rest.len()..].to_owned()));
    if let Some(inner) = inner {
        return is_known(&inner, custom);
    }
    custom.contains_key(kind.trim())
        || lower == "lang alt"
        || matches!(lower.as_str(), "choice" | "open choice" | "closed choice")
        || SIMPLE.contains(&lower.as_str())
        || STRUCTURES.iter().any(|(name, ..)| *name == lower)
}

fn is_array_of(order: Order, inner: &str, value: &Value, custom: &Custom) -> bool {
    match value {
        // A list whose members' order does not matter may well be given in order.
        Value::Array(given, items) => *given == order && items.iter().all(|item| fits(inner, &item.value, custom)),
        _ => false,
    }
}

fn is_lang_alt(value: &Value) -> bool {
    let has_language = |item: &Item| item.language.is_some() && item.value.simple().is_some();
    matches!(value, Value::Array(Order::Alt, items) if items.iter().all(has_language))
}

fn is_custom(structure: &Structure, value: &Value, custom: &Custom) -> bool {
    let Value::Structure(fields) = value else { return false };
    fields.iter().all(|field| {
        let kind = structure.fields.get(&field.name);
        field.namespace == structure.namespace && kind.is_some_and(|kind| fits(kind, &field.value, custom))
    })
}

/// Types whose values are one text.
const SIMPLE: &[&str] = &[
    "agentname",
    "any",
    "boolean",
    "date",
    "gpscoordinate",
    "guid",
    "integer",
    "locale",
    "mimetype",
    "open choice",
    "part",
    "propername",
    "rational",
    "real",
    "renditionclass",
    "text",
    "uri",
    "url",
    "xpath",
    "type",
];

static INTEGER: LazyLock<Regex> = LazyLock::new(|| regex(r"^[+-]?\d+$"));
static REAL: LazyLock<Regex> = LazyLock::new(|| regex(r"^[+-]?(\d+\.?\d*|\.\d+)$"));
static RATIONAL: LazyLock<Regex> = LazyLock::new(|| regex(r"^[+-]?\d+/\d+$"));
static GPS: LazyLock<Regex> = LazyLock::new(|| regex(r"^\d{1,3},\d{1,2}(,\d{1,2}|\.\d+)[NSEW]$"));
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$",
    )
});
static MIME: LazyLock<Regex> = LazyLock::new(|| regex(r"^[-\w+.]+/[-\w+.]+$"));
static LOCALE: LazyLock<Regex> = LazyLock::new(|| regex(r"^([a-zA-Z]{1,8})(-[a-zA-Z0-9]{1,8})*$"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a literal pattern")
}

fn is_simple(kind: &str, text: &str) -> bool {
    match kind {
        "integer" => INTEGER.is_match(text),
        "real" => REAL.is_match(text),
        "rational" => RATIONAL.is_match(text),
        "boolean" => matches!(text, "True" | "False"),
        "date" => DATE.is_match(text),
        "gpscoordinate" => GPS.is_match(text),
        "mimetype" => MIME.is_match(text),
        "locale" => LOCALE.is_match(text),
        "url" | "uri" => !text.contains(' '),
        _ => STRUCTURES.iter().all(|(name, ..)| *name != kind),
    }
}

fn is_structure(kind: &str, fields: &[Property], custom: &Custom) -> bool {
    let Some((_, namespace, known)) = STRUCTURES.iter().find(|(name, ..)| *name == kind) else { return false };
    fields.iter().all(|field| {
        let kind = known.iter().find(|(name, _)| *name == field.name).map(|(_, kind)| *kind);
        field.namespace == *namespace && kind.is_some_and(|kind| fits(kind, &field.value, custom))
    })
}

type StructureRow = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const EXIF: &str = "http://ns.adobe.com/exif/1.0/";
const MEDIA: &str = "http://ns.adobe.com/xmp/1.0/DynamicMedia/";

/// The structures of the XMP specification: name, field namespace, fields with their types.
const STRUCTURES: &[StructureRow] = &[
    ("dimensions", "http://ns.adobe.com/xap/1.0/sType/Dimensions#", &[("w", "real"), ("h", "real"), ("unit", "text")]),
    (
        "thumbnail",
        "http://ns.adobe.com/xap/1.0/g/img/",
        &[("height", "integer"), ("width", "integer"), ("format", "text"), ("image", "text")],
    ),
    (
        "resourceref",
        "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
        &[
            ("instanceID", "uri"),
            ("documentID", "uri"),
            ("versionID", "text"),
            ("renditionClass", "text"),
            ("renditionParams", "text"),
            ("manager", "text"),
            ("managerVariant", "text"),
            ("manageTo", "uri"),
            ("manageUI", "uri"),
            ("alternatePaths", "seq uri"),
            ("filePath", "uri"),
            ("fromPart", "text"),
            ("toPart", "text"),
            ("lastModifyDate", "date"),
            ("maskMarkers", "text"),
            ("originalDocumentID", "uri"),
            ("partMapping", "text"),
        ],
    ),
    (
        "resourceevent",
        "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
        &[
            ("action", "text"),
            ("instanceID", "uri"),
            ("parameters", "text"),
            ("softwareAgent", "text"),
            ("when", "date"),
            ("changed", "text"),
        ],
    ),
    (
        "version",
        "http://ns.adobe.com/xap/1.0/sType/Version#",
        &[
            ("comments", "text"),
            ("event", "resourceevent"),
            ("modifyDate", "date"),
            ("modifier", "propername"),
            ("version", "text"),
        ],
    ),
    ("job", "http://ns.adobe.com/xap/1.0/sType/Job#", &[("name", "text"), ("id", "text"), ("url", "url")]),
    (
        "font",
        "http://ns.adobe.com/xap/1.0/sType/Font#",
        &[
            ("fontName", "text"),
            ("fontFamily", "text"),
            ("fontFace", "text"),
            ("fontType", "text"),
            ("versionString", "text"),
            ("composite", "boolean"),
            ("fontFileName", "text"),
            ("childFontFiles", "seq text"),
        ],
    ),
    (
        "colorant",
        "http://ns.adobe.com/xap/1.0/g/",
        &[
            ("swatchName", "text"),
            ("mode", "text"),
            ("type", "text"),
            ("cyan", "real"),
            ("magenta", "real"),
            ("yellow", "real"),
            ("black", "real"),
            ("red", "integer"),
            ("green", "integer"),
            ("blue", "integer"),
            ("L", "real"),
            ("A", "integer"),
            ("B", "integer"),
        ],
    ),
    (
        "flash",
        EXIF,
        &[
            ("Fired", "boolean"),
            ("Return", "integer"),
            ("Mode", "integer"),
            ("Function", "boolean"),
            ("RedEyeMode", "boolean"),
        ],
    ),
    (
        "oecf/sfr",
        EXIF,
        &[("Columns", "integer"), ("Rows", "integer"), ("Names", "seq text"), ("Values", "seq rational")],
    ),
    ("cfapattern", EXIF, &[("Columns", "integer"), ("Rows", "integer"), ("Values", "seq integer")]),
    ("devicesettings", EXIF, &[("Columns", "integer"), ("Rows", "integer"), ("Settings", "seq text")]),
    ("time", MEDIA, &[("value", "integer"), ("scale", "rational")]),
    ("timecode", MEDIA, &[("timeValue", "text"), ("timeFormat", "text")]),
    (
        "marker",
        MEDIA,
        &[
            ("startTime", "time"),
            ("duration", "time"),
            ("comment", "text"),
            ("name", "text"),
            ("location", "uri"),
            ("target", "text"),
            ("type", "text"),
        ],
    ),
    (
        "media",
        MEDIA,
        &[
            ("path", "uri"),
            ("track", "text"),
            ("startTime", "time"),
            ("duration", "time"),
            ("managed", "boolean"),
            ("webStatement", "uri"),
        ],
    ),
    ("projectlink", MEDIA, &[("type", "text"), ("path", "uri")]),
    ("resamplestretch", MEDIA, &[("quality", "text")]),
    ("timescalestretch", MEDIA, &[("quality", "text"), ("frameSize", "real"), ("frameOverlappingPercentage", "real")]),
    (
        "beatsplicestretch",
        MEDIA,
        &[("useFileBeatsMarker", "boolean"), ("riseInDecibel", "real"), ("riseInTimeDuration", "time")],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, text: &str, expected: bool) {
        assert_eq!(fits(kind, &Value::Simple(text.into()), &Custom::new()), expected, "{kind} {text}");
    }

    #[test]
    fn tells_simple_types() {
        check("integer", "-12", true);
        check("integer", "1.5", false);
        check("real", "1.5", true);
        check("rational", "1/3", true);
        check("rational", "0.3", false);
        check("boolean", "True", true);
        check("boolean", "true", false);
        check("date", "2026-11-24T19:52:15+01:00", true);
        check("date", "2026-13-24", false);
        check("date", "24/11/2026", false);
        check("lang alt", "text", false);
        check("seq text", "text", false);
        check("flash", "text", false);
    }

    #[test]
    fn knows_types() {
        for (kind, known) in
            [("Text", true), ("bag ProperName", true), ("Closed Choice of Integer", true), ("Mystery", false)]
        {
            assert_eq!(is_known(kind, &Custom::new()), known, "{kind}");
        }
    }
}
