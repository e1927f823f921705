//! Telephone numbers.
//!
//! Swedish numbers begin with an area code of the Swedish numbering plan (PTS,
//! ITU-T E.164 national numbering plan for +46); foreign ones with `+`.

use std::ops::Range;

use super::context::{Around, Lexicon};
use super::digits::{self, is_hyphen, is_space};
use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

static LABELS: Lexicon = Lexicon::new(&[
    "tel",
    "tele",
    "telefon*",
    "tfn",
    "tlf",
    "mobil*",
    "mob",
    "ring",
    "ringa",
    "ringer",
    "nås",
    "sms*",
    "swish*",
    "växel*",
    "vx",
    "fax",
    "telnr",
    "kontakt*",
    "jour*",
    "direkt",
    "*telefon",
    "*telefonnummer",
    "*nummer till",
    "kontaktas",
]);

static OTHER_LABELS: Lexicon = Lexicon::new(&[
    "ocr",
    "ref",
    "referens*",
    "order*",
    "artikel*",
    "art nr",
    "artnr",
    "bankgiro*",
    "bg",
    "plusgiro*",
    "pg",
    "konto*",
    "*konto",
    "faktura*",
    "kundnummer*",
    "kundnr",
    "serienummer*",
    "ärendenummer*",
    "isbn",
    "dnr",
    "diarienummer",
    "mätar*",
    "iban",
    "clearing*",
    "version*",
    "personnummer*",
    "pnr",
    "kl",
    "klockan",
    "öppet",
    "öppettider",
    "ean",
]);

/// Area codes without their leading zero that have one or two digits, and those
/// of mobile and special services (07x, 010, 020, 077).
const SHORT_CODES: &[&str] = &[
    "8", "10", "11", "13", "16", "18", "19", "20", "21", "23", "26", "31", "33", "35", "36", "40", "42", "44", "46",
    "54", "60", "63", "70", "72", "73", "74", "76", "77", "79", "90",
];

/// Three-digit area codes without their leading zero, as ranges.
const LONG_CODES: &[(u16, u16)] = &[
    (120, 125),
    (140, 144),
    (150, 159),
    (171, 176),
    (220, 228),
    (240, 243),
    (246, 248),
    (250, 251),
    (253, 253),
    (258, 258),
    (270, 271),
    (278, 278),
    (280, 281),
    (290, 295),
    (297, 297),
    (300, 304),
    (320, 325),
    (340, 340),
    (345, 346),
    (370, 372),
    (380, 383),
    (390, 393),
    (410, 411),
    (413, 418),
    (430, 431),
    (433, 433),
    (435, 435),
    (451, 451),
    (454, 457),
    (459, 459),
    (470, 472),
    (474, 474),
    (476, 481),
    (485, 486),
    (490, 496),
    (498, 499),
    (500, 506),
    (510, 515),
    (520, 528),
    (530, 534),
    (550, 555),
    (560, 560),
    (563, 565),
    (570, 571),
    (573, 573),
    (580, 587),
    (589, 591),
    (611, 613),
    (620, 624),
    (640, 640),
    (642, 645),
    (647, 647),
    (650, 653),
    (657, 657),
    (660, 663),
    (670, 672),
    (680, 680),
    (682, 682),
    (684, 684),
    (687, 687),
    (690, 693),
    (695, 696),
    (910, 916),
    (918, 918),
    (920, 930),
    (932, 935),
    (940, 943),
    (950, 954),
    (960, 961),
    (970, 971),
    (973, 973),
    (975, 978),
    (980, 981),
];

/// Finds every telephone number.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    for (index, block) in text.blocks.iter().enumerate() {
        let mut end = 0;
        for run in digits::runs(&block.text).filter(|run| run.start >= 1 || block.text.starts_with('0')) {
            if run.start < end {
                continue;
            }
            let Some(number) = parse(&block.text, &run) else { continue };
            let around = Around::of(text, index, &number.range);
            if let Some(confidence) = confidence(&number, &around) {
                end = number.range.end;
                findings.push(super::finding("phone", Entity::Phone, confidence, text, (index, number.range)));
            }
        }
    }
}

struct Number {
    range: Range<usize>,
    /// Written with a country code, or with a hyphen after the area code.
    marked: bool,
    /// Written as one run of digits.
    bare: bool,
    mobile: bool,
}

