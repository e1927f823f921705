//! `OpenDocument` (OASIS, ISO/IEC 26300) text, spreadsheets and presentations,
//! packed and flat.

use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::odf::story::{Story, Styles};
use crate::extract::pictures;
use crate::extract::xml::{self, Node, Xml};
use crate::extract::zipfile::Archive;
use crate::extract::{unsaid, wrapped};
use crate::limits::Limits;

mod sheet;
mod story;
#[cfg(test)]
mod tests;

/// Reads a text document or presentation.
///
/// # Errors
///
/// [`FileError::Encrypted`], [`FileError::Corrupt`] without content, or a limit.
pub(super) fn text(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    read(bytes, false, limits, builder)
}

/// Reads a spreadsheet.
///
/// # Errors
///
/// As [`text`].
pub(super) fn spreadsheet(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    read(bytes, true, limits, builder)
}

fn read(bytes: &[u8], sheets: bool, limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let (blocks, units, gaps) = (builder.len(), builder.units(), builder.gaps());
    let pictures = if bytes.starts_with(b"PK") {
        packed(bytes, sheets, limits, builder)?
    } else {
        let (text, lossy) = xml::decode(bytes.to_vec());
        if lossy {
            builder.gap(Cause::Encoding, Place::default());
        }
        look_into(&text, limits, builder);
        let mut styles = Styles::default();
        Story::new(Part::Body, sheets, &mut styles, builder).read(&text, limits)?.pictures
    };
    if pictures && builder.len() == blocks {
        builder.gap(Cause::ImageOnly, Place::default());
    }
    if builder.units() == units {
        builder.unit(builder.gaps() == gaps);
    }
    Ok(())
}

/// Reads the parts of a package; `true` when it shows pictures.
fn packed(bytes: &[u8], sheets: bool, limits: &Limits, builder: &mut TextBuilder) -> Result<bool, FileError> {
    let mut archive = Archive::open(bytes, limits)?;
    if archive.doubled || archive.cut || archive.strays {
        builder.gap(Cause::PartDamaged, Place::default());
    }
    if let Some(manifest) = part(&mut archive, "META-INF/manifest.xml", Part::Property, limits, builder)? {
        refuse_encrypted(&manifest, limits)?;
    }
    builder.facts().macros |= archive.members().iter().any(|m| is_macro(&m.name));
    let mut styles = Styles::default();
    let shared = part(&mut archive, "styles.xml", Part::Header, limits, builder)?;
    if let Some(text) = &shared {
        styles.learn(text, limits)?;
    }
    let content = part(&mut archive, "content.xml", Part::Body, limits, builder)?;
    let content = content.ok_or(FileError::Corrupt("the document has no content"))?;
    let seen = Story::new(Part::Body, sheets, &mut styles, builder).read(&content, limits)?;
    if let Some(text) = shared {
        Story::new(Part::Header, false, &mut styles, builder).read(&text, limits)?;
    }
    for name in &seen.objects {
        object(&mut archive, name, &mut styles, limits, builder)?;
    }
    sheets_of_paper(&mut archive, limits, builder)?;
    if let Some(text) = part(&mut archive, "meta.xml", Part::Property, limits, builder)? {
        Story::new(Part::Property, false, &mut styles, builder).read(&text, limits)?;
    }
    super::leftovers::read(&mut archive, limits, builder)?;
    Ok(seen.pictures)
}

/// The characters of a part; `None` when there is none of that name.
fn part(
    archive: &mut Archive,
    name: &str,
    place: Part,
    limits: &Limits,
    builder: &mut TextBuilder,
) -> Result<Option<String>, FileError> {
    let Some(index) = archive.find(name) else { return Ok(None) };
    let content = archive.read(index, builder.inflate_left())?;
    let (text, lossy) = xml::decode(content.noted(Place::part(place), builder));
    if lossy {
        builder.gap(Cause::Encoding, Place::part(place));
    }
    look_into(&text, limits, builder);
    Ok(Some(text))
}

/// Reads what stands in the code beside the story: values that no field shows, files in letters.
fn look_into(text: &str, limits: &Limits, builder: &mut TextBuilder) {
    unsaid::look(text.as_bytes(), builder);
    if text.contains("binary-data>") {
        wrapped::read(text, limits, builder);
    }
}

/// Reads an object of the document: another document in a folder of the
/// package, such as a chart, or a file.
fn object(
    archive: &mut Archive,
    name: &str,
    styles: &mut Styles,
    limits: &Limits,
    builder: &mut TextBuilder,
) -> Result<(), FileError> {
    if let Some(text) = part(archive, &format!("{name}/content.xml"), Part::Chart, limits, builder)? {
        return Story::new(Part::Chart, false, styles, builder).read(&text, limits).map(drop);
    }
    let Some(index) = archive.find(name) else {
        builder.gap(Cause::PartMissing, Place::default());
        return Ok(());
    };
    let content = archive.read(index, builder.inflate_left())?;
    builder.facts().attachments += 1;
    let bytes = content.noted(Place::default(), builder);
    super::embedded::named(name.rsplit('/').next().unwrap_or_default(), &bytes, limits, builder);
    Ok(())
}

/// Reads the pictures that look like scanned sheets.
fn sheets_of_paper(archive: &mut Archive, limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let names = archive.members().iter().map(|member| &member.name).filter(|name| name.starts_with("Pictures/"));
    for name in names.cloned().collect::<Vec<_>>() {
        let head = archive.peek(&name, pictures::HEAD.min(*builder.inflate_left())).unwrap_or_default();
        *builder.inflate_left() = builder.inflate_left().saturating_sub(head.len() as u64);
        if let Some(index) = archive.find(&name).filter(|_| pictures::is_sheet(&head)) {
            let content = archive.read(index, builder.inflate_left())?;
            let bytes = content.noted(Place::default(), builder);
            super::embedded::embedded(name.rsplit('/').next().unwrap_or_default(), &bytes, limits, builder);
        }
    }
    Ok(())
}

/// A package whose parts are encrypted lists how (1.3, part 2, 3.4.1).
fn refuse_encrypted(manifest: &str, limits: &Limits) -> Result<(), FileError> {
    let mut xml = Xml::new(manifest, limits);
    while let Some(node) = xml.next()? {
        if matches!(node, Node::Open(tag) if tag.name() == "encryption-data") {
            return Err(FileError::Encrypted);
        }
    }
    Ok(())
}

/// Modules of macros, not the libraries' empty lists.
fn is_macro(name: &str) -> bool {
    let lists = ["script-lc.xml", "script-lb.xml", "dialog-lc.xml", "dialog-lb.xml"];
    (name.starts_with("Basic/") || name.starts_with("Scripts/"))
        && !name.ends_with('/')
        && !lists.iter().any(|list| name.ends_with(list))
}
