//! Writing XMP: the fields that say a picture is AI's, into the packet that is
//! there, which keeps everything else it held.

use std::ops::Range;

use quick_xml::escape::escape;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::{LabelError, Language};

pub(crate) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
/// IPTC Photo Metadata Standard 2025.1, Extension schema.
pub(crate) const IPTC_EXTENSION: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
/// IPTC Photo Metadata Standard 2025.1, Core schema.
const IPTC_CORE: &str = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/";
pub(crate) const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
const PHOTOSHOP: &str = "http://ns.adobe.com/photoshop/1.0/";
/// Adobe's basic schema, whose thumbnails show the picture without its label.
const BASIC: &str = "http://ns.adobe.com/xap/1.0/";
/// This program's own: that there is a visible label, and where.
pub(crate) const OWN: &str = "urn:aktsam:ns:label:1:";

/// The fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    /// Identifier of the source type.
    pub source_type: &'static str,
    /// The visible label's words.
    pub label: String,
    /// Where it stands in the shown picture: left, top, width and height in
    /// ten-thousandths of the picture's.
    pub area: String,
    /// The language of the words.
    pub language: Language,
    /// Who labelled, when it is told.
    pub by: Option<String>,
    /// The AI system, when it is told.
    pub system: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// What it was asked.
    pub prompt: Option<String>,
    /// Who asked.
    pub prompt_writer: Option<String>,
}

/// How a field is written.
pub(crate) enum Form<'a> {
    /// A plain value.
    Text(&'a str),
    /// A text with its language.
    Alternatives(&'a str, Language),
    /// Markup, as it is.
    Markup(&'a str),
}

/// A field, and whether it replaces one that is there.
pub(crate) struct Field<'a> {
    pub namespace: &'static str,
    pub prefix: &'static str,
    pub name: &'static str,
    pub value: Form<'a>,
    pub replaces: bool,
}

impl Fields {
    fn list(&self) -> Vec<Field<'_>> {
        let text = |namespace, prefix, name, value, replaces| Field {
            namespace,
            prefix,
            name,
            value: Form::Text(value),
            replaces,
        };
        let mut fields = vec![
            text(IPTC_EXTENSION, "Iptc4xmpExt", "DigitalSourceType", self.source_type, true),
            text(OWN, "aktsam", "VisibleLabel", &self.label, true),
            text(OWN, "aktsam", "VisibleLabelArea", &self.area, true),
        ];
        let by = self.by.as_deref();
        fields.extend(by.map(|by| text(OWN, "aktsam", "LabelledBy", by, true)));
        let told = [
            ("AISystemUsed", &self.system),
            ("AISystemVersionUsed", &self.version),
            ("AIPromptInformation", &self.prompt),
            ("AIPromptWriterName", &self.prompt_writer),
        ];
        for (name, value) in told {
            fields.extend(value.as_deref().map(|value| text(IPTC_EXTENSION, "Iptc4xmpExt", name, value, true)));
        }
        let words = |namespace, prefix, name| Field {
            namespace,
            prefix,
            name,
            value: Form::Alternatives(&self.label, self.language),
            replaces: false,
        };
        fields.push(words(DUBLIN_CORE, "dc", "description"));
        fields.push(words(IPTC_CORE, "Iptc4xmpCore", "AltTextAccessibility"));
        fields.push(text(PHOTOSHOP, "photoshop", "Credit", &self.label, false));
        fields
    }
}

/// The packet with the fields in it; a new packet when there is none.
///
/// # Errors
///
/// [`LabelError::Metadata`] when the packet that is there cannot be read: it
/// is another's, and is neither dropped nor guessed at.
pub(crate) fn merge(packet: Option<&[u8]>, fields: &Fields) -> Result<Vec<u8>, LabelError> {
    merge_fields(packet, &fields.list())
}

