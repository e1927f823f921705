//! Numbers of persons in the strings of a PDF's objects: there are more places
//! for a string than a reader of pages, notes and forms can know.

use hayro_interpret::hayro_syntax::object::dict::keys::TYPE;
use hayro_interpret::hayro_syntax::object::{Dict, MaybeRef, Name, Object, Stream};
use hayro_interpret::hayro_syntax::{Filter, Pdf};

use super::{contents, objects};
use crate::document::TextBuilder;
use crate::extract::{pictures, unsaid};
use crate::limits::Limits;

/// How deep arrays and dictionaries may lie in each other: the standard's own go to six.
const DEPTH: usize = 12;

/// A number of a person is not shorter than this.
const LEAST: usize = 11;

/// Looks at every string of every object, and at what pictures say of themselves.
pub(super) fn look(pdf: &Pdf, limits: &Limits, builder: &mut TextBuilder) {
    for object in pdf.objects() {
        if let Object::Stream(stream) = &object {
            look_at_data(stream, limits, builder);
        }
        walk(&object, 0, builder);
    }
}

fn walk(object: &Object<'_>, depth: usize, builder: &mut TextBuilder) {
    if depth > DEPTH {
        return;
    }
    match object {
        Object::String(string) if string.as_bytes().len() >= LEAST => {
            unsaid::look(objects::decode(string.as_bytes()).as_bytes(), builder);
        }
        Object::Dict(dict) => entries(dict, depth, builder),
        Object::Stream(stream) => entries(stream.dict(), depth, builder),
        Object::Array(array) => {
            for item in array.raw_iter() {
                inside(&item, depth, builder);
            }
        }
        _ => {}
    }
}

fn entries(dict: &Dict<'_>, depth: usize, builder: &mut TextBuilder) {
    for (_, value) in dict.entries() {
        inside(&value, depth, builder);
    }
}

/// What is referred to is an object of its own and seen as such.
fn inside(value: &MaybeRef<Object<'_>>, depth: usize, builder: &mut TextBuilder) {
    if let MaybeRef::NotRef(object) = value {
        walk(object, depth + 1, builder);
    }
}

fn look_at_data(stream: &Stream<'_>, limits: &Limits, builder: &mut TextBuilder) {
    let is_metadata = stream.dict().get::<Name<'_>>(TYPE).is_some_and(|kind| kind.as_ref() == b"Metadata");
    if is_metadata && contents::stream_flaw(stream, limits, builder.inflate_left()).is_none() {
        unsaid::look(&stream.decoded_data().unwrap_or_default(), builder);
    }
    if stream.filters().iter().any(|filter| matches!(filter, Filter::DctDecode | Filter::JpxDecode)) {
        let data = stream.raw_data();
        let head = usize::try_from(pictures::HEAD).unwrap_or(usize::MAX).min(data.len());
        unsaid::look_binary(data.get(..head).unwrap_or_default(), builder);
    }
}
