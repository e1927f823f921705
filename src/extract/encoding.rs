//! From the bytes of a text to its characters, with the encoding found out.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How much of a text is looked at to find its encoding.
const SAMPLE: usize = 64 << 10;

/// Upper half of IBM code page 850, which DOS programs in Sweden wrote.
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// The characters of a text, and whether some bytes fitted no encoding.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    /// The text, without a byte order mark.
    pub(super) text: Cow<'a, str>,
    /// Whether characters were lost.
    pub(super) lossy: bool,
}

/// Whether `bytes` look like text in some encoding.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let sample = sample(bytes);
    if utf32(sample).is_some() || Encoding::for_bom(sample).is_some() || utf16_without_bom(sample).is_some() {
        return true;
    }
    let controls = sample.iter().filter(|byte| is_control(**byte)).count();
    // A stray control byte happens in exported text; in binary data at least one byte in fifty is one.
    !sample.contains(&0) && controls * 200 <= sample.len()
}

/// Decodes the whole of a text.
pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some(unit) = utf32(bytes) {
        let characters = bytes.as_chunks().0.iter().map(|four| char::from_u32(unit(*four)));
        let lossy = characters.clone().any(|c| c.is_none()) || !bytes.len().is_multiple_of(4);
        let text: String = characters.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        return Decoded { text: text.trim_start_matches('\u{feff}').to_owned().into(), lossy };
    }
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let rest = &bytes[length..];
        // Letters of UTF-16 that are all of ASCII's bytes are a text of another encoding behind a wrong mark.
        let wrong =
            encoding != UTF_8 && rest.len() > 1 && rest.iter().all(|byte| matches!(byte, b'\t'..=b'\r' | b' '..=b'~'));
        return with(if wrong { UTF_8 } else { encoding }, rest);
    }
    if let Some(encoding) = utf16_without_bom(sample(bytes)) {
        return with(encoding, bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded { text: text.into(), lossy: false },
        Err(error) if is_cut_utf8(bytes, error) => Decoded { text: String::from_utf8_lossy(bytes), lossy: true },
        Err(_) if is_cp850(bytes) => Decoded { text: from_cp850(bytes).into(), lossy: false },
        Err(_) => {
            let Decoded { text, lossy } = with(detect(bytes), bytes);
            // An encoding that is guessed and gives hardly a Latin letter is most likely the wrong one.
            let foreign = text.chars().filter(|c| !c.is_ascii()).count() * 2 > text.chars().count();
            Decoded { lossy: lossy || foreign && bytes.len() >= 16, text }
        }
    }
}

/// Decodes the beginning of a text, for telling what kind it is.
pub(super) fn decode_head(bytes: &[u8]) -> String {
    decode(sample(bytes)).text.into_owned()
}

fn sample(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(SAMPLE)]
}

/// How UTF-32 is read, when the text begins with its mark.
fn utf32(bytes: &[u8]) -> Option<fn([u8; 4]) -> u32> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some(u32::from_le_bytes),
        [0, 0, 0xfe, 0xff, ..] => Some(u32::from_be_bytes),
        _ => None,
    }
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, lossy) = encoding.decode_without_bom_handling(bytes);
    Decoded { text, lossy }
}

/// A text that is UTF-8 but for a few broken sequences, as a cut or patched
/// file has; other encodings hold hardly any valid sequence.
fn is_cut_utf8(bytes: &[u8], first: std::str::Utf8Error) -> bool {
    let valid = bytes[..first.valid_up_to()].iter().any(|byte| *byte >= 0x80);
    let broken = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    let sequences: usize = bytes.utf8_chunks().map(|c| c.valid().chars().filter(|c| !c.is_ascii()).count()).sum();
    valid && sequences > 4 * broken || first.error_len().is_none() && sequences > 0
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(Some(b"se"), Utf8Detection::Deny);
    // In a Swedish share a short text with a few high bytes is Windows-1252, whatever else it could be.
    if encoding.is_single_byte() && encoding != UTF_8 { encoding } else { encoding_rs::WINDOWS_1252 }
}

