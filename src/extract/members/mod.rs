//! The members of archives, one after another: ZIP, TAR, GZIP, TAR in GZIP and 7-Zip.

use std::borrow::Cow;
use std::io::Read as _;

use flate2::read::MultiGzDecoder;

use super::embedded::named;
use super::kind::sniff;
use super::zipfile::{Archive, BEGINNING};
use crate::document::{Cause, Kind, Place, TextBuilder};
use crate::error::{FileError, Limit};
use crate::limits::Limits;

mod seven;
mod tar;
#[cfg(test)]
mod tests;

use seven::SevenZip;

/// Inflated bytes below which any ratio is allowed, as for members of a ZIP.
const RATIO_FREE: u64 = 1 << 20;

/// A member of an archive.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    /// Its name, with `/` between folders.
    pub(crate) name: String,
    /// Its bytes, as far as they could be read.
    pub(crate) bytes: Cow<'a, [u8]>,
    /// Why there are not more of them.
    pub(crate) flaw: Option<Cause>,
}

/// An archive that is ready to be gone through.
#[derive(Debug)]
pub(crate) struct Members<'a> {
    form: Form<'a>,
    next: usize,
    /// What stands in the archive's own header, handed out first.
    aside: Option<Found<'a>>,
}

#[derive(Debug)]
enum Form<'a> {
    Zip(Archive<'a>),
    Tar(Cow<'a, [u8]>),
    Seven(Box<SevenZip<'a>>),
    /// One file, and whether it is only the beginning of what it became.
    Single(Option<Found<'a>>, bool),
}

/// Whether a file of this kind is gone through member by member.
pub(crate) fn is_archive(kind: Kind) -> bool {
    matches!(kind, Kind::Zip | Kind::Tar | Kind::Gzip | Kind::SevenZip)
}

/// Reads every member as its own kind, for an archive inside another file.
pub(super) fn read(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let mut members = Members::open(sniff(bytes), bytes, limits, builder.inflate_left())?;
    while let Some(member) = members.next(limits, builder.inflate_left())? {
        if let Some(flaw) = member.flaw {
            builder.within(&member.name, |inner| inner.gap(flaw, Place::default()));
            builder.unit(false);
        }
        if !member.bytes.is_empty() {
            named(&member.name, &member.bytes, limits, builder);
        }
        if builder.is_full() {
            break;
        }
    }
    Ok(())
}

impl<'a> Members<'a> {
    /// Opens an archive, taking what GZIP inflates to from `left`.
    ///
    /// # Errors
    ///
    /// [`FileError::Corrupt`] or [`FileError::Limit`] when no member can be reached.
    pub(crate) fn open(kind: Kind, bytes: &'a [u8], limits: &Limits, left: &mut u64) -> Result<Self, FileError> {
        let form = match kind {
            Kind::Zip => Form::Zip(Archive::open(bytes, limits)?),
            Kind::Tar => Form::Tar(Cow::Borrowed(bytes)),
            Kind::SevenZip => Form::Seven(Box::new(SevenZip::open(bytes, limits)?)),
            Kind::Gzip => unfold(inflate(bytes, limits, left)),
            other => return Err(FileError::Unsupported(other)),
        };
        let aside = (kind == Kind::Gzip).then(|| remarks(bytes)).flatten();
        Ok(Self { form, next: 0, aside })
    }

    /// The next member that holds something; folders and links are passed over.
    ///
    /// # Errors
    ///
    /// [`FileError`] when nothing after this can be reached.
    pub(crate) fn next(&mut self, limits: &Limits, left: &mut u64) -> Result<Option<Found<'a>>, FileError> {
        if let Some(found) = self.aside.take() {
            return Ok(Some(found));
        }
        match &mut self.form {
            Form::Zip(archive) => next_in_zip(archive, &mut self.next, left),
            Form::Tar(bytes) => {
                let found = tar::next(bytes, &mut self.next, limits)?;
                Ok(found.map(|(name, range, flaw)| Found { name, bytes: slice(bytes, range), flaw }))
            }
            Form::Seven(archive) => archive.next(left),
            Form::Single(None, true) => Err(FileError::Limit(Limit::Inflation)),
            Form::Single(found, _) => Ok(found.take()),
        }
    }
}

fn slice<'a>(bytes: &Cow<'a, [u8]>, range: std::ops::Range<usize>) -> Cow<'a, [u8]> {
    match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(range).unwrap_or_default()),
        Cow::Owned(bytes) => Cow::Owned(bytes.get(range).unwrap_or_default().to_vec()),
    }
}

