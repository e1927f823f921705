//! Mail: who wrote to whom, the bodies, and the attachments as their own kind.

use std::borrow::Cow;
use std::collections::HashSet;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{
    Address, Encoding, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType,
};
use memchr::memmem;

use super::embedded::named;
use super::html;
use super::html::code::is_telling;
use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::{FileError, Limit};
use crate::limits::Limits;

pub(super) mod bodies;
#[cfg(test)]
mod tests;

/// Most parts that may hold a message of their own. The parser nests their
/// values as deep as the file says, and a tree that deep cannot be let go of again.
const NESTED_MESSAGES: usize = 1000;

/// Reads an Internet message (RFC 5322) with its MIME parts (RFC 2045).
pub(super) fn eml(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let lower = bytes.to_ascii_lowercase();
    let nested = |word: &[u8]| memmem::find_iter(&lower, word).take(NESTED_MESSAGES).count();
    if nested(b"message/") + nested(b"multipart/digest") >= NESTED_MESSAGES {
        return Err(FileError::Limit(Limit::Depth));
    }
    let message = MessageParser::default().parse(bytes).ok_or(FileError::Corrupt("no mail header was found"))?;
    read(&message, limits, builder);
    Ok(())
}

fn read(message: &Message, limits: &Limits, builder: &mut TextBuilder) {
    headers(message, builder);
    let shown: HashSet<u32> = message.text_body.iter().chain(&message.html_body).copied().collect();
    let mut plain = Vec::new();
    let mut pages = Vec::new();
    let mut attached = Vec::new();
    for (part, number) in message.parts.iter().zip(0..) {
        if let Some(description) = part.content_description() {
            builder.block(Place::part(Part::MailHeader), description);
        }
        match &part.body {
            PartType::Text(text) if shown.contains(&number) => plain.push(decoded(message, part, text)),
            PartType::Html(text) if shown.contains(&number) => pages.push(decoded(message, part, text)),
            PartType::Multipart(_) => secured(part, builder),
            _ if is_elsewhere(part) => builder.gap(Cause::PartMissing, Place::default()),
            _ => attached.push((number, part)),
        }
    }
    let whole = !plain.iter().chain(&pages).any(|body| body.contains(char::REPLACEMENT_CHARACTER));
    if !whole {
        builder.gap(Cause::Encoding, Place::default());
    }
    let cut = is_cut(message);
    if cut {
        builder.gap(Cause::PartDamaged, Place::default());
    }
    bodies::read(&plain, &pages, limits, builder);
    for stretch in between(message) {
        builder.block(Place::part(Part::Hidden), &stretch);
    }
    builder.unit(whole && !cut);
    for (number, part) in attached {
        attachment(part, number, limits, builder);
    }
}

/// Whether a mail of several parts ends before their end is marked (RFC 2046, 5.1.1).
fn is_cut(message: &Message) -> bool {
    let boundary =
        message.parts.first().and_then(|root| root.content_type()).and_then(|kind| kind.attribute("boundary"));
    boundary.is_some_and(|mark| memmem::find(&message.raw_message, format!("--{mark}--").as_bytes()).is_none())
}

/// What stands before the first part of a mail and after its last, which
/// programs do not show (RFC 2046, 5.1.1), but for the notice that they write there themselves.
fn between(message: &Message) -> Vec<String> {
    let raw = message.raw_message.as_ref();
    let Some(root) =
        message.parts.first().filter(|root| root.content_type().is_some_and(|k| k.has_attribute("boundary")))
    else {
        return Vec::new();
    };
    let mark = root.content_type().and_then(|kind| kind.attribute("boundary")).unwrap_or_default();
    let body = raw.get(root.offset_body as usize..).unwrap_or_default();
    let before = memmem::find(body, format!("--{mark}").as_bytes()).and_then(|at| body.get(..at));
    let end = format!("--{mark}--");
    let after = memmem::find(body, end.as_bytes()).and_then(|at| body.get(at + end.len()..));
    let texts = [before, after].into_iter().flatten().map(|bytes| html::decode(bytes).0.trim().to_owned());
    texts.filter(|text| !text.is_empty() && !is_notice(text)).collect()
}

fn is_notice(text: &str) -> bool {
    text.len() < 200
        && ["MIME format", "MIME-format", "multi-part message", "multipart message"].iter().any(|n| text.contains(n))
}

