//! PRONOM's notation for bytes: hex, `'text'`, `[a:b]` ranges, `[!x]` negations,
//! `[&m]` bit masks, `(a|b)` choices of one byte and `??` for any.

/// One place of a pattern: which bytes fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Exactly this byte.
    One(u8),
    /// Any byte whose bit is set.
    Set(Box<[u64; 4]>),
}

impl Place {
    pub(super) fn fits(&self, byte: u8) -> bool {
        match self {
            Self::One(one) => *one == byte,
            Self::Set(bits) => bits[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1,
        }
    }

    fn of(fits: impl Fn(u8) -> bool) -> Self {
        let mut bits = [0; 4];
        for byte in (0..=u8::MAX).filter(|&byte| fits(byte)) {
            bits[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
        Self::Set(Box::new(bits))
    }
}

/// The places of a pattern, or `None` when the notation is not understood.
pub(super) fn parse(notation: &str) -> Option<Vec<Place>> {
    let mut places = Vec::new();
    let mut rest = notation.trim_start();
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '\'' => text(rest, &mut places)?,
            '[' => set(rest, &mut places)?,
            '(' => choice(rest, &mut places)?,
            '?' => {
                places.push(Place::of(|_| true));
                rest.strip_prefix("??")?
            }
            _ => {
                let (byte, rest) = hex(rest)?;
                places.push(Place::One(byte));
                rest
            }
        }
        .trim_start();
    }
    Some(places)
}

fn hex(rest: &str) -> Option<(u8, &str)> {
    let byte = u8::from_str_radix(rest.get(..2)?, 16).ok()?;
    Some((byte, &rest[2..]))
}

fn text<'a>(rest: &'a str, places: &mut Vec<Place>) -> Option<&'a str> {
    let (inside, after) = rest.strip_prefix('\'')?.split_once('\'')?;
    places.extend(inside.chars().map(|c| Place::One(u8::try_from(c).unwrap_or(b'?'))));
    Some(after)
}

/// `(31|32)`: one of several bytes in one place.
fn choice<'a>(rest: &'a str, places: &mut Vec<Place>) -> Option<&'a str> {
    let (inside, after) = rest.strip_prefix('(')?.split_once(')')?;
    let bytes: Option<Vec<u8>> = inside.split('|').map(|byte| u8::from_str_radix(byte, 16).ok()).collect();
    let bytes = bytes?;
    places.push(Place::of(|byte| bytes.contains(&byte)));
    Some(after)
}

fn set<'a>(rest: &'a str, places: &mut Vec<Place>) -> Option<&'a str> {
    let end = closing(rest)?;
    let (inside, after) = (rest[1..end].trim(), &rest[end + 1..]);
    let negated = inside.starts_with('!');
    let inside = inside.trim_start_matches('!').trim();
    if let Some(mask) = inside.strip_prefix('&') {
        let mask = u8::from_str_radix(mask.trim(), 16).ok()?;
        places.push(Place::of(|byte| (byte & mask == mask) != negated));
    } else if let Some(mask) = inside.strip_prefix('~') {
        let mask = u8::from_str_radix(mask.trim(), 16).ok()?;
        places.push(Place::of(|byte| (byte & mask != 0) != negated));
    } else {
        members(inside, negated, places)?;
    }
    Some(after)
}

/// Where the bracket that opens `rest` closes, quotes passed over.
fn closing(rest: &str) -> Option<usize> {
    let mut quoted = false;
    rest.char_indices().find_map(|(at, c)| {
        quoted ^= c == '\'';
        (c == ']' && !quoted).then_some(at)
    })
}

/// Ranges `a:b` or `'a'-'b'` and single bytes, side by side.
///
/// A range or negation of several bytes is taken place by place: the first byte
/// is bounded and the rest may be anything, which is a little wider than written.
fn members(inside: &str, negated: bool, places: &mut Vec<Place>) -> Option<()> {
    if let Some((low, high)) = split_range(inside) {
        let (low, high) = (bytes(low)?, bytes(high)?);
        let (first, last) = (*low.first()?.min(high.first()?), *low.first()?.max(high.first()?));
        places.push(Place::of(|byte| (first..=last).contains(&byte) != (negated && low.len() == 1)));
        places.extend((1..low.len()).map(|_| Place::of(|_| true)));
        return Some(());
    }
    let singles = inside.split_whitespace().collect::<Vec<_>>();
    let all: Option<Vec<Vec<u8>>> = singles.iter().map(|single| bytes(single)).collect();
    let all = all?;
    match all.as_slice() {
        [word] if word.len() > 1 && !inside.starts_with('\'') => {
            places.extend(word.iter().map(|_| Place::of(|_| true)));
        }
        _ => {
            let any = all.concat();
            places.push(Place::of(|byte| any.contains(&byte) != negated));
        }
    }
    Some(())
}

fn split_range(inside: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let at = inside.char_indices().find_map(|(at, c)| {
        quoted ^= c == '\'';
        (matches!(c, ':' | '-') && !quoted).then_some(at)
    })?;
    Some((inside[..at].trim(), inside[at + 1..].trim()))
}

fn bytes(word: &str) -> Option<Vec<u8>> {
    if let Some(text) = word.strip_prefix('\'') {
        return text.strip_suffix('\'')?.chars().map(|c| u8::try_from(c).ok()).collect();
    }
    (0..word.len()).step_by(2).map(|at| u8::from_str_radix(word.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(notation: &str, fits: &[u8], fits_not: &[u8]) {
        let places = parse(notation).unwrap();
        let matches = |bytes: &[u8]| places.len() == bytes.len() && places.iter().zip(bytes).all(|(p, b)| p.fits(*b));
        assert!(matches(fits), "{notation} should fit {fits:x?}");
        assert!(!matches(fits_not), "{notation} should not fit {fits_not:x?}");
    }

    #[test]
    fn reads_the_notation() {
        check("25504446", b"%PDF", b"%PDG");
        check("10 00 'Word.' ['6'-'7'] 00", b"\x10\0Word.7\0", b"\x10\0Word.8\0");
        check("41[30:39]", b"A5", b"AA");
        check("[!00]", b"\x01", b"\0");
        check("[!30:39]", b"A", b"5");
        check("[&01]", b"\x03", b"\x02");
        check("(31|32)0A", b"2\n", b"3\n");
        check("??41", b"xA", b"xB");
        check("['a' 'b']", b"b", b"c");
        check("[']']", b"]", b"[");
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for notation in ["4", "zz", "[41", "'open", "{3}", "(zz)"] {
            assert_eq!(parse(notation), None, "{notation}");
        }
    }
}
