//! Web pages: what a reader sees, and what a reader does not see but the file
//! still says (comments, hidden elements, alternative texts, metadata).
//!
//! The page is read as a stream of tokens without a tree, so that no nesting,
//! however deep, costs stack or more than linear time.

use html5gum::{DefaultEmitter, EndTag, StartTag, Token, Tokenizer};

use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::limits::Limits;

mod charset;
pub(super) mod code;
mod grid;
#[cfg(test)]
mod tests;

use super::rows::PARAGRAPH;
use grid::Grid;

pub(super) use charset::{declares, decode};

/// Reads a page in whatever encoding it is.
#[expect(clippy::unnecessary_wraps, reason = "the signature of every extractor")]
pub(super) fn html(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let (page, whole) = decode(bytes);
    super::wrapped::read(&page, limits, builder);
    super::unsaid::look(page.as_bytes(), builder);
    if !whole {
        builder.gap(Cause::Encoding, Place::default());
    }
    let complete = read(&page, limits, builder);
    builder.unit(whole && complete);
    Ok(())
}

/// Reads a page that is already text, such as the body of a mail. Returns
/// false, with a gap noted, when the page ends inside something that is not shown.
pub(super) fn read(page: &str, limits: &Limits, builder: &mut TextBuilder) -> bool {
    let mut paragraph = 0;
    let mut complete = true;
    let mut frames = vec![page.to_owned()];
    while let Some(frame) = frames.pop() {
        let mut reader = Page::new(limits.depth, paragraph, builder);
        for Ok(token) in tokens(&frame) {
            reader.token(token);
        }
        complete &= reader.finish();
        paragraph = reader.paragraph;
        frames.append(&mut reader.frames);
    }
    complete
}

fn tokens(page: &str) -> Tokenizer<html5gum::StringReader<'_>> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(page, emitter)
}

/// A page while it is read.
#[derive(Debug)]
struct Page<'a> {
    builder: &'a mut TextBuilder,
    /// The running paragraph outside tables.
    text: String,
    /// The number of the last paragraph.
    paragraph: u32,
    /// How many `pre` are open, in which white space counts.
    pre: u32,
    hidden: Option<Hidden>,
    /// The element whose text is not running text: script, style, title.
    aside: Option<Aside>,
    tables: Vec<Grid>,
    /// Tables nested deeper than is followed.
    uncounted: usize,
    deepest: usize,
    /// Alternative texts and link targets, said after the paragraph they stand in.
    notes: Vec<(Part, String)>,
    /// Pages inside the page (`srcdoc`), read after it.
    frames: Vec<String>,
}

/// A stretch that is not shown, until the end of the element that hides it.
#[derive(Debug)]
struct Hidden {
    element: Vec<u8>,
    /// Elements of the same name open inside.
    depth: u32,
    text: String,
}

#[derive(Debug)]
struct Aside {
    element: Vec<u8>,
    text: String,
    /// Whether the text is code, whose literals alone are words.
    code: bool,
}

impl<'a> Page<'a> {
    fn new(deepest: usize, paragraph: u32, builder: &'a mut TextBuilder) -> Self {
        Self {
            builder,
            text: String::new(),
            paragraph,
            pre: 0,
            hidden: None,
            aside: None,
            tables: Vec::new(),
            uncounted: 0,
            deepest,
            notes: Vec::new(),
            frames: Vec::new(),
        }
    }

    fn token(&mut self, token: Token) {
        match token {
            Token::StartTag(tag) => self.start(&tag),
            Token::EndTag(tag) => self.end(&tag),
            Token::String(text) => self.words(&String::from_utf8_lossy(&text)),
            Token::Comment(text) => self.comment(&String::from_utf8_lossy(&text)),
            Token::Doctype(_) | Token::Error(_) => {}
        }
    }

