//! Pictures that hold text: files that are pictures, and pages of which only a
//! picture is there. They are a gap until a recogniser has read them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use crate::document::{Cause, Kind, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::limits::Limits;
use crate::ocr::{Grey, Line, Pages, SURE, sureness};

mod page;
mod raster;
#[cfg(test)]
mod tests;

/// Notes each picture in the file as one that is not read.
pub(super) fn picture(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let count = raster::count(bytes, limits)?;
    for page in 1..=count {
        let place = if count > 1 { Place::page(page) } else { Place::default() };
        builder.gap(Cause::ImageOnly, place);
        builder.unit(false);
    }
    Ok(())
}

/// Reads the pictures that were noted as unread since gap `first`, if there is
/// a recogniser; of a PDF of which nothing was read, every page.
pub(super) fn recognise(
    kind: Kind,
    bytes: &[u8],
    nothing_read: bool,
    first: usize,
    limits: &Limits,
    builder: &mut TextBuilder,
) {
    let Some(recogniser) = builder.recogniser().cloned() else { return };
    let mut places = builder.unread_pictures(first);
    let every = recogniser.pages == Pages::Every || (nothing_read && places.is_empty());
    if kind == Kind::Pdf && every {
        places = (1..=page::count(bytes, limits)).map(Place::page).collect();
    }
    for place in places {
        if builder.ocr_left().is_zero() {
            builder.gap(Cause::Limit, Place { part: Part::Ocr, ..place });
            return;
        }
        let started = Instant::now();
        if let Some(lines) = picture_at(kind, bytes, &place, limits).and_then(|picture| recogniser.read(&picture)) {
            say(&lines, &place, builder);
        }
        *builder.ocr_left() = builder.ocr_left().saturating_sub(started.elapsed());
    }
}

fn picture_at(kind: Kind, bytes: &[u8], place: &Place, limits: &Limits) -> Option<Grey> {
    let number = place.page.unwrap_or(1);
    let render = || match kind {
        Kind::Pdf => page::render(bytes, number, limits),
        kind if kind.is_image() => raster::decode(bytes, number, limits),
        _ => None,
    };
    // A renderer's failure leaves the picture unread, and the rest of the file as it is.
    catch_unwind(AssertUnwindSafe(render)).ok().flatten()
}

fn say(lines: &[Line], place: &Place, builder: &mut TextBuilder) {
    // A picture without words is not known to say nothing: handwriting looks so too.
    if lines.is_empty() {
        return;
    }
    builder.picture_was_read(place, sureness(lines) >= SURE);
    for line in lines {
        builder.block(Place { part: Part::Ocr, ..place.clone() }, &line.text);
    }
}