fn confidence(number: &Number, around: &Around) -> Option<Confidence> {
    if around.rather(&LABELS, &OTHER_LABELS) || around.label.has(&LABELS) {
        return Some(Confidence::High);
    }
    if around.before.nearest(&OTHER_LABELS).is_some_and(|at| at <= 24) || around.label.has(&OTHER_LABELS) {
        return None;
    }
    if number.marked {
        return Some(Confidence::High);
    }
    (!number.bare || number.mobile || around.after.has(&LABELS)).then_some(Confidence::Medium)
}

fn parse(text: &str, run: &Range<usize>) -> Option<Number> {
    let head = text.get(..run.start)?;
    let first = text.get(run.clone())?;
    if head.ends_with('+') {
        return international(text, run, run.start - 1);
    }
    if first.starts_with("0046") {
        return international(text, &(run.start + 2..run.end), run.start);
    }
    if !first.starts_with('0') || first.starts_with("00") {
        return None;
    }
    let bracket = head.ends_with('(') && text.get(run.end..)?.starts_with(')');
    let start = if bracket { run.start - 1 } else { run.start };
    digits::starts_alone(text, start).then_some(())?;
    let groups = digits::groups(text, run.clone(), 11, parts);
    let groups = if bracket { bracketed(text, run) } else { groups };
    national(text, start, &groups, 1)
}

/// `(031) 390 06 00`
fn bracketed(text: &str, run: &Range<usize>) -> Vec<Range<usize>> {
    let after = run.end + 1;
    let rest = text.get(after..).unwrap_or_default();
    let space = rest.chars().next().filter(|&c| is_space(c)).map_or(0, char::len_utf8);
    let length = rest.get(space..).unwrap_or_default().bytes().take_while(u8::is_ascii_digit).count();
    let first = after + space..after + space + length;
    let mut groups = vec![run.clone()];
    if length > 0 {
        groups.extend(digits::groups(text, first, 11 - run.len().min(11), parts));
    }
    groups
}

/// `+46 70 …`, `+46 (0)70 …` and numbers of other countries.
fn international(text: &str, run: &Range<usize>, start: usize) -> Option<Number> {
    digits::starts_alone(text, start).then_some(())?;
    let code = text.get(run.clone())?;
    if !code.starts_with("46") {
        let groups = digits::groups(text, run.clone(), 15, parts);
        let end = groups.last()?.end;
        let total: usize = groups.iter().map(Range::len).sum();
        let fits = (8..=15).contains(&total) && !code.starts_with('0') && digits::ends_alone(text, end);
        return fits.then_some(Number {
            range: start..end,
            marked: groups.len() > 1,
            bare: groups.len() == 1,
            mobile: true,
        });
    }
    let mut at = run.start + 2;
    for filler in [" ", "\u{a0}", "-", "(0)", "0", " ", "\u{a0}", "-"] {
        if at >= run.end && text.get(at..)?.starts_with(filler) {
            at += filler.len();
        }
    }
    let length = text.get(at..)?.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 {
        return None;
    }
    let groups = digits::groups(text, at..at + length, 10, parts);
    let mut number = national(text, start, &groups, 0)?;
    number.marked = true;
    Some(number)
}

/// A number of the national plan in `groups`, whose first holds the area code after `trunk` leading zeros.
fn national(text: &str, start: usize, groups: &[Range<usize>], trunk: usize) -> Option<Number> {
    let mut groups = groups;
    loop {
        let end = groups.last()?.end;
        let digits: String = groups.iter().filter_map(|group| text.get(group.clone())).collect();
        let digits = digits.get(trunk..)?;
        if fits(digits) && shaped(text, groups) && digits::ends_alone(text, end) {
            let after_area = groups.first().map_or(0, |group| group.end);
            // A path such as 02/11080000 has a slash where no area code ends.
            let area = groups.first().and_then(|group| text.get(group.clone())?.get(trunk..)).unwrap_or_default();
            if text.get(after_area..)?.starts_with('/') && !is_area(area) {
                return None;
            }
            let marked = text.get(after_area..)?.starts_with(|c| is_hyphen(c) || c == '/' || c == ')');
            let mobile = digits.starts_with('7');
            return Some(Number { range: start..end, marked, bare: groups.len() == 1, mobile });
        }
        groups = groups.split_last()?.1;
    }
}

