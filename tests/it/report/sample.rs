//! A made-up scan: a few files that show every part of a report, and any number
//! of ordinary ones for measuring.

use std::collections::BTreeMap;

use aktsam::decision::{Decision, Standing};
use aktsam::document::{Cause, Facts, Gap, Kind, Part, Place};
use aktsam::error::{FileError, Limit};
use aktsam::examine::unread;
use aktsam::finding::{Confidence, Entity, Finding, mask};
use aktsam::judge::explain::Language;
use aktsam::record::{Reason, Record, Status, Verdict};
use aktsam::report::{Change, Citation, Guideline, Head, Root, Row, Rule};
use jiff::Timestamp;

/// A folder and a file name that would do harm anywhere they are not escaped.
pub(crate) const HOSTILE: &[u8] = b"</script><script>document.title='owned'</script>/\"><img src=x onerror=alert(1)>\n\x1b[31m\xe2\x80\xaefdp.exe \xe5.pdf";

pub(crate) fn head(lang: Language) -> Head {
    let at = |text: &str| text.parse::<Timestamp>().ok();
    Head {
        lang,
        version: "0.1.0".into(),
        started: at("2026-11-24T01:00:00Z"),
        ended: at("2026-11-24T01:42:00Z"),
        previous: at("2026-11-23T01:00:00Z"),
        zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(1)),
        roots: vec![
            Root { name: "Gemensam".into(), fault: None },
            Root { name: "Förvaltning".into(), fault: Some("permission denied".into()) },
        ],
        isolation: Some("full".into()),
        guideline: guideline(),
        owner: None,
        selection: Vec::new(),
    }
}

fn guideline() -> Guideline {
    let rule = |id: &str, verdict, title: &str, text: &str, remedy: &str, cite: &str| Rule {
        id: id.into(),
        verdict,
        title: title.into(),
        text: text.into(),
        remedy: remedy.into(),
        cites: vec![cite.into()],
        fires_on: vec!["Elev: 19900101-2385".into()],
        silent_on: vec!["Ordernummer 9001012385".into()],
    };
    let cite = |source: &str, section: &str, quote: &str| Citation {
        source: source.into(),
        section: section.into(),
        quote: quote.into(),
    };
    Guideline {
        name: "Grundpolicy".into(),
        version: "1".into(),
        rules: vec![
            rule(
                "secrecy-marking",
                Verdict::Secret,
                "Sekretessmarkering",
                "En stämpel eller ett sidhuvud som säger att handlingen är sekretessbelagd.",
                "Håll filen utanför AI. Låt den som äger ärendet pröva sekretessen.",
                "secrecy",
            ),
            rule(
                "personnummer",
                Verdict::Sensitive,
                "Fullständigt personnummer",
                "Ett personnummer med giltigt datum och kontrollsiffra, som inte står som exempel.",
                "Ta bort eller ersätt numren om filen ska användas med AI.",
                "protected",
            ),
            rule(
                "private-contact",
                Verdict::Personal,
                "Privatperson med kontaktuppgift",
                "Namn på en privatperson tillsammans med adress, telefon eller e-post.",
                "Avidentifiera innan filen används med AI.",
                "personal",
            ),
            rule(
                "draft",
                Verdict::Internal,
                "Utkast eller arbetsmaterial",
                "Filen säger själv att den är ett utkast.",
                "Vänta tills handlingen är färdig.",
                "internal",
            ),
        ],
        citations: BTreeMap::from([
            (
                "secrecy".into(),
                cite(
                    "Exempelkommunen, AI-riktlinje",
                    "7 Informationssäkerhet",
                    "Sekretessbelagd information får aldrig användas i en allmänt tillgänglig AI-tjänst.",
                ),
            ),
            (
                "protected".into(),
                cite(
                    "Exempelkommunen, AI-riktlinje",
                    "10 Begrepp",
                    "Särskilt skyddsvärda personuppgifter, till exempel personnummer.",
                ),
            ),
            (
                "personal".into(),
                cite(
                    "Exempelkommunen, AI-riktlinje",
                    "3 Generella riktlinjer",
                    "Personuppgifter får inte matas in utan en sådan bedömning.",
                ),
            ),
            (
                "internal".into(),
                cite(
                    "Exempelkommunen, AI-riktlinje",
                    "7 Informationssäkerhet",
                    "Information från interna möten eller preliminära bedömningar.",
                ),
            ),
        ]),
    }
}

