//! Outlook messages ([MS-OXMSG]): people, subject, body and attachments, and
//! for contacts, appointments and tasks every text that they hold.

use std::borrow::Cow;

use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::limits::Limits;

use super::embedded::named;
use super::mail::bodies;
use super::ole::{Id, ROOT, Streams};
use super::{html, mail, rtf};

mod lzfu;
mod properties;
#[cfg(test)]
mod tests;

use properties::Properties;

/// Bytes before the table of properties, by what the storage is ([MS-OXMSG] 2.4.1).
const TOP_HEADER: usize = 32;
const INNER_HEADER: usize = 24;
const PART_HEADER: usize = 8;

// Identifiers of properties ([MS-OXPROPS]).
const MESSAGE_CLASS: u16 = 0x001A;
const SUBJECT: u16 = 0x0037;
const SENT: u16 = 0x0039;
const TRANSPORT_HEADERS: u16 = 0x007D;
const DELIVERED: u16 = 0x0E06;
const BODY: u16 = 0x1000;
const RICH_BODY: u16 = 0x1009;
const PAGE_BODY: u16 = 0x1013;
const SENDER_NAMES: [u16; 2] = [0x0042, 0x0C1A];
const SENDER_ADDRESSES: [u16; 4] = [0x5D02, 0x5D01, 0x0065, 0x0C1F];
const DISPLAYED: [(&str, u16); 3] = [("To", 0x0E04), ("Cc", 0x0E03), ("Bcc", 0x0E02)];
const RECIPIENT_TYPE: u16 = 0x0C15;
const DISPLAY_NAME: u16 = 0x3001;
const ADDRESSES: [u16; 2] = [0x39FE, 0x3003];
const FILE_NAMES: [u16; 3] = [0x3707, 0x3704, DISPLAY_NAME];
const CONTENT: u16 = 0x3701;

/// Texts that are keys of Outlook's own, in an item of any class.
const TECHNICAL: &[u16] = &[
    MESSAGE_CLASS,
    TRANSPORT_HEADERS,
    BODY,
    PAGE_BODY,
    SUBJECT,
    0x0064,
    0x0C1E,
    0x1035,
    0x1042,
    0x3FFA,
    0x3FF8,
    0x5D0A,
];

/// Reads an Outlook message.
pub(super) fn msg(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let streams = Streams::open(bytes, limits)?;
    let properties = Properties::open(&streams, ROOT, TOP_HEADER, None, builder)?;
    read(&streams, &properties, limits, builder)
}

fn read(streams: &Streams, item: &Properties, limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    headers(streams, item, builder)?;
    let class = item.text(&[MESSAGE_CLASS], builder)?.unwrap_or_default().to_ascii_lowercase();
    let sealed = class.contains("rpmsg") || class.split('.').next_back() == Some("smime");
    if sealed {
        builder.gap(Cause::EmbeddedEncrypted, Place::default());
    }
    if !class.starts_with("ipm.note") && !class.is_empty() {
        other_texts(item, builder)?;
    }
    let whole = body(item, limits, builder)?;
    builder.unit(whole && !sealed);
    for storage in item.storages("__attach_version1.0_") {
        attachment(streams, storage, item, limits, builder)?;
    }
    Ok(())
}

fn headers(streams: &Streams, item: &Properties, builder: &mut TextBuilder) -> Result<(), FileError> {
    let name = item.text(&SENDER_NAMES, builder)?;
    let address = item.text(&SENDER_ADDRESSES, builder)?;
    header("From", &person(name, address), builder);
    let mut listed = false;
    for storage in item.storages("__recip_version1.0_") {
        let recipient = Properties::open(streams, storage, PART_HEADER, item.page(), builder)?;
        let role = match recipient.number(RECIPIENT_TYPE) {
            Some(2) => "Cc",
            Some(3) => "Bcc",
            _ => "To",
        };
        let name = recipient.text(&[DISPLAY_NAME], builder)?;
        let address = recipient.text(&ADDRESSES, builder)?;
        header(role, &person(name, address), builder);
        listed = true;
    }
    for (role, id) in DISPLAYED.iter().filter(|_| !listed) {
        let names = item.text(&[*id], builder)?.unwrap_or_default();
        header(role, &names, builder);
    }
    if let Some(time) = item.time(SENT).or_else(|| item.time(DELIVERED)).and_then(timestamp) {
        header("Date", &time, builder);
    }
    let subject = item.text(&[SUBJECT], builder)?.unwrap_or_default();
    header("Subject", &subject, builder);
    let transport = item.text(&[TRANSPORT_HEADERS], builder)?.unwrap_or_default();
    if let Some(label) = transport.split_once("msip_labels:").and_then(|(_, labels)| mail::label(labels)) {
        builder.facts().sensitivity_label = Some(label);
    }
    Ok(())
}

