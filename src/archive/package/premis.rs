//! PREMIS 3.0: what each file is, what was done to it and who did it.

use std::collections::BTreeMap;

use super::super::assess::Row;
use super::super::finding::Finding;
use super::super::{WHAT_IT_IS, codes};
use super::write::{Parties, Payload};
use super::xml::Xml;
use crate::image::Origin;
use crate::report::escape::visible;

/// Vocabularies of the Library of Congress.
const VOCABULARY: &str = "http://id.loc.gov/vocabulary/preservation/";

/// The vocabulary of IPTC that tells how a picture came to be.
const SOURCE_TYPES: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/";

const SOFTWARE: &str = "agent-software";
const PERSON: &str = "agent-person";
const ORGANISATION: &str = "agent-organisation";

/// What the file is written from.
pub(super) struct Told<'a> {
    pub(super) payloads: &'a [Payload<'a>],
    pub(super) parties: &'a Parties,
    /// When the files were checked, and when the package was written, as RFC 3339.
    pub(super) checked: &'a str,
    pub(super) written: &'a str,
    /// The release of the signatures, the list of formats, and what the check said.
    pub(super) pronom: &'a str,
    pub(super) list: &'a str,
    pub(super) readiness: &'a str,
    /// Accepted findings that are no file's in the package: what each is about.
    pub(super) accepted: Vec<(String, &'a Finding)>,
}

/// Writes the file.
pub(super) fn premis(told: &Told<'_>) -> String {
    let systems = systems(told.payloads);
    let mut xml = Xml::new();
    let root = [
        ("xmlns:premis", "http://www.loc.gov/premis/v3"),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsi:schemaLocation", "http://www.loc.gov/premis/v3 ../../schemas/premis-v3-0.xsd"),
        ("version", "3.0"),
    ];
    xml.element("premis:premis", &root, |xml| {
        for payload in told.payloads {
            object(xml, payload, told.payloads);
        }
        common_events(xml, told);
        for payload in told.payloads {
            ai_events(xml, payload, &systems, told);
        }
        agents(xml, told.parties, &systems);
    });
    xml.finish()
}

/// The AI systems named in the files, each with its agent's identifier.
fn systems(payloads: &[Payload<'_>]) -> BTreeMap<String, String> {
    let mut names: Vec<String> = payloads.iter().filter_map(|payload| system(payload.row)).collect();
    names.sort();
    names.dedup();
    names.into_iter().enumerate().map(|(index, name)| (name, format!("agent-ai-{}", index + 1))).collect()
}

/// The system that made a picture; a name that is not known is said to be so.
fn system(row: &Row) -> Option<String> {
    row.ai
        .origin
        .is_ai()
        .then(|| row.ai.system.clone().unwrap_or_else(|| both("AI-system, okänt vilket", "AI system, unknown which")))
}

fn identifier(xml: &mut Xml, kind: &str, value: &str) {
    xml.element(&format!("premis:{kind}Identifier"), &[], |xml| {
        xml.text(&format!("premis:{kind}IdentifierType"), &[], "local");
        xml.text(&format!("premis:{kind}IdentifierValue"), &[], value);
    });
}

fn object(xml: &mut Xml, payload: &Payload<'_>, all: &[Payload<'_>]) {
    let row = payload.row;
    xml.element("premis:object", &[("xsi:type", "premis:file")], |xml| {
        identifier(xml, "object", &payload.object);
        xml.element("premis:objectCharacteristics", &[], |xml| {
            xml.element("premis:fixity", &[], |xml| {
                xml.text("premis:messageDigestAlgorithm", &[], "SHA-256");
                xml.text("premis:messageDigest", &[], row.sha256.as_deref().unwrap_or_default());
                xml.text("premis:messageDigestOriginator", &[], "aktsam");
            });
            xml.text("premis:size", &[], &row.size.to_string());
            formats(xml, row);
        });
        xml.text("premis:originalName", &[], &visible(&row.path));
        let original = row.ai.original.as_ref();
        if let Some(original) = all.iter().find(|other| Some(&visible(&other.row.path)) == original) {
            derived(xml, &original.object);
        }
    });
}

fn formats(xml: &mut Xml, row: &Row) {
    let puids = row.format.iter().flat_map(|format| &format.puids).collect::<Vec<_>>();
    if puids.is_empty() {
        xml.element("premis:format", &[], |xml| {
            xml.element("premis:formatDesignation", &[], |xml| {
                xml.text("premis:formatName", &[], &both("okänt", "unknown"));
            });
        });
    }
    for puid in puids {
        xml.element("premis:format", &[], |xml| {
            if !row.format_name.is_empty() {
                let name = |xml: &mut Xml| xml.text("premis:formatName", &[], &row.format_name);
                xml.element("premis:formatDesignation", &[], name);
            }
            xml.element("premis:formatRegistry", &[], |xml| {
                xml.text("premis:formatRegistryName", &[], "PRONOM");
                xml.text("premis:formatRegistryKey", &[], puid);
            });
        });
    }
}

