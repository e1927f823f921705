//! Word documents: the body and every part that holds text beside it.

use crate::document::{Part, TextBuilder};
use crate::error::FileError;
use crate::extract::ooxml::package::Package;
use crate::extract::ooxml::word::flow::Story;
use crate::extract::ooxml::{Role, Waiting, Walk, main_part, note_pictures, properties, read_common};
use crate::limits::Limits;

mod flow;
#[cfg(test)]
mod tests;

/// Relations that lead to text of a Word document.
const ROLES: &[(&str, Role)] = &[
    ("header", Role::Text(Part::Header)),
    ("footer", Role::Text(Part::Footer)),
    ("footnotes", Role::Text(Part::Footnote)),
    ("endnotes", Role::Text(Part::Endnote)),
    ("comments", Role::Text(Part::Comment)),
    // Building blocks lie in the file and are not shown in the document.
    ("glossarydocument", Role::Text(Part::Hidden)),
    ("settings", Role::Text(Part::Property)),
    ("numbering", Role::Text(Part::Field)),
];

/// Reads a Word document.
///
/// # Errors
///
/// [`FileError::Corrupt`] when it has no main part, or a limit.
pub(in crate::extract) fn docx(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let mut package = Package::open(bytes, limits, builder)?;
    let (relations, main) = main_part(&mut package, builder)?;
    let (blocks, gaps) = (builder.len(), builder.gaps());
    let mut tables = 0;
    let mut pictures = false;
    let mut walk = Walk::new(&main, Role::Text(Part::Body));
    while let Some(part) = walk.waiting.pop_front() {
        read_part(&mut package, &part, &mut tables, builder)?;
        pictures |= part.role == Role::Picture;
        if part.role != Role::Picture && !builder.is_full() {
            let related = package.relations(&part.name, builder)?;
            walk.follow(&related, ROLES, builder);
        }
    }
    note_pictures(pictures, blocks, builder);
    properties::read(&mut package, &relations, builder)?;
    package.leftovers(builder)?;
    builder.unit(builder.gaps() == gaps);
    Ok(())
}

fn read_part(
    package: &mut Package,
    part: &Waiting,
    tables: &mut u32,
    builder: &mut TextBuilder,
) -> Result<(), FileError> {
    let Role::Text(place) = part.role else { return read_common(package, part, builder) };
    let text = package.text(&part.name, place, builder)?;
    Story::new(place, tables, builder).read(&text, package.limits())
}