    /// Closes all that is still open; false when the page ended inside a script or style.
    fn finish(&mut self) -> bool {
        let aside = self.aside.take();
        if let Some(aside) = &aside {
            self.say_aside(aside);
        }
        self.unhide();
        while let Some(mut grid) = self.tables.pop() {
            grid.close_row(self.builder);
        }
        self.end_paragraph();
        let cut = aside.is_some_and(|aside| aside.code);
        if cut {
            self.builder.gap(Cause::PartDamaged, Place::default());
        }
        !cut
    }

    fn start(&mut self, tag: &StartTag<()>) {
        if self.aside.is_some() {
            return;
        }
        self.open_hidden(tag);
        match tag.name.as_slice() {
            b"script" | b"style" | b"title" => {
                let code = tag.name.as_slice() != b"title";
                self.aside = Some(Aside { element: tag.name.to_vec(), text: String::new(), code });
            }
            b"br" => self.line_end(),
            b"pre" => self.pre += 1,
            b"meta" => self.meta(tag),
            b"input" => self.input(tag),
            b"iframe" => self.frames.extend(attribute(tag, b"srcdoc")),
            b"table" | b"tr" | b"td" | b"th" if self.hidden.is_none() => self.open_grid(tag),
            _ => {}
        }
        if is_block(&tag.name) {
            self.end_paragraph();
        }
        self.note_attributes(tag);
    }

    fn end(&mut self, tag: &EndTag<()>) {
        if let Some(aside) = self.aside.take_if(|aside| aside.element == *tag.name) {
            return self.say_aside(&aside);
        }
        if is_block(&tag.name) {
            self.end_paragraph();
        }
        if tag.name == b"pre" {
            self.pre = self.pre.saturating_sub(1);
        }
        self.close_hidden(&tag.name);
        if self.hidden.is_none() {
            self.close_grid(&tag.name);
        }
    }

    /// Says a title, or the words in code.
    fn say_aside(&mut self, aside: &Aside) {
        if !aside.code {
            return self.builder.block(Place::part(Part::Property), &collapsed(&aside.text));
        }
        for literal in code::literals(&aside.text) {
            self.builder.block(Place { part: Part::Hidden, ..Place::paragraph(self.paragraph.max(1)) }, &literal);
        }
    }

    fn words(&mut self, words: &str) {
        if let Some(aside) = &mut self.aside {
            aside.text.push_str(words);
            return;
        }
        let keep = self.pre > 0;
        let text = self.target();
        for c in words.chars() {
            match c {
                // Invisible hints where a word may be broken; they would split what detectors look for.
                '\u{AD}' | '\u{200B}' | '\u{FEFF}' => {}
                '\r' if keep => {}
                ' ' | '\t' | '\n' | '\r' | '\u{C}' if !keep => {
                    if !text.is_empty() && !text.ends_with([' ', '\n', PARAGRAPH]) {
                        text.push(' ');
                    }
                }
                c => text.push(c),
            }
        }
    }

    /// Where running text goes: the hidden stretch, the open cell or the page.
    fn target(&mut self) -> &mut String {
        if let Some(hidden) = &mut self.hidden {
            return &mut hidden.text;
        }
        match self.tables.iter_mut().rev().find_map(Grid::cell) {
            Some(cell) => cell,
            None => &mut self.text,
        }
    }

    fn line_end(&mut self) {
        let text = self.target();
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }

    /// Ends the paragraph, and says the notes that stand in it.
    fn end_paragraph(&mut self) {
        let text = self.target();
        if !text.is_empty() && !text.ends_with(PARAGRAPH) {
            text.push(PARAGRAPH);
        }
        if self.text.ends_with(PARAGRAPH) {
            self.push_paragraph();
        }
        for (part, note) in std::mem::take(&mut self.notes) {
            self.builder.block(Place { part, ..Place::paragraph(self.paragraph.max(1)) }, &note);
        }
    }

