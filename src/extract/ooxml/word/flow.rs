//! The words of one `WordprocessingML` part, by place, in one pass over its
//! elements (ECMA-376 part 1, 17). Nothing recurses: text boxes and nested
//! tables are kept on stacks, whose height the depth limit bounds.

use std::collections::HashSet;

use crate::document::{Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::ooxml::alternative::Alternatives;
use crate::extract::ooxml::package::note_damage;
use crate::extract::paragraph::Paragraph;
use crate::extract::text_table::Rows;
use crate::extract::xml::{Node, Tag, Xml};
use crate::limits::Limits;

/// Reads one part of a document.
#[derive(Debug)]
pub(super) struct Story<'b> {
    builder: &'b mut TextBuilder,
    part: Part,
    /// Number of the last table of the document.
    tables: &'b mut u32,
    /// The part's own text at the bottom, text boxes in it above.
    flows: Vec<Flow>,
    /// Number of the last paragraph of the part.
    paragraphs: u32,
    /// Content controls that are open, and whether each shows its placeholder.
    controls: Vec<bool>,
    alternatives: Alternatives,
    /// What the text that comes next is; `None` outside elements that hold text.
    text: Option<Part>,
    state: State,
    people: HashSet<String>,
}

/// Text that runs on its own: the part's, or a text box's.
#[derive(Debug, Default)]
struct Flow {
    paragraph: Paragraph,
    rows: Vec<Rows>,
}

/// How many elements of each meaning are open.
#[derive(Debug, Default)]
struct State {
    inserted: u32,
    deleted: u32,
    placeholder: u32,
    /// Elements named `…Pr`: properties, in which `w:ins` and `w:del` mark other than runs.
    properties: u32,
    paragraph_properties: u32,
    /// Hidden or not, for each open run.
    runs: Vec<bool>,
}

impl<'b> Story<'b> {
    /// A reader of a part whose text stands in `part`.
    pub(super) fn new(part: Part, tables: &'b mut u32, builder: &'b mut TextBuilder) -> Self {
        Self {
            builder,
            part,
            tables,
            flows: vec![Flow::default()],
            paragraphs: 0,
            controls: Vec::new(),
            alternatives: Alternatives::default(),
            text: None,
            state: State::default(),
            people: HashSet::new(),
        }
    }

    /// Reads the part's XML. What stood before damage or a limit is kept.
    pub(super) fn read(mut self, text: &str, limits: &Limits) -> Result<(), FileError> {
        let mut xml = Xml::new(text, limits);
        let outcome = self.walk(&mut xml);
        while self.flows.len() > 1 {
            self.close_flow();
        }
        self.close_flow();
        note_damage(&xml, self.part, self.builder);
        outcome
    }

