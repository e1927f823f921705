//! Case folding that keeps every byte in its place, so that what is found in
//! the folded text stands at the same offset in the original.

/// Writes `text` to `buffer`: lower case, everything but letters and digits a
/// space, and a space before and after so that every word has both.
///
/// Only ASCII and the Latin-1 letters are folded, which Swedish, its
/// neighbours and their loan words need: their cases have the same length.
pub(super) fn fold(text: &str, buffer: &mut Vec<u8>) {
    buffer.clear();
    buffer.reserve(text.len() + 2);
    buffer.push(b' ');
    let mut lead = 0;
    for &byte in text.as_bytes() {
        buffer.push(if lead == LATIN_1_LETTERS { fold_trail(byte) } else { FOLD[byte as usize] });
        lead = byte;
    }
    buffer.push(b' ');
}

/// A term as it stands in a folded text.
pub(super) fn folded(term: &str) -> String {
    let mut buffer = Vec::new();
    fold(term, &mut buffer);
    String::from_utf8_lossy(&buffer).trim().to_owned()
}

/// The first byte of À … ÿ in UTF-8.
const LATIN_1_LETTERS: u8 = 0xC3;

fn fold_trail(byte: u8) -> u8 {
    // 0x97 is ×, the one sign among the capitals.
    if (0x80..0x9F).contains(&byte) && byte != 0x97 { byte + 0x20 } else { byte }
}

const FOLD: [u8; 256] = fold_table();

const fn fold_table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0u8;
    loop {
        table[byte as usize] =
            if byte.is_ascii_alphanumeric() || byte >= 0x80 { byte.to_ascii_lowercase() } else { b' ' };
        match byte.checked_add(1) {
            Some(next) => byte = next,
            None => return table,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_in_place() {
        for (text, expected) in [("ÅÄÖ, É×", "åäö  é×"), ("A-b_c", "a b c"), ("😀ß", "😀ß")] {
            let mut buffer = Vec::new();
            fold(text, &mut buffer);
            assert_eq!(String::from_utf8(buffer).unwrap(), format!(" {expected} "));
        }
    }
}