/// UTF-16 that lacks its mark: nearly every second byte of Western text is then zero.
fn utf16_without_bom(sample: &[u8]) -> Option<&'static Encoding> {
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), sample.len() / 2);
    let mostly = |these: usize, others: usize| pairs >= 2 && these * 10 > pairs * 7 && others * 50 <= pairs;
    let encoding = if mostly(odd, even) {
        UTF_16LE
    } else if mostly(even, odd) {
        UTF_16BE
    } else {
        return None;
    };
    let (text, _) = encoding.decode_without_bom_handling(sample);
    let controls = text.chars().filter(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c')).count();
    (controls * 50 <= pairs).then_some(encoding)
}

/// Whether the high bytes are the Swedish letters of code page 850, between
/// other letters, where Windows-1252 has quotes and daggers.
fn is_cp850(bytes: &[u8]) -> bool {
    let sample = sample(bytes);
    let beside_letter = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| sample.get(at));
        before.is_some_and(u8::is_ascii_alphabetic) || sample.get(at + 1).is_some_and(u8::is_ascii_alphabetic)
    };
    let high = sample.iter().filter(|byte| **byte >= 0x80).count();
    let letters = sample.iter().zip(0..).filter(|(byte, at)| {
        matches!(byte, 0x82 | 0x84 | 0x86 | 0x8E | 0x8F | 0x90 | 0x94 | 0x99) && beside_letter(*at)
    });
    letters.count() * 10 >= high * 9
}

pub(super) fn from_cp850(bytes: &[u8]) -> String {
    let upper: Vec<char> = CP850.chars().collect();
    let decoded = |byte: &u8| match byte.checked_sub(0x80) {
        None => char::from(*byte),
        Some(index) => upper.get(usize::from(index)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    bytes.iter().map(decoded).collect()
}

/// Control bytes that text does not hold (form feed, escape and the DOS end mark it does).
fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a | 0x1b) || byte == 0x7f
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2], mark: &[u8]) -> Vec<u8> {
        [mark.to_vec(), text.encode_utf16().flat_map(bytes).collect()].concat()
    }

    #[test]
    fn every_encoding_reads_the_same() {
        let text = "Räksmörgås på Ängö: 12 m² för Éva\r\n";
        let mut windows: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            utf16(text, u16::to_le_bytes, b"\xff\xfe"),
            utf16(text, u16::to_be_bytes, b"\xfe\xff"),
            utf16(text, u16::to_le_bytes, b""),
            utf16(text, u16::to_be_bytes, b""),
            windows.clone(),
            "\u{feff}".chars().chain(text.chars()).flat_map(|c| u32::from(c).to_le_bytes()).collect(),
            "\u{feff}".chars().chain(text.chars()).flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        ] {
            let decoded = decode(&bytes);
            assert_eq!((&*decoded.text, decoded.lossy), (text, false));
            assert!(is_text(&bytes));
        }
        windows.truncate(7);
        assert_eq!(decode(&windows).text, "Räksmör");
        assert_eq!(decode(b"R\x84ksm\x94rg\x86s och \x8FL").text, "Räksmörgås och ÅL");
        assert_eq!(decode(b"\x84Citat\x94 p\xe5 svenska").text, "„Citat” på svenska");
    }

    #[test]
    fn a_cut_sequence_is_said() {
        let decoded = decode("Räksmörgås å".as_bytes().split_last().unwrap().1);
        assert_eq!((&*decoded.text, decoded.lossy), ("Räksmörgås \u{fffd}", true));
    }

    #[test]
    fn binary_is_no_text() {
        for bytes in [&b"a\0b"[..], b"\x01\x02\x03\x04text", &(0..=255).collect::<Vec<u8>>()] {
            assert!(!is_text(bytes));
        }
    }
}
