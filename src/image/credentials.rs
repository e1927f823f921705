//! Content credentials (C2PA): signing a labelled picture, and checking what a picture carries.

use std::io::Cursor;

use c2pa::validation_status::ValidationStatus;
use c2pa::{Builder, BuilderIntent, Context, Reader, Settings, SigningAlg, ValidationState, create_signer};
use serde_json::{Value, json};

use super::label::LabelError;
use super::provenance::{Broken, C2pa, Integrity, Trust};
use crate::document::Kind;

/// The name by which this program signs.
const PROGRAM: &str = "aktsam";

/// What the manifest says.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// The visible label's words.
    pub label: &'a str,
    /// Identifier of the source type.
    pub source_type: &'a str,
    /// The municipality or unit that labels.
    pub by: Option<&'a str>,
    /// The AI system.
    pub system: Option<&'a str>,
}

/// Signs a labelled picture; the picture as it came becomes its parent, with its own manifest.
///
/// # Errors
///
/// [`LabelError::Signing`] when the certificate or key does not serve,
/// [`LabelError::Unverified`] when the result does not hold.
pub fn sign(
    kind: Kind,
    labelled: &[u8],
    original: &[u8],
    statement: &Statement<'_>,
    chain: &[u8],
    key: &[u8],
) -> Result<Vec<u8>, LabelError> {
    let mime = mime(kind).ok_or(LabelError::Format(kind))?;
    let signed = build(mime, labelled, original, statement, chain, key);
    let signed = signed.map_err(|error| LabelError::Signing(error.to_string()))?;
    match check(kind, &signed, None).integrity {
        Integrity::Valid => Ok(signed),
        Integrity::Invalid | Integrity::Unchecked => Err(LabelError::Unverified),
    }
}

/// Tries a certificate chain and its key (PEM) on a picture of one pixel.
///
/// # Errors
///
/// [`LabelError::Signing`] when they do not serve, or readers would refuse them.
pub fn check_signer(chain: &[u8], key: &[u8]) -> Result<(), LabelError> {
    let statement = Statement { label: "", source_type: "", by: None, system: None };
    let refused = "readers of content credentials would refuse the certificate: it must be valid now, \
                   no authority itself, issued by one, and for signing e-mail or documents";
    match sign(Kind::Png, PIXEL, PIXEL, &statement, chain, key) {
        Err(LabelError::Unverified) => Err(LabelError::Signing(refused.to_owned())),
        signed => signed.map(|_| ()),
    }
}

/// A black pixel, as PNG.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9bU\
    \0\0\0\nIDAT\x78\x9c\x63\x60\0\0\0\x02\0\x01H\xaf\xa4\x71\0\0\0\0IEND\xaeB\x60\x82";

fn build(
    mime: &str,
    labelled: &[u8],
    original: &[u8],
    statement: &Statement<'_>,
    chain: &[u8],
    key: &[u8],
) -> c2pa::Result<Vec<u8>> {
    let settings = Settings::new().with_json(&json!({ "verify": { "verify_after_sign": false } }).to_string())?;
    let context = Context::new().with_settings(settings)?.into_shared();
    let mut builder =
        Builder::from_shared_context(&context).with_definition(definition(mime, statement).to_string())?;
    builder.set_intent(BuilderIntent::Edit);
    let parent = json!({ "title": "original", "relationship": "parentOf" });
    builder.add_ingredient_from_stream(parent.to_string(), mime, &mut Cursor::new(original))?;
    let mut action = json!({
        "action": "c2pa.edited",
        "description": statement.label,
        "softwareAgent": { "name": PROGRAM, "version": env!("CARGO_PKG_VERSION") },
    });
    if !statement.source_type.is_empty() {
        action["digitalSourceType"] = json!(statement.source_type);
    }
    builder.add_action(action)?;
    let signer = create_signer::from_keys(chain, key, SigningAlg::Es256, None)?;
    let mut signed = Cursor::new(Vec::with_capacity(labelled.len() + (64 << 10)));
    builder.sign(signer.as_ref(), mime, &mut Cursor::new(labelled), &mut signed)?;
    Ok(signed.into_inner())
}