    fn push_paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim_matches([PARAGRAPH, ' ', '\n']);
        if !text.is_empty() {
            self.paragraph = self.paragraph.saturating_add(1);
            self.builder.block(Place::paragraph(self.paragraph), text);
        }
    }

    /// Text of a markup comment, with the markup inside it stripped.
    fn comment(&mut self, comment: &str) {
        // Conditional marks of Office and processing instructions, which the standard reads as comments.
        let bare = comment.trim();
        if self.aside.is_some() || bare.starts_with('?') || (bare.starts_with('[') && !bare.contains('>')) {
            return;
        }
        let mut words = String::new();
        let mut code = false;
        for Ok(token) in tokens(comment) {
            match token {
                Token::String(text) if !code => words.push_str(&String::from_utf8_lossy(&text)),
                Token::StartTag(tag) => code = is_code(&tag.name),
                Token::EndTag(_) => code = false,
                _ => {}
            }
            words.push(' ');
        }
        let words = collapsed(words.replace("[if ", " ").trim_start_matches("[CDATA[").trim_end_matches("]]"));
        self.builder.block(Place { part: Part::Hidden, ..Place::paragraph(self.paragraph.max(1)) }, &words);
    }

    fn open_hidden(&mut self, tag: &StartTag<()>) {
        if let Some(hidden) = self.hidden.as_mut().filter(|hidden| hidden.element == *tag.name) {
            if !ends_its_like(&tag.name) {
                hidden.depth = hidden.depth.saturating_add(1);
                return;
            }
            self.unhide();
        }
        if self.hidden.is_none() && hides(tag) {
            self.hidden = Some(Hidden { element: tag.name.to_vec(), depth: 1, text: String::new() });
        }
    }

    fn close_hidden(&mut self, name: &[u8]) {
        let Some(hidden) = &mut self.hidden else { return };
        if hidden.element == name {
            hidden.depth = hidden.depth.saturating_sub(1);
        }
        if hidden.depth == 0 {
            self.unhide();
        }
    }

    fn unhide(&mut self) {
        let Some(hidden) = self.hidden.take() else { return };
        for paragraph in hidden.text.split(PARAGRAPH) {
            self.builder.block(Place { part: Part::Hidden, ..Place::paragraph(self.paragraph.max(1)) }, paragraph);
        }
    }

    fn open_grid(&mut self, tag: &StartTag<()>) {
        if tag.name == b"table" {
            self.end_paragraph();
            if self.tables.len() < self.deepest {
                self.tables.push(Grid::open(self.builder));
            } else {
                self.uncounted += 1;
            }
            return;
        }
        if self.uncounted > 0 {
            return;
        }
        let Some(grid) = self.tables.last_mut() else { return };
        if tag.name == b"tr" {
            grid.close_row(self.builder);
            return;
        }
        let span = attribute(tag, b"colspan").and_then(|span| span.trim().parse().ok()).unwrap_or(1);
        grid.open_cell(tag.name == b"th", span);
    }

    fn close_grid(&mut self, name: &[u8]) {
        if self.uncounted > 0 {
            self.uncounted -= usize::from(name == b"table");
            return;
        }
        let Some(grid) = self.tables.last_mut() else { return };
        match name {
            b"td" | b"th" => grid.close_cell(),
            b"tr" => grid.close_row(self.builder),
            b"table" => {
                grid.close_row(self.builder);
                self.tables.pop();
            }
            _ => {}
        }
    }

    /// Metadata with words in it; technical settings are left out.
    fn meta(&mut self, tag: &StartTag<()>) {
        let name = attribute(tag, b"name").or_else(|| attribute(tag, b"property")).unwrap_or_default();
        let name = name.to_ascii_lowercase();
        let group = name.split(['.', ':']).next().unwrap_or_default();
        if META.contains(&name.as_str()) || META_GROUPS.contains(&group) {
            let content = attribute(tag, b"content").unwrap_or_default();
            self.builder.block(Place::part(Part::Property), &collapsed(&content));
        }
    }

    fn input(&mut self, tag: &StartTag<()>) {
        let kind = attribute(tag, b"type").unwrap_or_default().to_ascii_lowercase();
        let part = if kind == "hidden" { Part::Hidden } else { Part::FormField };
        self.notes.extend(attribute(tag, b"value").map(|value| (part, value)));
    }

    fn note_attributes(&mut self, tag: &StartTag<()>) {
        for key in [&b"alt"[..], b"title", b"aria-label", b"placeholder"] {
            self.notes.extend(attribute(tag, key).map(|text| (Part::AltText, text)));
        }
        for (key, value) in &tag.attributes {
            let value = String::from_utf8_lossy(value);
            if key.starts_with(b"data-") && code::is_telling(&value) {
                self.notes.push((Part::Hidden, value.into_owned()));
            }
        }
        let target = attribute(tag, b"href").filter(|_| matches!(tag.name.as_slice(), b"a" | b"area"));
        let leaves =
            |target: &String| !target.starts_with('#') && !target.to_ascii_lowercase().starts_with("javascript:");
        self.notes.extend(target.filter(leaves).map(|target| (Part::Link, target)));
    }
}

