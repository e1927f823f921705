//! Files and words that a text carries in letters: base64 (RFC 4648),
//! hexadecimal digits, uuencoding (POSIX), UTF-7 (RFC 2152). Mail of old
//! systems, exports and configurations hold them, and so may who hides something.

use super::embedded::embedded;
use super::kind::sniff;
use super::unescape::spelt_out;
use super::unsaid;
use crate::document::{Kind, Part, Place, TextBuilder};
use crate::limits::Limits;

/// Shorter runs than this are words, keys and checksums.
const LEAST_RUN: usize = 64;

/// Runs from this length on are looked at when all that they stand for is plain words, which chance never gives.
const LEAST_PLAIN: usize = 24;

/// Fewer bytes in separated hexadecimal digits are addresses of devices and colours.
const LEAST_BYTES: usize = 12;

/// Runs that are tried in one text: each costs a look at what it may be.
const MOST_RUNS: usize = 10_000;

/// Letters in an encoded stretch of UTF-7, from which on it is no telephone number.
const LEAST_STRETCH: usize = 8;

/// Reads what `text` carries in letters, each thing as what it is.
pub(super) fn read(text: &str, limits: &Limits, builder: &mut TextBuilder) {
    for run in runs(text.as_bytes()).take(MOST_RUNS) {
        if builder.is_full() {
            return;
        }
        if let Some(bytes) = unwrap(&run) {
            embedded("base64", &bytes, limits, builder);
        }
    }
    for (name, bytes) in uuencoded(text) {
        embedded(&name, &bytes, limits, builder);
    }
    for line in text.lines().filter_map(from_utf7) {
        builder.block(Place::part(Part::Hidden), &line);
    }
    for bytes in separated(text.as_bytes()).filter(|bytes| sniff(bytes) == Kind::Text && is_prose(bytes)) {
        builder.block(Place::part(Part::Hidden), &String::from_utf8_lossy(&bytes));
    }
    for line in text.lines().filter_map(spelt_out) {
        unsaid::look(line.as_bytes(), builder);
    }
}

/// What long runs of hexadecimal digits in `text`, also over lines, stand for.
pub(super) fn packed(text: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let stretches = text.split(|byte| !byte.is_ascii_hexdigit() && !matches!(byte, b'\r' | b'\n'));
    stretches.filter(|stretch| stretch.len() >= LEAST_PLAIN).map(|stretch| {
        let digits: Vec<u8> = stretch.iter().copied().filter(u8::is_ascii_hexdigit).collect();
        from_hex(&digits)
    })
}

/// Pairs of hexadecimal digits with one separator between them: `45 6c 65`, `45:6C:65`.
fn separated(text: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let pair = |at: usize| text.get(at..at + 2).filter(|pair| pair.iter().all(u8::is_ascii_hexdigit));
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(found) = memchr::memchr3(b' ', b':', b'-', text.get(from..)?) {
            let at = from + found;
            let separator = text[at];
            from = at + 1;
            let Some(first) = at.checked_sub(2).and_then(pair) else { continue };
            let mut digits = first.to_vec();
            while let Some(next) = pair(from) {
                digits.extend_from_slice(next);
                from += 2;
                if text.get(from) != Some(&separator) {
                    break;
                }
                from += 1;
            }
            if digits.len() >= 2 * LEAST_BYTES {
                return Some(from_hex(&digits));
            }
        }
        None
    })
}

/// Long runs of the letters of base64, put together where they go on from line to line.
fn runs(text: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let stretches = text.split(|byte| !is_letter(*byte) && !matches!(byte, b'\r' | b'\n'));
    let stretches = stretches.map(<[u8]>::trim_ascii).filter(|stretch| stretch.len() >= LEAST_PLAIN);
    stretches.filter_map(|stretch| {
        // Short words below each other are no run.
        if stretch.len() < LEAST_RUN && stretch.iter().any(u8::is_ascii_whitespace) {
            return None;
        }
        let run: Vec<u8> = stretch.iter().copied().filter(|byte| is_letter(*byte)).collect();
        Some(run)
    })
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// What a run stands for, when that is a file that holds words.
fn unwrap(run: &[u8]) -> Option<Vec<u8>> {
    let bytes = if run.iter().all(u8::is_ascii_hexdigit) { from_hex(run) } else { from_base64(run) };
    if run.len() < LEAST_RUN {
        let plain = bytes.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n'));
        return plain.then_some(bytes);
    }
    let kind = sniff(&bytes);
    let chance = matches!(kind, Kind::Unknown | Kind::Empty | Kind::Audio | Kind::Video | Kind::Tar)
        || kind.is_image() && kind != Kind::Svg;
    let garbled = kind == Kind::Text && !is_prose(&bytes);
    (!chance && !garbled).then_some(bytes)
}

/// Whether nearly all of it is ASCII or the letters of UTF-8: random bytes are not.
fn is_prose(bytes: &[u8]) -> bool {
    let plain = bytes.iter().filter(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n')).count();
    // In UTF-16 every other byte is zero.
    let zeros = memchr::memchr_iter(0, bytes).count();
    plain * 10 >= bytes.len() * 8 || zeros * 10 >= bytes.len() * 4 && (plain + zeros) * 10 >= bytes.len() * 9
}

fn from_base64(run: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(run.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for sextet in run.iter().filter_map(|byte| sextet(*byte)) {
        bits = bits << 6 | sextet;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held).to_le_bytes()[0]);
        }
    }
    bytes
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

fn from_hex(run: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0);
    run.as_chunks::<2>().0.iter().map(|[high, low]| digit(*high) << 4 | digit(*low)).collect()
}

