//! The terminal's own words, by key.

use super::{Bilingual, words};
use crate::judge::explain::Language;

/// The words of `key`; the key itself when there is no such word, which a test forbids.
pub(in crate::report) fn terminal(key: &'static str, lang: Language) -> &'static str {
    TERMINAL.iter().find(|(known, _)| *known == key).map_or(key, |(_, words)| words.get(lang))
}

const TERMINAL: &[(&str, Bilingual)] = &[
    ("file", words("fil", "file")),
    ("files", words("filer", "files")),
    ("unchanged", words("oförändrade och inte lästa igen", "unchanged and not read again")),
    ("reused", words("med redan känt innehåll", "of known content")),
    ("members", words("filer i arkiv", "files in archives")),
    ("left", words("kvar", "left")),
    ("seen", words("filer sedda", "files seen")),
    ("seen.one", words("fil sedd", "file seen")),
    ("in", words("på", "in")),
    ("reading", words("Läsning", "Reading")),
    ("since", words("Sedan sist", "Since last")),
    ("since.none", words("inget har ändrats", "nothing has changed")),
    ("since.first", words("första körningen, inget att jämföra med", "first run, nothing to compare with")),
    ("new", words("nya", "new")),
    ("changed", words("ändrade", "changed")),
    ("gone", words("borta", "gone")),
    ("raised", words("striktare bedömda", "judged more restrictively")),
    ("lowered", words("mildare bedömda", "judged less restrictively")),
    ("report", words("Rapport", "Report")),
    ("next", words("Att göra", "To do")),
    (
        "next.urgent",
        words(
            "gå igenom nya och höjda filer som är känsliga eller under sekretess",
            "review new and raised files that are sensitive or secret",
        ),
    ),
    ("next.unread", words("se i rapporten varför de inte är bedömda", "see in the report why they are not judged")),
    ("next.folders", words("mappar samlar uppgifter om många personer", "folders gather data on many persons")),
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
        let sources = [include_str!("../terminal.rs"), include_str!("../explain.rs")];
        for key in sources.iter().flat_map(|source| source.split("say(\"").skip(1)) {
            let key = key.split('"').next().unwrap();
            assert!(TERMINAL.iter().any(|(known, _)| *known == key), "{key}");
        }
    }
}