/// Names of metadata that say something about the page's matter or makers.
const META: &[&str] = &[
    "abstract",
    "author",
    "category",
    "copyright",
    "creator",
    "description",
    "generator",
    "keywords",
    "publisher",
    "rights",
    "subject",
    "title",
];

/// Families of metadata that do (Dublin Core, Open Graph).
const META_GROUPS: &[&str] = &["dc", "dcterms", "og", "article", "twitter"];

/// Elements that stand on lines of their own (WHATWG HTML, 15.3).
const BLOCKS: &[&[u8]] = &[
    b"address",
    b"article",
    b"aside",
    b"blockquote",
    b"body",
    b"button",
    b"caption",
    b"center",
    b"dd",
    b"details",
    b"dialog",
    b"dir",
    b"div",
    b"dl",
    b"dt",
    b"fieldset",
    b"figcaption",
    b"figure",
    b"footer",
    b"form",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"head",
    b"header",
    b"hgroup",
    b"hr",
    b"html",
    b"legend",
    b"li",
    b"main",
    b"menu",
    b"nav",
    b"ol",
    b"optgroup",
    b"option",
    b"p",
    b"pre",
    b"search",
    b"section",
    b"select",
    b"summary",
    b"table",
    b"tbody",
    b"td",
    b"textarea",
    b"tfoot",
    b"th",
    b"thead",
    b"tr",
    b"ul",
];

fn is_block(name: &[u8]) -> bool {
    BLOCKS.binary_search(&name).is_ok()
}

/// Whether a new element of this name ends an open one instead of nesting in it.
fn ends_its_like(name: &[u8]) -> bool {
    matches!(name, b"p" | b"dd" | b"dt" | b"option")
}

/// Whether an element holds code, in a page or in a comment for Office.
fn is_code(name: &[u8]) -> bool {
    matches!(name, b"script" | b"style" | b"xml") || name.starts_with(b"o:") || name.starts_with(b"w:")
}

/// Whether the element is not shown. Elements without content hide nothing.
fn hides(tag: &StartTag<()>) -> bool {
    if matches!(tag.name.as_slice(), b"br" | b"hr" | b"img" | b"input" | b"link" | b"meta" | b"wbr" | b"html" | b"body")
    {
        return false;
    }
    let style = attribute(tag, b"style").unwrap_or_default().to_ascii_lowercase();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    tag.attributes.contains_key(&b"hidden"[..])
        || tag.name == b"template"
        || ["display:none", "visibility:hidden", "mso-hide:all"].iter().any(|hiding| style.contains(hiding))
}

fn attribute(tag: &StartTag<()>, key: &[u8]) -> Option<String> {
    let value = tag.attributes.get(key)?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// `text` with its runs of white space made one space.
fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