/// The files between a line `begin 644 NAME` and a line `end`.
fn uuencoded(text: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((mode, name)) = line.strip_prefix("begin ").and_then(|rest| rest.split_once(' ')) else { continue };
        if !(3..=4).contains(&mode.len()) || !mode.bytes().all(|digit| matches!(digit, b'0'..=b'7')) {
            continue;
        }
        let bytes: Vec<u8> =
            lines.by_ref().take_while(|line| line.trim_end() != "end").flat_map(uuencoded_line).collect();
        if !bytes.is_empty() {
            files.push((name.trim().to_owned(), bytes));
        }
    }
    files
}

/// A line begins with how many bytes it stands for; each letter after that is six bits.
fn uuencoded_line(line: &str) -> Vec<u8> {
    let value = |byte: u8| u32::from(byte.wrapping_sub(b' ') & 0x3f);
    let Some((length, letters)) = line.as_bytes().split_first() else { return Vec::new() };
    let group = |letters: &[u8]| {
        let bits = letters.iter().chain(b"   ").take(4).fold(0, |bits, byte| bits << 6 | value(*byte));
        let [_, bytes @ ..] = bits.to_be_bytes();
        bytes
    };
    let most = usize::try_from(value(*length)).unwrap_or(0);
    letters.chunks(4).flat_map(group).take(most).collect()
}

/// The line with its encoded stretches as what they stand for; `None` when it has none.
fn from_utf7(line: &str) -> Option<String> {
    let mut read = String::new();
    let mut rest = line;
    let mut found = false;
    while let Some((before, after)) = rest.split_once('+') {
        let length = after.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'/').count();
        let (stretch, next) = after.split_at(length);
        read.push_str(before);
        if let Some(words) = decoded(stretch) {
            found = true;
            read.push_str(&words);
            rest = next.strip_prefix('-').unwrap_or(next);
        } else {
            read.push('+');
            read.push_str(stretch);
            rest = next;
        }
    }
    found.then(|| read + rest)
}

/// A stretch as UTF-16, when all of it is letters of Western Europe.
fn decoded(stretch: &str) -> Option<String> {
    if stretch.len() < LEAST_STRETCH {
        return None;
    }
    let units: Vec<u16> =
        from_base64(stretch.as_bytes()).as_chunks().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
    let western = units.iter().all(|unit| matches!(unit, 0x20..=0x7e | 0xa0..=0x24f | 0x2010..=0x2026));
    western.then(|| String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::{lines, read_whole};

    fn check(text: &str, expected: &str) {
        let read = lines(&read_whole(text.as_bytes()));
        assert!(read.iter().any(|line| line.ends_with(expected)), "{expected}: {read:?}");
    }

    #[test]
    fn what_is_wrapped_is_read_as_what_it_is() {
        // "Eleven Ada Ek har fått hjälp av skolans kurator under våren 2024." in each form.
        let base64 = "RWxldmVuIEFkYSBFayBoYXIgZsOldHQgaGrDpGxwIGF2IHNrb2xhbnMg\na3VyYXRvciB1bmRlciB2w6VyZW4gMjAyNC4=";
        let hex = "456c6576656e204164612045 6b";
        check(&format!("Bilaga:\n\n{base64}\n"), "Eleven Ada Ek har fått hjälp av skolans kurator under våren 2024.");
        check(&hex.replace(' ', "").repeat(3), "Eleven Ada EkEleven Ada EkEleven Ada Ek");
        check("begin 644 brev.txt\n.16QE=F5N($%D82!%:PH\n`\nend\n", "Eleven Ada Ek");
        check(
            "{\"token\":\"eyJhIjoi.RWxldmVuIEFkYSBFayBoYXIgZsOldHQ=\"}".replace("ZsOldHQ", "Zm9ydA").as_str(),
            "Eleven Ada Ek har fort",
        );
        check("45 6c 65 76 65 6e 20 41 64 61 20 45 6b", "Eleven Ada Ek");
        check("45:6C:65:76:65:6E:20:41:64:61:20:45:6B", "Eleven Ada Ek");
        check("Elev: +AEEAZABhACAARQBr-, 7B", "Elev: Ada Ek, 7B");
    }

    #[test]
    fn numbers_keys_and_prose_are_left() {
        for text in [
            "Ring +46701234567 eller +4631 12345678",
            "Bibliotekskonsulenternas mellankommunala-samverkansgrupp 00:1a:2b:3c:4d:5e 2024-01-02",
            "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "Hej\nDetta\nar\nen\nlista\nmed\nord\nsom\nstar\nunder\nvarandra\noch\nbildar\nen\nlang\nrad\nutan\nmellanslag\n",
        ] {
            let read = read_whole(text.as_bytes());
            assert!(read.blocks.iter().all(|block| block.place.within.is_empty() && !block.text.contains('\u{fffd}')));
            assert_eq!(read.gaps, Vec::new(), "{text}");
        }
    }
}
