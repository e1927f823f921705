//! How a spreadsheet shows a number: a date as a date, a personnummer that is
//! stored as a number as its digits.

/// What a number format (ECMA-376 part 1, 18.8.31) makes of a number, as far
/// as it changes what is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Format {
    /// Digits as they are.
    #[default]
    Plain,
    /// A day, a time of day, or both.
    Date {
        /// Whether the day is shown.
        day: bool,
        /// Whether the time is shown.
        time: bool,
    },
    /// Rounded, grouped, or with words around it.
    Fixed(Fixed),
    /// Digits in places, such as `000000-0000`.
    Mask(Vec<Slot>),
}

/// How a number with a fixed number of decimals is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fixed {
    /// Decimals that are always shown, and that are shown when they are not zero.
    least: usize,
    most: usize,
    /// Whether thousands are set apart; with a hard space, as in Swedish.
    grouped: bool,
    percent: bool,
    before: String,
    after: String,
}

/// A place in a mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// A digit; `true` where a missing one shows as zero.
    Digit(bool),
    /// Itself.
    Literal(char),
}

impl Format {
    /// The format of a code, such as `yyyy-mm-dd`.
    pub(super) fn of_code(code: &str) -> Self {
        let bare = bare(code);
        if code.eq_ignore_ascii_case("general") || bare.iter().any(|slot| slot.0 == '@' && !slot.1) {
            return Self::Plain;
        }
        let has = |letters: &str| bare.iter().any(|(c, literal)| !literal && letters.contains(c.to_ascii_lowercase()));
        let (year_or_day, time) = (has("yd"), has("hs"));
        if year_or_day || time || has("m") {
            return Self::Date { day: year_or_day || !time, time };
        }
        mask(&bare).or_else(|| fixed(&bare)).unwrap_or_default()
    }

    /// The format of a built-in identifier (ECMA-376 part 1, 18.8.30).
    pub(super) fn of_id(id: u32) -> Self {
        match id {
            1 => Self::of_code("0"),
            2 => Self::of_code("0.00"),
            3 | 37 | 38 | 41 | 42 => Self::of_code("#,##0"),
            4 | 39 | 40 | 43 | 44 => Self::of_code("#,##0.00"),
            9 => Self::of_code("0%"),
            10 => Self::of_code("0.00%"),
            14..=17 | 27..=31 | 34..=36 | 50..=58 => Self::Date { day: true, time: false },
            18..=21 | 32 | 33 | 45..=47 => Self::Date { day: false, time: true },
            22 => Self::Date { day: true, time: true },
            _ => Self::Plain,
        }
    }

    /// A number as it reads in a cell of this format. `since_1904` is the
    /// workbook's date system. What is no number is returned as it is.
    pub(super) fn show(&self, value: &str, since_1904: bool) -> String {
        let Some(number) = value.trim().parse::<f64>().ok().filter(|number| number.is_finite()) else {
            return value.to_owned();
        };
        match self {
            Self::Plain => plain(number, value),
            Self::Fixed(fixed) => fixed.show(number),
            Self::Date { day, time } => date(number, *day, *time, since_1904).unwrap_or_else(|| plain(number, value)),
            Self::Mask(slots) => masked(number, slots).unwrap_or_else(|| plain(number, value)),
        }
    }
}

/// All digits, never an exponent: `1.99001012385E11` is a personnummer to its reader.
fn plain(number: f64, value: &str) -> String {
    let is_digits = value.len() <= 20 && value.bytes().all(|b| b.is_ascii_digit());
    if is_digits { value.to_owned() } else { significant(number) }
}