fn next_in_zip<'a>(
    archive: &mut Archive<'a>,
    next: &mut usize,
    left: &mut u64,
) -> Result<Option<Found<'a>>, FileError> {
    if let Some(comment) = archive.take_comment() {
        return Ok(Some(Found { name: "(comment)".to_owned(), bytes: Cow::Owned(comment), flaw: None }));
    }
    while let Some(member) = archive.members().get(*next) {
        let index = *next;
        *next += 1;
        // A folder holds nothing, unless its name only ends like one.
        if member.folder && member.packed == 0 {
            continue;
        }
        let name = if member.name.is_empty() { format!("member {}", index + 1) } else { member.name.clone() };
        let content = archive.read(index, left)?;
        return Ok(Some(Found { name, bytes: Cow::Owned(content.bytes), flaw: content.flaw }));
    }
    match archive {
        archive if archive.is_burst() => Err(FileError::Limit(Limit::Inflation)),
        archive if archive.cut => Err(FileError::Corrupt("the archive's directory is missing or damaged")),
        archive if archive.strays => Err(FileError::Corrupt("the archive holds more than its directory lists")),
        _ => Ok(None),
    }
}

/// What a GZIP holds: most often one file, and else a TAR.
fn unfold(found: Found<'_>) -> Form<'_> {
    match sniff(&found.bytes) {
        Kind::Tar if found.flaw.is_none() => Form::Tar(found.bytes),
        _ => {
            let burst = found.flaw == Some(Cause::Limit);
            Form::Single(Some(found), burst)
        }
    }
}

/// The comment and the additional field in the header of a GZIP: no part of the content, and still in the file.
fn remarks<'a>(bytes: &[u8]) -> Option<Found<'a>> {
    let decoder = MultiGzDecoder::new(bytes);
    let header = decoder.header()?;
    let said: Vec<&[u8]> = header.comment().into_iter().chain(header.extra()).filter(|said| is_said(said)).collect();
    let found = Found { name: "(comment)".to_owned(), bytes: Cow::Owned(said.join(&b'\n')), flaw: None };
    (!said.is_empty()).then_some(found)
}

/// Whether a field is in letters, and more of them than a mark or a version has.
fn is_said(field: &[u8]) -> bool {
    field.len() >= 8 && field.iter().all(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace())
}

/// Leaves the beginning of what became too much.
fn shorten(content: &mut Vec<u8>) {
    content.truncate(BEGINNING);
    content.shrink_to_fit();
}

/// Inflates a GZIP (RFC 1952); what came out before damage or a limit is kept.
fn inflate<'a>(bytes: &[u8], limits: &Limits, left: &mut u64) -> Found<'a> {
    let ratio = (bytes.len() as u64).saturating_mul(limits.inflation_ratio).max(RATIO_FREE);
    let most = ratio.min(*left);
    let decoder = MultiGzDecoder::new(bytes);
    let name =
        decoder.header().and_then(|header| header.filename()).map(|name| String::from_utf8_lossy(name).into_owned());
    let mut content = Vec::new();
    let outcome = decoder.take(most.saturating_add(1)).read_to_end(&mut content);
    let produced = content.len() as u64;
    *left = left.saturating_sub(produced);
    let mut flaw = outcome.is_err().then_some(Cause::PartDamaged);
    if produced > most {
        flaw = Some(Cause::Limit);
        shorten(&mut content);
    }
    Found { name: name.unwrap_or_else(|| "content".to_owned()), bytes: Cow::Owned(content), flaw }
}
