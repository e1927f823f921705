//! The check as one page that loads nothing and runs nothing: the answer first, then why, then every file.

use std::io::{self, Write};

use super::super::assess::{Assessment, Row};
use super::super::finding::{Finding, Level};
use super::super::survey::Depth;
use super::super::{WHAT_IT_IS, codes};
use super::{Head, Summary, csv, puid, said, screened, words as own};
use crate::report::escape::{Html, visible};
use crate::report::words::words;
use crate::report::{Bilingual, integrity, number};

const STYLE: &str = include_str!("page.css");

type Section = fn(&Page<'_>, &mut dyn Write) -> io::Result<()>;

/// The sections below the answer, with their anchors and titles.
const SECTIONS: &[(&str, Bilingual, Section)] = &[
    ("formats", words("Format", "Formats"), formats),
    ("blocks", words("Blockerar leverans", "Blocks the delivery"), blocks),
    ("review", words("Att åtgärda eller se över", "To mend or to review"), reviews),
    ("accepted", words("Godtaget", "Accepted"), accepted),
    ("ai", words("AI", "AI"), ai),
    ("duplicates", words("Dubbletter och versioner", "Duplicates and versions"), duplicates),
    ("diary", words("Diariet och planen", "The diary and the plan"), diary),
    ("unchecked", words("Inte kontrollerat", "Not checked"), unchecked),
    ("files", words("Alla filer", "Every file"), files),
];

struct Page<'a> {
    head: &'a Head<'a>,
    assessment: &'a Assessment,
    summary: &'a Summary,
}

impl Page<'_> {
    fn say(&self, sv: &'static str, en: &'static str) -> &'static str {
        words(sv, en).get(self.head.lang)
    }
}

pub(super) fn write(
    head: &Head<'_>,
    assessment: &Assessment,
    summary: &Summary,
    out: &mut dyn Write,
) -> io::Result<()> {
    let page = Page { head, assessment, summary };
    begin(&page, out)?;
    answer(&page, out)?;
    write!(out, "<nav><ul>")?;
    for (id, title, _) in SECTIONS {
        write!(out, "<li><a href=\"#{id}\">{}</a></li>", title.get(head.lang))?;
    }
    write!(out, "</ul></nav><main>")?;
    for (id, title, section) in SECTIONS {
        write!(out, "<section id=\"{id}\"><h2>{}</h2>", title.get(head.lang))?;
        section(&page, out)?;
        write!(out, "</section>")?;
    }
    writeln!(out, "</main></body></html>")
}

