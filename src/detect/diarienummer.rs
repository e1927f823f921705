//! Diarienummer: a committee's prefix, a year and a running number, in the
//! forms that Swedish registries write.

use std::ops::Range;

use super::context::{Around, Lexicon};
use super::digits;
use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

static LABELS: Lexicon = Lexicon::new(&[
    "dnr",
    "diarienummer*",
    "diarienr",
    "diarie nr",
    "diarium",
    "ärendenummer*",
    "ärendenr",
    "ärende nr",
    "ärende",
    "beteckning",
    "ert dnr",
    "vårt dnr",
    "vår beteckning",
    "er beteckning",
    "handling",
    "mål nr",
]);
/// The only labels that make a diarienummer of a number without a prefix.
static SURE: Lexicon = Lexicon::new(&["dnr", "diarienummer*", "diarienr", "diarie nr"]);

/// Letters before a year that make a statute, standard, precedent or term of it.
const NOT_PREFIXES: &[&str] = &[
    "SFS", "SOU", "DS", "PROP", "SKR", "BET", "RSKR", "MOT", "DIR", "EU", "EG", "EEG", "ISO", "IEC", "EN", "SS", "SIS",
    "NJA", "HFD", "RÅ", "RH", "RK", "AD", "JO", "MÖD", "MIG", "PMFS", "AFS", "BFS", "BBR", "NFS", "TSFS", "LVFS",
    "SKVFS", "HT", "VT", "Q1", "Q2", "Q3", "Q4", "T1", "T2", "KOM", "COM", "ISBN", "ISSN", "TEL", "FAX", "BG", "PG",
    "KL", "NR", "ART", "CVE", "KB", "RFC", "UTF", "WCAG", "VERSION", "PER", "ÅR", "REV", "PDF", "JUSEK", "ABT", "AB",
    "ABK", "AMA", "IMDS", "KPI", "SCB", "SEK", "KR", "EURO", "EUR",
];

/// What comes between prefix, year and number.
const JOINTS: &[u8] = b"/:-. ";

/// Finds every diarienummer.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    for (index, block) in text.blocks.iter().enumerate() {
        for run in digits::runs(&block.text) {
            let Some(number) = shape(&block.text, &run) else { continue };
            let around = Around::of(text, index, &number.range);
            if let Some(confidence) = confidence(&number, &around) {
                findings.push(super::finding(
                    "diarienummer",
                    Entity::Diarienummer,
                    confidence,
                    text,
                    (index, number.range),
                ));
            }
        }
    }
}

#[derive(Debug, PartialEq)]
struct Number {
    range: Range<usize>,
    prefixed: bool,
    /// The year has two digits, as in `KS 25/421`, which much else looks like.
    short_year: bool,
}

fn confidence(number: &Number, around: &Around) -> Option<Confidence> {
    let sure = around.before.nearest(&SURE).is_some_and(|at| at <= 24) || around.label.has(&SURE);
    if sure {
        return Some(Confidence::High);
    }
    if !number.prefixed || number.short_year {
        return None;
    }
    let labelled = around.before.nearest(&LABELS).is_some_and(|at| at <= 24) || around.label.has(&LABELS);
    Some(if labelled { Confidence::High } else { Confidence::Medium })
}

fn shape(text: &str, run: &Range<usize>) -> Option<Number> {
    let year = text.get(run.clone())?;
    let long = run.len() == 4 && matches!(year.get(..2), Some("19" | "20"));
    if !long && run.len() != 2 {
        return None;
    }
    let (start, prefix) = prefix(text, run.start);
    if prefix.is_some_and(|prefix| NOT_PREFIXES.contains(&prefix) || prefix.ends_with("FS")) {
        return None;
    }
    let end = if prefix.is_none() { infixed(text, run.end, long) } else { None }
        .or_else(|| serial(text, run.end, year, long));
    let end = end?;
    let prefixed = prefix.is_some() || text.get(run.end..end)?.bytes().any(|b| b.is_ascii_uppercase());
    let alone = digits::starts_alone(text, start) && digits::ends_alone(text, end);
    alone.then_some(Number { range: start..end, prefixed, short_year: !long })
}