/// Headers that name people or say what the mail is about.
const HEADERS: &[HeaderName] = &[
    HeaderName::From,
    HeaderName::Sender,
    HeaderName::To,
    HeaderName::Cc,
    HeaderName::Bcc,
    HeaderName::ReplyTo,
    HeaderName::Date,
    HeaderName::Subject,
    HeaderName::Keywords,
    HeaderName::Comments,
    HeaderName::ResentFrom,
    HeaderName::ResentTo,
    HeaderName::ResentCc,
    HeaderName::Other(Cow::Borrowed("Sensitivity")),
];

fn headers(message: &Message, builder: &mut TextBuilder) {
    let Some(root) = message.parts.first() else { return };
    for header in &root.headers {
        if header.name.as_str().eq_ignore_ascii_case("msip_labels") {
            builder.facts().sensitivity_label = header.value.as_text().and_then(label);
        }
        let value = || header_text(&header.value);
        if HEADERS.iter().any(|name| name.as_str().eq_ignore_ascii_case(header.name.as_str())) {
            if !value().trim().is_empty() {
                builder.block(Place::part(Part::MailHeader), &format!("{}: {}", header.name.as_str(), value()));
            }
        } else if is_own(&header.name) && is_telling(&value()) {
            builder.block(Place::part(Part::Hidden), &value());
        }
    }
}

/// Beginnings of headers that servers and mail programs write for each other.
const TECHNICAL: &[&str] = &[
    "arc-",
    "authentication-",
    "autocrypt",
    "dkim-",
    "feedback-",
    "msip_",
    "received-",
    "thread-",
    "user-agent",
    "x-antivirus",
    "x-auto",
    "x-barracuda",
    "x-clx",
    "x-exclaimer",
    "x-eop",
    "x-forefront",
    "x-gm-",
    "x-google",
    "x-halon",
    "x-incoming",
    "x-mailer",
    "x-microsoft",
    "x-mimecast",
    "x-mime",
    "x-ms-",
    "x-originat",
    "x-proofpoint",
    "x-received",
    "x-sophos",
    "x-spam",
    "x-tm-",
    "x-tnef",
    "x-virus",
];

/// Whether a header is a sender's own and not one of the standard's or a server's.
fn is_own(name: &HeaderName) -> bool {
    let HeaderName::Other(name) = name else { return false };
    let name = name.to_ascii_lowercase();
    !TECHNICAL.iter().any(|technical| name.starts_with(technical))
}

fn header_text(value: &HeaderValue) -> String {
    match value {
        HeaderValue::Address(address) => addresses(address),
        HeaderValue::Text(text) => text.to_string(),
        HeaderValue::TextList(list) => list.join(", "),
        HeaderValue::DateTime(date) => date.to_rfc3339(),
        _ => String::new(),
    }
}

fn addresses(address: &Address) -> String {
    let groups = address.as_group().into_iter().flatten().filter_map(|group| group.name.as_deref().map(str::to_owned));
    let people = address.iter().map(|person| match (&person.name, &person.address) {
        (Some(name), Some(address)) if name != address => format!("{name} <{address}>"),
        (_, Some(address)) => address.to_string(),
        (name, None) => name.as_deref().unwrap_or_default().to_owned(),
    });
    groups.chain(people).collect::<Vec<_>>().join(", ")
}

/// The identifier of the label in `MSIP_Label_GUID_Enabled=true; …`
/// (Microsoft Purview, "Metadata for sensitivity labels on e-mail").
pub(super) fn label(value: &str) -> Option<String> {
    let (_, rest) = value.split_once("MSIP_Label_")?;
    let (guid, _) = rest.split_once('_')?;
    guid.chars().all(|c| c.is_ascii_hexdigit() || c == '-').then(|| guid.to_ascii_lowercase())
}

/// A body as text. The parser takes one that declares no encoding for UTF-8;
/// where that does not fit, the bytes are looked at again.
fn decoded<'a>(message: &'a Message, part: &'a MessagePart, text: &'a str) -> Cow<'a, str> {
    if let Some(bytes) = oddly_coded(message, part) {
        return Cow::Owned(html::decode(&bytes).0.into_owned());
    }
    let declared = part.content_type().is_some_and(|kind| kind.has_attribute("charset"));
    if declared || !text.contains(char::REPLACEMENT_CHARACTER) {
        return Cow::Borrowed(text);
    }
    let range = part.offset_body as usize..part.offset_end as usize;
    let raw = message.raw_message.get(range).unwrap_or_default();
    let bytes = match part.encoding {
        Encoding::None => Some(Cow::Borrowed(raw)),
        Encoding::QuotedPrintable => quoted_printable_decode(raw).map(Cow::Owned),
        Encoding::Base64 => base64_decode(raw).map(Cow::Owned),
    };
    bytes.map_or(Cow::Borrowed(text), |bytes| Cow::Owned(html::decode(&bytes).0.into_owned()))
}

