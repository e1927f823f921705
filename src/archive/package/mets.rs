//! METS 1.12 as CSIP and SIP 2.1.0 ask for it: every file of the package with its checksum, and a seal of its own.

use sha2::{Digest, Sha256};

use super::names::href;
use super::write::Parties;
use super::xml::Xml;
use crate::examine::hex;

/// A file of the package that is not METS itself.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    /// Its path in the package.
    pub(super) path: String,
    /// Its media type.
    pub(super) mime: String,
    /// Size in bytes.
    pub(super) size: u64,
    /// SHA-256, lower-case hex.
    pub(super) sha256: String,
    /// The format's name, version and PUID; empty when unknown.
    pub(super) format: [String; 3],
}

/// What METS is written from.
pub(super) struct Told<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) written: &'a str,
    pub(super) parties: &'a Parties,
    pub(super) descriptive: &'a Listed,
    pub(super) preservation: &'a Listed,
    pub(super) c2pa: &'a [Listed],
    pub(super) documentation: &'a [Listed],
    pub(super) schemas: &'a [Listed],
    pub(super) data: &'a [Listed],
}

const CSIP: &str = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS";
const SIP: &str = "https://DILCIS.eu/XML/METS/SIPExtensionMETS";
const PROFILE: &str = "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml";

/// The seal begins so, in a comment after the root element: a checksum of all that stands before it.
const SEAL: &str = "<!-- aktsam: sha256 of all above: ";
const SEAL_END: &str = " -->\n";

/// Says before the root element that there is a seal, so that a damaged one is missed.
const SEALED: &str = "<!-- sealed with a checksum at the end -->\n";

/// Writes METS, with its seal.
pub(super) fn mets(told: &Told<'_>) -> String {
    let mut xml = Xml::new();
    let location = format!(
        "http://www.loc.gov/METS/ schemas/mets1_12.xsd http://www.w3.org/1999/xlink schemas/xlink.xsd \
         {CSIP} schemas/DILCISExtensionMETS.xsd {SIP} schemas/DILCISExtensionSIPMETS.xsd"
    );
    let root = [
        ("xmlns", "http://www.loc.gov/METS/"),
        ("xmlns:csip", CSIP),
        ("xmlns:sip", SIP),
        ("xmlns:xlink", "http://www.w3.org/1999/xlink"),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("OBJID", told.id),
        ("LABEL", told.title),
        ("TYPE", "Mixed"),
        ("csip:CONTENTINFORMATIONTYPE", "MIXED"),
        ("PROFILE", PROFILE),
        ("xsi:schemaLocation", &location),
    ];
    xml.element("mets", &root, |xml| {
        header(xml, told);
        descriptive(xml, told);
        administrative(xml, told);
        files(xml, told);
        structure(xml, told);
    });
    sealed(&xml.finish())
}

fn sealed(text: &str) -> String {
    let text = text.replacen("?>\n", &format!("?>\n{SEALED}"), 1);
    let seal = hex(&Sha256::digest(text.as_bytes()));
    text + SEAL + &seal + SEAL_END
}

/// Whether the seal holds; `None` when there is none and none is promised.
pub(super) fn seal_holds(bytes: &[u8]) -> Option<bool> {
    let promised = memchr::memmem::find(bytes, SEALED.as_bytes()).is_some();
    let seal = memchr::memmem::rfind(bytes, SEAL.as_bytes());
    let Some(at) = seal else { return promised.then_some(false) };
    let (text, seal) = bytes.split_at(at);
    let expected = format!("{SEAL}{}{SEAL_END}", hex(&Sha256::digest(text)));
    Some(seal == expected.as_bytes())
}

