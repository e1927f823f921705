//! A text as people see it.

use std::borrow::Cow;

/// `text` as people see it: without characters and terminal codes that show nothing and would
/// split a number or a name, with what is turned by an override also in the order in which it
/// is shown, and with letters of full width (U+FF01–FF5E) and digits of other scripts as the plain ones.
pub(super) fn legible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.contains(ESCAPE) {
        return Cow::Borrowed(text);
    }
    let odd = |c: char| c == ESCAPE || shows_nothing(c) || plain(c) != c;
    if !text.contains(odd) {
        return Cow::Borrowed(text);
    }
    let text = turned(text);
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c == ESCAPE && characters.next_if_eq(&'[').is_some() {
            // A control sequence ends with its first letter (ECMA-48, 5.4).
            characters.by_ref().take(32).find(char::is_ascii_alphabetic);
        } else if !shows_nothing(c) {
            shown.push(plain(c));
        }
    }
    Cow::Owned(shown)
}

const ESCAPE: char = '\u{1b}';

/// Joiners, selectors, marks of direction and the like: no letter, and no room for one.
fn shows_nothing(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
        || matches!(c, '\u{e0000}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// The zeros of scripts whose digits stand in a row from it on (Unicode 16, general category Nd).
const ZEROS: &[char] = &[
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1d7ce}',
    '\u{1d7d8}',
    '\u{1d7e2}',
    '\u{1d7ec}',
    '\u{1d7f6}',
    '\u{1fbf0}',
];

/// The plain character that people take `c` for; symbol fonts have ASCII in a private area from U+F020 on.
fn plain(c: char) -> char {
    let code = u32::from(c);
    let ascii = match c {
        '\u{ff01}'..='\u{ff5e}' => Some(code - 0xfee0),
        '\u{fe58}' | '\u{fe63}' => Some(u32::from('-')),
        '\u{f02b}' | '\u{f02d}' | '\u{f030}'..='\u{f039}' => Some(code - 0xf000),
        '\0'..='\u{65f}' => None,
        _ => {
            let zero = ZEROS.iter().map(|zero| u32::from(*zero)).find(|zero| (*zero..*zero + 10).contains(&code));
            zero.map(|zero| code - zero + u32::from('0'))
        }
    };
    ascii.and_then(char::from_u32).unwrap_or(c)
}

/// What stands between an override (U+202E) and its end is shown from its last character to its first (UAX 9),
/// and copied as it stands: both are there.
fn turned(text: &str) -> Cow<'_, str> {
    if !text.contains('\u{202e}') {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for (index, stretch) in text.split('\u{202e}').enumerate() {
        let end = stretch.find(['\u{202c}', '\n']).unwrap_or(stretch.len());
        let (inner, after) = stretch.split_at(if index == 0 { 0 } else { end });
        shown.push_str(inner);
        if inner.contains(char::is_numeric) {
            shown.push(' ');
            shown.extend(inner.chars().rev());
        }
        shown.push_str(after);
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_the_same_however_it_is_spelt() {
        for text in [
            "1\u{200d}9\u{200c}90\u{61c}01\u{fe0f}0\u{34f}1-\u{2062}2385",
            "١٩٩٠٠١٠١-٢٣٨٥",
            "۱۹۹۰۰۱۰۱-۲۳۸۵",
            "१९९००१०१\u{fe63}२३८५",
            "\u{1d7cf}\u{1d7d7}900101-2385",
            "\u{f031}\u{f039}900101\u{f02d}2385",
            "1990\u{1b}[1m0101\u{1b}[0;31m-2385",
        ] {
            assert_eq!(legible(text), "19900101-2385", "{text}");
        }
        assert_eq!(legible("\u{202e}5832-10100991\u{202c} x"), "5832-10100991 19900101-2385 x");
        for text in ["Ål à la 12 ½ ² ①", "\u{202e}"] {
            assert_eq!(legible(text), text.trim_start_matches('\u{202e}'), "{text}");
        }
    }
}