/// As [`merge`], with fields of any schema.
///
/// # Errors
///
/// As [`merge`].
pub(crate) fn merge_fields(packet: Option<&[u8]>, fields: &[Field<'_>]) -> Result<Vec<u8>, LabelError> {
    let Some(packet) = packet else { return Ok(fresh(fields).into_bytes()) };
    let packet = std::str::from_utf8(packet).map_err(|_| LabelError::Metadata)?.trim_end_matches('\0');
    let found = survey(packet, fields).ok_or(LabelError::Metadata)?;
    let mut merged = String::with_capacity(packet.len() + 2048);
    let mut at = 0;
    for cut in &found.cuts {
        merged.push_str(packet.get(at..cut.start).ok_or(LabelError::Metadata)?);
        at = cut.end;
    }
    let end = found.end.ok_or(LabelError::Metadata)?;
    merged.push_str(packet.get(at..end).ok_or(LabelError::Metadata)?);
    let wanted: Vec<&Field<'_>> =
        fields.iter().filter(|field| field.replaces || !found.kept.contains(&field.name)).collect();
    merged.push_str(&description(&wanted, &found.rdf, &found.about));
    merged.push_str(packet.get(end..).ok_or(LabelError::Metadata)?);
    Ok(merged.into_bytes())
}

/// What a packet holds of the fields.
#[derive(Default)]
struct Survey {
    /// Where fields stand that are replaced.
    cuts: Vec<Range<usize>>,
    /// Fields that stay.
    kept: Vec<&'static str>,
    /// Where the RDF element's content ends.
    end: Option<usize>,
    /// The prefix that the packet uses for RDF.
    rdf: String,
    /// What the packet's descriptions are about; it is the same for all (XMP part 1, 7.4).
    about: String,
}

/// `None` when the packet is not well formed.
fn survey(packet: &str, fields: &[Field<'_>]) -> Option<Survey> {
    let mut survey = Survey::default();
    let mut reader = NsReader::from_str(packet);
    let mut depth = 0usize;
    // The depth and start of an element that is cut whole.
    let mut cutting: Option<(usize, usize)> = None;
    loop {
        let start = position(&reader)?;
        let (resolved, event) = reader.read_resolved_event().ok()?;
        let namespace = namespace(&resolved);
        let field = |local: &str| {
            fields.iter().find(|field| Some(field.namespace) == namespace.as_deref() && field.name == local)
        };
        let is_thumbnail = |local: &str| namespace.as_deref() == Some(BASIC) && local == "Thumbnails";
        match event {
            Event::Start(element) => {
                depth += 1;
                if is_thumbnail(element.local_name().as_ref()) && cutting.is_none() {
                    cutting = Some((depth, start));
                } else if let Some(field) = field(element.local_name().as_ref()).filter(|_| cutting.is_none()) {
                    if field.replaces {
                        cutting = Some((depth, start));
                    } else {
                        survey.kept.push(field.name);
                    }
                }
                attributes(&element, &reader, fields, start, packet, &mut survey)?;
            }
            Event::Empty(element) => {
                if let Some(field) = field(element.local_name().as_ref()).filter(|_| cutting.is_none()) {
                    if field.replaces {
                        survey.cuts.push(start..position(&reader)?);
                    } else {
                        survey.kept.push(field.name);
                    }
                }
                if namespace.as_deref() == Some(RDF) && element.local_name().as_ref() == "RDF" {
                    return None;
                }
                attributes(&element, &reader, fields, start, packet, &mut survey)?;
            }
            Event::End(element) => {
                if let Some((level, from)) = cutting.filter(|(level, _)| *level == depth) {
                    debug_assert_eq!(level, depth);
                    survey.cuts.push(from..position(&reader)?);
                    cutting = None;
                }
                if namespace.as_deref() == Some(RDF) && element.local_name().as_ref() == "RDF" {
                    survey.end = Some(start);
                    survey.rdf = element.name().prefix().map(|prefix| prefix.as_ref().to_owned()).unwrap_or_default();
                }
                depth = depth.checked_sub(1)?;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    (depth == 0 && !survey.rdf.is_empty()).then_some(survey)
}

fn position(reader: &NsReader<&[u8]>) -> Option<usize> {
    usize::try_from(reader.buffer_position()).ok()
}

fn namespace(resolved: &ResolveResult<'_>) -> Option<String> {
    match resolved {
        ResolveResult::Bound(namespace) => Some(namespace.as_ref().to_owned()),
        _ => None,
    }
}

/// Notes the fields that stand as attributes of an element of the packet.
fn attributes(
    element: &quick_xml::events::BytesStart<'_>,
    reader: &NsReader<&[u8]>,
    fields: &[Field<'_>],
    start: usize,
    packet: &str,
    survey: &mut Survey,
) -> Option<()> {
    let end = position(reader)?;
    for attribute in element.attributes() {
        let attribute = attribute.ok()?;
        let (resolved, local) = reader.resolver().resolve_attribute(attribute.key);
        let namespace = namespace(&resolved);
        let found =
            fields.iter().find(|field| Some(field.namespace) == namespace.as_deref() && field.name == local.as_ref());
        if namespace.as_deref() == Some(RDF) && local.as_ref() == "about" && survey.about.is_empty() {
            attribute.value.as_ref().clone_into(&mut survey.about);
        }
        match found {
            Some(field) if field.replaces => {
                let name = attribute.key.as_ref();
                let cut = attribute_range(packet.get(start..end)?, name)?;
                survey.cuts.push(start + cut.start..start + cut.end);
            }
            Some(field) => survey.kept.push(field.name),
            None => {}
        }
    }
    survey.cuts.sort_by_key(|cut| cut.start);
    Some(())
}

/// Where attribute `name` stands in a tag, with the space before it.
fn attribute_range(tag: &str, name: &str) -> Option<Range<usize>> {
    let starts = tag.match_indices(name).map(|(at, _)| at);
    for at in starts {
        let before = tag.get(..at)?.trim_end();
        let after = tag.get(at + name.len()..)?.trim_start();
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else { continue };
        if before.len() == at {
            continue;
        }
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let length = value.get(1..)?.find(quote)? + 2;
        return Some(before.len()..tag.len() - value.len() + length);
    }
    None
}

/// A packet of its own.
fn fresh(fields: &[Field<'_>]) -> String {
    let fields: Vec<&Field<'_>> = fields.iter().collect();
    let body = format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n<rdf:RDF xmlns:rdf=\"{RDF}\">\n{}</rdf:RDF>\n</x:xmpmeta>",
        description(&fields, "rdf", "")
    );
    format!("<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n{body}\n<?xpacket end=\"w\"?>")
}

/// A description element with the fields.
fn description(fields: &[&Field<'_>], rdf: &str, about: &str) -> String {
    let mut namespaces: Vec<(&str, &str)> = fields.iter().map(|field| (field.prefix, field.namespace)).collect();
    namespaces.sort_unstable();
    namespaces.dedup();
    let mut xml = format!("<{rdf}:Description {rdf}:about=\"{about}\"");
    for (prefix, namespace) in namespaces {
        xml.push_str(&format!(" xmlns:{prefix}=\"{namespace}\""));
    }
    xml.push_str(">\n");
    for field in fields {
        let name = format!("{}:{}", field.prefix, field.name);
        let value = match &field.value {
            Form::Text(value) => escape(*value).into_owned(),
            Form::Markup(value) => (*value).to_owned(),
            Form::Alternatives(value, language) => {
                let code = if *language == Language::Swedish { "sv" } else { "en" };
                let item = |code| format!("<{rdf}:li xml:lang=\"{code}\">{}</{rdf}:li>", escape(*value));
                // Readers that know no languages take the first (XMP part 1, 8.2.2.4).
                format!("<{rdf}:Alt>{}{}</{rdf}:Alt>", item("x-default"), item(code))
            }
        };
        xml.push_str(&format!("<{name}>{value}</{name}>\n"));
    }
    xml.push_str(&format!("</{rdf}:Description>\n"));
    xml
}
