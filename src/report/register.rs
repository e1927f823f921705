//! The register of labels, for people: a table on the terminal, a spreadsheet, and what a walk of the chain found.

use std::fmt::Write as _;
use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::csv::push_quoted;
use super::escape::visible;
use super::words::{self, Bilingual};
use crate::examine::hex;
use crate::judge::explain::Language;
use crate::ledger::register::{Break, Checked, Entry, Fault, Link, MOST_BREAKS};

/// An entry with its place in the chain.
#[derive(Clone, Debug)]
pub struct Row {
    link: Link,
    /// `None` when a newer version wrote it.
    entry: Option<Entry>,
}

impl From<Link> for Row {
    fn from(link: Link) -> Self {
        Self { entry: link.read(), link }
    }
}

/// How the register is shown.
#[derive(Clone, Debug)]
pub struct View {
    /// The language.
    pub lang: Language,
    /// The zone that times are shown in.
    pub zone: TimeZone,
}

type Column = (Bilingual, fn(&View, &Entry) -> String);

/// What stands in both the table and the spreadsheet, behind the number.
const COLUMNS: &[Column] = &[
    (words::words("Tid", "Time"), |view, entry| time(view, &entry.at)),
    (words::words("Vem", "Who"), |_, entry| entry.who().to_owned()),
    (words::words("Fil", "File"), |_, entry| entry.name.clone()),
    (words::words("AI-system", "AI system"), |_, entry| entry.ai_system.clone().unwrap_or_default()),
    (words::words("Lager", "Layers"), |view, entry| join(&entry.layers, |id| layer(id, view.lang))),
    (words::words("Bekräftat", "Confirmed"), |view, entry| join(&entry.confirmed, |id| confirmation(id, view.lang))),
];

/// What stands in the spreadsheet only.
const MORE_COLUMNS: &[Column] = &[
    (words::words("Konto", "Account"), |_, entry| entry.account.clone()),
    (words::words("Märkning", "Label"), |_, entry| entry.text.clone()),
    (words::words("Delvis AI", "Partly AI"), |view, entry| {
        let said = if entry.edited { words::words("ja", "yes") } else { words::words("nej", "no") };
        said.get(view.lang).to_owned()
    }),
    (words::words("Filslag", "Kind"), |_, entry| entry.kind.clone()),
    (words::words("SHA-256 före", "SHA-256 before"), |_, entry| entry.before.sha256.clone()),
    (words::words("SHA-256 efter", "SHA-256 after"), |_, entry| entry.after.sha256.clone()),
    (words::words("Program", "Program"), |_, entry| entry.tool.clone()),
];

const NUMBER: Bilingual = words::words("Nr", "No.");
const DIGEST: Bilingual = words::words("Kontrollsumma", "Digest");

/// A table with a line an entry, newest last.
#[must_use]
pub fn table(rows: &[Row], view: &View) -> String {
    let titles = std::iter::once(NUMBER).chain(COLUMNS.iter().map(|(title, _)| *title));
    let titles: Vec<String> = titles.map(|title| title.get(view.lang).to_owned()).collect();
    let cells = |row: &Row| -> Vec<String> {
        let of = |(_, cell): &Column| row.entry.as_ref().map_or_else(|| "?".into(), |entry| cell(view, entry));
        let cells = std::iter::once(row.link.number.to_string()).chain(COLUMNS.iter().map(of));
        cells.map(|cell| visible(cell.as_bytes())).collect()
    };
    let lines: Vec<Vec<String>> = std::iter::once(titles).chain(rows.iter().map(cells)).collect();
    let width = |at: usize| lines.iter().filter_map(|line| line.get(at)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..=COLUMNS.len()).map(|at| width(at).unwrap_or(0)).collect();
    let mut text = String::new();
    for line in &lines {
        let padded: Vec<String> = line.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect();
        let _ = writeln!(text, "{}", padded.join("  ").trim_end());
    }
    text
}

/// The first line of the spreadsheet.
///
/// # Errors
///
/// What writing gives.
pub fn csv_head(view: &View, out: &mut dyn Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let titles = COLUMNS.iter().chain(MORE_COLUMNS).map(|(title, _)| *title);
    line(out, [NUMBER].into_iter().chain(titles).chain([DIGEST]).map(|title| title.get(view.lang).to_owned()))
}

/// A line of the spreadsheet.
///
/// # Errors
///
/// What writing gives.
pub fn csv_line(row: &Row, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let of = |(_, cell): &Column| row.entry.as_ref().map(|entry| cell(view, entry)).unwrap_or_default();
    let cells = COLUMNS.iter().chain(MORE_COLUMNS).map(of);
    let cells = std::iter::once(row.link.number.to_string()).chain(cells).chain([hex(&row.link.digest)]);
    line(out, cells.map(|cell| visible(cell.as_bytes())))
}

