//! The words of the check's reports.

use super::super::assess::Registered;
use super::super::finding::{Level, Readiness};
use super::super::policy::Reception;
use super::super::puid::Basis;
use crate::image::Origin;
use crate::judge::explain::Language;
use crate::ledger::register::Side;
use crate::report::Bilingual;
use crate::report::words::words;

/// Whether the folder can be handed over: the first words of every report.
pub(super) fn readiness(readiness: Readiness) -> Bilingual {
    match readiness {
        Readiness::Ready => words("Kan levereras", "Can be delivered"),
        Readiness::AfterAction => words("Kan levereras efter åtgärd", "Can be delivered after action"),
        Readiness::Blocked => words("Kan inte levereras", "Cannot be delivered"),
    }
}

/// What that means, in a sentence.
pub(super) fn meaning(readiness: Readiness) -> Bilingual {
    match readiness {
        Readiness::Ready => words(
            "Granskningen fann inget som står i vägen. Den som levererar avgör.",
            "The examination found nothing in the way. Whoever delivers decides.",
        ),
        Readiness::AfterAction => words(
            "Det finns sådant som bör åtgärdas eller ses över av en person först.",
            "Some things should be mended, or looked at by a person, first.",
        ),
        Readiness::Blocked => words(
            "Det finns filer som måste åtgärdas, eller godtas med namn och skäl, innan ett paket kan skrivas.",
            "Some files must be mended, or accepted with name and reason, before a package can be written.",
        ),
    }
}

/// A weight; `None` for a file without findings that ask for anything.
pub(super) fn level(level: Option<Level>) -> Bilingual {
    match level {
        Some(Level::Block) => words("Blockerar", "Blocks"),
        Some(Level::Warn) => words("Varning", "Warning"),
        Some(Level::Review) => words("Se över", "Review"),
        Some(Level::Info) => words("Upplysning", "Information"),
        None => words("Utan fynd", "Without findings"),
    }
}

/// Whether a format is received; `None` when the format is unknown.
pub(super) fn reception(reception: Option<Reception>) -> Bilingual {
    match reception {
        Some(Reception::Accepted) => words("tas emot", "received"),
        Some(Reception::Refused) => words("tas inte emot", "not received"),
        Some(Reception::Unlisted) => words("står inte på listan", "not on the list"),
        None => words("okänt format", "unknown format"),
    }
}

/// What a format's name rests on.
pub(super) fn basis(basis: Basis) -> Bilingual {
    match basis {
        Basis::Signature => words("signatur", "signature"),
        Basis::Container => words("innehåll i behållare", "container"),
        Basis::Extension => words("filändelsen, en gissning", "the extension, a guess"),
        Basis::Text => words("bara tecken", "characters alone"),
        Basis::None => words("inget", "nothing"),
    }
}

/// What the register of labels says of a file.
pub(super) fn registered(known: Registered, lang: Language) -> String {
    let says = match (known.candidate, known.of) {
        (true, _) => words("liknar en bild i registret", "looks like a picture in the register"),
        (false, Side::After) => words("märkt enligt registret", "labelled by the register"),
        (false, Side::Before) => words("original enligt registret", "the original by the register"),
    };
    format!("{} ({} {})", says.get(lang), words("nr", "no.").get(lang), known.number)
}

/// What made a picture.
pub(super) fn origin(origin: Origin) -> Bilingual {
    match origin {
        Origin::Unknown => words("okänt", "unknown"),
        Origin::Camera => words("kamera", "camera"),
        Origin::AiEdited => words("delvis ändrad med AI", "partly changed with AI"),
        Origin::Ai => words("skapad av AI", "made by AI"),
    }
}
