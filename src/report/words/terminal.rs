//! The terminal's own words, by key.

use super::{Bilingual, words};
use crate::judge::explain::Language;

/// The words of `key`; the key itself when there is no such word, which a test forbids.
pub(in crate::report) fn terminal(key: &'static str, lang: Language) -> &'static str {
    TERMINAL.iter().find(|(known, _)| *known == key).map_or(key, |(_, words)| words.get(lang))
}

/// The words of `key` after a number: its own form for one, where there is one.
pub(in crate::report) fn counted(key: &'static str, count: u64, lang: Language) -> &'static str {
    let is_one = |known: &str| count == 1 && known.strip_suffix(".one") == Some(key);
    let one = TERMINAL.iter().find(|(known, _)| is_one(known));
    one.map_or_else(|| terminal(key, lang), |(_, words)| words.get(lang))
}

const TERMINAL: &[(&str, Bilingual)] = &[
    ("files.one", words("fil", "file")),
    ("files", words("filer", "files")),
    ("unchanged.one", words("oförändrad och inte läst igen", "unchanged and not read again")),
    ("unchanged", words("oförändrade och inte lästa igen", "unchanged and not read again")),
    ("reused", words("med redan känt innehåll", "of known content")),
    ("members.one", words("fil i arkiv", "file in archives")),
    ("members", words("filer i arkiv", "files in archives")),
    ("left", words("kvar", "left")),
    ("seen", words("filer sedda", "files seen")),
    ("seen.one", words("fil sedd", "file seen")),
    ("in", words("på", "in")),
    ("reading", words("Läsning", "Reading")),
    ("since", words("Sedan sist", "Since last")),
    ("since.none", words("inget har ändrats", "nothing has changed")),
    ("since.first", words("första körningen, inget att jämföra med", "first run, nothing to compare with")),
    ("new.one", words("ny", "new")),
    ("new", words("nya", "new")),
    ("changed.one", words("ändrad", "changed")),
    ("changed", words("ändrade", "changed")),
    ("gone", words("borta", "gone")),
    ("raised.one", words("striktare bedömd", "judged more restrictively")),
    ("raised", words("striktare bedömda", "judged more restrictively")),
    ("lowered.one", words("mildare bedömd", "judged less restrictively")),
    ("lowered", words("mildare bedömda", "judged less restrictively")),
    ("report", words("Rapport", "Report")),
    ("next", words("Att göra", "To do")),
    (
        "next.first.one",
        words(
            "fil är känslig eller under trolig sekretess: gå igenom den",
            "file is sensitive or probably secret: review it",
        ),
    ),
    (
        "next.first",
        words(
            "filer är känsliga eller under trolig sekretess: gå igenom dem",
            "files are sensitive or probably secret: review them",
        ),
    ),
    (
        "next.urgent.one",
        words(
            "ny eller höjd fil är känslig eller under trolig sekretess: gå igenom den",
            "new or raised file is sensitive or probably secret: review it",
        ),
    ),
    (
        "next.urgent",
        words(
            "nya eller höjda filer är känsliga eller under trolig sekretess: gå igenom dem",
            "new or raised files are sensitive or probably secret: review them",
        ),
    ),
    ("next.folders.one", words("mapp samlar uppgifter om många personer", "folder gathers data on many persons")),
    ("next.folders", words("mappar samlar uppgifter om många personer", "folders gather data on many persons")),
    (
        "next.unread.one",
        words("fil är inte bedömd: se varför i rapporten", "file is not judged: see why in the report"),
    ),
    (
        "next.unread",
        words("filer är inte bedömda: se varför i rapporten", "files are not judged: see why in the report"),
    ),
    (
        "next.none",
        words(
            "inget brådskar; ett stickprov på ”inga hinder funna” är alltid klokt",
            "nothing is urgent; a spot check of “no obstacle found” is always wise",
        ),
    ),
    ("fault", words("Kunde inte skannas helt", "Could not be scanned whole")),
    (
        "interrupted",
        words(
            "Avbruten: nästa körning fortsätter där den här slutade.",
            "Interrupted: the next run goes on where this one stopped.",
        ),
    ),
    ("mail.scanned.one", words("fil, skannad", "file, scanned")),
    ("mail.scanned", words("filer, skannade", "files, scanned")),
    ("mail.selection", words("Bara ett urval", "Only a selection")),
    (
        "mail.attached",
        words(
            "Hela listan, med skäl, ställen i filerna och vad man kan göra, ligger i den bifogade rapporten. Den öppnas i webbläsaren och hämtar inget från nätet.",
            "The whole list, with reasons, places in the files and what can be done, is in the attached report. It opens in the browser and fetches nothing from the network.",
        ),
    ),
    (
        "mail.proposal",
        words(
            "En bedömning är ett förslag: beslut tas av en människa. Ingen fil har ändrats. Rapporten visar inga uppgifter ur filerna, men namn på filer och mappar: skicka den bara till den som får se dem.",
            "A verdict is a proposal: a person decides. No file was changed. The report shows no data from the files, but the names of files and folders: send it only to who may see them.",
        ),
    ),
    ("systems.agreements", words("i avtal eller beställning", "in agreements or orders")),
    ("systems.none", words("Inga AI-produkter nämns i filerna.", "No AI products are named in the files.")),
    (
        "systems.note",
        words(
            "Listan visar namn som står i filerna. Jämför med förteckningen över AI-system; produkter som inte heter något känt hittas inte.",
            "The list shows names that stand in the files. Compare with the register of AI systems; products without a known name are not found.",
        ),
    ),
    ("sure", words("Hur säkert", "How sure")),
    ("archivist", words("För arkivarien", "For the archivist")),
    ("why", words("Varför", "Why")),
    (
        "why.none",
        words(
            "Inget i filen talade emot. Det är ett förslag, inget intyg.",
            "Nothing in the file spoke against it. This is a proposal, not a certificate.",
        ),
    ),
    ("more", words("och fler:", "and more:")),
    ("guideline", words("Stöd", "Rests on")),
    ("fires", words("Slår till på", "Fires on")),
    ("silent", words("Tiger om", "Silent on")),
    ("todo", words("Att göra", "To do")),
    ("unread", words("Inte läst", "Not read")),
    ("beside", words("Vid sidan av bedömningen", "Beside the verdict")),
    ("about", words("Om filen", "About the file")),
    ("persons", words("personer", "persons")),
    ("inside", words("I arkivet", "In the archive")),
    ("units", words("delar lästa av", "parts read of")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_in_the_sources_has_words() {
        let sources = [include_str!("../terminal.rs"), include_str!("../explain.rs"), include_str!("../mail.rs")];
        for call in ["say(\"", "counted(\""] {
            for key in sources.iter().flat_map(|source| source.split(call).skip(1)) {
                let key = key.split('"').next().unwrap();
                assert!(TERMINAL.iter().any(|(known, _)| *known == key), "{key}");
            }
        }
    }
}