fn header(xml: &mut Xml, told: &Told<'_>) {
    let attributes = [
        ("CREATEDATE", told.written),
        ("LASTMODDATE", told.written),
        ("RECORDSTATUS", "NEW"),
        ("csip:OAISPACKAGETYPE", "SIP"),
    ];
    let parties = told.parties;
    xml.element("metsHdr", &attributes, |xml| {
        let software = [("ROLE", "CREATOR"), ("TYPE", "OTHER"), ("OTHERTYPE", "SOFTWARE")];
        xml.element("agent", &software, |xml| {
            xml.text("name", &[], "aktsam");
            xml.text("note", &[("csip:NOTETYPE", "SOFTWARE VERSION")], env!("CARGO_PKG_VERSION"));
        });
        xml.element("agent", &[("ROLE", "ARCHIVIST"), ("TYPE", "ORGANIZATION")], |xml| {
            xml.text("name", &[], &parties.organisation);
            if let Some(number) = &parties.organisation_number {
                xml.text("note", &[("csip:NOTETYPE", "IDENTIFICATIONCODE")], &format!("ORG:{number}"));
            }
        });
        // Readers of CSIP take every agent with the role CREATOR for the software.
        let submitter = [("ROLE", "OTHER"), ("OTHERROLE", "SUBMITTER"), ("TYPE", "INDIVIDUAL")];
        xml.element("agent", &submitter, |xml| {
            xml.text("name", &[], &parties.person);
        });
        if let Some(agreement) = &parties.agreement {
            xml.text("altRecordID", &[("TYPE", "SUBMISSIONAGREEMENT")], agreement);
        }
        xml.text("metsDocumentID", &[], "METS.xml");
    });
}

fn descriptive(xml: &mut Xml, told: &Told<'_>) {
    let attributes = [("ID", "dmd1"), ("CREATED", told.written), ("STATUS", "CURRENT")];
    xml.element("dmdSec", &attributes, |xml| reference(xml, told.descriptive, told.written, &[("MDTYPE", "DC")]));
}

fn administrative(xml: &mut Xml, told: &Told<'_>) {
    xml.element("amdSec", &[("ID", "amd1")], |xml| {
        let attributes = [("ID", "dp1"), ("CREATED", told.written), ("STATUS", "CURRENT")];
        let premis = [("MDTYPE", "PREMIS")];
        xml.element("digiprovMD", &attributes, |xml| reference(xml, told.preservation, told.written, &premis));
        for (index, manifest) in told.c2pa.iter().enumerate() {
            let id = format!("c2pa{}", index + 1);
            let attributes = [("ID", id.as_str()), ("CREATED", told.written), ("STATUS", "CURRENT")];
            let other = [("MDTYPE", "OTHER"), ("OTHERMDTYPE", "C2PA")];
            xml.element("digiprovMD", &attributes, |xml| reference(xml, manifest, told.written, &other));
        }
    });
}

fn reference(xml: &mut Xml, file: &Listed, written: &str, kind: &[(&str, &str)]) {
    let (size, href) = (file.size.to_string(), href(&file.path));
    let mut attributes = vec![("LOCTYPE", "URL"), ("xlink:type", "simple"), ("xlink:href", &href)];
    attributes.extend_from_slice(kind);
    attributes.extend([("MIMETYPE", file.mime.as_str()), ("SIZE", &size), ("CREATED", written)]);
    attributes.extend([("CHECKSUM", file.sha256.as_str()), ("CHECKSUMTYPE", "SHA-256")]);
    xml.empty("mdRef", &attributes);
}

fn files(xml: &mut Xml, told: &Told<'_>) {
    xml.element("fileSec", &[("ID", "files1")], |xml| {
        group(xml, ("g-documentation", "Documentation", "d"), told.documentation, told.written);
        group(xml, ("g-schemas", "Schemas", "s"), told.schemas, told.written);
        group(xml, ("g-data", "Representations/rep1", "f"), told.data, told.written);
    });
}

