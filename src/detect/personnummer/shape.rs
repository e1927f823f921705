//! What a personnummer looks like: digits in their places, a real date, the check digit.

use std::ops::Range;

use jiff::civil::Date;

use crate::detect::digits::{self, is_hyphen, is_space};
use crate::finding::Entity;

/// Letters that stand for the first serial digit of an interim number.
const INTERIM: &[u8] = b"TRSUWXJKLMN";

/// What parts the date from the last four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// Nothing.
    None,
    /// A hyphen, a dash or a plus sign.
    Hyphen,
    /// A space, which parts many other numbers too.
    Space,
    /// A no-break space, which someone put there to keep the number together.
    FixedSpace,
}

/// Ten digits, with or without a century, where a personnummer could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// Byte range in the block.
    pub(super) range: Range<usize>,
    /// The first two digits of twelve.
    pub(super) century: Option<u8>,
    /// What parts date and last four.
    pub(super) separator: Separator,
    plus: bool,
    interim: bool,
    ten: [u8; 10],
}

/// Everything in `text` with the shape of a personnummer that is not a part of something longer.
pub(super) fn shapes(text: &str) -> impl Iterator<Item = Shape> + '_ {
    digits::runs(text).filter_map(|run| shape(text, run))
}

fn shape(text: &str, run: Range<usize>) -> Option<Shape> {
    let date = date_end(text, &run)?;
    let length = digits::values(text.get(run.start..date)?).len();
    let (separator, plus, serial) = match length {
        10 | 12 => (Separator::None, false, date - 4),
        6 | 8 => separator(text.get(date..)?).map(|(kind, plus, width)| (kind, plus, date + width))?,
        _ => return None,
    };
    let end = serial + 4;
    let last = text.get(serial..end)?.as_bytes();
    let interim = last.first().is_some_and(|b| INTERIM.contains(b));
    let (first, rest) = last.split_first()?;
    if !(first.is_ascii_digit() || interim) || !rest.iter().all(u8::is_ascii_digit) {
        return None;
    }
    if !starts_alone(text, run.start) || !digits::ends_alone(text, end) {
        return None;
    }
    let date_length = length - if separator == Separator::None && length >= 10 { 4 } else { 0 };
    let mut all = digits::values(text.get(run.start..serial)?);
    all.truncate(date_length);
    let century = (date_length == 8).then(|| all[0] * 10 + all[1]);
    let mut ten = [0; 10];
    ten[..6].copy_from_slice(all.get(date_length - 6..)?);
    for (place, byte) in ten[6..].iter_mut().zip(last) {
        *place = if byte.is_ascii_digit() { byte - b'0' } else { 1 };
    }
    Some(Shape { range: run.start..end, century, separator, plus, interim, ten })
}

/// Where the date that begins with `run` ends: the run itself, or `1990-01-01`.
fn date_end(text: &str, run: &Range<usize>) -> Option<usize> {
    if run.len() != 4 {
        return Some(run.end);
    }
    let rest = text.get(run.end..run.end + 6)?.as_bytes();
    let iso = rest[0] == b'-' && rest[3] == b'-' && [1, 2, 4, 5].iter().all(|&i| rest[i].is_ascii_digit());
    (iso && matches!(text.get(run.start..run.start + 2), Some("18" | "19" | "20"))).then_some(run.end + 6)
}

/// The separator at the start of `rest`, whether it is a plus, and its width in bytes.
/// Nothing but an interim number's letter may stand for none.
fn separator(rest: &str) -> Option<(Separator, bool, usize)> {
    let mut chars = rest.chars();
    let first = chars.next()?;
    let width = first.len_utf8();
    match first {
        '+' => Some((Separator::Hyphen, true, width)),
        c if is_hyphen(c) => {
            let space = chars.next().filter(|&c| is_space(c)).map_or(0, char::len_utf8);
            let kind = if space > 0 { Separator::Space } else { Separator::Hyphen };
            Some((kind, false, width + space))
        }
        c if is_space(c) => spaced(chars.as_str(), c, width),
        c if c.is_ascii() && INTERIM.contains(&(c as u8)) => Some((Separator::None, false, 0)),
        _ => None,
    }
}

