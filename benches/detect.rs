//! All detectors on Swedish text, in bytes a second of one core.
//!
//! `cargo bench --bench detect`. The text is made here: sentences as municipal
//! files have them, one in thirteen with names or numbers (three or so each), a table row now and then.

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr, reason = "a program does I/O")]

use aktsam::detect::{DETECTORS, detect};
use aktsam::document::{Place, Text, TextBuilder};
use aktsam::limits::Limits;
use divan::Bencher;
use divan::counter::BytesCount;

/// Running text without persons.
const PLAIN: &[&str] = &[
    "Kommunfullmäktige beslutade i juni att anta översiktsplanen för tätorten med de ändringar som nämnden föreslagit.",
    "Förslaget innebär att hastigheten sänks på huvudgatorna och att gångvägarna till skolorna får bättre belysning.",
    "Under året har verksamheten arbetat med att korta handläggningstiderna, och resultaten visar att fler får besked i tid.",
    "Enligt socialtjänstlagen ska insatserna utformas och genomföras tillsammans med den enskilde.",
    "Kostnaden beräknas till 3,4 miljoner kronor och ryms inom investeringsramen för 2026.",
    "Riktlinjen gäller för alla medarbetare och ska följas upp en gång om året av respektive förvaltning.",
    "Vid frågor om sophämtning, vatten eller bygglov hjälper kontaktcenter dig alla vardagar mellan klockan 8 och 16.",
    "Beslutet får överklagas till förvaltningsrätten inom tre veckor från den dag då du fick del av det.",
    "Barn och unga ska ha möjlighet att påverka utformningen av de nya lekplatserna i Norra stadsdelen.",
    "Miljö- och byggnadsnämnden konstaterar att dagvattnet leds till ån utan rening och att åtgärder behövs.",
];

/// Sentences with something to find.
const TELLING: &[&str] = &[
    "Handläggare är Sanna Ekvall, sanna.ekvall@vretakommun.se, telefon 08-465 004 05.",
    "Sökanden Ragnhild Torsner, 19900101-2385, bor på Björkgatan 5 B, 123 45 Vreta.",
    "Ärendet har diarienummer KS 2025/421 och gäller fastigheten Vreta Backa 9:3.",
    "Betala till bankgiro 5805-6201 eller IBAN SE45 5000 0000 0583 9825 7466 senast den 30 november.",
];

fn text(bytes: usize) -> Text {
    let mut builder = TextBuilder::new(&Limits::default());
    let table = builder.table();
    builder.headers(table, ["Namn", "Telefon", "Skola"].map(str::to_owned).to_vec());
    let (mut written, mut line) = (0, 0_u32);
    while written < bytes {
        let at = usize::try_from(line).unwrap_or(0);
        if line % 24 == 23 {
            let cells = ["Ebba Rask", "070-174 06 05", "Backskolan"].map(str::to_owned);
            written += cells.iter().map(String::len).sum::<usize>();
            builder.row(table, Place::default(), &cells);
        } else {
            let sentences = [PLAIN[at % 10], PLAIN[(at * 7 + 3) % 10], PLAIN[(at * 3 + 1) % 10]];
            let mut paragraph = sentences.join(" ");
            if line % 4 == 0 {
                paragraph.push(' ');
                paragraph.push_str(TELLING[at / 4 % 4]);
            }
            written += paragraph.len();
            builder.block(Place::paragraph(line), &paragraph);
        }
        line += 1;
    }
    builder.finish()
}

fn main() {
    divan::main();
}

#[divan::bench]
fn all(bencher: Bencher) {
    let text = text(1 << 20);
    bencher.counter(BytesCount::new(text.to_plain().len())).bench(|| detect(&text));
}

#[divan::bench(args = DETECTORS.iter().map(|detector| detector.id))]
fn one(bencher: Bencher, id: &str) {
    let text = text(1 << 20);
    let Some(detector) = DETECTORS.iter().find(|detector| detector.id == id) else { return };
    bencher.counter(BytesCount::new(text.to_plain().len())).bench(|| {
        let mut findings = Vec::new();
        (detector.run)(&text, &mut findings);
        findings
    });
}
