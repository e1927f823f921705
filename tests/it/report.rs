//! Reports as people get them: the spreadsheet, and the page in a real browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aktsam::judge::explain::Language;
use aktsam::report::terminal::{Ended, Layout, summary};
use aktsam::report::{Format, Head, Totals, mail};

mod commands;
mod sample;
mod tables;

fn written(format: &str, lang: Language) -> String {
    String::from_utf8(bytes(format, lang)).unwrap()
}

fn bytes(format: &str, lang: Language) -> Vec<u8> {
    let mut out = Vec::new();
    let format = Format::named(format).unwrap();
    format.write(&sample::head(lang), &mut sample::rows().into_iter(), &mut out).unwrap();
    out
}

#[test]
fn the_spreadsheet_is_as_swedish_excel_opens_it() {
    let csv = written("csv", Language::Swedish);
    assert!(csv.starts_with('\u{feff}'));
    assert!(csv.lines().all(|line| !line.contains('\u{1b}')));
    insta::assert_snapshot!(csv.replace('\r', "␍"));
}

fn totals() -> Totals {
    let mut totals = Totals::default();
    for row in sample::rows() {
        totals.add(&row);
    }
    totals
}

#[test]
fn the_summary_is_calm_and_adds_up() {
    let head = sample::head(Language::Swedish);
    let totals = totals();
    assert_eq!(totals.statuses.values().sum::<u64>(), totals.seen);
    let took = std::time::Duration::from_secs(252);
    let ended = Ended { took, unchanged: 4, reused: 1, reports: vec!["ut/report.html".into(), "ut/report.csv".into()] };
    insta::assert_snapshot!(summary(&head, &totals, &ended, Layout::default()));
}

#[test]
fn the_mail_says_whose_files_and_what_to_do() {
    let selection = vec!["det som är nytt".to_owned()];
    let head = Head { owner: Some("Socialförvaltningen".into()), selection, ..sample::head(Language::Swedish) };
    let body = mail::body(&head, &totals());
    assert!(body.lines().all(|line| line.chars().count() <= 72), "{body}");
    insta::assert_snapshot!(body);
}

#[test]
fn one_is_said_as_one() {
    let head = sample::head(Language::Swedish);
    let mut totals = Totals::default();
    sample::rows()
        .iter()
        .filter(|row| row.path.ends_with("Klasslista.xlsx".as_bytes()))
        .for_each(|row| totals.add(row));
    let ended = Ended { unchanged: 1, ..Ended::default() };
    let said = summary(&head, &totals, &ended, Layout::default());
    for words in
        ["1 fil sedd", "1 ändrad, 1 striktare bedömd\n", "1 läst i sin helhet, 1 oförändrad och inte läst igen"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(said.contains("1 ny eller höjd fil är känslig"), "{said}");
}

#[test]
fn json_lines_give_every_name_back() {
    let lines = written("jsonl", Language::Swedish);
    let paths: Vec<Vec<u8>> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|line| aktsam::report::escape::bytes(line["path"].as_str().unwrap()))
        .collect();
    let given: Vec<Vec<u8>> = sample::rows().into_iter().map(|row| row.path).collect();
    assert_eq!(paths, given);
}

#[test]
fn the_page_loads_nothing_and_stays_whole() {
    let page = written("html", Language::Swedish);
    assert!(page.contains("default-src 'none'"));
    assert_eq!(page.matches("</script>").count(), 3, "names end no script");
    for outside in ["http://", "https://", "<link", "<img", "<iframe", " style=\"", " onclick="] {
        assert!(!page.contains(outside), "{outside}");
    }
}

/// The page's DOM after its script ran, opened at `fragment`; `None` without Chromium.
fn opened(page: &str, fragment: &str) -> Option<String> {
    opened_beside(page, fragment, &[])
}

