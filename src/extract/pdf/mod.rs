//! PDF: text by position, page for page, and what the file holds beside its pages.
//!
//! Pages are laid out one by one and written together at the end, since only
//! all pages show which rows are running headers and footers.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_interpret::InterpreterCache;
use hayro_interpret::hayro_syntax::object::Dict;
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use memchr::memmem;

use crate::document::{Cause, Kind, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::{extract, sniff};
use crate::limits::Limits;

mod annotations;
mod bidi;
mod charmaps;
mod contents;
mod glyphs;
mod layers;
mod layout;
mod lines;
mod margins;
mod objects;
mod strings;
mod tables;
mod unseen;

use annotations::Annotations;
use glyphs::{Canvas, Shared, TooMuch};
use margins::PageRows;
use objects::{Attachment, Field};
use tables::Piece;

/// A page that was read, before its margins are known.
struct PageRead<'a> {
    rows: PageRows,
    annotations: Annotations<'a>,
    /// What glyphs stand for by the file's own word, where they do not show it.
    meanings: Vec<String>,
    gap: Option<Cause>,
}

/// Reads a PDF.
pub(super) fn pdf(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let mut shown = bytes.to_vec();
    layers::show_all(&mut shown);
    let pdf = Pdf::new(shown).map_err(unreadable)?;
    if pdf.pages().is_empty() {
        return Err(FileError::Corrupt("it has no pages"));
    }
    let catalog = objects::catalog(&pdf);
    note_facts(bytes, &catalog, builder);
    for property in properties(bytes, &pdf, &catalog) {
        builder.block(Place::part(Part::Property), &property);
    }
    if layers::are_hidden(&catalog) {
        builder.gap(Cause::PartMissing, Place::part(Part::Hidden));
    }
    if is_cut(bytes) {
        builder.gap(Cause::PartDamaged, Place::default());
    }
    if objects::pages_said(&catalog) > pdf.pages().len() {
        builder.gap(Cause::PartMissing, Place::default());
    }
    if objects::has_pages_aside(&catalog) {
        builder.gap(Cause::PartMissing, Place::part(Part::Hidden));
    }
    if objects::is_encrypted(bytes) && objects::has_unknown_cipher(bytes) {
        builder.gap(Cause::EmbeddedEncrypted, Place::default());
    }
    strings::look(&pdf, limits, builder);
    let mut pages = read_pages(&pdf, limits, builder.inflate_left());
    let attachments = attachments(bytes, &pdf, &catalog, &mut pages);
    let shown = pages.iter().flatten().flat_map(|page| page.annotations.fields.iter().cloned()).collect();
    write_pages(pages, builder);
    write_form(&catalog, &shown, limits, builder);
    for title in objects::bookmarks(&catalog) {
        builder.block(Place::part(Part::Property), &title);
    }
    for words in unseen::of_document(&catalog) {
        builder.block(Place::part(Part::Hidden), &words);
    }
    for meaning in objects::meanings(&catalog) {
        builder.block(Place::part(Part::AltText), &meaning);
    }
    for attachment in attachments {
        read_attachment(&attachment, limits, builder);
    }
    if pdf.pages().len() > limits.pages {
        return Err(FileError::Limit(crate::error::Limit::Count));
    }
    Ok(())
}

/// Whether the file ends before its end mark (ISO 32000-2, 7.5.5), or its last changes do.
fn is_cut(bytes: &[u8]) -> bool {
    let end = memmem::rfind(bytes, b"%%EOF");
    end.is_none_or(|end| memmem::find(bytes.get(end..).unwrap_or_default(), b" obj").is_some())
}

/// What the document says of itself, each thing once.
fn properties(bytes: &[u8], pdf: &Pdf, catalog: &Dict<'_>) -> Vec<String> {
    let mut seen = HashSet::new();
    let said = objects::properties(pdf).into_iter().chain(objects::own_properties(bytes, pdf));
    let said = said.chain(objects::xmp(catalog).texts);
    said.filter(|property| seen.insert(letters(property))).collect()
}

fn unreadable(error: LoadPdfError) -> FileError {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => FileError::Encrypted,
        LoadPdfError::Decryption(_) => FileError::Corrupt("its encryption cannot be undone"),
        LoadPdfError::Invalid => FileError::Corrupt("it has no readable page tree"),
    }
}

fn note_facts(bytes: &[u8], catalog: &Dict<'_>, builder: &mut TextBuilder) {
    let xmp = objects::xmp(catalog);
    let active = objects::is_active(catalog);
    if builder.depth() > 0 {
        // What an attachment says of itself is not said of the file.
        builder.facts().active_content |= active;
        return;
    }
    let facts = builder.facts();
    facts.declares_pdfa = xmp.pdfa;
    facts.sensitivity_label = xmp.label;
    facts.active_content |= active;
    facts.owner_encrypted = objects::is_encrypted(bytes);
    if let Some(disclosure) = xmp.disclosure {
        builder.block(Place::part(Part::Property), &disclosure);
    }
}

