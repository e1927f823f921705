//! Pictures that hold text: files that are pictures, and pages of which only a
//! picture is there. They are a gap until a recogniser has read them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use hayro::hayro_syntax::Pdf;

use crate::document::{Cause, Kind, Part, Place, TextBuilder, cpu_used};
use crate::error::FileError;
use crate::extract::sniff;
use crate::image::container;
use crate::limits::Limits;
use crate::ocr::{Grey, Line, Pages, SURE, Unread, sureness};

mod metadata;
mod page;
mod raster;
#[cfg(test)]
mod tests;

/// Reads the metadata, and notes each picture in the file as one that is not read.
pub(super) fn picture(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    metadata::read(sniff(bytes), bytes, limits, builder);
    let count = raster::count(bytes, limits)?;
    for page in 1..=count {
        let place = if count > 1 { Place::page(page) } else { Place::default() };
        builder.gap(Cause::ImageOnly, place);
        builder.unit(false);
    }
    Ok(())
}

/// Enough of a picture to know its size.
pub(super) const HEAD: u64 = 256 << 10;

/// Whether a picture, by its beginning, has the shape of a sheet of paper at a
/// resolution that can be read. Such a one in a document is most likely a scan
/// that was put there to be read, while of logos and photographs it would
/// only be cried that they are unread.
pub(super) fn is_sheet(head: &[u8]) -> bool {
    /// Pixels of an A4 sheet's long side at 100 per inch, about.
    const LONG: u32 = 1_100;
    let Some((width, height)) = container::metadata(sniff(head), head).size else { return false };
    let (long, short) = (u64::from(width.max(height)), u64::from(width.min(height)));
    // The sides of ISO 216 are as 1 to the root of 2; scanners are off by a little.
    long >= u64::from(LONG) && (1360 * short..=1470 * short).contains(&(1000 * long))
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
    if places.is_empty() && !(kind == Kind::Pdf && every) {
        return;
    }
    let Some(pictures) = Pictures::open(kind, bytes) else { return };
    if let (Pictures::Pages(pdf), true) = (&pictures, every) {
        places = (1..=page::count(pdf, limits)).map(Place::page).collect();
    }
    let mut places = places.into_iter();
    while let Some(place) = places.next() {
        if builder.ocr_left().is_zero() {
            builder.gap(Cause::Limit, Place { part: Part::Ocr, ..place });
            return;
        }
        let (started, cpu) = (Instant::now(), cpu_used());
        let outcome = pictures.at(&place, limits).map(|picture| recogniser.read(&picture));
        // What the pictures take is bounded by their own time.
        builder.spare_cpu(cpu_used().saturating_sub(cpu));
        *builder.ocr_left() = builder.ocr_left().saturating_sub(started.elapsed());
        match outcome {
            Some(Ok(lines)) => say(&lines, &place, builder),
            Some(Err(Unread::Postponed)) => {
                // Nor will there be time for the others.
                std::iter::once(place).chain(places).for_each(|place| builder.picture_waits(&place));
                return;
            }
            Some(Err(Unread::Failed)) | None => {}
        }
    }
}

/// A file that holds pictures, opened once for all of them.
enum Pictures<'a> {
    Pages(Box<Pdf>),
    Rasters(&'a [u8]),
}

impl<'a> Pictures<'a> {
    fn open(kind: Kind, bytes: &'a [u8]) -> Option<Self> {
        match kind {
            Kind::Pdf => page::open(bytes).map(|pdf| Self::Pages(Box::new(pdf))),
            kind if kind.is_image() => Some(Self::Rasters(bytes)),
            _ => None,
        }
    }

    /// The picture at `place`; `None` when it is not there, damaged or too large.
    fn at(&self, place: &Place, limits: &Limits) -> Option<Grey> {
        let number = place.page.unwrap_or(1);
        let render = || match self {
            Self::Pages(pdf) => page::render(pdf, number, limits),
            Self::Rasters(bytes) => raster::decode(bytes, number, limits),
        };
        // A renderer's failure leaves the picture unread, and the rest of the file as it is.
        catch_unwind(AssertUnwindSafe(render)).ok().flatten()
    }
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