/// One file of each sort that a report treats apart.
pub(crate) fn rows() -> Vec<Row> {
    let sensitive = judged(Verdict::Sensitive, "personnummer", Entity::Personnummer, "19900101-2385");
    let secret = judged(Verdict::Secret, "secrecy-marking", Entity::SecrecyMarking, "Sekretess");
    let personal = judged(Verdict::Personal, "private-contact", Entity::PersonPrivate, "Eva Exempel");
    let missing = |error: FileError, status| unread(Kind::Pdf, 5_000, status, &error);
    let partial = Record {
        verdict: Verdict::Undetermined,
        status: Status::Partial,
        gaps: vec![
            Gap { cause: Cause::ImageOnly, place: Place::page(2) },
            Gap { cause: Cause::ImageOnly, place: Place::page(3) },
        ],
        ..open()
    };
    let formal = Record {
        flags: [("official-record".to_owned(), 2), ("diarienummer-missing".to_owned(), 1)].into(),
        facts: Facts { declares_pdfa: Some("2b".into()), ..Facts::default() },
        ..open()
    };
    let image = Record { kind: Kind::Png, flags: [("ai-image-unlabelled".to_owned(), 1)].into(), ..open() };
    let mut rows = vec![
        row(0, b"Kommunikation/Nyhet.docx", open(), Change::Same, Some(Verdict::Open)),
        row(0, b"Kansli/Protokoll 2025-03-12.pdf", formal, Change::New, None),
        row(0, b"Skola/Klasslista.xlsx", sensitive.clone(), Change::Changed, Some(Verdict::Open)),
        row(0, b"Skola/=cmd|'C calc'!A0.csv", sensitive, Change::New, None),
        row(1, b"Social/Utredning; v2.docx", secret, Change::New, None),
        row(1, "Social/Före detta.docx".as_bytes(), personal.clone(), Change::Same, Some(Verdict::Sensitive)),
        row(1, b"Social/Borta.docx", personal, Change::Gone, Some(Verdict::Personal)),
        row(1, b"Inskannat.pdf", partial, Change::Same, Some(Verdict::Undetermined)),
        row(
            1,
            "Låst.pdf".as_bytes(),
            missing(FileError::Encrypted, Status::Error),
            Change::Same,
            Some(Verdict::Undetermined),
        ),
        row(1, b"Bomb.zip", missing(FileError::Limit(Limit::Inflation), Status::Limit), Change::New, None),
        row(0, b"Bilder/Torget.png", image, Change::New, None),
        row(0, HOSTILE, judged(Verdict::Internal, "draft", Entity::Draft, "</script>\u{202e}"), Change::New, None),
    ];
    rows[5].decision = Some(decision(Verdict::Open, Standing::Holds));
    rows[2].decision = Some(decision(Verdict::Open, Standing::Content));
    rows
}

fn decision(verdict: Verdict, standing: Standing) -> Decision {
    Decision {
        id: 1,
        verdict,
        seen: Verdict::Personal,
        by: "Petra Prov".into(),
        why: "Uppgifterna är publicerade; <b>se diariet</b>.".into(),
        made: Timestamp::UNIX_EPOCH,
        until: Some(jiff::civil::date(2026, 12, 31)),
        standing,
    }
}

/// `count` files as an ordinary municipality has them: most open, some not.
pub(crate) fn many(count: usize) -> impl Iterator<Item = Row> {
    (0..count).map(|index| {
        let owner = ["Bygg", "Kansli", "Miljö", "Skola", "Social"][index / 20_000 % 5];
        let path = format!(
            "{owner}/Ärenden {}/{:04}/Handling {index} av ett ganska vanligt slag.docx",
            2015 + index % 10,
            index / 9 % 900
        );
        let person = ["Anna Ek", "Bo Lind", "Cecilia Nordlander", "Ali Test"][index % 4];
        let record = match index % 20 {
            0 => judged(Verdict::Secret, "secrecy-marking", Entity::SecrecyMarking, "Sekretess enligt 26 kap."),
            1 | 2 => judged(Verdict::Sensitive, "personnummer", Entity::Personnummer, "19900101-2385"),
            3..=7 => judged(Verdict::Personal, "private-contact", Entity::PersonPrivate, person),
            8 => judged(Verdict::Internal, "draft", Entity::Draft, "utkast"),
            9 => unread(Kind::Pdf, 80_000, Status::Error, &FileError::Encrypted),
            _ => open(),
        };
        let (change, previous) = match index % 97 {
            0 => (Change::New, None),
            1 => (Change::Changed, Some(Verdict::Open)),
            _ => (Change::Same, Some(record.verdict)),
        };
        Row { owner: Some(owner.into()), ..row(index % 2, path.as_bytes(), record, change, previous) }
    })
}

fn row(root: usize, path: &[u8], record: Record, change: Change, previous: Option<Verdict>) -> Row {
    let moment = |text: &str| text.parse::<Timestamp>().ok();
    Row {
        root,
        path: path.to_vec(),
        owner: (root == 1).then(|| "Socialförvaltningen".into()),
        record,
        modified: moment("2025-03-12T09:30:00Z"),
        first_seen: moment(if change == Change::New { "2026-11-24T01:00:00Z" } else { "2026-06-01T01:00:00Z" }),
        change,
        previous,
        decision: None,
        member: false,
    }
}

fn open() -> Record {
    let unread = unread(Kind::Docx, 24_512, Status::Ok, &FileError::Empty);
    Record { verdict: Verdict::Open, error: None, sha256: Some("00".repeat(32)), units: 3, units_read: 3, ..unread }
}

fn judged(verdict: Verdict, rule: &str, entity: Entity, value: &str) -> Record {
    let findings: Vec<Finding> = (1..=7)
        .map(|row| Finding {
            detector: rule.into(),
            entity,
            place: Place {
                part: Part::Body,
                page: Some(1),
                table: Some(1),
                row: Some(row),
                column: Some(2),
                ..Place::default()
            },
            confidence: Confidence::High,
            masked: mask(value),
            value: None,
            at: (0, 0..0),
        })
        .collect();
    let reason = Reason { rule: rule.into(), verdict, cites: Vec::new(), findings: findings.clone() };
    Record { verdict, reasons: vec![reason], counts: [(entity, 7)].into(), findings, persons: 12, ..open() }
}
