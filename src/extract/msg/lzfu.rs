//! Compressed Rich Text, as Outlook keeps bodies ([MS-OXRTFCP]).

/// What the window holds before the first byte ([MS-OXRTFCP] 2.1.2.1).
const START: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \
\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const WINDOW: usize = 4096;
const HEADER: usize = 16;

/// The Rich Text that `bytes` hold; `None` when they are not in this form.
/// What stands before damage is given.
pub(super) fn decompress(bytes: &[u8]) -> Option<Vec<u8>> {
    let raw_size = usize::try_from(u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?)).ok()?;
    let content = bytes.get(HEADER..)?;
    match bytes.get(8..12)? {
        b"MELA" => Some(content.get(..raw_size).unwrap_or(content).to_vec()),
        b"LZFu" => Some(unfold(content, raw_size)),
        _ => None,
    }
}

/// Runs of eight tokens after a byte that says which of them are references
/// into the window. A reference gives at most 17 bytes for two.
fn unfold(content: &[u8], raw_size: usize) -> Vec<u8> {
    let mut window = [b' '; WINDOW];
    window[..START.len()].copy_from_slice(START);
    let mut at = START.len();
    let mut text = Vec::with_capacity(raw_size.min(content.len().saturating_mul(9)));
    let mut bytes = content.iter().copied();
    let mut put = |byte: u8, text: &mut Vec<u8>, window: &mut [u8; WINDOW]| {
        text.push(byte);
        window[at] = byte;
        at = (at + 1) % WINDOW;
        at
    };
    while let Some(control) = bytes.next() {
        for bit in 0..8 {
            let Some(first) = bytes.next() else { return text };
            if control >> bit & 1 == 0 {
                put(first, &mut text, &mut window);
                continue;
            }
            let Some(second) = bytes.next() else { return text };
            let offset = usize::from(first) << 4 | usize::from(second >> 4);
            for step in 0..usize::from(second & 0xF) + 2 {
                let byte = window[(offset + step) % WINDOW];
                put(byte, &mut text, &mut window);
            }
            if text.len() >= raw_size {
                return text;
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of [MS-OXRTFCP] 3.1.
    #[test]
    fn the_example_of_the_specification_is_read() {
        let bytes = [
            0x2D, 0x00, 0x00, 0x00, 0x2B, 0x00, 0x00, 0x00, 0x4C, 0x5A, 0x46, 0x75, 0xF1, 0xC5, 0xC7, 0xA7, 0x03, 0x00,
            0x0A, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0A, 0xF3, 0x20, 0x68, 0x65, 0x6C, 0x09,
            0x00, 0x20, 0x62, 0x77, 0x05, 0xB0, 0x6C, 0x64, 0x7D, 0x0A, 0x80, 0x0F, 0xA0,
        ];
        let text = decompress(&bytes).unwrap();
        assert_eq!(text, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        for end in 0..bytes.len() {
            assert!(decompress(&bytes[..end]).is_none_or(|cut| text.starts_with(&cut)));
        }
    }
}