fn definition(mime: &str, statement: &Statement<'_>) -> Value {
    let title = match statement.by {
        Some(by) => format!("{} – {by}", statement.label),
        None => statement.label.to_owned(),
    };
    json!({
        "title": title,
        "format": mime,
        "claim_generator_info": [{ "name": PROGRAM, "version": env!("CARGO_PKG_VERSION") }],
        "assertions": assertions(statement),
    })
}

/// The source type in the schemas that C2PA 2.3 allows in its own metadata
/// (annex B); who labelled and with which system was made, in those of CAWG
/// Metadata 1.1, which allows any.
fn assertions(statement: &Statement<'_>) -> Vec<Value> {
    const IPTC: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
    let mut assertions = Vec::new();
    if !statement.source_type.is_empty() {
        let data = json!({
            "@context": { "Iptc4xmpExt": IPTC },
            "Iptc4xmpExt:DigitalSourceType": statement.source_type,
        });
        assertions.push(json!({ "label": "c2pa.metadata", "data": data, "kind": "Json" }));
    }
    let mut data = json!({ "@context": { "Iptc4xmpExt": IPTC, "dc": "http://purl.org/dc/elements/1.1/" } });
    let told = [
        ("dc:publisher", statement.by.map(|by| json!([by]))),
        ("Iptc4xmpExt:AISystemUsed", statement.system.map(|system| json!(system))),
    ];
    let told: Vec<_> = told.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    if !told.is_empty() {
        for (name, value) in told {
            data[name] = value;
        }
        assertions.push(json!({ "label": "cawg.metadata", "data": data, "kind": "Json" }));
    }
    assertions
}

/// Whether a picture's manifest holds and whether its signer is among `anchors`
/// (PEM certificates). Nothing is fetched.
#[must_use]
pub fn check(kind: Kind, bytes: &[u8], anchors: Option<&str>) -> C2pa {
    let checked = |integrity, trust, broken| C2pa { present: true, integrity, trust, broken };
    let Some(mime) = mime(kind) else { return checked(Integrity::Unchecked, Trust::Unchecked, None) };
    let mut settings = json!({ "verify": { "remote_manifest_fetch": false, "ocsp_fetch": false } });
    if let Some(anchors) = anchors {
        settings["trust"] = json!({ "user_anchors": anchors });
    }
    let read = || -> c2pa::Result<Reader> {
        let settings = Settings::new().with_json(&settings.to_string())?;
        let context = Context::new().with_settings(settings)?.into_shared();
        Reader::from_shared_context(&context).with_stream(mime, Cursor::new(bytes))
    };
    let Ok(reader) = read() else { return checked(Integrity::Invalid, Trust::Untrusted, Some(Broken::Other)) };
    match reader.validation_state() {
        ValidationState::Trusted => checked(Integrity::Valid, Trust::Trusted, None),
        ValidationState::Valid => checked(Integrity::Valid, Trust::Untrusted, None),
        ValidationState::Invalid => checked(Integrity::Invalid, Trust::Untrusted, Some(broken(&reader))),
    }
}

/// What the failures mean, by their codes (C2PA 2.2, section 15.2.2).
fn broken(reader: &Reader) -> Broken {
    let codes = || reader.validation_status().unwrap_or_default().iter().map(ValidationStatus::code);
    let changed = |code: &str| code.ends_with(".mismatch") || code == "assertion.missing";
    let certificate = |code: &str| code.starts_with("signingCredential.") && code != "signingCredential.untrusted";
    if codes().any(changed) {
        Broken::Changed
    } else if codes().any(certificate) {
        Broken::Certificate
    } else {
        Broken::Other
    }
}

fn mime(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Jpeg => Some("image/jpeg"),
        Kind::Png => Some("image/png"),
        Kind::Webp => Some("image/webp"),
        Kind::Tiff => Some("image/tiff"),
        Kind::Gif => Some("image/gif"),
        Kind::Avif => Some("image/avif"),
        Kind::Heif => Some("image/heif"),
        Kind::Svg => Some("image/svg+xml"),
        _ => None,
    }
}