fn group(xml: &mut Xml, (id, purpose, prefix): (&str, &str, &str), files: &[Listed], written: &str) {
    let data = prefix == "f";
    let mut attributes = vec![
        ("ID", id),
        ("USE", purpose),
        ("csip:CONTENTINFORMATIONTYPE", "OTHER"),
        ("csip:OTHERCONTENTINFORMATIONTYPE", "aktsam"),
    ];
    if data {
        attributes.push(("ADMID", "dp1"));
    }
    xml.element("fileGrp", &attributes, |xml| {
        for (index, listed) in files.iter().enumerate() {
            file(xml, &format!("{prefix}{}", index + 1), listed, written, data);
        }
    });
}

fn file(xml: &mut Xml, id: &str, file: &Listed, written: &str, data: bool) {
    let size = file.size.to_string();
    let mut attributes = vec![("ID", id), ("MIMETYPE", &file.mime), ("SIZE", &size), ("CREATED", written)];
    attributes.extend([("CHECKSUM", file.sha256.as_str()), ("CHECKSUMTYPE", "SHA-256")]);
    if data {
        attributes.extend([("ADMID", "dp1"), ("DMDID", "dmd1")]);
    }
    let [name, version, puid] = &file.format;
    if !puid.is_empty() {
        attributes.extend([("sip:FILEFORMATNAME", name.as_str()), ("sip:FILEFORMATVERSION", version)]);
        attributes.extend([("sip:FORMATREGISTRY", "PRONOM"), ("sip:FORMATREGISTRYKEY", puid.as_str())]);
    }
    xml.element("file", &attributes, |xml| {
        let href = href(&file.path);
        xml.empty("FLocat", &[("LOCTYPE", "URL"), ("xlink:type", "simple"), ("xlink:href", &href)]);
    });
}

fn structure(xml: &mut Xml, told: &Told<'_>) {
    xml.element("structMap", &[("ID", "structure1"), ("TYPE", "PHYSICAL"), ("LABEL", "CSIP")], |xml| {
        xml.element("div", &[("ID", "div0"), ("LABEL", told.id)], |xml| {
            let ids: Vec<String> = (1..=told.c2pa.len()).map(|index| format!("c2pa{index}")).collect();
            let admid = ["dp1"].into_iter().chain(ids.iter().map(String::as_str)).collect::<Vec<_>>().join(" ");
            xml.empty("div", &[("ID", "div1"), ("LABEL", "Metadata"), ("ADMID", &admid), ("DMDID", "dmd1")]);
            let groups = [
                ("div2", "Documentation", "g-documentation"),
                ("div3", "Schemas", "g-schemas"),
                ("div4", "Representations", "g-data"),
            ];
            for (id, label, group) in groups {
                let pointer = |xml: &mut Xml| xml.empty("fptr", &[("FILEID", group)]);
                xml.element("div", &[("ID", id), ("LABEL", label)], pointer);
            }
        });
    });
}

/// The descriptive metadata: Dublin Core.
pub(super) fn dublin_core(id: &str, title: &str, written: &str, parties: &Parties) -> String {
    let mut xml = Xml::new();
    xml.element("simpledc", &[("xmlns", "http://purl.org/dc/elements/1.1/")], |xml| {
        let day = written.get(..10).unwrap_or(written);
        let elements = [
            ("title", title),
            ("creator", &parties.organisation),
            ("contributor", &parties.person),
            ("date", day),
            ("identifier", id),
        ];
        for (name, value) in elements {
            xml.text(name, &[], value);
        }
    });
    xml.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_changed_byte_breaks_the_seal() {
        let text = sealed("<?xml version=\"1.0\"?>\n<mets/>\n");
        assert_eq!(seal_holds(text.as_bytes()), Some(true));
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            assert_eq!(seal_holds(&bytes), Some(false), "{at}");
            assert_ne!(seal_holds(&text.as_bytes()[..at]), Some(true), "{at}");
        }
        assert_eq!(seal_holds(b"<mets/>"), None);
    }
}
