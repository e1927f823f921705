//! Texts, pages and mails that hold words where a reader does not look, or in other letters.

use std::fmt::Write as _;

use super::Expect::{Any, Found, FoundOrSaid, Said};
use super::office::zip;
use super::{Case, PLANTED, case};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = encodings();
    cases.extend(wrapped());
    cases.extend(pages());
    cases.extend(mails());
    cases.extend(rich_texts());
    cases
}

const SHOWN: &str = "Biblioteket har nya tider från måndag.\n";

fn said() -> String {
    format!("Elev: {PLANTED}\n")
}

fn encodings() -> Vec<Case> {
    let said = said();
    let utf16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> { said.encode_utf16().flat_map(bytes).collect() };
    let utf32 = |bytes: fn(u32) -> [u8; 4], mark: bool| -> Vec<u8> {
        let mark = mark.then_some('\u{feff}');
        mark.into_iter().chain(said.chars()).flat_map(|c| bytes(u32::from(c))).collect()
    };
    let wide: String = PLANTED
        .chars()
        .map(|c| if c == '-' { '\u{ff0d}' } else { char::from_u32(u32::from(c) + 0xfee0).unwrap() })
        .collect();
    let spaced = |between: &str| format!("Elev: 19900101{between}-{between}2385\n");
    // EBCDIC (code page 37): letters, digits and the space lie elsewhere.
    let ebcdic: Vec<u8> = said
        .repeat(20)
        .bytes()
        .map(|b| match b {
            b'0'..=b'9' => b - b'0' + 0xf0,
            b'E' => 0xc5,
            b'l' => 0x93,
            b'e' => 0x85,
            b'v' => 0xa5,
            b':' => 0x7a,
            b'-' => 0x60,
            b' ' => 0x40,
            _ => 0x25,
        })
        .collect();
    let long = SHOWN.repeat(4_000);
    let packed: String = PLANTED.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>().as_slice().base64();
    vec![
        case("utf16-be-no-mark.txt", utf16(u16::to_be_bytes), Found),
        case("utf16-le-no-mark.txt", utf16(u16::to_le_bytes), Found),
        case("utf32-le.txt", utf32(u32::to_le_bytes, true), FoundOrSaid),
        case("utf32-be.txt", utf32(u32::to_be_bytes, true), FoundOrSaid),
        case("utf32-no-mark.txt", utf32(u32::to_le_bytes, false), FoundOrSaid),
        case("utf7.txt", format!("{SHOWN}Elev: +{}-\n", packed.trim_end_matches('=')), FoundOrSaid),
        case("ebcdic.txt", ebcdic, FoundOrSaid),
        case("full-width.txt", format!("Elev: {wide}\n"), FoundOrSaid),
        case("zero-width.txt", spaced("\u{200b}"), FoundOrSaid),
        case("word-joiner.txt", spaced("\u{2060}"), FoundOrSaid),
        case("soft-hyphen.txt", spaced("\u{ad}"), FoundOrSaid),
        case("direction-marks.txt", spaced("\u{200e}"), FoundOrSaid),
        case("nul-in-number.txt", format!("{SHOWN}Elev: 1990\0{}\n", &PLANTED[4..]), FoundOrSaid),
        case("nul.csv", format!("namn;nr\nAda;{PLANTED}\n\0\0\n"), FoundOrSaid),
        case("binary-behind-text.txt", [long.as_bytes(), &[0, 1, 2, 3].repeat(5_000)].concat(), FoundOrSaid),
        case("utf16-behind-text.txt", [long.as_bytes(), &utf16(u16::to_le_bytes)].concat(), FoundOrSaid),
        case("backspaces.txt", format!("{SHOWN}Elev: {PLANTED}{}\n", "\u{8}".repeat(PLANTED.len())), FoundOrSaid),
        case("carriage-returns.txt", format!("Elev: {PLANTED}\rHej hej hej hej hej hej\r"), Found),
        case("vertical-tabs.txt", format!("{SHOWN}\u{b}Elev: {PLANTED}\u{c}"), FoundOrSaid),
        case("unicode-lines.txt", format!("{SHOWN}\u{2028}Elev: {PLANTED}\u{2029}"), Found),
        case("far-behind.txt", format!("{}Elev: {PLANTED}\n", " \n".repeat(2 << 20)), Found),
    ]
}

/// Standard base64 (RFC 4648, 4).
pub(super) trait Base64 {
    fn base64(&self) -> String;
}

