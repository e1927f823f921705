//! What lies on a page above its content: notes, stamps, form fields, links.

use std::collections::{BTreeSet, HashSet};

use hayro_interpret::hayro_syntax::object::dict::keys::{A, ANNOTS, AP, CONTENTS};
use hayro_interpret::hayro_syntax::object::{Array, Dict, Object, Stream};
use hayro_interpret::hayro_syntax::page::Page;

use super::objects::{self, Attachment, Field};
use super::unseen;

/// The annotations of a page.
#[derive(Debug, Default)]
pub(super) struct Annotations<'a> {
    /// Texts of notes, stamps and other marks.
    pub(super) notes: Vec<String>,
    /// What notes say they are, each once: most often the tool's name for them.
    pub(super) subjects: BTreeSet<String>,
    /// Filled-in form fields.
    pub(super) fields: Vec<Field>,
    /// What they say and do not show.
    pub(super) unseen: Vec<String>,
    /// Targets of links, each once.
    pub(super) links: Vec<String>,
    /// Files attached to a place on the page.
    pub(super) attachments: Vec<Attachment<'a>>,
    /// Whether one of them runs something.
    pub(super) active: bool,
    /// How they look, in every state, shown or not: a stamp has its text only there.
    pub(super) appearances: Vec<Stream<'a>>,
    /// Whether one plays or shows what is not read: sound, film, a model.
    pub(super) unread: bool,
}

/// The most annotations of a page that are read.
const MOST: usize = 10_000;

/// Reads the annotations of `page`.
pub(super) fn read<'a>(page: &Page<'a>) -> Annotations<'a> {
    let (active, unseen) = (objects::has_active_action(page.raw()), unseen::of_part(page.raw()));
    let mut found = Annotations { unseen, active, ..Annotations::default() };
    let mut links = HashSet::new();
    let associated = page.raw().get::<Array<'_>>("AF");
    let associated = associated.iter().flat_map(Array::iter::<Dict<'_>>).take(MOST);
    found.attachments.extend(associated.filter_map(|file| objects::attachment(&file)));
    let array = page.raw().get::<Array<'_>>(ANNOTS);
    for annotation in array.iter().flat_map(Array::iter::<Dict<'_>>).take(MOST) {
        found.active |= objects::has_active_action(&annotation);
        found.unseen.extend(unseen::of_part(&annotation));
        if let Some(link) = link(&annotation).filter(|link| links.insert(link.clone())) {
            found.links.push(link);
        }
        found.add(&annotation);
    }
    found
}

impl<'a> Annotations<'a> {
    fn add(&mut self, annotation: &Dict<'a>) {
        let subtype = objects::subtype(annotation);
        self.appearances.extend(appearances(annotation).into_iter().take(MOST - self.appearances.len().min(MOST)));
        match subtype.as_deref() {
            Some(b"Widget") => self.fields.extend(objects::field(annotation)),
            // A link is no text but what is said of it.
            Some(b"Link") => self.links.extend(objects::text(annotation, CONTENTS)),
            other => {
                if other == Some(b"FileAttachment") {
                    let file = annotation.get::<Dict<'a>>("FS");
                    self.attachments.extend(file.as_ref().and_then(objects::attachment));
                }
                self.unread |= matches!(other, Some(b"Sound" | b"Movie" | b"Screen" | b"3D" | b"RichMedia"));
                self.subjects.extend(objects::text(annotation, b"Subj"));
                match objects::text(annotation, CONTENTS).or_else(|| objects::text(annotation, b"RC")) {
                    Some(note) if other == Some(b"Popup") => self.repeat(note),
                    Some(note) => self.notes.push(note),
                    None => {}
                }
            }
        }
    }
}

impl Annotations<'_> {
    /// Takes up what a pop-up shows, which mostly is the note of its parent.
    fn repeat(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// The appearances of an annotation: plain, under the pointer, pressed, each perhaps in several states.
fn appearances<'a>(annotation: &Dict<'a>) -> Vec<Stream<'a>> {
    let Some(all) = annotation.get::<Dict<'a>>(AP) else { return Vec::new() };
    let mut streams = Vec::new();
    for key in ["N", "R", "D"] {
        match all.get::<Object<'a>>(key) {
            Some(Object::Stream(stream)) => streams.push(stream),
            Some(Object::Dict(states)) => {
                streams.extend(states.keys().filter_map(|state| states.get::<Stream<'a>>(state.as_ref())));
            }
            _ => {}
        }
    }
    streams
}

fn link(annotation: &Dict<'_>) -> Option<String> {
    objects::text(&annotation.get::<Dict<'_>>(A)?, b"URI")
}