/// An entry as a line of JSON, with the very bytes that were chained as `entry`.
///
/// # Errors
///
/// What writing gives.
pub fn json_line(row: &Row, out: &mut dyn Write) -> io::Result<()> {
    let Link { number, previous, entry, digest } = &row.link;
    let (previous, digest) = (hex(previous), hex(digest));
    // What is no JSON any more was tampered with; it stands as the text that it is.
    let valid = serde_json::from_str::<serde::de::IgnoredAny>(entry).is_ok() && !entry.contains('\n');
    let entry = if valid { entry.clone() } else { serde_json::Value::from(entry.as_str()).to_string() };
    writeln!(out, r#"{{"number":{number},"previous":"{previous}","digest":"{digest}","entry":{entry}}}"#)
}

/// What a walk of the chain found.
#[must_use]
pub fn verdict(checked: &Checked, lang: Language) -> String {
    let mut text = String::new();
    for Break { number, fault } in &checked.breaks {
        let _ = match lang {
            Language::Swedish => writeln!(text, "Nr {number}: {}", self::fault(*fault).sv),
            Language::English => writeln!(text, "No. {number}: {}", self::fault(*fault).en),
        };
    }
    if checked.breaks.len() == MOST_BREAKS {
        text.push_str(words::words("… och kanske fler\n", "… and perhaps more\n").get(lang));
    }
    let (entries, head) = (checked.entries, hex(&checked.head));
    let _ = match (lang, checked.breaks.is_empty()) {
        (Language::Swedish, true) => writeln!(
            text,
            "Kedjan håller: {entries} poster. Senaste kontrollsumman är {head}\n\
             Anteckna den på annan plats: aktsam register check --head KONTROLLSUMMA visar sedan att inget före den har skrivits om."
        ),
        (Language::English, true) => writeln!(
            text,
            "The chain holds: {entries} entries. The last digest is {head}\n\
             Note it somewhere else: aktsam register check --head DIGEST shows later that nothing before it was rewritten."
        ),
        (Language::Swedish, false) => writeln!(text, "Kedjan är BRUTEN. {entries} poster lästa."),
        (Language::English, false) => writeln!(text, "The chain is BROKEN. {entries} entries read."),
    };
    text
}

fn fault(fault: Fault) -> Bilingual {
    match fault {
        Fault::Changed => {
            words::words("posten har ändrats sedan den skrevs", "the entry was changed after it was written")
        }
        Fault::Order => words::words(
            "posten följer inte på den före: poster har bytt plats eller skjutits in",
            "the entry does not follow the one before: entries were swapped or put in between",
        ),
        Fault::Missing => words::words("posten saknas", "the entry is missing"),
        Fault::Head => words::words(
            "är den sista, men den antecknade kontrollsumman finns inte i kedjan: den har skrivits om",
            "is the last one, but the digest that was noted is not in the chain: it was rewritten",
        ),
    }
}

/// A layer's name; its identifier when a newer version named it.
#[must_use]
pub fn layer(id: &str, lang: Language) -> &str {
    match id {
        "visible" => words::words("synligt", "visible").get(lang),
        "xmp" => "XMP",
        "c2pa" => "C2PA",
        "property" => words::words("dokumentegenskap", "document property").get(lang),
        id => id,
    }
}

/// What was confirmed, in words.
#[must_use]
pub fn confirmation(id: &str, lang: Language) -> &str {
    match id {
        "no-real-persons" => words::words("inga verkliga personer", "no real persons").get(lang),
        "not-misleading" => words::words("inte vilseledande", "not misleading").get(lang),
        "copyright" => words::words("upphovsrätt beaktad", "copyright considered").get(lang),
        id => id,
    }
}

fn line(out: &mut dyn Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    let mut line = String::new();
    for (index, cell) in cells.enumerate() {
        line.push_str(if index > 0 { ";" } else { "" });
        push_quoted(&mut line, &cell);
    }
    out.write_all((line + "\r\n").as_bytes())
}

fn join<'a>(ids: &'a [String], word: impl Fn(&'a str) -> &'a str) -> String {
    ids.iter().map(|id| word(id)).collect::<Vec<_>>().join(", ")
}

/// A moment in the zone of the view; as it stands when it is none.
fn time(view: &View, at: &str) -> String {
    let moment: Option<Timestamp> = at.parse().ok();
    let shown = moment.map(|at| at.to_zoned_datetime(view.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string());
    shown.unwrap_or_else(|| at.to_owned())
}