/// The letters before the year: two to six of them, upper case, and where they begin.
fn prefix(text: &str, year: usize) -> (usize, Option<&str>) {
    let none = (year, None);
    let Some(head) = text.get(..year) else { return none };
    let body = head.strip_suffix(|c: char| c.is_ascii() && JOINTS.contains(&(c as u8)) && c != '.').unwrap_or(head);
    let letters: usize = body.chars().rev().take_while(|c| c.is_uppercase()).map(char::len_utf8).sum();
    let start = body.len() - letters;
    let Some(prefix) = body.get(start..) else { return none };
    let joined = body
        .get(..start)
        .and_then(|rest| rest.chars().next_back())
        .is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '/');
    let count = prefix.chars().count();
    // A roman or party letter alone is no prefix, and neither is the head of a longer word.
    if !(2..=6).contains(&count) || joined { none } else { (start, Some(prefix)) }
}

/// `-KS-0421` after a year: the letters stand between.
fn infixed(text: &str, end: usize, long: bool) -> Option<usize> {
    let rest = text.get(end..)?;
    let rest = rest.strip_prefix(['-', '/', ' ', ':'])?;
    let letters: usize = rest.chars().take_while(|c| c.is_uppercase()).map(char::len_utf8).sum();
    let prefix = rest.get(..letters)?;
    if !long || !(2..=6).contains(&prefix.chars().count()) || NOT_PREFIXES.contains(&prefix) {
        return None;
    }
    let tail = rest.get(letters..)?.strip_prefix(['-', '/', ' ', ':'])?;
    let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
    (1..=6).contains(&digits).then(|| text.len() - tail.len() + digits)
}

/// The running number after the year, when it is not a second year or a day.
fn serial(text: &str, end: usize, year: &str, long: bool) -> Option<usize> {
    let rest = text.get(end..)?;
    let joint = rest.chars().next().filter(|c| matches!(c, '/' | ':' | '-' | '.' | '–'))?;
    let tail = rest.get(joint.len_utf8()..)?;
    let count = tail.bytes().take_while(u8::is_ascii_digit).count();
    let number = tail.get(..count)?;
    let next_year = |n: &str| {
        let (Ok(year), Ok(n)) = (year.parse::<u32>(), n.parse::<u32>()) else { return false };
        n == year + 1 || (n == (year + 1) % 100 && number.len() == 2)
    };
    let term = joint != ':' && next_year(number);
    ((1..=6).contains(&count) && !(term && long)).then(|| end + joint.len_utf8() + count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing;
    use Confidence::{High, Medium};

    fn check(input: &str, expected: &[(Confidence, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(c, v)| (Entity::Diarienummer, c, v)).collect();
        testing::check(find, input, &expected);
    }

    #[test]
    fn finds() {
        for number in [
            "KS 2025/421",
            "KS/2019/0001",
            "KS2025-0421",
            "2025-KS-0421",
            "KS 2025:421",
            "BYGG 2024-112",
            "MHN/2024:7",
            "SBN-2025-123",
            "ÄN 2025/12",
            "2025/KS 0421",
            "KSAU 2023.14",
        ] {
            check(number, &[(Medium, number)]);
            check(&format!("Dnr {number}, inkom"), &[(High, number)]);
        }
        check("Dnr: 2025/421", &[(High, "2025/421")]);
        check("Diarienummer 2025-421", &[(High, "2025-421")]);
        check("Diarienummer\n2025:421", &[(High, "2025:421")]);
        check("Dnr KS 25/421", &[(High, "KS 25/421")]);
        check("Ärende\tDnr\nBro\t2024/9", &[(High, "2024/9")]);
    }

    #[test]
    fn leaves() {
        for input in [
            "2025/421",
            "SFS 2009:400",
            "lagen (2009:400)",
            "EU 2016/679",
            "(EU) 2016/679",
            "KS 2025-08-26 § 168",
            "HT 2024/2025",
            "läsåret 2024/25",
            "SOU 2020:45",
            "HSLF-FS 2017:40",
            "SOSFS 2014:5",
            "AFS 2020:1",
            "prop. 2017/18:105",
            "ISO 9001:2015",
            "2025-11-24",
            "Dnr saknas 2025",
            "KS 25/421",
            "VT 2025/26",
            "NJA 2015:3",
            "i KS 2025 12",
        ] {
            check(input, &[]);
        }
    }
}
