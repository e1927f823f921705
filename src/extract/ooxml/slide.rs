//! `PowerPoint` presentations: the slides in their order, and what stands on
//! or beside them.

use std::collections::VecDeque;

use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::{FileError, Limit};
use crate::extract::ooxml::package::{Package, note_damage};
use crate::extract::ooxml::{Role, Waiting, Walk, drawing, main_part, note_pictures, properties, read_common};
use crate::extract::xml::{Node, Xml};
use crate::limits::Limits;

#[cfg(test)]
mod tests;

/// Relations that lead to text of a presentation. Masters and layouts repeat
/// on every slide, as headers do, and are read once.
const ROLES: &[(&str, Role)] = &[
    ("notesslide", Role::Text(Part::SpeakerNotes)),
    ("comments", Role::Text(Part::Comment)),
    ("slidelayout", Role::Text(Part::Header)),
    ("slidemaster", Role::Text(Part::Header)),
    ("notesmaster", Role::Text(Part::Header)),
    ("handoutmaster", Role::Text(Part::Header)),
    ("commentauthors", Role::Text(Part::Property)),
    ("authors", Role::Text(Part::Property)),
    ("tags", Role::Text(Part::Property)),
    ("chartusershapes", Role::Text(Part::TextBox)),
];

/// Reads a presentation.
///
/// # Errors
///
/// [`FileError::Corrupt`] when it has no main part, or a limit.
pub(in crate::extract) fn pptx(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let mut package = Package::open(bytes, limits, builder)?;
    let (relations, main) = main_part(&mut package, builder)?;
    let related = package.relations(&main, builder)?;
    let order = slide_order(&package.text(&main, Part::Body, builder)?, limits, builder)?;
    if order.len() > limits.pages {
        return Err(FileError::Limit(Limit::Count));
    }
    let mut slides = Slides { walk: Walk::new(&main, Role::Text(Part::Body)), tables: 0, pictures: false };
    let blocks = builder.len();
    for (id, number) in order.iter().zip(1..) {
        let gaps = builder.gaps();
        match related.iter().find(|relation| relation.id == *id && !relation.external) {
            Some(relation) => slides.read(&mut package, &relation.target, number, builder)?,
            None => builder.gap(Cause::PartMissing, Place::page(number)),
        }
        builder.unit(builder.gaps() == gaps);
    }
    note_pictures(slides.pictures, blocks, builder);
    slides.walk.follow(&related, ROLES, builder);
    slides.read_waiting(&mut package, None, builder)?;
    properties::read(&mut package, &relations, builder)?;
    package.leftovers(builder)
}

/// The relation of each slide, in the order of the show.
fn slide_order(text: &str, limits: &Limits, builder: &mut TextBuilder) -> Result<Vec<String>, FileError> {
    let mut xml = Xml::new(text, limits);
    let mut order = Vec::new();
    while let Some(node) = xml.next()? {
        let Node::Open(tag) = node else { continue };
        if tag.name() == "sldId" {
            // The slide has an identifier of its own beside its relation's; only that is prefixed.
            order.extend(tag.prefixed("id"));
        }
    }
    note_damage(&xml, Part::Body, builder);
    Ok(order)
}

/// What is carried from slide to slide.
struct Slides {
    walk: Walk,
    tables: u32,
    pictures: bool,
}

impl Slides {
    /// Reads slide `number` and what only it refers to.
    fn read(
        &mut self,
        package: &mut Package,
        part: &str,
        number: u32,
        builder: &mut TextBuilder,
    ) -> Result<(), FileError> {
        self.walk.seen.insert(part.to_ascii_lowercase());
        let text = package.text(part, Part::Body, builder)?;
        let shown = if is_hidden(&text, package.limits())? { Part::Hidden } else { Part::Body };
        let place = Place { page: Some(number), ..Place::part(shown) };
        drawing::shapes(&text, &place, &mut self.tables, package.limits(), builder)?;
        let related = package.relations(part, builder)?;
        self.walk.waiting = VecDeque::new();
        self.walk.follow(&related, ROLES, builder);
        self.read_waiting(package, Some(number), builder)
    }

    fn read_waiting(
        &mut self,
        package: &mut Package,
        page: Option<u32>,
        builder: &mut TextBuilder,
    ) -> Result<(), FileError> {
        while let Some(part) = self.walk.waiting.pop_front() {
            self.read_part(package, &part, page, builder)?;
            self.pictures |= part.role == Role::Picture;
            if part.role != Role::Picture && !builder.is_full() {
                let related = package.relations(&part.name, builder)?;
                self.walk.follow(&related, ROLES, builder);
            }
        }
        Ok(())
    }

    fn read_part(
        &mut self,
        package: &mut Package,
        part: &Waiting,
        page: Option<u32>,
        builder: &mut TextBuilder,
    ) -> Result<(), FileError> {
        let Role::Text(place) = part.role else { return read_common(package, part, builder) };
        let text = package.text(&part.name, place, builder)?;
        // A master stands on many slides: the one that led to it says nothing.
        let place = Place { page: page.filter(|_| place != Part::Header), ..Place::part(place) };
        match place.part {
            Part::Comment => comments(&text, &place, package.limits(), builder),
            Part::Property => people(&text, package.limits(), builder),
            _ => drawing::shapes(&text, &place, &mut self.tables, package.limits(), builder),
        }
    }
}

/// Whether the slide's root says that it is left out of the show.
fn is_hidden(text: &str, limits: &Limits) -> Result<bool, FileError> {
    let mut xml = Xml::new(text, limits);
    while let Some(node) = xml.next()? {
        if let Node::Open(tag) = node {
            return Ok(matches!(tag.attribute("show").as_deref(), Some("0" | "false")));
        }
    }
    Ok(false)
}

/// Comments of both kinds: text in `text` (ECMA-376 part 1, 19.4) or in a
/// text body ([MS-PPTX] 2.6).
fn comments(text: &str, place: &Place, limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let mut xml = Xml::new(text, limits);
    let mut words = String::new();
    while let Some(node) = xml.next()? {
        match node {
            Node::Text(text) => words.push_str(&text),
            Node::Close(end) if matches!(end.name(), "text" | "p") => {
                builder.facts().comments += 1;
                builder.block(place.clone(), &words);
                words.clear();
            }
            Node::Open(_) | Node::Close(_) => {}
        }
    }
    builder.block(place.clone(), &words);
    note_damage(&xml, place.part, builder);
    Ok(())
}

/// Authors of comments and tags of the presentation, which are attributes.
fn people(text: &str, limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let mut xml = Xml::new(text, limits);
    while let Some(node) = xml.next()? {
        let Node::Open(tag) = node else { continue };
        let words: Vec<String> = ["name", "initials", "val"].iter().filter_map(|name| tag.attribute(name)).collect();
        builder.block(Place::part(Part::Property), &words.join(": "));
    }
    note_damage(&xml, Part::Property, builder);
    Ok(())
}