fn begin(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let policy = format!("default-src 'none'; style-src '{}'; base-uri 'none'; form-action 'none'", integrity(STYLE));
    let lang = page.say("sv", "en");
    write!(out, "<!DOCTYPE html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">")?;
    write!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")?;
    write!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    write!(out, "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\">")?;
    let title = page.say("Granskning inför arkivleverans", "Examination before delivery to the archive");
    write!(out, "<title>{title}: {}</title><style>{STYLE}</style></head><body>", Html(&page.head.folder))
}

/// Whether it can be delivered, and counts that sum to the files seen.
fn answer(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (head, summary, lang) = (page.head, page.summary, page.head.lang);
    write!(out, "<header><p class=\"mark\">aktsam {} · ", Html(head.version))?;
    let when = head.started.to_zoned_datetime(head.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    write!(out, "<time>{when}</time> · <code>{}</code></p>", Html(&head.folder))?;
    let readiness = own::readiness(summary.readiness).get(lang);
    write!(out, "<h1 class=\"{}\">{readiness}</h1>", summary.readiness.id())?;
    write!(
        out,
        "<p><span class=\"what\">{}.</span> {}</p>",
        WHAT_IT_IS.get(lang),
        own::meaning(summary.readiness).get(lang)
    )?;
    write!(
        out,
        "<table class=\"counts\"><thead><tr><th>{}</th>",
        page.say("Filer efter tyngsta fynd", "Files by gravest finding")
    )?;
    write!(out, "<th class=\"n\">{}</th></tr></thead><tbody>", page.say("Antal", "Number"))?;
    for level in [Some(Level::Block), Some(Level::Warn), Some(Level::Review), Some(Level::Info), None] {
        let count = summary.worst.get(&level).copied().unwrap_or(0);
        let name = own::level(level).get(lang);
        write!(out, "<tr><th scope=\"row\">{name}</th><td class=\"n\">{}</td></tr>", number(count as u64, lang))?;
    }
    write!(out, "</tbody><tfoot><tr><th scope=\"row\">{}</th>", page.say("Filer i mappen", "Files in the folder"))?;
    write!(out, "<td class=\"n\">{}</td></tr></tfoot></table>", number(summary.files as u64, lang))?;
    let bytes = number(summary.bytes, lang);
    let accepted = number(summary.accepted() as u64, lang);
    write!(out, "<p class=\"faint\">{bytes} byte. {}: {accepted}. ", page.say("Godtagna fynd", "Accepted findings"))?;
    let list = page.say("Formatlista", "List of formats");
    let policy = head.policy;
    write!(
        out,
        "{list}: <b>{}</b>, {} ({}). {}",
        Html(&policy.name),
        Html(&policy.source),
        Html(&policy.date),
        Html(&policy.note)
    )?;
    let isolation = page.say("Läsarna var isolerade", "Readers were confined");
    write!(out, " {}. {isolation}: {}.</p></header>", Html(head.pronom), Html(head.isolation))
}

fn formats(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    table(out, &["PUID", page.say("Format", "Format"), page.say("Filer", "Files"), page.say("Listan", "The list")])?;
    for format in &page.summary.formats {
        let puid = if format.puid.is_empty() { page.say("okänt", "unknown") } else { &format.puid };
        write!(out, "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td>", Html(puid), Html(&format.name))?;
        write!(out, "<td class=\"n\">{}</td>", number(format.files as u64, page.head.lang))?;
        write!(out, "<td>{}</td></tr>", own::reception(format.reception).get(page.head.lang))?;
    }
    end(out)
}

fn blocks(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    listed(page, out, |finding| finding.stands(Level::Block))
}

fn reviews(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    listed(page, out, |finding| finding.stands(Level::Review) && finding.level < Level::Block)
}

fn accepted(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    listed(page, out, |finding| finding.accepted.is_some())
}

/// Findings of a sort by what they are, with the files of each.
fn listed(page: &Page<'_>, out: &mut dyn Write, is: fn(&Finding) -> bool) -> io::Result<()> {
    let mut none = true;
    let mut kinds: Vec<_> = codes::CODES.iter().collect();
    kinds.sort_by_key(|code| std::cmp::Reverse(page.head.policy.level(code.id)));
    for code in kinds {
        let of_code = |finding: &&Finding| finding.code == code.id && is(finding);
        let files = page
            .assessment
            .rows
            .iter()
            .flat_map(|row| row.findings.iter().filter(of_code).map(|finding| (visible(&row.path), finding)));
        let beside = page.assessment.beside.iter().map(|beside| (beside.about.clone(), &beside.finding));
        let all: Vec<_> = files.chain(beside.filter(|(_, finding)| of_code(finding))).collect();
        if all.is_empty() {
            continue;
        }
        none = false;
        let lang = page.head.lang;
        let open = if all.len() <= 20 { " open" } else { "" };
        write!(
            out,
            "<details{open}><summary><b>{}</b> · {} · <code>{}</code><br><small>{}</small></summary><ul>",
            code.what.get(lang),
            number(all.len() as u64, lang),
            code.id,
            code.todo.get(lang)
        )?;
        for (about, finding) in all {
            write!(out, "<li><code>{}</code>", Html(&about))?;
            if let Some(detail) = &finding.detail {
                write!(out, " – {}", Html(detail))?;
            }
            if let Some(accepted) = &finding.accepted {
                let by = page.say("godtaget av", "accepted by");
                write!(
                    out,
                    " – {by} <b>{}</b>, {}: {}",
                    Html(&accepted.by),
                    Html(&accepted.at),
                    Html(&accepted.reason)
                )?;
            }
            write!(out, "</li>")?;
        }
        write!(out, "</ul></details>")?;
    }
    if none { nothing(page, out) } else { Ok(()) }
}

fn nothing(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<p>{}</p>", page.say("Inget.", "Nothing."))
}

fn ai(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let told = |row: &&Row| row.findings.iter().any(|finding| finding.code.starts_with("ai-"));
    write!(
        out,
        "<p class=\"faint\">{}</p>",
        page.say(
            "Tecken i filerna, i registret över märkningar och i tidigare genomsökningar; inte bevis. \
             I övriga filer är AI:s del okänd.",
            "Signs in the files, in the register of labels and in earlier scans; not proof. \
             In all other files AI's part is unknown.",
        )
    )?;
    let rows: Vec<&Row> = page.assessment.rows.iter().filter(told).collect();
    if rows.is_empty() {
        return nothing(page, out);
    }
    table(out, &[page.say("Fil", "File"), "AI", "C2PA"])?;
    for row in rows {
        let c2pa = match row.ai.c2pa {
            Some(true) => page.say("finns", "present"),
            Some(false) => page.say("saknas", "missing"),
            None => "–",
        };
        let said = csv::ai(row, page.head.lang);
        write!(
            out,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td class=\"word\">{c2pa}</td></tr>",
            Html(&visible(&row.path)),
            Html(&said)
        )?;
    }
    end(out)
}

fn duplicates(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    listed(page, out, |finding| ["duplicate", "near-duplicate", "version"].contains(&finding.code.as_str()))
}

fn diary(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    if !page.head.diary {
        write!(out, "<p>{}</p>", page.say("Inget diarium gavs (--diary).", "No diary was given (--diary)."))?;
    }
    if !page.head.plan {
        write!(out, "<p>{}</p>", page.say("Ingen plan gavs (--plan).", "No plan was given (--plan)."))?;
    }
    listed(page, out, |finding| {
        finding.code.starts_with("diary-") || finding.code.starts_with("plan-") || finding.code.starts_with("record-")
    })
}

fn unchecked(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let head = page.head;
    let lines = [
        (head.depth == Depth::Format, page.say(
            "Texten: bara format, kontrollsummor och namn granskades (--formats-only).",
            "The text: only formats, checksums and names were examined (--formats-only).",
        )),
        (head.depth == Depth::Whole, page.say(
            "Text i bilder och på inskannade sidor: den läses inte (ingen OCR).",
            "Text in pictures and on scanned pages: it is not read (no OCR).",
        )),
        (true, page.say(
            "Filer inuti filer (bilagor, arkivfiler): de får ett formatnamn men ingen egen rad.",
            "Files in files (attachments, archives): they are given a format's name, but no row of their own.",
        )),
        (!head.register, page.say(
            "Registret över AI-märkningar: det finns inget här, eller är tomt.",
            "The register of AI labels: there is none here, or it is empty.",
        )),
        (!head.verapdf, page.say(
            "PDF/A valideras inte. veraPDF tillfrågades inte; en fil utan avvikelser här kan ändå underkännas där.",
            "PDF/A is not validated. veraPDF was not asked; a file without deviations here may fail there all the same.",
        )),
        (!head.diary, page.say("Diariet: ingen export gavs.", "The diary: no export was given.")),
        (!head.plan, page.say("Bevara och gallra: ingen plan gavs.", "Keep and dispose: no plan was given.")),
        (true, page.say(
            "Om en handling är allmän, äkta, fullständig eller sekretessbelagd: det avgör en person.",
            "Whether a record is official, authentic, complete or under secrecy: a person decides that.",
        )),
        (true, page.say(
            "Andra format än PDF/A granskas inte mot sina specifikationer.",
            "Formats other than PDF/A are not examined against their specifications.",
        )),
    ];
    write!(out, "<ul>")?;
    for (_, line) in lines.iter().filter(|(is, _)| *is) {
        write!(out, "<li>{line}</li>")?;
    }
    write!(out, "</ul>")?;
    listed(page, out, |finding| {
        ["formats-only", "text-unread", "partly-read", "too-large", "limit", "reader-failed"]
            .contains(&finding.code.as_str())
    })
}

fn files(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let lang = page.head.lang;
    let titles = [
        page.say("Fil", "File"),
        page.say("Format", "Format"),
        page.say("Fynd", "Findings"),
        page.say("Storlek", "Size"),
    ];
    table(out, &titles)?;
    for row in &page.assessment.rows {
        write!(out, "<tr><th scope=\"row\"><code>{}</code>", Html(&visible(&row.path)))?;
        if let Some(sha256) = &row.sha256 {
            write!(out, "<br><small><code>{sha256}</code></small>")?;
        }
        let unknown = || page.say("okänt", "unknown").to_owned();
        write!(out, "</th><td>{}<br><small>{}", Html(&puid(row).unwrap_or_else(&unknown)), Html(&row.format_name))?;
        if let Some(screen) = &row.pdfa {
            write!(out, "<br>{}", Html(&screened(screen, lang)))?;
            let deviations = csv::deviations(row, lang);
            if !deviations.is_empty() {
                write!(out, ": {}", Html(&deviations))?;
            }
        }
        for inside in &row.inside {
            let puid = if inside.puids.is_empty() { unknown() } else { inside.puids.join(", ") };
            let within = page.say("i filen", "in the file");
            write!(out, "<br>{within}: {} ({})", Html(&visible(inside.name.as_bytes())), Html(&puid))?;
        }
        write!(out, "</small></td><td><ul>")?;
        for finding in &row.findings {
            let level = own::level(Some(finding.level)).get(lang);
            write!(out, "<li class=\"{}\"><b>{level}</b> {}</li>", finding.level.id(), Html(&said(finding, lang)))?;
        }
        write!(out, "</ul></td><td class=\"n\">{}</td></tr>", number(row.size, lang))?;
    }
    end(out)
}

fn table(out: &mut dyn Write, titles: &[&str]) -> io::Result<()> {
    write!(out, "<table><thead><tr>")?;
    for title in titles {
        write!(out, "<th scope=\"col\">{title}</th>")?;
    }
    write!(out, "</tr></thead><tbody>")
}

fn end(out: &mut dyn Write) -> io::Result<()> {
    write!(out, "</tbody></table>")
}
