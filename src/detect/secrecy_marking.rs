//! Secrecy markings: stamps and lines that say the document itself is secret.
//!
//! A marking (OSL 5 kap. 5 §) stands in a header, a box or on a line of its own,
//! or names the rule of OSL it rests on. The same words in running text, or in a
//! heading about secrecy, are a topic.

use crate::detect::context::Lexicon;

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use super::osl_reference;
use crate::document::{Block, Part, Text};
use crate::finding::{Confidence, Entity, Finding};

/// Some part of every stamp, as it can be written.
static KEYWORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let parts = [
        "ekretess",
        "EKRETESS",
        "onfidenti",
        "ONFIDENTI",
        "emlig",
        "EMLIG",
        "e k r e t",
        "E K R E T",
        "kerhetsskydds",
        "KERHETSSKYDDS",
    ];
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(parts).expect("literal keywords")
});

/// The whole of a stamp: what may stand before and after the word on its line.
static STAMP: LazyLock<Regex> = LazyLock::new(|| {
    let lead = r"^[\W_]*(?:(?:obs!?|internt|för internt bruk|dnr[:.]?\s\S+(?:\s\S+)?|sida \d+(?: ?\(\d+\)| av \d+)?)[\s,.:|–-]+)?";
    let word = [
        r"(?:(?:absolut|stark|sträng|kvalificerad|omvänd|total)\s)?sekretess(?:markerad|markering|belagd|belagt|belagda|skyddad|skyddat)?(?:\s(?:handling|dokument|uppgift|uppgifter|information|material))?",
        r"s e k r e t e s s",
        r"(?:(?:strängt|strikt)\s)?konfidentiell(?:t|a)?(?:\s(?:handling|information|uppgifter))?",
        r"(?:strictly\s)?confidential",
        r"(?:begränsat|kvalificerat|begränsad)\shemlig",
        r"hemlig(?:t|\shandling)?",
        r"(?:handlingen|dokumentet|uppgifterna|uppgiften|ärendet|innehållet)?\s?(?:omfattas av|skyddas av|är belagd med|belagd med|är under|lyder under|innehåller uppgifter under)\s(?:(?:absolut|stark|sträng)\s)?sekretess",
        r"(?:handlingen|dokumentet|uppgifterna|uppgiften|ärendet|innehållet) är (?:sekretessbelag[dt]a?|konfidentiell[ta]?|hemlig[ta]?)",
        r"innehåller sekretess(?:uppgifter|belagda uppgifter|belagd information)?",
        r"säkerhetsskyddsklassificera[dt](?:\s\w+)?",
    ]
    .join("|");
    let tail = r"(?<tail>[\s\S]*)$";
    Regex::new(&format!("(?i){lead}(?<word>{word})(?:[^\\w]|$){tail}")).expect("a literal pattern")
});

/// What may follow the word of a stamp: the rule, the reason, the time it holds.
static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^[\W_]*(?:(?:enligt|enl|jml|jfr|med stöd av|i enlighet med|gäller|till dess|tills|t\.?o\.?m|intill|fram till|utgår|datum|beslut av|sign|kap|\d|osl|offentlighets|handling|får ej|får inte|sprids|lämnas|original|ex|vid|på|handläggs|endast|bara|för behörig|läs|mellan|–|§|arbetsmaterial|utkast|ej|anbud|upphandling|socialtjänst|elevhälsa|hälso|patient|personakt|individ)[\s\S]*)?$")
        .expect("a literal pattern")
});

/// Words that make a heading about secrecy of a line: a marking does not name its genre.
static TOPICS: Lexicon = Lexicon::new(&[
    "introduktion",
    "guide",
    "guiden",
    "rutin",
    "rutiner",
    "riktlinje",
    "riktlinjer",
    "utbildning",
    "lathund",
    "policy",
    "information om",
    "vad är",
    "kurs",
    "frågor",
    "offentlighet och",
    "eller offentlig*",
    "handbok",
    "checklista",
    "och tystnadsplikt",
    "tystnadsplikt och",
    "avtal",
    "förbindelse",
    "sekretessförbindelse",
    "sekretessavtal",
    "sekretessprövning",
    "mall",
    "anvisning*",
    "föreläsning",
    "presentation",
    "instruktion*",
    "checklist*",
    "ordlista",
    "begrepp",
    "innehåll",
    "när gäller",
    "hur",
    "varför",
    "vem",
    "inte sekretess",
    "ingen sekretess",
    "ej sekretess",
    "kort om",
    "om sekretess",
    "regler om",
    "i skolan",
    "inom",
    "i vården",
]);

/// How long a line that is nothing but a marking can be, in bytes.
const LINE: usize = 180;

