//! Words of the commands that look after the ledger, by key.

use super::{Bilingual, words};
use crate::judge::explain::Language;

/// The words of `key`; the key itself when there is no such word, which a test forbids.
#[must_use]
pub fn command(key: &'static str, lang: Language) -> &'static str {
    COMMAND.iter().find(|(known, _)| *known == key).map_or(key, |(_, words)| words.get(lang))
}

const COMMAND: &[(&str, Bilingual)] = &[
    ("config.good", words("inga fel", "no mistakes")),
    ("config.roots", words("rötter", "roots")),
    ("origin.default", words("förval", "default")),
    ("run", words("körning", "run")),
    ("runs", words("körningar", "runs")),
    ("decision", words("beslut", "decision")),
    ("until", words("till och med", "until")),
    ("seen", words("sedda", "seen")),
    ("unchanged", words("oförändrade", "unchanged")),
    ("gone", words("borta", "gone")),
    ("outcome.none", words("pågår", "under way")),
    ("outcome.complete", words("fullständig", "complete")),
    ("outcome.interrupted", words("avbruten", "interrupted")),
    ("outcome.window", words("tiden ute", "window ended")),
    ("outcome.failed", words("med fel", "failed")),
    ("outcome.killed", words("dödad", "killed")),
    ("diff.new", words("ny", "new")),
    ("diff.changed", words("ändrad", "changed")),
    ("diff.gone", words("borta", "gone")),
    ("diff.raised", words("striktare", "raised")),
    ("diff.lowered", words("mildare", "lowered")),
    ("decide.noted", words("beslut noterade", "decisions noted")),
    ("ledger.whole", words("hel", "whole")),
    ("purge.dry", words("Skulle glömmas:", "Would be forgotten:")),
    ("purged.files", words("filer som är borta", "files that are gone")),
    ("purged.contents", words("innehåll som ingen fil har", "contents that no file has")),
    ("purged.history", words("rader historik", "lines of history")),
    ("purged.decisions", words("beslut", "decisions")),
    ("purged.folders", words("tomma mappar", "empty folders")),
    ("purged.runs", words("körningar", "runs")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_words_in_both_languages() {
        for (key, words) in COMMAND {
            assert!(!words.sv.is_empty() && !words.en.is_empty(), "{key}");
            assert_eq!(COMMAND.iter().filter(|(other, _)| other == key).count(), 1, "{key}");
        }
    }

    /// The commands' sources, from which every key is taken that looks like one.
    const SOURCES: [&str; 6] = [
        include_str!("../../bin/aktsam/config.rs"),
        include_str!("../../bin/aktsam/decide/mod.rs"),
        include_str!("../../bin/aktsam/diff.rs"),
        include_str!("../../bin/aktsam/history.rs"),
        include_str!("../../bin/aktsam/ledger.rs"),
        include_str!("../../bin/aktsam/purge.rs"),
    ];

    #[test]
    fn every_key_in_the_sources_has_words() {
        for call in ["command(\"", "say(\"", ", \"diff.", "=> \"outcome.", "(\"purged."] {
            let family = call.split('"').nth(1).unwrap_or_default();
            for rest in SOURCES.iter().flat_map(|source| source.split(call).skip(1)) {
                let key = format!("{family}{}", rest.split('"').next().unwrap());
                assert!(COMMAND.iter().any(|(known, _)| *known == key), "{key}");
            }
        }
    }
}