/// A labelled copy is made from its original.
fn derived(xml: &mut Xml, original: &str) {
    xml.element("premis:relationship", &[], |xml| {
        xml.text("premis:relationshipType", &[], "derivation");
        xml.text("premis:relationshipSubType", &[], "has source");
        xml.element("premis:relatedObjectIdentifier", &[], |xml| {
            xml.text("premis:relatedObjectIdentifierType", &[], "local");
            xml.text("premis:relatedObjectIdentifierValue", &[], original);
        });
    });
}

/// What is told in Swedish, with English beside it: a package is read abroad and for long.
fn both(swedish: &str, english: &str) -> String {
    format!("{swedish} / {english}")
}

/// An event: its code and name in the vocabulary, when, what, how it came out, who and what with.
struct Event<'a> {
    id: String,
    kind: (&'a str, &'a str),
    at: &'a str,
    detail: String,
    outcome: &'a str,
    notes: Vec<String>,
    agents: Vec<(&'a str, &'a str)>,
    objects: Vec<&'a str>,
}

fn event(xml: &mut Xml, event: &Event<'_>) {
    xml.element("premis:event", &[], |xml| {
        identifier(xml, "event", &event.id);
        let (code, name) = event.kind;
        vocabulary(xml, "eventType", code, name);
        xml.text("premis:eventDateTime", &[], event.at);
        let detail = |xml: &mut Xml| xml.text("premis:eventDetail", &[], &event.detail);
        xml.element("premis:eventDetailInformation", &[], detail);
        xml.element("premis:eventOutcomeInformation", &[], |xml| {
            xml.text("premis:eventOutcome", &[], event.outcome);
            for note in &event.notes {
                let text = |xml: &mut Xml| xml.text("premis:eventOutcomeDetailNote", &[], note);
                xml.element("premis:eventOutcomeDetail", &[], text);
            }
        });
        for (agent, role) in &event.agents {
            linking(xml, "Agent", agent, role);
        }
        for object in &event.objects {
            linking(xml, "Object", object, "source");
        }
    });
}

fn vocabulary(xml: &mut Xml, kind: &str, code: &str, name: &str) {
    let authority = format!("{VOCABULARY}{kind}");
    let value = format!("{authority}/{code}");
    let attributes = [("authority", kind), ("authorityURI", &authority), ("valueURI", &value)];
    xml.text(&format!("premis:{kind}"), &attributes, name);
}

fn linking(xml: &mut Xml, kind: &str, value: &str, role: &str) {
    xml.element(&format!("premis:linking{kind}Identifier"), &[], |xml| {
        xml.text(&format!("premis:linking{kind}IdentifierType"), &[], "local");
        xml.text(&format!("premis:linking{kind}IdentifierValue"), &[], value);
        xml.text(&format!("premis:linking{kind}Role"), &[], role);
    });
}

/// What was done to every file alike.
fn common_events(xml: &mut Xml, told: &Told<'_>) {
    let objects: Vec<&str> = told.payloads.iter().map(|payload| payload.object.as_str()).collect();
    if objects.is_empty() {
        return;
    }
    let software = vec![(SOFTWARE, "executing program")];
    let people = vec![(SOFTWARE, "executing program"), (PERSON, "implementer"), (ORGANISATION, "authorizer")];
    let check = format!("{}: aktsam {}, {}", both(WHAT_IT_IS.sv, WHAT_IT_IS.en), env!("CARGO_PKG_VERSION"), told.list);
    let identified = format!("{} (PRONOM), aktsam {}", told.pronom, env!("CARGO_PKG_VERSION"));
    let rows = [
        ("event-for", ("for", "format identification"), told.checked, identified, "success", &software),
        ("event-mes", ("mes", "message digest calculation"), told.checked, "SHA-256".to_owned(), "success", &software),
        ("event-val", ("val", "validation"), told.checked, check, told.readiness, &people),
        (
            "event-fix",
            ("fix", "fixity check"),
            told.written,
            both("SHA-256 i paketet lika med granskningens", "SHA-256 in the package equal to the check's"),
            "success",
            &people,
        ),
    ];
    for (id, kind, at, detail, outcome, agents) in rows {
        let notes = if id == "event-val" { notes(told) } else { Vec::new() };
        let objects = objects.clone();
        event(xml, &Event { id: id.into(), kind, at, detail, outcome, notes, agents: agents.clone(), objects });
    }
}

