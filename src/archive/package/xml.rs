//! Writing XML: elements within elements, and no character that XML forbids.

use std::fmt::Write as _;

/// XML under construction.
#[derive(Debug)]
pub(super) struct Xml(String);

impl Xml {
    /// A document without its root element.
    pub(super) fn new() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned())
    }

    /// An element and what stands in it.
    pub(super) fn element(&mut self, name: &str, attributes: &[(&str, &str)], inside: impl FnOnce(&mut Self)) {
        self.start(name, attributes);
        self.0.push('>');
        inside(self);
        let _ = writeln!(self.0, "</{name}>");
    }

    /// An element that holds a text.
    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.element(name, attributes, |xml| xml.push_escaped(text));
    }

    /// An element that holds nothing.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.0.push_str("/>\n");
    }

    /// The document.
    pub(super) fn finish(self) -> String {
        self.0
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let _ = write!(self.0, "<{name}");
        for (name, value) in attributes {
            let _ = write!(self.0, " {name}=\"");
            self.push_escaped(value);
            self.0.push('"');
        }
    }

    /// Characters outside XML 1.0 (2.2) become U+FFFD; none comes from a name, which is escaped before.
    fn push_escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\t' | '\n' | '\r' => {
                    let _ = write!(self.0, "&#{};", u32::from(c));
                }
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => self.0.push('\u{fffd}'),
                c => self.0.push(c),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_xml_would_read_otherwise() {
        let mut xml = Xml::new();
        xml.element("a", &[("b", "1 < \"2\"")], |xml| xml.text("c", &[], "x & y\n\u{1}"));
        assert!(xml.finish().ends_with("<a b=\"1 &lt; &quot;2&quot;\"><c>x &amp; y&#10;\u{fffd}</c>\n</a>\n"));
    }
}