/// A number at the fifteen digits that spreadsheets keep, and the ten decimals
/// that a cell without a format has room for.
fn significant(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    let size = rounded.abs();
    if size != 0.0 && !(1e-9..1e21).contains(&size) {
        return format!("{rounded:e}");
    }
    let shown = format!("{rounded}");
    if shown.split_once('.').is_none_or(|(_, decimals)| decimals.len() <= 10) {
        return shown;
    }
    format!("{rounded:.10}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The characters of a code's first section, each with whether it is literal;
/// colours and conditions in brackets are left out.
fn bare(code: &str) -> Vec<(char, bool)> {
    let mut bare = Vec::new();
    let mut characters = code.chars();
    while let Some(c) = characters.next() {
        match c {
            ';' => break,
            '"' => bare.extend(characters.by_ref().take_while(|c| *c != '"').map(|c| (c, true))),
            '\\' => bare.extend(characters.next().map(|c| (c, true))),
            // Room as wide as a character, and a fill with one.
            '_' | '*' => drop(characters.next()),
            '[' => {
                let inner: String = characters.by_ref().take_while(|c| *c != ']').collect();
                // [h], [mm] and [ss] are elapsed time.
                if inner.chars().all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's')) {
                    bare.extend(inner.chars().map(|c| (c, false)));
                }
            }
            '-' | '+' | '(' | ')' | ' ' | ':' | '/' | '$' => bare.push((c, true)),
            c => bare.push((c, false)),
        }
    }
    bare
}

impl Fixed {
    fn show(&self, number: f64) -> String {
        let scaled = if self.percent { number * 100.0 } else { number };
        // What is too large for its digits to be true is not written out.
        if scaled.abs() >= 1e21 {
            return significant(scaled);
        }
        let digits = format!("{:.*}", self.most, scaled.abs());
        let (whole, decimals) = digits.split_once('.').unwrap_or((&digits, ""));
        let kept = decimals.trim_end_matches('0').len().max(self.least.min(decimals.len()));
        let decimals = decimals.get(..kept).filter(|kept| !kept.is_empty());
        let is_zero = digits.bytes().all(|b| matches!(b, b'0' | b'.'));
        let sign = if scaled < 0.0 && !is_zero { "-" } else { "" };
        let whole = if self.grouped { group(whole) } else { whole.to_owned() };
        let decimals = decimals.map(|decimals| format!(".{decimals}")).unwrap_or_default();
        let percent = if self.percent { "%" } else { "" };
        format!("{sign}{}{whole}{decimals}{percent}{}", self.before, self.after)
    }
}

/// Digits in groups of three.
fn group(digits: &str) -> String {
    let mut grouped = String::new();
    for (digit, left) in digits.chars().zip((0..digits.len()).rev()) {
        grouped.push(digit);
        if left > 0 && left % 3 == 0 {
            grouped.push('\u{a0}');
        }
    }
    grouped
}

/// Digit places with a decimal point, grouping, a percent sign or words.
fn fixed(bare: &[(char, bool)]) -> Option<Format> {
    let is_place = |c: char, literal: bool| !literal && matches!(c, '0' | '#' | '?');
    let first = bare.iter().position(|(c, literal)| is_place(*c, *literal))?;
    let last = bare.iter().rposition(|(c, literal)| is_place(*c, *literal))?;
    let number = bare.get(first..=last)?;
    // A comma after the last place divides by a thousand, E writes an exponent: digits are plainer.
    if number.iter().any(|(c, literal)| !literal && !matches!(c, '0' | '#' | '?' | ',' | '.'))
        || bare.get(last + 1) == Some(&(',', false))
    {
        return None;
    }
    let point = number.iter().position(|(c, _)| *c == '.').unwrap_or(number.len());
    let decimals = number.get(point..).unwrap_or_default();
    let words = |range: &[(char, bool)]| range.iter().filter(|(_, literal)| *literal).map(|(c, _)| *c).collect();
    Some(Format::Fixed(Fixed {
        least: decimals.iter().filter(|(c, _)| *c == '0').count(),
        most: decimals.len().saturating_sub(1).min(15),
        grouped: number.contains(&(',', false)),
        percent: bare.contains(&('%', false)),
        before: words(bare.get(..first)?),
        after: words(bare.get(last + 1..)?),
    }))
}

