//! XML as a flat stream of opened elements, closed elements and text, within
//! a depth and without entity expansion: what every zipped format is read by.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesEnd, BytesRef, BytesStart, Event};

use crate::error::{FileError, Limit};
use crate::limits::Limits;

/// A step through an XML document. An empty element is opened and closed.
#[derive(Debug)]
pub(super) enum Node<'a> {
    /// An element begins.
    Open(Tag<'a>),
    /// The element of this local name ends.
    Close(End<'a>),
    /// Characters between tags, entities resolved.
    Text(Cow<'a, str>),
}

/// An element's name and attributes, both without their namespace prefix:
/// strict and transitional documents differ in nothing else.
#[derive(Clone, Debug)]
pub(super) struct Tag<'a>(BytesStart<'a>);

/// The end of an element, written as a tag of its own or in an empty one.
#[derive(Debug)]
pub(super) enum End<'a> {
    /// `</name>`.
    Tag(BytesEnd<'a>),
    /// `<name/>`.
    Empty(Tag<'a>),
}

impl End<'_> {
    /// The local name.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Tag(end) => local(end.name().into_inner()),
            Self::Empty(tag) => tag.name(),
        }
    }
}

impl Tag<'_> {
    /// The local name.
    pub(super) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }

    /// The value of the first attribute of that local name.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let attribute = self.0.attributes().with_checks(false).flatten().find(|a| local(a.key.into_inner()) == name)?;
        Some(unescape(&attribute.value).map_or_else(|_| attribute.value.to_string(), Cow::into_owned))
    }

    /// The value of the first attribute of that local name that has a prefix.
    pub(super) fn prefixed(&self, name: &str) -> Option<String> {
        let has = |key: &str| key.rsplit_once(':').is_some_and(|(_, local)| local == name);
        let attribute = self.0.attributes().with_checks(false).flatten().find(|a| has(a.key.into_inner()))?;
        Some(attribute.value.into_owned())
    }

    /// Hands on the local name and value of every attribute, without copying them.
    pub(super) fn each_attribute(&self, mut read: impl FnMut(&str, &str)) {
        for attribute in self.0.attributes().with_checks(false).flatten() {
            let value = unescape(&attribute.value);
            read(local(attribute.key.into_inner()), value.as_deref().unwrap_or(&attribute.value));
        }
    }

    /// A number in the attribute of that local name.
    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.attribute(name)?.trim().parse().ok()
    }

    /// Whether a switch such as `w:vanish` is on: present, and not set to false.
    pub(super) fn is_on(&self) -> bool {
        !matches!(self.attribute("val").as_deref(), Some("0" | "false" | "off"))
    }
}

/// Walks an XML document.
#[derive(Debug)]
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
    most_depth: usize,
    closing: Option<Tag<'a>>,
    damaged: bool,
}

impl<'a> Xml<'a> {
    /// Begins to walk `text`.
    pub(super) fn new(text: &'a str, limits: &Limits) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().allow_dangling_amp = true;
        Self { reader, depth: 0, most_depth: limits.depth, closing: None, damaged: false }
    }

    /// The next step; `None` at the end of the document or of what can be read of it.
    ///
    /// # Errors
    ///
    /// [`Limit::Depth`] when elements nest deeper than allowed.
    pub(super) fn next(&mut self) -> Result<Option<Node<'a>>, FileError> {
        if let Some(tag) = self.closing.take() {
            return Ok(Some(Node::Close(End::Empty(tag))));
        }
        loop {
            let Ok(event) = self.reader.read_event() else {
                self.damaged = true;
                return Ok(None);
            };
            match event {
                Event::Start(start) => return self.deeper(start).map(Some),
                Event::Empty(start) => {
                    let tag = Tag(start);
                    self.closing = Some(tag.clone());
                    return Ok(Some(Node::Open(tag)));
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Node::Close(End::Tag(end))));
                }
                Event::Text(text) => return Ok(Some(Node::Text(text.into_inner()))),
                Event::CData(text) => return Ok(Some(Node::Text(text.into_inner()))),
                Event::GeneralRef(entity) => return Ok(Some(Node::Text(self.resolve(&entity)))),
                Event::Eof => {
                    self.damaged |= self.depth > 0;
                    return Ok(None);
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    /// Whether the document broke off or held what could not be read, so far.
    pub(super) fn is_damaged(&self) -> bool {
        self.damaged
    }

    fn deeper(&mut self, start: BytesStart<'a>) -> Result<Node<'a>, FileError> {
        self.depth += 1;
        if self.depth > self.most_depth {
            return Err(FileError::Limit(Limit::Depth));
        }
        Ok(Node::Open(Tag(start)))
    }

    /// A character or predefined entity. Others would have to be declared in
    /// the document: that is never followed, and the loss is said.
    fn resolve(&mut self, entity: &BytesRef) -> Cow<'a, str> {
        if let Ok(Some(character)) = entity.resolve_char_ref() {
            return Cow::Owned(character.to_string());
        }
        resolve_xml_entity(entity).map_or_else(
            || {
                self.damaged = true;
                Cow::Borrowed(" ")
            },
            Cow::Borrowed,
        )
    }
}

/// The characters of an XML part, by its mark or declaration; `true` when
/// some bytes were not of that encoding.
pub(super) fn decode(bytes: Vec<u8>) -> (String, bool) {
    let marked = encoding_rs::Encoding::for_bom(&bytes);
    let (encoding, length) = marked.unwrap_or_else(|| (unmarked(&bytes), 0));
    // No document may hold a zero (XML 1.0, 2.2): words are cut in two by it.
    let foreign = marked.is_none() && declares_unknown(&bytes) || encoding == encoding_rs::UTF_8 && bytes.contains(&0);
    if encoding != encoding_rs::UTF_8 {
        let (text, lossy) = encoding.decode_without_bom_handling(bytes.get(length..).unwrap_or_default());
        return (text.into_owned(), lossy || foreign);
    }
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            text.drain(..length);
            (text, foreign)
        }
        Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), true),
    }
}