/// A space, or a hyphen between spaces.
fn spaced(rest: &str, space: char, width: usize) -> Option<(Separator, bool, usize)> {
    let kind = if space == ' ' { Separator::Space } else { Separator::FixedSpace };
    let mut chars = rest.chars();
    match chars.next()? {
        c if is_hyphen(c) || c == '+' => {
            let after = chars.next().filter(|&c| is_space(c)).map_or(0, char::len_utf8);
            Some((Separator::Space, c == '+', width + c.len_utf8() + after))
        }
        _ => Some((kind, false, width)),
    }
}

/// As [`digits::starts_alone`], but a label may be written together with the number (`pnr900101-…`).
fn starts_alone(text: &str, start: usize) -> bool {
    let head = text.get(..start).unwrap_or_default();
    digits::starts_alone(text, start) || ["pnr", "Pnr", "PNR", "nummer"].iter().any(|label| head.ends_with(label))
}

impl Shape {
    /// What the number is, when its date is real and its check digit right.
    pub(super) fn entity(&self) -> Option<Entity> {
        let serial = &self.ten[6..9];
        if !digits::luhn(&self.ten) || (serial == [0, 0, 0] && !self.interim) {
            return None;
        }
        if self.century.is_some_and(|century| !(18..=20).contains(&century)) {
            return None;
        }
        let day = self.day();
        if day >= 60 {
            return self.has_coordination_date().then_some(Entity::Samordningsnummer);
        }
        self.years().any(|year| date(year, self.month(), day).is_some()).then_some(Entity::Personnummer)
    }

    /// The date of birth, when the century is written out and the date is known.
    pub(super) fn born(&self) -> Option<Date> {
        self.century?;
        let day = self.day();
        let year = self.years().next()?;
        date(year, self.month().max(1), if day > 60 { day - 60 } else { day.min(28) }.max(1))
    }

    /// Whether it is a Luhn-valid organisationsnummer, whose third digit is 2 or more.
    pub(super) fn is_organisation(&self) -> bool {
        self.ten[2] >= 2 && digits::luhn(&self.ten)
    }

    /// The ten digits without century, an interim letter as 1.
    pub(super) fn ten_digits(&self) -> [u8; 10] {
        self.ten
    }

    /// Year, month and day as they stand.
    pub(super) fn date_digits(&self) -> [u8; 6] {
        let mut digits = [0; 6];
        digits.copy_from_slice(&self.ten[..6]);
        digits
    }

    /// Whether twelve digits could also be a time stamp of our day: `202511241530`.
    pub(super) fn looks_like_time(&self) -> bool {
        let hours = self.ten[6] * 10 + self.ten[7];
        let minutes = self.ten[8] * 10 + self.ten[9];
        self.century == Some(20) && hours < 24 && minutes < 60
    }

    fn month(&self) -> u8 {
        self.ten[2] * 10 + self.ten[3]
    }

    fn day(&self) -> u8 {
        self.ten[4] * 10 + self.ten[5]
    }

    /// The years it can mean. Without a century both the last and this one may
    /// be meant, and with a plus sign the one before.
    fn years(&self) -> impl Iterator<Item = i16> + use<> {
        let short = i16::from(self.ten[0] * 10 + self.ten[1]);
        let centuries = match (self.century, self.plus) {
            (Some(century), _) => vec![i16::from(century)],
            (None, true) => vec![18, 19],
            (None, false) => vec![19, 20],
        };
        centuries.into_iter().map(move |century| century * 100 + short)
    }

    /// A samordningsnummer's date: month 00 and day 60 stand for unknown, and
    /// Skatteverket has given out 31 April.
    fn has_coordination_date(&self) -> bool {
        self.month() <= 12 && (60..=91).contains(&self.day())
    }
}

fn date(year: i16, month: u8, day: u8) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
