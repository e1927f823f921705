use super::*;
use crate::document::{Gap, Text};
use crate::extract::testing::{lines, read};

const MIXED: &str = "From: =?utf-8?Q?Eva_=C3=96berg?= <eva@exempel.se>\r\n\
To: Nils Ek <nils@exempel.se>, Anna <anna@exempel.se>\r\n\
Cc: nemnd@exempel.se\r\n\
Date: Tue, 4 Mar 2025 08:30:00 +0100\r\n\
Subject: =?iso-8859-1?Q?=C4rendet?=\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=yttre\r\n\r\n\
--yttre\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
Hej!\r\n\r\nVi ses p=E5\r\nm=E5ndag.\r\n\r\n> Gammalt svar\r\n\
--yttre\r\nContent-Type: application/octet-stream; name=\"lista.csv\"\r\nContent-Transfer-Encoding: base64\r\n\
Content-Disposition: attachment; filename=\"lista.csv\"\r\n\r\n\
TmFtbjtCZXR5ZwpFdmE7QgpOaWxzO0MK\r\n\
--yttre\r\nContent-Type: message/rfc822\r\n\r\n\
From: inre@exempel.se\r\nSubject: Inre\r\n\r\nInre text.\r\n\
--yttre--\r\n";

fn mail(bytes: &[u8]) -> Text {
    let limits = Limits::default();
    let mut builder = TextBuilder::new(&limits);
    eml(bytes, &limits, &mut builder).unwrap();
    builder.finish()
}

fn alternatives(plain: &str, page: &str) -> String {
    format!(
        "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type: text/html\n\n{page}\n--b--\n"
    )
}

#[test]
fn people_bodies_and_attachments_are_read() {
    let text = mail(MIXED.as_bytes());
    assert_eq!(
        lines(&text),
        [
            "mail-header: From: Eva Öberg <eva@exempel.se>",
            "mail-header: To: Nils Ek <nils@exempel.se>, Anna <anna@exempel.se>",
            "mail-header: Cc: nemnd@exempel.se",
            "mail-header: Date: 2025-03-04T08:30:00+01:00",
            "mail-header: Subject: Ärendet",
            "body paragraph 1: Hej!",
            "body paragraph 2: Vi ses på\nmåndag.",
            "body paragraph 3: > Gammalt svar",
            "attachment lista.csv > property: lista.csv",
            "attachment lista.csv > body table 1 row 1: Namn | Betyg",
            "attachment lista.csv > body table 1 row 2: Eva | B",
            "attachment lista.csv > body table 1 row 3: Nils | C",
            "attachment part 3 > property: part 3",
            "attachment part 3 > mail-header: From: inre@exempel.se",
            "attachment part 3 > mail-header: Subject: Inre",
            "attachment part 3 > body paragraph 1: Inre text.",
        ]
    );
    assert_eq!((text.facts.attachments, text.gaps.len()), (2, 0));
}

#[test]
fn a_body_said_twice_is_read_once() {
    for (plain, page, expected) in [
        ("Hej Eva", "<p>Hej <b>Eva</b></p>", &["mail-header: Subject: x", "body paragraph 1: Hej Eva"][..]),
        ("Hej", "<p>Hej</p><p>Eva</p>", &["mail-header: Subject: x", "body paragraph 1: Hej", "body paragraph 2: Eva"]),
        (
            "Bara text",
            "<p>Bara sida",
            &["mail-header: Subject: x", "body paragraph 1: Bara text", "body paragraph 1: Bara sida"],
        ),
        (
            "Hej",
            "Hej<!-- internt -->",
            &["mail-header: Subject: x", "body paragraph 1: Hej", "hidden paragraph 1: internt"],
        ),
    ] {
        assert_eq!(lines(&mail(alternatives(plain, page).as_bytes())), expected);
    }
}

#[test]
fn what_is_not_read_is_said() {
    let part = |kind: &str, body: &str| {
        format!(
            "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: {kind}; name=\"f\"\n\n{body}\n--b--\n"
        )
    };
    for (kind, body, cause) in [
        ("application/pkcs7-mime", "x", Cause::EmbeddedEncrypted),
        ("application/x-microsoft-rpmsg-message", "x", Cause::EmbeddedEncrypted),
        ("image/gif", "GIF89a", Cause::ImageOnly),
        ("audio/mpeg", "ID3\u{4}", Cause::EmbeddedUnread),
    ] {
        let text = mail(part(kind, body).as_bytes());
        let place = Place { within: vec!["f".into()], ..Place::default() };
        assert_eq!(text.gaps, [Gap { cause, place }], "{kind}");
        assert!(text.units_read < text.units);
    }
    let sealed = "Subject: x\nContent-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b--\n";
    assert_eq!(mail(sealed.as_bytes()).gaps[0].cause, Cause::EmbeddedEncrypted);
}

#[test]
fn a_body_without_a_declared_encoding_is_looked_at() {
    let text = mail(b"Subject: x\n\nvi ses p\xE5 m\xE5ndag f\xF6r att \xE4ta");
    assert_eq!(lines(&text)[1], "body paragraph 1: vi ses på måndag för att äta");
    assert!(text.gaps.is_empty());
}

#[test]
fn a_label_on_the_mail_is_known() {
    let guid = "11111111-2222-3333-4444-555555555555";
    let text = mail(
        format!("Subject: x\nmsip_labels: MSIP_Label_{guid}_Enabled=true; MSIP_Label_{guid}_Name=A\n\ny").as_bytes(),
    );
    assert_eq!(text.facts.sensitivity_label.as_deref(), Some(guid));
}

#[test]
fn messages_within_messages_end_at_the_limit() {
    let nested = |depth: usize| "Content-Type: message/rfc822\n\n".repeat(depth) + "Subject: innerst\n\nhej";
    assert_eq!(mail(nested(8).as_bytes()).gaps[0].cause, Cause::Limit);
    let limits = Limits::default();
    let deep = eml(nested(100_000).as_bytes(), &limits, &mut TextBuilder::new(&limits));
    assert_eq!(deep, Err(FileError::Limit(Limit::Depth)));
}

#[test]
fn a_cut_mail_is_read_as_far_as_it_goes() {
    let several = MIXED.find("boundary=yttre\r\n").unwrap() + 16;
    for end in 1..MIXED.len() - 2 {
        let reading = read(&MIXED.as_bytes()[..end]);
        assert_ne!(reading.error, Some(FileError::Panic), "{end}");
        assert!(end < several || !reading.text.gaps.is_empty(), "{end}");
    }
}