fn unmarked(bytes: &[u8]) -> &'static encoding_rs::Encoding {
    match bytes {
        [b'<', 0, ..] => return encoding_rs::UTF_16LE,
        [0, b'<', ..] => return encoding_rs::UTF_16BE,
        _ => {}
    }
    // Bytes that read as ASCII are not UTF-16, whatever they declare.
    label(bytes)
        .and_then(encoding_rs::Encoding::for_label)
        .filter(|encoding| encoding.is_ascii_compatible())
        .unwrap_or(encoding_rs::UTF_8)
}

/// The encoding that the declaration names.
fn label(bytes: &[u8]) -> Option<&[u8]> {
    let head = bytes.get(..bytes.len().min(200)).unwrap_or_default();
    let head = head.split(|byte| *byte == b'>').next().filter(|head| head.trim_ascii_start().starts_with(b"<?xml"))?;
    let declared = memchr::memmem::find(head, b"encoding=").and_then(|at| head.get(at + 10..));
    declared.and_then(|rest| rest.split(|b| matches!(b, b'"' | b'\'')).next())
}

/// Whether a document declares an encoding that nobody here knows.
fn declares_unknown(bytes: &[u8]) -> bool {
    label(bytes)
        .is_some_and(|label| encoding_rs::Encoding::for_label(label).is_none_or(|e| e == encoding_rs::REPLACEMENT))
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(text: &str) -> (String, bool) {
        let mut xml = Xml::new(text, &Limits::default());
        let mut steps = String::new();
        while let Some(node) = xml.next().unwrap() {
            match node {
                Node::Open(tag) => steps.extend(["<", tag.name(), ">"]),
                Node::Close(tag) => steps.extend(["</", tag.name(), ">"]),
                Node::Text(text) => steps += &text,
            }
        }
        (steps, xml.is_damaged())
    }

    #[test]
    fn documents_become_steps() {
        for (text, steps, damaged) in [
            ("<w:p><w:t a='1'/>x &amp; &#229;</w:p>", "<p><t></t>x & å</p>", false),
            ("<a><![CDATA[<b>]]><!-- c --></a>", "<a><b></a>", false),
            ("<a><b>cut", "<a><b>cut", true),
            ("<a><b>x</a>", "<a><b>x", true),
            ("<!DOCTYPE a [<!ENTITY e 'boom'>]><a>x&e;y</a>", "<a>x y</a>", true),
        ] {
            assert_eq!(walk(text), (steps.to_owned(), damaged), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let limits = Limits { depth: 3, ..Limits::default() };
        let mut xml = Xml::new("<a><b><c><d/><d>", &limits);
        let outcome = std::iter::repeat_with(|| xml.next()).find(Result::is_err);
        assert_eq!(outcome.unwrap().unwrap_err(), FileError::Limit(Limit::Depth));
    }

    #[test]
    fn parts_are_decoded_by_mark_or_declaration() {
        let utf16: Vec<u8> = "<å/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, text, lossy) in [
            ("\u{feff}<å/>".as_bytes().to_vec(), "<å/>", false),
            ([vec![0xFF, 0xFE], utf16.clone()].concat(), "<å/>", false),
            (utf16, "<å/>", false),
            (b"<?xml encoding='ISO-8859-1'?>\xe5".to_vec(), "<?xml encoding='ISO-8859-1'?>å", false),
            (b"<?xml encoding='UTF-16'?>a".to_vec(), "<?xml encoding='UTF-16'?>a", false),
            (b"<a>\xe5".to_vec(), "<a>\u{fffd}", true),
            (b"<?xml encoding='UTF-7'?>a".to_vec(), "<?xml encoding='UTF-7'?>a", true),
            (b"<a>1\x009".to_vec(), "<a>1\09", true),
        ] {
            assert_eq!(decode(bytes), (text.to_owned(), lossy));
        }
    }
}