/// The pages as far as the limits allow, or why one could not be read.
fn read_pages<'a>(pdf: &'a Pdf, limits: &Limits, inflate_left: &mut u64) -> Vec<Result<PageRead<'a>, Cause>> {
    let mut shared = Shared::new(pdf.xref());
    let mut pages = Vec::new();
    let mut left = usize::try_from(limits.text_bytes).unwrap_or(usize::MAX);
    for page in pdf.pages().iter().take(limits.pages) {
        let flaw = contents::flaw(page, limits, inflate_left);
        if flaw == Some(Cause::Limit) {
            pages.push(Err(Cause::Limit));
            continue;
        }
        let read = catch_unwind(AssertUnwindSafe(|| read_page(page, flaw, &shared)));
        match read {
            Ok((read, bytes)) => {
                pages.push(Ok(read));
                // The builder cuts at the limit and says so; pages after it need not be read.
                let Some(rest) = left.checked_sub(bytes) else { break };
                left = rest;
            }
            Err(thrown) => {
                pages.push(Err(if thrown.is::<TooMuch>() { Cause::Limit } else { Cause::PartDamaged }));
                // What the page left half done in the cache must not reach the next.
                shared.cache = InterpreterCache::new();
            }
        }
    }
    pages
}

/// Reads a page, and says how many bytes of text it has.
fn read_page<'a>(page: &Page<'a>, flaw: Option<Cause>, shared: &Shared<'a>) -> (PageRead<'a>, usize) {
    let canvas = glyphs::draw(page, shared);
    let mut annotations = annotations::read(page);
    let lost = read_appearances(page, &mut annotations, shared).then_some(Cause::NoUnicode);
    let unread = annotations.unread.then_some(Cause::EmbeddedUnread);
    let fontless = contents::lacks_font(page).then_some(Cause::NoUnicode);
    let deep = canvas.is_too_deep().then_some(Cause::Limit);
    let gap = gap(&canvas).or(flaw).or(lost).or(fontless).or(deep).or(unread);
    let bytes = canvas.text.len();
    let meanings = new_meanings(&canvas);
    let rows = PageRows { rows: layout::rows(lines::lines(&canvas)), height: canvas.size.1 };
    (PageRead { rows, annotations, meanings, gap }, bytes)
}

/// Adds what annotations draw and do not say; true when some of it has no characters.
fn read_appearances<'a>(page: &Page<'a>, annotations: &mut Annotations<'a>, shared: &Shared<'a>) -> bool {
    let fields = annotations.fields.iter().map(|field| &field.value);
    let mut known: HashSet<String> = annotations.notes.iter().chain(fields).map(|note| letters(note)).collect();
    let mut lost = false;
    for stream in std::mem::take(&mut annotations.appearances) {
        let Some(drawn) = glyphs::draw_form(page, &stream, shared) else { continue };
        lost |= drawn.has_unknown_words();
        for row in layout::rows(lines::lines(&drawn)) {
            let text = row.texts().join("\t");
            // A check mark and a circle are drawn as letters of their fonts.
            if letters(&text).chars().nth(1).is_some() && known.insert(letters(&text)) {
                annotations.notes.push(text);
            }
        }
    }
    lost
}

/// What glyphs are said to stand for, as far as the page does not show it: a
/// ligature's letters stand there too, a picture's words do not.
fn new_meanings(canvas: &Canvas) -> Vec<String> {
    if canvas.meanings.is_empty() {
        return Vec::new();
    }
    let shown = letters(&canvas.text);
    canvas.meanings.iter().filter(|meaning| !shown.contains(&letters(meaning))).cloned().collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What of the page's content was seen and not read.
fn gap(canvas: &Canvas) -> Option<Cause> {
    if canvas.has_unknown_words() {
        Some(Cause::NoUnicode)
    } else if canvas.is_picture() {
        Some(Cause::ImageOnly)
    } else {
        None
    }
}

/// The embedded files of the document and its pages, each once; also those that nothing leads to.
fn attachments<'a>(
    bytes: &[u8],
    pdf: &'a Pdf,
    catalog: &Dict<'a>,
    pages: &mut [Result<PageRead<'a>, Cause>],
) -> Vec<Attachment<'a>> {
    let mut attachments = objects::attachments(catalog);
    for page in pages.iter_mut().flatten() {
        attachments.append(&mut page.annotations.attachments);
    }
    let mut seen = HashSet::new();
    attachments.retain(|attachment| seen.insert(attachment.stream.obj_id()));
    if objects::count_embedded(bytes) > attachments.len() {
        attachments.extend(objects::all_embedded(pdf).into_iter().filter(|file| seen.insert(file.stream.obj_id())));
    }
    attachments
}