/// The bytes of a part that says in an unusual way that it is in base64, with quotes or a comment
/// (RFC 2045, 6.1 allows the second), which programs understand and the parser does not.
fn oddly_coded(message: &Message, part: &MessagePart) -> Option<Vec<u8>> {
    let coding = part.content_transfer_encoding().filter(|_| part.encoding == Encoding::None)?;
    let word = coding.trim().trim_start_matches('"').to_ascii_lowercase();
    let raw = message.raw_message.get(part.offset_body as usize..part.offset_end as usize)?;
    if word.starts_with("base64") { base64_decode(raw) } else { None }
}

/// Whether a part only says where its content lies, or holds a piece of a message (RFC 2046, 5.2.2 and 5.2.3).
fn is_elsewhere(part: &MessagePart) -> bool {
    part.content_type().is_some_and(|kind| {
        kind.ctype().eq_ignore_ascii_case("message")
            && kind
                .subtype()
                .is_some_and(|s| s.eq_ignore_ascii_case("partial") || s.eq_ignore_ascii_case("external-body"))
    })
}

/// Notes a multipart that is encrypted as a whole (RFC 1847).
fn secured(part: &MessagePart, builder: &mut TextBuilder) {
    if part.content_type().and_then(|kind| kind.subtype()).is_some_and(|kind| kind.eq_ignore_ascii_case("encrypted")) {
        builder.gap(Cause::EmbeddedEncrypted, Place::default());
        builder.unit(false);
    }
}

fn attachment(part: &MessagePart, number: u32, limits: &Limits, builder: &mut TextBuilder) {
    let kind = part.content_type().and_then(|kind| kind.subtype()).unwrap_or_default().to_ascii_lowercase();
    if matches!(kind.as_str(), "pkcs7-signature" | "x-pkcs7-signature" | "pgp-signature" | "pgp-encrypted")
        && is_signature(part.contents())
    {
        return;
    }
    builder.facts().attachments += 1;
    let given = part.attachment_name().map(str::trim).filter(|name| !name.is_empty());
    let name = given.map_or_else(|| format!("part {number}"), str::to_owned);
    if is_sealed(part, &kind) {
        builder.within(&name, |inner| {
            inner.block(Place::part(Part::Property), &name);
            inner.gap(Cause::EmbeddedEncrypted, Place::default());
            inner.unit(false);
        });
        return;
    }
    match &part.body {
        PartType::Message(inner) => nested(&name, inner, limits, builder),
        PartType::Text(text) => named(&name, text.as_bytes(), limits, builder),
        PartType::Html(page) => builder.within(&name, |inner| {
            inner.block(Place::part(Part::Property), &name);
            let whole = html::read(page, limits, inner);
            inner.unit(whole);
        }),
        _ => named(&name, part.contents(), limits, builder),
    }
}

/// Whether the bytes are what signs or frames a sealed mail: in letters, in binary form, or a version.
fn is_signature(bytes: &[u8]) -> bool {
    let letters = bytes.trim_ascii_start();
    let first = bytes.first().copied().unwrap_or(0x30);
    // DER begins with a sequence, an OpenPGP packet with the high bit set.
    letters.starts_with(b"-----BEGIN PGP SIGNATURE")
        || letters.starts_with(b"Version: 1") && letters.len() < 64
        || first == 0x30 && bytes.get(1).is_none_or(|length| *length >= 0x80)
        || first >= 0x80
}

fn nested(name: &str, message: &Message, limits: &Limits, builder: &mut TextBuilder) {
    builder.within(name, |inner| {
        inner.block(Place::part(Part::Property), name);
        if inner.depth() > limits.archive_depth {
            inner.gap(Cause::Limit, Place::default());
            inner.unit(false);
            return;
        }
        read(message, limits, inner);
    });
}

/// Whether the part is sealed by S/MIME (RFC 8551) or Microsoft's rights management.
fn is_sealed(part: &MessagePart, kind: &str) -> bool {
    let smime = part.content_type().and_then(|kind| kind.attribute("smime-type")).unwrap_or("enveloped-data");
    match kind {
        "pkcs7-mime" | "x-pkcs7-mime" => smime.contains("enveloped"),
        "x-microsoft-rpmsg-message" => true,
        _ => false,
    }
}