/// A mask when the code holds only digit places and literals, with more than
/// one required zero among them.
fn mask(bare: &[(char, bool)]) -> Option<Format> {
    let slot = |(c, literal): &(char, bool)| match (c, literal) {
        (_, true) => Some(Slot::Literal(*c)),
        ('0', _) => Some(Slot::Digit(true)),
        ('#' | '?', _) => Some(Slot::Digit(false)),
        _ => None,
    };
    let slots: Vec<Slot> = bare.iter().map(slot).collect::<Option<_>>()?;
    let zeros = slots.iter().filter(|slot| **slot == Slot::Digit(true)).count();
    (zeros > 1).then_some(Format::Mask(slots))
}

/// The digits of a whole number in the places of a mask, from the right.
fn masked(number: f64, slots: &[Slot]) -> Option<String> {
    let whole = number.fract() == 0.0 && (0.0..1e18).contains(&number);
    let digits = whole.then(|| format!("{number:.0}"))?;
    let mut left = digits.chars().rev();
    let mut shown: Vec<char> = Vec::new();
    for slot in slots.iter().rev() {
        match slot {
            Slot::Literal(c) => shown.push(*c),
            Slot::Digit(required) => shown.extend(left.next().or(required.then_some('0'))),
        }
    }
    shown.extend(left);
    Some(shown.iter().rev().collect())
}

/// A serial day number as an ISO date, time, or both.
fn date(serial: f64, day: bool, time: bool, since_1904: bool) -> Option<String> {
    /// 9999-12-31, the last day that spreadsheets know.
    const LAST: f64 = 2_958_466.0;
    if !(0.0..LAST).contains(&serial) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    let seconds = (serial * 86_400.0).round() as i64;
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let clock = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    let clock = clock.strip_suffix(":00").unwrap_or(&clock);
    // The 1900 system counts a 29 February 1900 that never was.
    let epoch = if since_1904 { -24_107 } else { -25_569 + i64::from(days < 60) };
    let date = iso_date(days + epoch);
    Some(match (day, time) {
        (true, true) if second > 0 => format!("{date} {clock}"),
        (false, _) => clock.to_owned(),
        _ => date,
    })
}

/// The Gregorian date of a day counted from 1970-01-01 (Howard Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
fn iso_date(days: i64) -> String {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_shown() {
        for (code, value, shown) in [
            ("General", "199001012385", "199001012385"),
            ("General", "1.99001012385E11", "199001012385"),
            ("0", "9001012385", "9001012385"),
            ("General", "0.30000000000000004", "0.3"),
            ("General", "0.010408257312345", "0.0104082573"),
            ("General", "-120", "-120"),
            ("General", "1589036664.0299999714", "1589036664.03"),
            ("#,##0.00", "1234.5", "1\u{a0}234.50"),
            ("#,##0.0#\" kr\"", "-1234567.891", "-1\u{a0}234\u{a0}567.89 kr"),
            ("0", "12.7", "13"),
            ("0.00", "-0.001", "0.00"),
            ("0.00E+00", "199001012385", "199001012385"),
            ("0,", "199001012385", "199001012385"),
            ("0.0%", "0.125", "12.5%"),
            ("000000-0000", "101012385", "010101-2385"),
            ("00000000\\-0000", "199001012385", "19900101-2385"),
            ("\"Dnr \"0000", "12", "Dnr 0012"),
            ("00", "123", "123"),
            ("yyyy-mm-dd", "45350", "2024-02-28"),
            ("d/m/yy h:mm", "45350.5", "2024-02-28 12:00"),
            ("[$-41D]d mmmm yyyy;@", "1", "1900-01-01"),
            ("h:mm", "0.75", "18:00"),
            ("[h]:mm:ss", "0.000011574", "00:00:01"),
            ("[Red]0;[Blue]-0", "7", "7"),
            ("yyyy", "-1", "-1"),
            ("@", "0012", "0012"),
            ("General", "text", "text"),
        ] {
            assert_eq!(Format::of_code(code).show(value, false), shown, "{code} {value}");
        }
        assert_eq!(Format::of_id(14).show("0", true), "1904-01-01");
        assert_eq!(Format::of_id(14).show("61", false), "1900-03-01");
    }
}