/// The same, with other files in the page's folder.
fn opened_beside(page: &str, fragment: &str, others: &[(&str, &str)]) -> Option<String> {
    let browser = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path);
    let Some(browser) = browser else {
        eprintln!("SKIPPED: no chromium on PATH, so the report page was not opened in a browser");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    fs::write(&file, page).unwrap();
    for (name, text) in others {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--v=0", "--timezone=Europe/Stockholm", "--dump-dom"])
        .arg("--virtual-time-budget=30000")
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}#{fragment}", file.display()))
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    let complaints: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(complaints.is_empty(), "{complaints:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file: &PathBuf| Path::is_file(file))
}

/// The names in the list, in the order they stand.
fn names(list: &str) -> Vec<&str> {
    let buttons = list.split("aria-expanded=").skip(1);
    buttons.map(|button| button.split_once('>').unwrap().1.split_once("</button>").unwrap().0).collect()
}

/// The table of the list.
fn list(dom: &str) -> &str {
    dom.split_once("id=\"list\"").unwrap().1.split_once("id=\"pages\"").unwrap().0
}

#[test]
fn the_list_filters_and_sorts_by_its_address() {
    let page = written("html", Language::Swedish);
    for (fragment, expected) in [
        ("verdict=secret", vec!["Utredning; v2.docx"]),
        ("rule=personnummer&sort=path", vec!["=cmd|'C calc'!A0.csv", "Klasslista.xlsx"]),
        ("rule=personnummer&sort=-path", vec!["Klasslista.xlsx", "=cmd|'C calc'!A0.csv"]),
        ("change=raised", vec!["Klasslista.xlsx"]),
        ("change=lowered", vec!["Före detta.docx"]),
        ("change=gone", vec!["Borta.docx"]),
        ("owner=Socialförvaltningen&verdict=secret,personal", vec!["Utredning; v2.docx", "Före detta.docx"]),
        ("folder=Kansli", vec!["Protokoll 2025-03-12.pdf"]),
        ("root=1&cause=encrypted", vec!["Låst.pdf"]),
        ("cause=image-only", vec!["Inskannat.pdf"]),
        ("flag=declared-pdfa", vec!["Protokoll 2025-03-12.pdf"]),
        ("flag=declared-pdfa,encrypted", vec!["Låst.pdf", "Protokoll 2025-03-12.pdf"]),
        ("kind=PNG-bild", vec!["Torget.png"]),
        ("since=2026-11-24&verdict=secret", vec!["Utredning; v2.docx"]),
        ("q=kommunikation/ny", vec!["Nyhet.docx"]),
        ("decision=holds", vec!["Före detta.docx"]),
        ("decision=lapsed", vec!["Klasslista.xlsx"]),
        ("q=finns inte", vec![]),
    ] {
        let Some(dom) = opened(&page, fragment) else { return };
        assert_eq!(names(list(&dom)), expected, "{fragment}");
    }
}

#[test]
fn hostile_names_are_shown_and_do_nothing() {
    let page = written("html", Language::Swedish);
    let Some(dom) = opened(&page, "verdict=internal&open=0") else { return };
    let list = list(&dom);
    assert!(list.contains("&lt;img src=x onerror=alert(1)&gt;\\x0a\\x1b[31m\\u{202e}fdp.exe \\xe5.pdf"), "{list}");
    assert!(list.contains("&lt;/script&gt;&lt;script&gt;document.title='owned'&lt;/script&gt;"));
    assert!(dom.contains("<title>Får filerna möta AI? – aktsam</title>"));
    assert!(!dom.contains("<img"));
}

#[test]
fn an_opened_file_shows_evidence_words_and_remedy() {
    let page = written("html", Language::English);
    let Some(dom) = opened(&page, "verdict=secret&open=0") else { return };
    let list = list(&dom);
    for shown in [
        "<code>S••••••••</code> – page 1, table 1, row 1, column 2, high confidence",
        "and 2 more",
        "Sekretessbelagd information får aldrig användas",
        "7 Informationssäkerhet",
        "Håll filen utanför AI.",
        "aria-expanded=\"true\"",
        "aria-sort=\"descending\"",
    ] {
        assert!(list.contains(shown), "{shown}: {list}");
    }
    assert!(dom.contains("Showing 1–1 of 1 files"));
}

/// The page as it is checked for accessibility: with the checker beside it, and in one of its colourings.
fn checked(page: &str, dark: bool) -> String {
    let (before, policy) = page.split_once("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
    let (_, after) = policy.split_once('\n').unwrap();
    let run = "<script src=\"axe.min.js\"></script><script>
        for (const rule of document.querySelectorAll('details')) rule.open = true;
        axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((found) => {
          const said = document.createElement('pre');
          said.id = 'found';
          said.textContent = JSON.stringify(found.violations.map((v) => [v.id, v.nodes.map((n) => n.target + n.failureSummary)]));
          document.body.append(said);
        });</script></body>";
    let page = format!("{before}{after}").replace("</body>", run);
    if dark { page.replace("(prefers-color-scheme: dark)", "all") } else { page }
}

#[test]
fn the_page_is_accessible() {
    let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/node_modules/axe-core/axe.min.js");
    let Ok(axe) = fs::read_to_string(&axe) else {
        eprintln!("SKIPPED: no {}, so the page was not checked for accessibility", axe.display());
        return;
    };
    let page = written("html", Language::Swedish);
    for (dark, fragment) in [(false, "verdict=secret&open=0"), (true, "verdict=sensitive&open=1"), (false, "files")] {
        let Some(dom) = opened_beside(&checked(&page, dark), fragment, &[("axe.min.js", &axe)]) else { return };
        let found = dom.split_once("<pre id=\"found\">").unwrap().1.split_once("</pre>").unwrap().0;
        assert_eq!(found, "[]", "dark: {dark}, #{fragment}");
    }
}

#[test]
fn a_hundred_thousand_files_open() {
    let mut page = Vec::new();
    let html = Format::named("html").unwrap();
    html.write(&sample::head(Language::Swedish), &mut sample::many(100_000), &mut page).unwrap();
    assert!(page.len() < 60_000_000, "{} bytes", page.len());
    let Some(dom) = opened(&String::from_utf8(page).unwrap(), "verdict=secret&owner=Skola&page=7") else { return };
    assert!(dom.contains("Visar 601–700 av 1&nbsp;000 filer"), "{}", list(&dom));
}