    fn walk(&mut self, xml: &mut Xml) -> Result<(), FileError> {
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(tag) => self.open(&tag),
                Node::Close(tag) => self.close(tag.name()),
                Node::Text(words) => match self.text {
                    Some(part) => self.push(part, &words),
                    None if is_stray(&words) => self.push(Part::Hidden, &words),
                    None => {}
                },
            }
            if self.builder.is_full() {
                break;
            }
        }
        Ok(())
    }

    fn open(&mut self, tag: &Tag) {
        let name = tag.name();
        if name.ends_with("Pr") {
            self.state.properties += 1;
            self.state.paragraph_properties += u32::from(name == "pPr");
        }
        match name {
            "t" | "delText" | "instrText" | "delInstrText" => self.text = Some(self.place_of(name)),
            "r" => self.state.runs.push(self.state.runs.last().copied().unwrap_or(false)),
            "tab" | "br" | "cr" | "ptab" if self.state.properties == 0 => self.push(self.place_of("t"), " "),
            "noBreakHyphen" => self.push(self.place_of("t"), "-"),
            "sym" => self.symbol(tag),
            "fldChar" => self.flow().paragraph.end_aside(),
            "ins" | "moveTo" | "del" | "moveFrom" => self.open_change(tag),
            "vanish" => self.hide_run(tag),
            "tbl" | "tr" | "tc" | "gridSpan" | "gridBefore" | "tblHeader" => self.open_table(tag),
            "txbxContent" => self.flows.push(Flow::default()),
            "AlternateContent" | "Choice" | "Fallback" => self.alternatives.open(name),
            "sdt" | "showingPlcHdr" | "sdtContent" => self.open_control(tag),
            _ => self.attributes(tag),
        }
    }

    fn close(&mut self, name: &str) {
        if name.ends_with("Pr") {
            self.state.properties = self.state.properties.saturating_sub(1);
            self.state.paragraph_properties -= u32::from(name == "pPr" && self.state.paragraph_properties > 0);
        }
        let in_text = self.state.properties == 0;
        match name {
            "t" | "delText" | "instrText" | "delInstrText" => self.text = None,
            "r" => drop(self.state.runs.pop()),
            // What stands above the text is no part of the word below it.
            "rt" => self.push(self.place_of("t"), " "),
            "ins" | "moveTo" if in_text => self.state.inserted = self.state.inserted.saturating_sub(1),
            "del" | "moveFrom" if in_text => self.state.deleted = self.state.deleted.saturating_sub(1),
            "p" => self.close_paragraph(),
            "tc" => {
                self.end_loose_text();
                self.with_rows(Rows::close_cell);
            }
            "tr" => self.close_row(),
            "tbl" => {
                self.flow().rows.pop();
            }
            "txbxContent" => self.close_flow(),
            "AlternateContent" => self.alternatives.close(name),
            "sdt" => drop(self.controls.pop()),
            "sdtContent" if self.controls.last() == Some(&true) => {
                self.state.placeholder = self.state.placeholder.saturating_sub(1);
            }
            _ => {}
        }
    }

    /// What text in an element of this name is, by everything that is open around it.
    fn place_of(&self, name: &str) -> Part {
        match name {
            _ if self.state.deleted > 0 => Part::Deleted,
            "delText" | "delInstrText" => Part::Deleted,
            "instrText" => Part::Field,
            _ if self.state.placeholder > 0 => Part::FormField,
            _ if self.state.runs.last() == Some(&true) => Part::Hidden,
            _ if self.state.inserted > 0 => Part::Inserted,
            _ => Part::Body,
        }
    }

    fn push(&mut self, part: Part, words: &str) {
        if self.flows.len() == 1 && self.alternatives.is_repeated_inline(words) {
            return;
        }
        if self.alternatives.parts_inline() {
            self.flow().paragraph.push(part, " ");
        }
        self.flow().paragraph.push(part, words);
    }

    /// A character by its code in a font. Symbol fonts have Latin codes in a private area.
    fn symbol(&mut self, tag: &Tag) {
        let code = tag.attribute("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
        let code = code.map(|code| if (0xf020..=0xf0ff).contains(&code) { code - 0xf000 } else { code });
        if let Some(character) = code.and_then(char::from_u32).filter(|c| !c.is_control()) {
            self.push(self.place_of("t"), character.encode_utf8(&mut [0; 4]));
        }
    }

    /// The words of a list's numbers, such as "Kapitel %1".
    fn numbering(&mut self, tag: &Tag) {
        if let Some(words) =
            tag.attribute("val").filter(|words| words.chars().filter(|c| c.is_alphabetic()).count() >= 3)
        {
            self.emit(Place::part(Part::Field), &words);
        }
    }

    fn open_change(&mut self, tag: &Tag) {
        if self.state.properties > 0 {
            return;
        }
        match tag.name() {
            "ins" | "moveTo" => self.state.inserted += 1,
            _ => self.state.deleted += 1,
        }
        self.builder.facts().tracked_changes += 1;
        self.name_person(tag);
    }

    fn hide_run(&mut self, tag: &Tag) {
        let of_run = self.state.paragraph_properties == 0 && tag.is_on();
        if let Some(hidden) = self.state.runs.last_mut().filter(|_| of_run) {
            *hidden = true;
        }
    }

    fn open_table(&mut self, tag: &Tag) {
        match tag.name() {
            "tbl" => {
                self.end_loose_text();
                *self.tables += 1;
                let rows = Rows::new(*self.tables, self.builder);
                self.flow().rows.push(rows);
            }
            "tr" => self.with_rows(Rows::open_row),
            "tc" => self.with_rows(Rows::open_cell),
            "gridSpan" => self.with_rows(|rows| rows.span(tag.number("val").unwrap_or(1))),
            "gridBefore" => self.with_rows(|rows| rows.skip(tag.number("val").unwrap_or(0))),
            _ if tag.is_on() => self.with_rows(Rows::mark_header),
            _ => {}
        }
    }

    /// A control that shows its placeholder holds a prompt, which no one wrote as content.
    fn open_control(&mut self, tag: &Tag) {
        match tag.name() {
            "sdt" => self.controls.push(false),
            "sdtContent" => self.state.placeholder += u32::from(self.controls.last() == Some(&true)),
            _ => {
                if let Some(control) = self.controls.last_mut() {
                    *control = tag.is_on();
                }
            }
        }
    }

    /// Words that stand in attributes.
    fn attributes(&mut self, tag: &Tag) {
        let (part, names): (Part, &[&str]) = match tag.name() {
            "docPr" | "cNvPr" => (Part::AltText, &["title", "descr"]),
            "shape" | "rect" | "oval" | "roundrect" | "group" | "line" => (Part::AltText, &["alt"]),
            "imagedata" => (Part::AltText, &["title"]),
            "textpath" => (Part::TextBox, &["string"]),
            "fldSimple" => (Part::Field, &["instr"]),
            "hyperlink" => (Part::Link, &["tooltip"]),
            "listItem" => (Part::FormField, &["displayText", "value"]),
            "lvlText" => return self.numbering(tag),
            "alias" | "listEntry" | "default" | "result" | "statusText" | "helpText" => (Part::FormField, &["val"]),
            "tblCaption" | "tblDescription" => (Part::AltText, &["val"]),
            "docVar" => (Part::Property, &["name", "val"]),
            "dataSource" | "query" | "connectString" => (Part::Property, &["val"]),
            "comment" => {
                self.builder.facts().comments += 1;
                return self.name_person(tag);
            }
            _ => return,
        };
        for name in names {
            if let Some(words) = tag.attribute(name).filter(|words| words.chars().any(char::is_alphanumeric)) {
                self.emit(Place { paragraph: self.number(), ..Place::part(part) }, &words);
            }
        }
    }

    /// Who wrote a comment or change: once a part.
    fn name_person(&mut self, tag: &Tag) {
        for name in ["author", "initials"] {
            if let Some(person) = tag.attribute(name).filter(|person| !self.people.contains(person)) {
                self.builder.block(Place::part(Part::Property), &format!("{name}: {person}"));
                self.people.insert(person);
            }
        }
    }

    fn close_paragraph(&mut self) {
        self.paragraphs += 1;
        let number = self.paragraphs;
        let part = self.flow_part();
        let paragraph = std::mem::take(&mut self.flow().paragraph);
        let place = match self.flow().rows.last() {
            Some(rows) => rows.place(part),
            None => Place { paragraph: Some(number), ..Place::part(part) },
        };
        if !self.alternatives.is_repeated(&paragraph.text) {
            match self.flow().rows.last_mut() {
                Some(rows) => rows.paragraph(number, paragraph.text),
                None => self.builder.block(place.clone(), &paragraph.text),
            }
        }
        for (part, words) in paragraph.asides {
            self.emit(Place { part, paragraph: Some(number), ..place.clone() }, &words);
        }
    }

    /// Ends text that stands in no paragraph, as broken documents have it.
    fn end_loose_text(&mut self) {
        let paragraph = &self.flow().paragraph;
        if !paragraph.text.is_empty() || !paragraph.asides.is_empty() {
            self.close_paragraph();
        }
    }

    fn close_row(&mut self) {
        let part = self.flow_part();
        let Some(mut rows) = self.flow().rows.pop() else { return };
        rows.close_row(part, self.builder);
        self.flow().rows.push(rows);
    }

    /// Ends a flow, with the rows and the paragraph that damage left open in it.
    fn close_flow(&mut self) {
        self.end_loose_text();
        while !self.flow().rows.is_empty() {
            self.close_row();
            self.flow().rows.pop();
        }
        if self.flows.len() > 1 {
            self.flows.pop();
        }
    }

    /// Pushes a block unless an alternative before it said the same.
    fn emit(&mut self, place: Place, words: &str) {
        if !self.alternatives.is_repeated(words) {
            self.builder.block(place, words);
        }
    }

    fn flow(&mut self) -> &mut Flow {
        if self.flows.is_empty() {
            self.flows.push(Flow::default());
        }
        let top = self.flows.len() - 1;
        &mut self.flows[top]
    }

    fn with_rows(&mut self, change: impl FnOnce(&mut Rows)) {
        if let Some(rows) = self.flow().rows.last_mut() {
            change(rows);
        }
    }

    /// Text boxes of the body are named as such; one in a header is header.
    fn flow_part(&self) -> Part {
        if self.flows.len() > 1 && self.part == Part::Body { Part::TextBox } else { self.part }
    }

    /// The number of the paragraph that is being read.
    fn number(&self) -> Option<u32> {
        self.paragraphs.checked_add(1)
    }
}

/// Whether text outside the elements that hold text is words: measures and
/// positions of drawings stand so too.
fn is_stray(words: &str) -> bool {
    let words = words.trim();
    let position = ["left", "right", "center", "inside", "outside", "top", "bottom"].contains(&words);
    !position && words.chars().filter(|c| c.is_alphabetic()).count() >= 3
}