fn header(name: &str, value: &str, builder: &mut TextBuilder) {
    if !value.trim().is_empty() {
        builder.block(Place::part(Part::MailHeader), &format!("{name}: {value}"));
    }
}

fn person(name: Option<String>, address: Option<String>) -> String {
    match (name, address) {
        (Some(name), Some(address)) if name != address => format!("{name} <{address}>"),
        (_, Some(address)) => address,
        (name, None) => name.unwrap_or_default(),
    }
}

/// Seconds between 1601, where Windows counts from, and 1970.
const EPOCH: i64 = 11_644_473_600;

fn timestamp(time: u64) -> Option<String> {
    let seconds = i64::try_from(time / 10_000_000).ok()?.checked_sub(EPOCH)?;
    Some(jiff::Timestamp::from_second(seconds).ok()?.to_string())
}

/// Contacts, appointments and tasks keep what they say in many properties.
fn other_texts(item: &Properties, builder: &mut TextBuilder) -> Result<(), FileError> {
    for id in item.texts().into_iter().filter(|id| !TECHNICAL.contains(id)) {
        let text = item.text(&[id], builder)?.unwrap_or_default();
        builder.block(Place::part(Part::Property), &text);
    }
    Ok(())
}

/// Reads the body in the form that says most; false when a part of it could not be read.
fn body(item: &Properties, limits: &Limits, builder: &mut TextBuilder) -> Result<bool, FileError> {
    let plain = item.text(&[BODY], builder)?.unwrap_or_default();
    let page = match item.bytes(PAGE_BODY, builder)? {
        Some(bytes) => page_text(&bytes, item),
        None => item.text(&[PAGE_BODY], builder)?.unwrap_or_default(),
    };
    let rich = item.bytes(RICH_BODY, builder)?.filter(|_| plain.trim().is_empty() && page.trim().is_empty());
    let Some(rich) = rich else {
        bodies::read(&[plain.into()], &[page.into()], limits, builder);
        return Ok(true);
    };
    let Some(text) = lzfu::decompress(&rich) else {
        builder.gap(Cause::PartDamaged, Place::default());
        return Ok(false);
    };
    rtf::rtf(&text, limits, builder)?;
    Ok(true)
}

/// A page is in the code page of the message where it does not say otherwise itself.
fn page_text(bytes: &[u8], item: &Properties) -> String {
    let undeclared = std::str::from_utf8(bytes).is_err() && !html::declares(bytes);
    match item.page().filter(|_| undeclared) {
        Some(page) => page.decode(bytes).0,
        None => Cow::into_owned(html::decode(bytes).0),
    }
}

fn attachment(
    streams: &Streams,
    storage: Id,
    item: &Properties,
    limits: &Limits,
    builder: &mut TextBuilder,
) -> Result<(), FileError> {
    let attached = Properties::open(streams, storage, PART_HEADER, item.page(), builder)?;
    let name = attached.text(&FILE_NAMES, builder)?.filter(|name| !name.trim().is_empty());
    builder.facts().attachments += 1;
    let name = name.unwrap_or_else(|| format!("part {}", builder.facts().attachments));
    if let Some(bytes) = attached.bytes(CONTENT, builder)? {
        named(&name, &bytes, limits, builder);
        return Ok(());
    }
    let inner = attached.storages("__substg1.0_3701000d").first().copied();
    builder.within(&name, |builder| {
        builder.block(Place::part(Part::Property), &name);
        nested(streams, inner, item, limits, builder)
    })
}

/// A message in a message, or an object that is none.
fn nested(
    streams: &Streams,
    storage: Option<Id>,
    item: &Properties,
    limits: &Limits,
    builder: &mut TextBuilder,
) -> Result<(), FileError> {
    let is_message = storage.is_some_and(|id| streams.find(id, "__properties_version1.0").is_some());
    let cause = if builder.depth() > limits.archive_depth { Cause::Limit } else { Cause::EmbeddedUnread };
    let Some(storage) = storage.filter(|_| is_message && cause != Cause::Limit) else {
        builder.gap(cause, Place::default());
        builder.unit(false);
        return Ok(());
    };
    let inner = Properties::open(streams, storage, INNER_HEADER, item.page(), builder)?;
    read(streams, &inner, limits, builder)
}