impl Base64 for [u8] {
    fn base64(&self) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        self.chunks(3).fold(String::new(), |mut text, chunk| {
            let bits = chunk.iter().chain([&0, &0]).take(3).fold(0, |bits, byte| bits << 8 | usize::from(*byte));
            for at in 0..4 {
                text.push(if at > chunk.len() { '=' } else { char::from(LETTERS[bits >> (18 - 6 * at) & 63]) });
            }
            text
        })
    }
}

fn uuencode(content: &[u8]) -> String {
    let letter = |bits: u8| if bits == 0 { '`' } else { char::from(bits + b' ') };
    let mut text = "begin 644 brev.txt\n".to_owned();
    for line in content.chunks(45) {
        text.push(letter(u8::try_from(line.len()).unwrap()));
        for chunk in line.chunks(3) {
            let [a, b, c] = [0, 1, 2].map(|at| chunk.get(at).copied().unwrap_or(0));
            text.extend([a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63].map(letter));
        }
        text.push('\n');
    }
    text + "`\nend\n"
}

fn wrapped() -> Vec<Case> {
    let letter = format!("{}{SHOWN}", said());
    let page = format!("<html><body>{letter}</body></html>");
    let archive = zip(&[("a.txt", letter.as_bytes())]);
    let hex = letter.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let lines =
        |text: &str| text.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line) + "\n").collect::<String>();
    let escaped: String = PLANTED.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let references: String = PLANTED.chars().map(|c| format!("&#{};", u32::from(c))).collect();
    vec![
        case("base64.txt", format!("{SHOWN}{}", lines(&letter.as_bytes().base64())), FoundOrSaid),
        case("base64-one-line.txt", format!("{SHOWN}{}", letter.as_bytes().base64()), FoundOrSaid),
        case("base64-zip.txt", format!("{SHOWN}{}", lines(&archive.base64())), FoundOrSaid),
        case(
            "base64-twice.txt",
            format!("{SHOWN}{}", lines(&letter.as_bytes().base64().as_bytes().base64())),
            FoundOrSaid,
        ),
        case("base64.csv", format!("id;bilaga\n1;{0}\n2;{0}\n", page.as_bytes().base64()), FoundOrSaid),
        case("base64.json", format!("{{\"bilaga\": \"{}\"}}", archive.base64()), FoundOrSaid),
        case("hexadecimal.txt", format!("{SHOWN}{hex}\n"), FoundOrSaid),
        case("uuencoded.txt", format!("{SHOWN}\n{}", uuencode(letter.as_bytes())), FoundOrSaid),
        case("escapes.json", format!("{{\"elev\": \"{escaped}\"}}"), FoundOrSaid),
        case("references.xml", format!("<?xml version=\"1.0\"?><elev>{references}</elev>"), FoundOrSaid),
        case("folded.ics", "BEGIN:VCALENDAR\r\nSUMMARY:Elev: 199001\r\n 01-2385\r\nEND:VCALENDAR\r\n", FoundOrSaid),
        case(
            "quoted.vcf",
            format!("BEGIN:VCARD\r\nNOTE;ENCODING=QUOTED-PRINTABLE:Elev: =31=39{}\r\nEND:VCARD\r\n", &PLANTED[2..]),
            FoundOrSaid,
        ),
    ]
}