/// Finds every secrecy marking.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    for (index, block) in text.blocks.iter().enumerate() {
        if !KEYWORDS.is_match(&block.text) {
            continue;
        }
        let mut at = 0;
        for line in block.text.split_inclusive('\n') {
            if let Some(confidence) = marking(block, index, line.trim_end()) {
                let end = at + line.trim_end().len();
                findings.push(super::finding(
                    "secrecy-marking",
                    Entity::SecrecyMarking,
                    confidence,
                    text,
                    (index, at..end),
                ));
            }
            at += line.len();
        }
    }
}

fn marking(block: &Block, index: usize, line: &str) -> Option<Confidence> {
    if line.len() > LINE || line.contains('?') {
        return None;
    }
    let stamp = STAMP.captures(line)?;
    let tail = stamp.name("tail").map_or("", |tail| tail.as_str());
    let cited = osl_reference::cites_chapter(line) || osl_reference::cites_chapter(tail);
    if !TAIL.is_match(tail) || is_topic(line, cited) {
        return None;
    }
    if cited {
        return Some(Confidence::High);
    }
    let word = stamp.name("word").map_or("", |word| word.as_str());
    let shouts = word.chars().all(|c| !c.is_lowercase());
    let apart = matches!(
        block.place.part,
        Part::Header | Part::Footer | Part::TextBox | Part::Annotation | Part::Property | Part::MailHeader
    );
    let alone = tail.chars().all(|c| !c.is_alphanumeric());
    match (apart, shouts) {
        (true, _) => Some(Confidence::High),
        (false, true) if index < 12 || alone => Some(Confidence::High),
        // A short line at the top, or one that says of the document that it is secret.
        (false, false)
            if block.row.is_none() && (index < 6 && (alone || line.len() < 60) || says_of_document(word)) =>
        {
            Some(Confidence::Medium)
        }
        _ => None,
    }
}

fn says_of_document(word: &str) -> bool {
    let word = word.to_lowercase();
    ["handlingen", "dokumentet", "uppgifterna", "ärendet", "innehållet", "omfattas av", "sekretessbelagd handling"]
        .iter()
        .any(|lead| word.starts_with(lead))
}

fn is_topic(line: &str, cited: bool) -> bool {
    let words = super::context::Words::of(line);
    !cited && words.has(&TOPICS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Place, TextBuilder};
    use crate::limits::Limits;
    use Confidence::{High, Medium};

    fn check(part: Part, index: usize, input: &str, expected: Option<Confidence>) {
        let mut builder = TextBuilder::new(&Limits::default());
        for _ in 0..index {
            builder.block(Place::default(), "Brödtext.");
        }
        builder.block(Place::part(part), input);
        let mut findings = Vec::new();
        find(&builder.finish(), &mut findings);
        let found: Vec<_> = findings.iter().map(|f| f.confidence).collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{input}");
    }

    #[test]
    fn stamps() {
        for input in [
            "SEKRETESS",
            "Sekretess enligt 26 kap. 1 § OSL",
            "SEKRETESS enl. 19 kap. 6 och 9 §§ OSL – får ej lämnas ut",
            "Sekretessbelagd handling",
            "Omfattas av sekretess",
            "Konfidentiellt",
            "HEMLIG",
            "BEGRÄNSAT HEMLIG",
            "Begränsad hemlig",
            "Absolut sekretess tills avtal slutits (31 kap. 16 § OSL)",
            "Sekretessmarkerad",
            "S E K R E T E S S",
            "* SEKRETESS *",
            "OBS! Sekretess",
            "Konfidentiell information – får ej spridas",
        ] {
            check(Part::Header, 0, input, Some(High));
            check(Part::TextBox, 30, input, Some(High));
        }
        check(Part::Body, 40, "Sekretess enligt 26 kap. 1 § OSL", Some(High));
        check(Part::Body, 40, "SEKRETESS", Some(High));
        check(Part::Body, 0, "Sekretess", Some(Medium));
        check(Part::Body, 20, "Handlingen omfattas av sekretess.", Some(Medium));
    }

    #[test]
    fn topics() {
        for input in [
            "Offentlighet och sekretess – en introduktion",
            "Sekretess eller inte? En lathund",
            "Sekretess – rutin för receptionen",
            "Sekretess i skolan",
            "Sekretessförbindelse",
            "Sekretessavtal",
            "Sekretess och tystnadsplikt",
        ] {
            check(Part::Header, 0, input, None);
            check(Part::Body, 0, input, None);
        }
        for input in [
            "Sekretess innebär ett förbud att röja en uppgift.",
            "Uppgifter som omfattas av sekretess får inte lämnas ut.",
            "Om sekretess gäller enligt 26 kap. 1 § OSL görs en prövning.",
            "Sekretess",
            "Det är hemligt",
            "Hemligheten",
        ] {
            check(Part::Body, 20, input, None);
        }
    }
}
