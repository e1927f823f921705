//! XML with the places where things stand, for changes that leave the rest as it is.

use std::ops::Range;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// Deepest nesting that is read.
const DEPTH: usize = 200;

/// A step through an XML document.
pub(super) enum Node<'a> {
    /// An element begins.
    Open(Tag),
    /// An element ends; for an empty one the range is that of its only tag.
    Close { tag: Range<usize>, empty: bool },
    /// Characters; a reference comes by itself, resolved.
    Text(&'a str),
}

/// The tag with which an element begins.
pub(super) struct Tag {
    pub(super) namespace: String,
    pub(super) name: String,
    /// Local names and values, in order, without declarations of namespaces.
    pub(super) attributes: Vec<(String, String)>,
    /// Namespace and local name of each of them.
    pub(super) names: Vec<(String, String)>,
    /// Where it stands.
    pub(super) range: Range<usize>,
}

impl Tag {
    pub(super) fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Walks a document, handing each step on; `None` when it is not well formed.
pub(super) fn walk(text: &str, mut take: impl FnMut(Node<'_>)) -> Option<()> {
    // The reader would leave a byte order mark out of its count.
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mark = text.len() - bare.len();
    let mut reader = NsReader::from_str(bare);
    let mut depth = 0_usize;
    loop {
        let start = mark + position(&reader)?;
        let event = reader.read_event().ok()?;
        let range = start..mark + position(&reader)?;
        match event {
            Event::Start(element) => {
                depth += 1;
                if depth > DEPTH {
                    return None;
                }
                take(Node::Open(tag(&reader, &element, range)?));
            }
            Event::Empty(element) => {
                take(Node::Open(tag(&reader, &element, range.clone())?));
                take(Node::Close { tag: range, empty: true });
            }
            Event::End(_) => {
                depth = depth.checked_sub(1)?;
                take(Node::Close { tag: range, empty: false });
            }
            Event::Text(text) => take(Node::Text(&text.xml10_content())),
            Event::CData(data) => take(Node::Text(&data)),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(character)) => take(Node::Text(character.encode_utf8(&mut [0; 4]))),
                _ => take(Node::Text(quick_xml::escape::resolve_xml_entity(&reference)?)),
            },
            // Entities of its own could make the text another than what is seen here.
            Event::DocType(_) => return None,
            Event::Eof => break,
            _ => {}
        }
    }
    (depth == 0).then_some(())
}

fn tag(reader: &NsReader<&[u8]>, element: &BytesStart<'_>, range: Range<usize>) -> Option<Tag> {
    let (namespace, name) = reader.resolver().resolve_element(element.name());
    let (mut attributes, mut names) = (Vec::new(), Vec::new());
    for attribute in element.attributes() {
        let attribute = attribute.ok()?;
        if attribute.key.as_namespace_binding().is_none() {
            let value = quick_xml::escape::unescape(&attribute.value).ok()?.into_owned();
            let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
            attributes.push((name.as_ref().to_string(), value));
            names.push((bound(&namespace)?, name.as_ref().to_string()));
        }
    }
    Some(Tag { namespace: bound(&namespace)?, name: name.as_ref().to_string(), attributes, names, range })
}

fn bound(namespace: &ResolveResult<'_>) -> Option<String> {
    match namespace {
        ResolveResult::Bound(namespace) => Some(namespace.as_ref().to_string()),
        ResolveResult::Unbound => Some(String::new()),
        ResolveResult::Unknown(_) => None,
    }
}

fn position(reader: &NsReader<&[u8]>) -> Option<usize> {
    usize::try_from(reader.buffer_position()).ok()
}

/// The document with `content` as the last thing in its root element.
pub(super) fn append(text: &str, content: &str) -> Option<String> {
    let mut last = None;
    walk(text, |node| {
        if let Node::Close { tag, empty } = node {
            last = Some((tag, empty));
        }
    })?;
    let (tag, empty) = last?;
    if empty { open(text, tag, content) } else { insert(text, tag.start, content) }
}

/// The document with `content` at a place between tags.
pub(super) fn insert(text: &str, at: usize, content: &str) -> Option<String> {
    Some([text.get(..at)?, content, text.get(at..)?].concat())
}

/// The document with `content` in the element whose only tag, `<name …/>`, stands at `tag`.
pub(super) fn open(text: &str, tag: Range<usize>, content: &str) -> Option<String> {
    let inside = text.get(tag.clone())?.strip_prefix('<')?.strip_suffix("/>")?;
    let name = inside.split(|c: char| c.is_ascii_whitespace()).next()?;
    let opened = format!("<{inside}>{content}</{name}>");
    Some([text.get(..tag.start)?, &opened, text.get(tag.end..)?].concat())
}

/// The document without what stands in the ranges, which are in order.
pub(super) fn cut(text: &str, ranges: &[Range<usize>]) -> Option<String> {
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        kept.push_str(text.get(at..range.start)?);
        at = range.end;
    }
    kept.push_str(text.get(at..)?);
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_stands_last_in_the_root() {
        for (text, expected) in [
            ("<a><b/></a>", "<a><b/><c/></a>"),
            ("\u{feff}<a><b/></a>", "\u{feff}<a><b/><c/></a>"),
            ("<?xml version=\"1.0\"?>\n<x:a y=\"/>\" />\n", "<?xml version=\"1.0\"?>\n<x:a y=\"/>\" ><c/></x:a>\n"),
        ] {
            let text = text.replace("<x:a", "<x:a xmlns:x=\"u\"");
            assert_eq!(append(&text, "<c/>").unwrap(), expected.replace("<x:a", "<x:a xmlns:x=\"u\""));
        }
        for text in ["", "<a>", "<a></b>", "<!DOCTYPE a [<!ENTITY e \"x\">]><a/>", &"<a>".repeat(1000)] {
            assert_eq!(append(text, "<c/>"), None, "{text:.20}");
        }
    }

    #[test]
    fn ranges_are_cut_out() {
        assert_eq!(cut("0123456789", &[1..3, 5..6]).unwrap(), "0346789");
        assert_eq!(cut("0123", &[1..2, 3..9]), None);
    }
}