fn pages() -> Vec<Case> {
    let said = format!("Elev: {PLANTED}");
    let page = |body: &str| format!("<!DOCTYPE html><html><body><p>Biblioteket har nya tider.</p>{body}</body></html>");
    let letter = format!("{said}, {}", SHOWN.repeat(3));
    let data = letter.as_bytes().base64();
    vec![
        case("comment.html", page(&format!("<!-- {said} -->")), Found),
        case("hidden.html", page(&format!("<div style=\"display: none\">{said}</div>")), Found),
        case("title-attribute.html", page(&format!("<b title=\"{said}\">x</b>")), Found),
        case("data-attribute.html", page(&format!("<b data-elev=\"{PLANTED}\">x</b>")), FoundOrSaid),
        case(
            "script-data.html",
            page(&format!("<script type=\"application/json\">{{\"elev\":\"{PLANTED}\"}}</script>")),
            FoundOrSaid,
        ),
        case("script-literal.html", page(&format!("<script>var elev = '{said}';</script>")), FoundOrSaid),
        case(
            "script-escapes.html",
            page("<script>var elev = \"Elev: \\x31\\u0039900101-2385\";</script>"),
            FoundOrSaid,
        ),
        case("style-content.html", page(&format!("<style>p::after {{ content: \"{said}\" }}</style>")), FoundOrSaid),
        case("template.html", page(&format!("<template><p>{said}</p></template>")), Found),
        case("no-script.html", page(&format!("<noscript>{said}</noscript>")), Found),
        case("text-area.html", page(&format!("<textarea>{said}</textarea>")), Found),
        case("option.html", page(&format!("<select><option>{said}</option></select>")), Found),
        case("input-hidden.html", page(&format!("<input type=hidden value=\"{said}\">")), Found),
        case("meta.html", page(&format!("<meta name=description content=\"{said}\">")), Found),
        case("frame.html", page(&format!("<iframe srcdoc=\"&lt;p&gt;{said}\"></iframe>")), Found),
        case("drawing.html", page(&format!("<svg><text>{said}</text></svg>")), Found),
        case("references.html", page("<p>Elev: &#49;&#57;900101&#x2d;2385</p>"), Found),
        case("data-link.html", page(&format!("<a href=\"data:text/plain;base64,{data}\">x</a>")), FoundOrSaid),
        case("plain-text.html", format!("<html><body><plaintext>{said}</body></html>"), FoundOrSaid),
        case("after-the-end.html", format!("{}\n{said}\n", page("")), Found),
        case(
            "cdata.xhtml",
            format!(
                "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><body><![CDATA[{said}]]></body></html>"
            ),
            FoundOrSaid,
        ),
        case("words.svg", format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><desc>{said}</desc></svg>"), FoundOrSaid),
    ]
}

fn mails() -> Vec<Case> {
    let said = said();
    let head = "From: a@exempel.se\r\nTo: b@exempel.se\r\nSubject: Hej\r\nMIME-Version: 1.0\r\n";
    let plain = "Content-Type: text/plain; charset=utf-8\r\n\r\nBadet har nya tider.\r\n";
    let many = |parts: &[&str]| {
        let parts: String = parts.iter().map(|part| format!("--x\r\n{part}\r\n")).collect();
        format!("{head}Content-Type: multipart/mixed; boundary=x\r\n\r\n{parts}--x--\r\n")
    };
    let attached = |name: &str, kind: &str, content: &[u8]| {
        let content = content.base64();
        many(&[
            plain,
            &format!(
                "Content-Type: {kind}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{content}"
            ),
        ])
    };
    let tnef = [&b"\x78\x9f\x3e\x22\x00\x00"[..], said.as_bytes()].concat();
    let nested = (0..4).fold(format!("Content-Type: text/plain\r\n\r\n{said}"), |inner, n| {
        format!("Content-Type: multipart/mixed; boundary=y{n}\r\n\r\n--y{n}\r\n{inner}\r\n--y{n}--")
    });
    let alternative = format!(
        "{head}Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\n{plain}\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>{said}</p>\r\n--x--\r\n"
    );
    vec![
        case("plain.eml", format!("{head}\r\n{said}"), Found),
        case("attached-text.eml", attached("a.txt", "text/plain", said.as_bytes()), Found),
        case("attached-wrong-kind.eml", attached("a.jpg", "image/jpeg", said.as_bytes()), Found),
        case(
            "attached-zip.eml",
            attached("a.bin", "application/octet-stream", &zip(&[("a.txt", said.as_bytes())])),
            Found,
        ),
        case("winmail.eml", attached("winmail.dat", "application/ms-tnef", &tnef), FoundOrSaid),
        case(
            "opaque-signed.eml",
            attached(
                "smime.p7m",
                "application/pkcs7-mime; smime-type=signed-data",
                b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
            ),
            Said,
        ),
        case(
            "sealed.eml",
            attached("smime.p7m", "application/pkcs7-mime; smime-type=enveloped-data", b"\x30\x82\x01\x00"),
            Said,
        ),
        case(
            "signature-is-text.eml",
            attached("signature.asc", "application/pgp-signature", said.as_bytes()),
            FoundOrSaid,
        ),
        case("nested-parts.eml", many(&[plain, &nested]), Found),
        case("alternative-differs.eml", alternative, Found),
        case(
            "calendar.eml",
            many(&[
                plain,
                &format!("Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nSUMMARY:{said}END:VCALENDAR"),
            ]),
            Found,
        ),
        case("preamble.eml", many(&[plain]).replacen("\r\n\r\n--x", &format!("\r\n\r\n{said}\r\n--x"), 1), FoundOrSaid),
        case("epilogue.eml", format!("{}{said}", many(&[plain])), FoundOrSaid),
        case("forwarded.eml", many(&[plain, &format!("Content-Type: message/rfc822\r\n\r\n{head}\r\n{said}")]), Found),
        case(
            "uuencoded.eml",
            format!("{head}\r\nHej\r\n\r\n{}", uuencode(format!("{said}{SHOWN}").as_bytes())),
            FoundOrSaid,
        ),
        case(
            "utf7.eml",
            format!(
                "{head}Content-Type: text/plain; charset=utf-7\r\n\r\nElev: +ADEAOQA5ADAAMAAxADAAMQAtADIAMwA4ADU-\r\n"
            ),
            FoundOrSaid,
        ),
        case(
            "quoted-printable.eml",
            format!(
                "{head}Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nElev: =31=39900101=2D2385\r\n"
            ),
            Found,
        ),
        case(
            "subject-encoded.eml",
            format!("{head}Subject: =?utf-8?B?{}?=\r\n\r\nHej\r\n", said.trim().as_bytes().base64()),
            FoundOrSaid,
        ),
        case("keywords.eml", format!("{head}Keywords: {said}\r\nHej\r\n"), Found),
        case("attachment-name.eml", attached(&format!("Elev {PLANTED}.txt"), "text/plain", b"Badet"), Found),
        case(
            "mailbox-of-two.eml",
            format!(
                "From a@b.se Mon Jan 1 00:00:00 2024\n{}\nFrom c@d.se Mon Jan 1 00:00:00 2024\n{head}\r\n{said}",
                many(&[plain])
            ),
            FoundOrSaid,
        ),
        case(
            "unclosed.eml",
            many(&[plain, &format!("Content-Type: text/plain\r\n\r\n{said}")]).replace("--x--", ""),
            Found,
        ),
        case("no-boundary.eml", format!("{head}Content-Type: multipart/mixed\r\n\r\n{said}"), FoundOrSaid),
        case(
            "unknown-coding.eml",
            format!(
                "{head}Content-Type: text/plain\r\nContent-Transfer-Encoding: x-yenc\r\n\r\n=ybegin line=128 size=10 name=a\r\n\u{1}\u{2}\r\n"
            ),
            Any,
        ),
    ]
}

fn rich_texts() -> Vec<Case> {
    let said = said();
    let said = said.trim();
    let text = |body: &str| format!("{{\\rtf1\\ansi Biblioteket har nya tider.\\par {body}}}");
    let object = |content: &[u8]| {
        let name = b"Package\0";
        let mut bytes = vec![1, 5, 0, 0, 2, 0, 0, 0];
        bytes.extend(u32::try_from(name.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(name);
        bytes.extend([0; 8]);
        bytes.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(content);
        bytes.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    };
    vec![
        case("hidden.rtf", text(&format!("{{\\v {said}}}")), Found),
        case("deleted.rtf", text(&format!("{{\\deleted {said}}}")), Found),
        case("unknown-destination.rtf", text(&format!("{{\\*\\foo {said}}}")), FoundOrSaid),
        case("document-variable.rtf", text(&format!("{{\\*\\docvar {{a}}{{{said}}}}}")), FoundOrSaid),
        case("escapes.rtf", text("Elev: \\'31\\'39900101-2385"), Found),
        case("unicode.rtf", text("Elev: \\u49?\\u57?900101-2385"), Found),
        case("split.rtf", text("Elev: 199001{\\b 01-}2385"), Found),
        case(
            "object.rtf",
            text(&format!("{{\\object\\objemb{{\\*\\objdata {}}}}}", object(said.as_bytes()))),
            FoundOrSaid,
        ),
        case(
            "object-binary.rtf",
            text(&format!("{{\\object\\objemb{{\\*\\objdata \\bin{} {said}}}}}", said.len())),
            FoundOrSaid,
        ),
        case("bin-in-text.rtf", text(&format!("\\bin{} {said}", said.len())), FoundOrSaid),
        case("after-the-end.rtf", format!("{}{said}", text("")), FoundOrSaid),
        case("property.rtf", text(&format!("{{\\info{{\\subject {said}}}}}")), Found),
        case("field.rtf", text(&format!("{{\\field{{\\*\\fldinst QUOTE \"{said}\"}}{{\\fldrslt x}}}}")), Found),
        case("picture-result.rtf", text(&format!("{{\\shprslt {said}}}")), FoundOrSaid),
        case("list-text.rtf", text(&format!("{{\\listtext {said}\\tab}}")), Found),
        case("style-name.rtf", format!("{{\\rtf1{{\\stylesheet{{\\s1 {said};}}}}Hej}}"), Any),
        case(
            "html-inside.rtf",
            format!("{{\\rtf1\\ansi\\fromhtml1 {{\\*\\htmltag64 <p>}}{said}{{\\*\\htmltag72 </p>}}}}"),
            Found,
        ),
    ]
}
