//! What people read for every code the program has, in Swedish and in English.
//!
//! One place, so that the report, the spreadsheet and the terminal say the same
//! thing and a translator reads one folder.

use crate::document::{Kind, Part, Place};
use crate::finding::{Confidence, Entity};
use crate::judge::explain::Language;
use crate::record::{Status, Verdict};

mod codes;
mod command;
mod decision;
mod page;
mod terminal;

pub use codes::{ARCHIVE, Advice, FLAGS, cause, error, flag};
pub use command::command;
pub use decision::{DECISION, reason, standing};
pub use page::page;
pub(super) use page::script;
pub(super) use terminal::{counted, terminal};

/// The same words in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bilingual {
    /// In Swedish.
    pub sv: &'static str,
    /// In English.
    pub en: &'static str,
}

impl Bilingual {
    /// The words in `lang`.
    #[must_use]
    pub fn get(self, lang: Language) -> &'static str {
        match lang {
            Language::Swedish => self.sv,
            Language::English => self.en,
        }
    }
}

pub(crate) const fn words(sv: &'static str, en: &'static str) -> Bilingual {
    Bilingual { sv, en }
}

/// A verdict's name.
#[must_use]
pub fn verdict(verdict: Verdict) -> Bilingual {
    let en = match verdict {
        Verdict::Open => "No obstacle found",
        Verdict::Undetermined => "Not judged",
        Verdict::Internal => "Internal information",
        Verdict::Personal => "Personal data",
        Verdict::Sensitive => "Sensitive or specially protected data",
        Verdict::Secret => "Probable secrecy",
    };
    words(verdict.swedish(), en)
}

/// A verdict's name where there is little room.
#[must_use]
pub fn verdict_short(verdict: Verdict) -> Bilingual {
    match verdict {
        Verdict::Open => words("Inga hinder", "No obstacle"),
        Verdict::Undetermined => words("Ej bedömd", "Not judged"),
        Verdict::Internal => words("Intern", "Internal"),
        Verdict::Personal => words("Personuppgifter", "Personal"),
        Verdict::Sensitive => words("Känslig", "Sensitive"),
        Verdict::Secret => words("Sekretess", "Secrecy"),
    }
}

/// How the reading of a file went.
#[must_use]
pub fn status(status: Status) -> Bilingual {
    match status {
        Status::Ok => words("läst i sin helhet", "read whole"),
        Status::Partial => words("delvis läst", "read in part"),
        Status::Error => words("gick inte att läsa", "could not be read"),
        Status::Limit => words("nådde en gräns", "reached a limit"),
        Status::Skipped => words("medvetet oöppnad", "left unopened on purpose"),
    }
}

/// How the reading of `count` files went.
#[must_use]
pub fn status_of(status: Status, count: u64) -> Bilingual {
    match (status, count) {
        (_, 1) | (Status::Error | Status::Limit, _) => self::status(status),
        (Status::Ok, _) => words("lästa i sin helhet", "read whole"),
        (Status::Partial, _) => words("delvis lästa", "read in part"),
        (Status::Skipped, _) => words("medvetet oöppnade", "left unopened on purpose"),
    }
}

/// How sure a detector is.
#[must_use]
pub fn confidence(confidence: Confidence) -> Bilingual {
    match confidence {
        Confidence::Low => words("låg säkerhet", "low confidence"),
        Confidence::Medium => words("medelhög säkerhet", "medium confidence"),
        Confidence::High => words("hög säkerhet", "high confidence"),
    }
}

/// A part of a document.
#[must_use]
pub fn part(part: Part) -> Bilingual {
    match part {
        Part::Body => words("brödtext", "body"),
        Part::Header => words("sidhuvud", "page header"),
        Part::Footer => words("sidfot", "page footer"),
        Part::Footnote => words("fotnot", "footnote"),
        Part::Endnote => words("slutnot", "endnote"),
        Part::Comment => words("kommentar", "comment"),
        Part::TextBox => words("textruta", "text box"),
        Part::Inserted => words("spårad infogning", "tracked insertion"),
        Part::Deleted => words("spårad borttagning", "tracked deletion"),
        Part::Hidden => words("dold text", "hidden text"),
        Part::AltText => words("bildens alternativtext", "alternative text"),
        Part::Chart => words("diagram", "chart"),
        Part::Field => words("fält eller formel", "field or formula"),
        Part::Property => words("dokumentegenskap", "document property"),
        Part::Annotation => words("anteckning", "annotation"),
        Part::FormField => words("formulärfält", "form field"),
        Part::Link => words("länk", "link"),
        Part::SpeakerNotes => words("talarens anteckningar", "speaker notes"),
        Part::MailHeader => words("brevhuvud", "mail header"),
        Part::HiddenSheet => words("dolt blad, dold rad eller kolumn", "hidden sheet, row or column"),
        Part::Ocr => words("text i bild", "text in an image"),
        Part::ImageMetadata => words("bildens metadata", "image metadata"),
    }
}

/// A place as people say it: `sida 3, tabell 1, rad 17`.
#[must_use]
pub fn place(place: &Place, lang: Language) -> String {
    let numbers = [
        (words("sida", "page"), place.page),
        (words("blad", "sheet"), place.sheet),
        (words("tabell", "table"), place.table),
        (words("rad", "row"), place.row),
        (words("kolumn", "column"), place.column),
        (words("stycke", "paragraph"), place.paragraph),
    ];
    let attachment = words("bilaga", "attachment").get(lang);
    let mut steps: Vec<String> = Vec::new();
    for name in &place.within {
        steps.push(format!("{attachment} {}", super::escape::visible(name.as_bytes())));
    }
    let numbered = numbers.iter().filter_map(|(word, number)| Some(format!("{} {}", word.get(lang), (*number)?)));
    if place.part != Part::Body {
        steps.push(part(place.part).get(lang).to_owned());
    }
    steps.extend(numbered);
    if steps.is_empty() {
        steps.push(part(Part::Body).get(lang).to_owned());
    }
    steps.join(", ")
}

/// A kind of file.
#[must_use]
pub fn kind(kind: Kind, lang: Language) -> &'static str {
    match lang {
        Language::Swedish => kind.swedish(),
        Language::English => codes::kind_en(kind).unwrap_or(kind.id()),
    }
}

/// What a finding is.
#[must_use]
pub fn entity(entity: Entity, lang: Language) -> &'static str {
    match lang {
        Language::Swedish => entity.swedish(),
        Language::English => codes::entity_en(entity).unwrap_or(entity.id()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_places_as_people_do() {
        let cell = Place { part: Part::Header, page: Some(3), row: Some(17), ..Place::default() };
        assert_eq!(place(&cell, Language::Swedish), "sidhuvud, sida 3, rad 17");
        assert_eq!(place(&cell, Language::English), "page header, page 3, row 17");
        assert_eq!(place(&Place::default(), Language::Swedish), "brödtext");
        let inside = Place { within: vec!["lista\u{202e}.xlsx".into()], ..Place::paragraph(2) };
        assert_eq!(place(&inside, Language::Swedish), "bilaga lista\\u{202e}.xlsx, stycke 2");
    }
}
