//! Text and mail that swell, nest or hide what they hold.

use super::Expect::{Any, Found, FoundOrSaid, Said};
use super::{Case, PLANTED, case};

pub(super) fn cases() -> Vec<Case> {
    let line = format!("Elev: {PLANTED}\n");
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(line.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let latin: Vec<u8> = "Försörjningsstöd åt eleven: ".chars().map(|c| c as u8).chain(line.bytes()).collect();
    let multipart = "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n".repeat(5_000);
    vec![
        case("empty.txt", "", Said),
        case("8-mb-of-numbers.txt", line.repeat((8 << 20) / line.len()), Found),
        case("one-line.txt", format!("{}{line}", "a ".repeat(10 << 20)), Found),
        case("one-word.txt", format!("{} {line}", "a".repeat(20 << 20)), Found),
        case("digits.txt", "1234567890".repeat(1 << 20), Any),
        case("spaces.txt", " ".repeat(30 << 20), Any),
        case("nul.txt", format!("{line}{}", "\0".repeat(1000)), FoundOrSaid),
        case("utf16.txt", utf16, Found),
        case("windows-1252.txt", latin, Found),
        case("invalid-utf8.txt", [&[0xc3, 0x28, 0xff, b' '][..], line.as_bytes()].concat(), Found),
        case("escape-sequences.txt", format!("\u{1b}[2J\u{202e}{line}"), Found),
        case("at-signs.txt", "@".repeat(5 << 20), Any),
        case("mail-like.txt", "a@".repeat(2 << 20), Any),
        case("random.bin", noise(1 << 20), Said),
        case("wide.csv", format!("{}\n{line}", ";".repeat(2 << 20)), FoundOrSaid),
        case("unclosed-quote.csv", format!("a;b\n\"{}{line}", "x;y\n".repeat(100_000)), Found),
        case(
            "million-columns.csv",
            format!("{}\n{}{PLANTED}\n", "a;".repeat(100_000), "1;".repeat(100_000)),
            FoundOrSaid,
        ),
        case("nested.html", format!("{}{line}", "<div>".repeat(200_000)), FoundOrSaid),
        case("unclosed.html", format!("<html><body><!-- {line}"), FoundOrSaid),
        case("script.html", format!("<html><body><script>var a=1</script>{line}</body></html>"), FoundOrSaid),
        case("nested.eml", format!("From: a@b.se\r\n{multipart}{line}"), FoundOrSaid),
        case("headers.eml", format!("From: a@b.se\r\n{}\r\n{line}", "X-A: b\r\n".repeat(100_000)), FoundOrSaid),
        case("groups.rtf", format!("{{\\rtf1 {}{line}", "{".repeat(200_000)), FoundOrSaid),
        case("bin.rtf", format!("{{\\rtf1 \\bin2147483647 {line}}}"), FoundOrSaid),
    ]
}

/// Bytes of no kind, the same every time.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}