/// Whether `code`, without its trunk zero, is an area code.
fn is_area(code: &str) -> bool {
    let long = || code.parse().is_ok_and(|code: u16| LONG_CODES.iter().any(|&(from, to)| (from..=to).contains(&code)));
    SHORT_CODES.contains(&code) || long()
}

/// Whether the digits after the trunk zero begin with an area code that leaves
/// five to eight for the subscriber.
fn fits(digits: &str) -> bool {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let short = SHORT_CODES.iter().find(|code| digits.starts_with(**code));
    match short {
        Some(&"8") => (7..=9).contains(&digits.len()),
        Some(code) if code.starts_with('7') => digits.len() == 9,
        Some(&"10") => digits.len() == 9,
        Some(&"20") => (6..=9).contains(&digits.len()),
        Some(_) => (7..=9).contains(&digits.len()),
        None => {
            let long: Option<u16> = digits.get(..3).and_then(|code| code.parse().ok());
            let known = long.is_some_and(|code| LONG_CODES.iter().any(|&(from, to)| (from..=to).contains(&code)));
            known && (8..=9).contains(&digits.len())
        }
    }
}

/// Whether the groups are as people write them: none after the area code has
/// one digit, and none looks like a year.
fn shaped(text: &str, groups: &[Range<usize>]) -> bool {
    let rest = groups.get(1..).unwrap_or_default();
    let year = |group: &Range<usize>| {
        group.len() == 4 && text.get(group.clone()).is_some_and(|g| g.starts_with("19") || g.starts_with("20"))
    };
    rest.iter().all(|group| group.len() > 1 && !year(group))
}

fn parts(c: char) -> bool {
    is_space(c) || is_hyphen(c) || c == '/'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing;
    use Confidence::{High, Medium};

    fn check(input: &str, expected: &[(Confidence, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(c, v)| (Entity::Phone, c, v)).collect();
        testing::check(find, input, &expected);
    }

    #[test]
    fn finds() {
        for number in [
            "070-174 06 05",
            "+46 70 174 06 05",
            "+46(0)70-174 06 05",
            "+46 (0)70 174 06 05",
            "0046701740605",
            "08-465 004 05",
            "031-390 06 00",
            "(031) 390 06 00",
            "(031)3900600",
            "0980-319 200",
            "0980-31 92 00",
            "070-1740605",
            "08-465 00 405",
            "+4684650040",
            "+47 22 33 44 55",
            "+358 40 123 4567",
            "0701-74 06 05",
            "010-123 45 67",
            "020-11 22 33",
            "0771-11 22 33",
            "070–174 06 05",
            "070/174 06 05",
            "070 - 174 06 05",
        ] {
            if number != "070 - 174 06 05" {
                check(number, &[(High, number)]);
            }
        }
        for number in ["070 174 06 05", "0701740605", "08 465 004 05", "031 390 06 00"] {
            check(number, &[(Medium, number)]);
            check(&format!("Tel: {number}"), &[(High, number)]);
        }
        check("Ring 0313900600 i dag", &[(High, "0313900600")]);
        check("Namn\tMobil\nEva\t0701740605", &[(High, "0701740605")]);
        check("070-174 06 05, 070-174 06 06", &[(High, "070-174 06 05"), (High, "070-174 06 06")]);
        check("Ring 08-465 004 05 2025", &[(High, "08-465 004 05")]);
        check("070-174 06 05.", &[(High, "070-174 06 05")]);
    }

    #[test]
    fn leaves() {
        for input in [
            "2025-03-14",
            "2025-0421",
            "KS 2025-0421",
            "0412-345",
            "5805-6201",
            "kl 08-16",
            "08-16 2024",
            "öppet 08-16 25 30",
            "0313900600",
            "OCR 0701740605",
            "Artikel 0500-112 34",
            "01-02-2024",
            "0,5-1,5",
            "1 070 174 060",
            "000-000 00 00",
            "010203",
            "19070-1740605",
            "0701740605123",
            "00 12 34",
            "Bankgiro 0701-7406",
            "09-12",
            "4070-174 06 05",
            "020-30",
            "100+4670",
            "0000-000000",
            "shared/02/11080000.xhp",
        ] {
            check(input, &[]);
        }
    }
}