/// Who accepted what and why, and the signs of AI that were found.
fn notes(told: &Told<'_>) -> Vec<String> {
    let of_files = told
        .payloads
        .iter()
        .flat_map(|payload| payload.row.findings.iter().map(|finding| (visible(&payload.row.path), finding)));
    let all = of_files.chain(told.accepted.iter().map(|(about, finding)| (about.clone(), *finding)));
    let note = |(about, finding): (String, &Finding)| {
        let what = codes::find(&finding.code).map(|code| both(code.what.sv, code.what.en));
        let what = what.unwrap_or_else(|| finding.code.clone());
        match &finding.accepted {
            Some(by) => Some(format!(
                "{about}: {what} – {} {} {}: {}",
                both("godtaget av", "accepted by"),
                by.by,
                by.at,
                by.reason
            )),
            None => finding.code.starts_with("ai-").then(|| format!("{about}: {what}")),
        }
    };
    all.filter_map(note).collect()
}

/// That AI made or changed a picture, and that it was labelled.
fn ai_events(xml: &mut Xml, payload: &Payload<'_>, systems: &BTreeMap<String, String>, told: &Told<'_>) {
    let row = payload.row;
    let Some(agent) = system(row).and_then(|system| systems.get(&system)) else { return };
    let usual =
        if row.ai.origin == Origin::Ai { "trainedAlgorithmicMedia" } else { "compositeWithTrainedAlgorithmicMedia" };
    let source_type = row.ai.source_type.as_deref().unwrap_or(usual);
    let at = row.modified.map_or_else(|| told.checked.to_owned(), |moment| moment.to_string());
    let made = row.ai.origin == Origin::Ai;
    let said = match (&row.ai.source_type, row.ai.register, row.ai.from_ledger) {
        (Some(_), ..) => both("enligt filen", "as the file says"),
        (None, Some(known), _) if !known.candidate => {
            both("enligt registret över märkningar", "by the register of labels")
        }
        (None, _, true) => both("enligt en tidigare genomsökning", "by an earlier scan"),
        (None, ..) => both("enligt filens tecken", "by the file's signs"),
    };
    event(
        xml,
        &Event {
            id: format!("{}-ai", payload.object),
            kind: if made { ("cre", "creation") } else { ("mod", "modification") },
            at: &at,
            detail: format!(
                "{SOURCE_TYPES}{source_type} ({said}); {}",
                both(
                    "tiden är filens senaste ändring, AI-systemets tid är okänd",
                    "the time is the file's last change, the AI system's is unknown"
                )
            ),
            outcome: "success",
            notes: Vec::new(),
            agents: vec![(agent, "executing program")],
            objects: vec![&payload.object],
        },
    );
    let Some(labelled) = row.ai.labelled.filter(|labelled| labelled.visible || labelled.xmp || labelled.c2pa) else {
        return;
    };
    let layers = [(labelled.visible, "synligt / visible"), (labelled.xmp, "XMP"), (labelled.c2pa, "C2PA")];
    let named: Vec<&str> = layers.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect();
    event(
        xml,
        &Event {
            id: format!("{}-label", payload.object),
            kind: ("mem", "metadata modification"),
            at: &at,
            detail: format!(
                "{}: {}; {}",
                both("AI-märkning i filen", "AI label in the file"),
                named.join(", "),
                both("tiden är filens senaste ändring", "the time is the file's last change")
            ),
            outcome: "success",
            notes: Vec::new(),
            agents: vec![(ORGANISATION, "implementer")],
            objects: vec![&payload.object],
        },
    );
}

fn agents(xml: &mut Xml, parties: &Parties, systems: &BTreeMap<String, String>) {
    agent(xml, SOFTWARE, "aktsam", ("sof", "software"), Some(env!("CARGO_PKG_VERSION")));
    agent(xml, PERSON, &parties.person, ("per", "person"), None);
    agent(xml, ORGANISATION, &parties.organisation, ("org", "organization"), None);
    for (name, id) in systems {
        agent(xml, id, name, ("sof", "software"), None);
    }
}

fn agent(xml: &mut Xml, id: &str, name: &str, (code, kind): (&str, &str), version: Option<&str>) {
    xml.element("premis:agent", &[], |xml| {
        identifier(xml, "agent", id);
        xml.text("premis:agentName", &[], name);
        vocabulary(xml, "agentType", code, kind);
        if let Some(version) = version {
            xml.text("premis:agentVersion", &[], version);
        }
    });
}