fn write_pages(pages: Vec<Result<PageRead<'_>, Cause>>, builder: &mut TextBuilder) {
    let (read, lost): (Vec<_>, Vec<_>) = pages.into_iter().zip(1..).partition(|(page, _)| page.is_ok());
    for (number, cause) in lost.into_iter().filter_map(|(page, number)| Some((number, page.err()?))) {
        builder.gap(cause, Place::page(number));
        builder.unit(false);
    }
    let (mut rows, mut rest) = (Vec::new(), Vec::new());
    for (page, number) in read {
        let Ok(PageRead { rows: page_rows, annotations, meanings, gap }) = page else { continue };
        rows.push(page_rows);
        rest.push((number, annotations, meanings, gap));
    }
    let parts = margins::parts(&rows);
    for ((rows, parts), (number, annotations, meanings, gap)) in rows.into_iter().zip(parts).zip(rest) {
        write_rows(rows, &parts, number, builder);
        for meaning in meanings {
            builder.block(Place { part: Part::AltText, ..Place::page(number) }, &meaning);
        }
        write_annotations(annotations, number, builder);
        if let Some(cause) = gap {
            builder.gap(cause, Place::page(number));
        }
        builder.unit(gap.is_none());
    }
}

/// Writes the header, the body and the footer of a page.
fn write_rows(rows: PageRows, parts: &[Part], number: u32, builder: &mut TextBuilder) {
    let mut sides = [(Part::Header, Vec::new()), (Part::Body, Vec::new()), (Part::Footer, Vec::new())];
    for (row, part) in rows.rows.into_iter().zip(parts) {
        if let Some((_, side)) = sides.iter_mut().find(|(side, _)| side == part) {
            side.push(row);
        }
    }
    for (part, rows) in sides {
        for piece in tables::pieces(rows) {
            write_piece(piece, &Place { part, page: Some(number), ..Place::default() }, builder);
        }
    }
}

fn write_piece(piece: Piece, place: &Place, builder: &mut TextBuilder) {
    let grid = match piece {
        Piece::Paragraph(text) => return builder.block(place.clone(), &text),
        Piece::Table(grid) => grid,
    };
    let table = builder.table();
    builder.headers(table, grid.headers);
    for (cells, row) in grid.rows.iter().zip(1..) {
        let table_number = u32::try_from(table).ok().and_then(|table| table.checked_add(1));
        builder.row(table, Place { table: table_number, row: Some(row), ..place.clone() }, cells);
    }
}

fn write_annotations(annotations: Annotations<'_>, number: u32, builder: &mut TextBuilder) {
    let place = |part| Place { part, page: Some(number), ..Place::default() };
    let facts = builder.facts();
    facts.active_content |= annotations.active;
    let notes = u32::try_from(annotations.notes.len()).unwrap_or(u32::MAX);
    facts.comments = facts.comments.saturating_add(notes);
    for note in annotations.notes {
        builder.block(place(Part::Annotation), &note);
    }
    for subject in annotations.subjects {
        builder.block(place(Part::Property), &subject);
    }
    for field in annotations.fields {
        write_field(field, place(Part::FormField), builder);
    }
    for words in annotations.unseen {
        builder.block(place(Part::Hidden), &words);
    }
    for link in annotations.links {
        builder.block(place(Part::Link), &link);
    }
}

/// Writes a field as a table of one cell below its name: the name is context
/// for the value and no text of its own.
fn write_field(field: Field, place: Place, builder: &mut TextBuilder) {
    let table = builder.table();
    builder.headers(table, vec![field.name]);
    builder.row(table, place, &[field.value]);
}

/// Writes what the form holds and no page shows.
fn write_form(catalog: &Dict<'_>, shown: &HashSet<Field>, limits: &Limits, builder: &mut TextBuilder) {
    for field in objects::form_fields(catalog) {
        if !shown.contains(&field) {
            write_field(field, Place::part(Part::FormField), builder);
        }
    }
    let xfa = objects::xfa(catalog, |stream| contents::stream_flaw(stream, limits, builder.inflate_left()));
    for text in xfa.texts {
        builder.block(Place::part(Part::FormField), &text);
    }
    if let Some(flaw) = xfa.flaw {
        builder.gap(flaw, Place::part(Part::FormField));
    }
}

/// Reads an embedded file as the kind it is.
fn read_attachment(attachment: &Attachment<'_>, limits: &Limits, builder: &mut TextBuilder) {
    builder.facts().attachments += 1;
    let too_deep = builder.depth() >= limits.archive_depth;
    builder.within(&attachment.name, |builder| {
        let flaw = contents::stream_flaw(&attachment.stream, limits, builder.inflate_left());
        let cause = match flaw {
            _ if too_deep => Some(Cause::Limit),
            Some(Cause::Limit) => Some(Cause::Limit),
            flaw => attachment.stream.decoded_data().map_or(Some(Cause::PartDamaged), |content| {
                builder.show("", &content);
                read_embedded(&content, limits, builder).or(flaw)
            }),
        };
        if let Some(cause) = cause {
            builder.gap(cause, Place::default());
        }
    });
}

fn read_embedded(content: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Option<Cause> {
    let kind = sniff(content);
    match extract(kind, content, limits, builder) {
        Ok(()) | Err(FileError::Unsupported(Kind::Empty)) => None,
        Err(FileError::Unsupported(_)) => Some(Cause::EmbeddedUnread),
        Err(FileError::Encrypted) => Some(Cause::EmbeddedEncrypted),
        Err(FileError::Limit(_)) => Some(Cause::Limit),
        Err(_) => Some(Cause::PartDamaged),
    }
}
