//! What stands on the terminal after a scan.

use std::fmt::Write as _;
use std::time::Duration;

use super::escape::visible;
use super::words::{self, counted, terminal};
use super::{Change, Guideline, Head, Rule, Totals, number};
use crate::judge::explain::Language;
use crate::record::{Status, Verdict};

/// How text is laid out on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Columns to fill.
    pub width: usize,
    /// Whether headings may be bold. Nothing is said by it alone.
    pub bold: bool,
}

impl Default for Layout {
    fn default() -> Self {
        Self { width: 80, bold: false }
    }
}

impl Layout {
    /// A heading.
    pub(super) fn heading(self, text: &str) -> String {
        if self.bold { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Bilingual broken into lines that fit, the first after `first`, the rest after as many spaces.
    pub(super) fn paragraph(self, first: &str, text: &str) -> String {
        let indent = first.chars().count();
        let room = self.width.clamp(40, 100).saturating_sub(indent);
        let mut written = first.to_owned();
        let mut used = 0;
        for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
            let length = word.chars().count();
            if used > 0 && used + 1 + length > room {
                let _ = write!(written, "\n{:indent$}", "");
                used = 0;
            }
            if used > 0 {
                written.push(' ');
                used += 1;
            }
            written.push_str(word);
            used += length;
        }
        written.push('\n');
        written
    }
}

/// A run that has ended, beside what its files were judged.
#[derive(Clone, Debug, Default)]
pub struct Ended {
    /// How long it took.
    pub took: Duration,
    /// Files that had not changed and were not read again.
    pub unchanged: u64,
    /// Files whose content was known from another file or another night.
    pub reused: u64,
    /// Where the reports lie.
    pub reports: Vec<String>,
}

/// The summary of a run: totals, what is new, what to do, and where the reports lie.
#[must_use]
pub fn summary(head: &Head, totals: &Totals, ended: &Ended, layout: Layout) -> String {
    let say = |key| terminal(key, head.lang);
    let mut text = String::new();
    let seen = counted("seen", totals.seen, head.lang);
    let title = format!("{} {seen} {} {}", number(totals.seen, head.lang), say("in"), duration(ended.took, head.lang));
    let _ = writeln!(text, "\n{}\n", layout.heading(&title));
    verdicts(head, totals, &mut text);
    text.push('\n');
    let mut rows = vec![(say("since"), since(head, totals)), (say("reading"), reading(head, totals, ended))];
    rows.extend(steps(head, totals).into_iter().map(|step| (say("next"), step)));
    rows.extend(ended.reports.iter().map(|path| (say("report"), visible(path.as_bytes()))));
    named(&rows, layout, &mut text);
    for root in &head.roots {
        if let Some(fault) = &root.fault {
            text.push_str(
                &layout.paragraph("", &format!("{}: {}: {fault}", say("fault"), visible(root.name.as_bytes()))),
            );
        }
    }
    if head.started.is_some() && head.ended.is_none() {
        text.push_str(&layout.paragraph("", say("interrupted")));
    }
    text
}

/// What is said under a few names, in two columns; a name stands once for what follows it.
pub(super) fn named(rows: &[(&str, String)], layout: Layout, text: &mut String) {
    let column = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0) + 2;
    let mut before = "";
    for (name, said) in rows {
        let shown = if *name == before { "" } else { name };
        text.push_str(&layout.paragraph(&format!("{shown:column$}"), said));
        before = name;
    }
}

/// What a run under way has done: `12 438 filer, 1 203/s, 4 min 12 s kvar  Skola/Klasser`.
///
/// `expected` is how many files earlier runs knew, 0 when none: then no time is promised.
#[must_use]
pub fn progress(finished: u64, expected: u64, folder: &[u8], took: Duration, lang: Language) -> String {
    let rate = u128::from(finished) * 1000 / took.as_millis().max(1);
    let files = counted("files", finished, lang);
    let rate_shown = number(u64::try_from(rate).unwrap_or(u64::MAX), lang);
    let mut line = format!("{} {files}, {rate_shown}/s", number(finished, lang));
    let left = u128::from(expected.saturating_sub(finished)).checked_div(rate).unwrap_or(0);
    if let Ok(seconds @ 1..) = u64::try_from(left) {
        let _ = write!(line, ", {} {}", duration(Duration::from_secs(seconds), lang), terminal("left", lang));
    }
    let _ = write!(line, "  {}", visible(folder));
    line
}

/// How a rule works, for a terminal.
#[must_use]
pub fn rule(rule: &Rule, guideline: &Guideline, lang: Language, layout: Layout) -> String {
    let say = |key| terminal(key, lang);
    let title = format!("{} {} [{}]", mark(rule.verdict), rule.title, rule.id);
    let mut text = format!("{}\n", layout.heading(&title));
    text.push_str(&layout.paragraph("", words::verdict(rule.verdict).get(lang)));
    text.push('\n');
    text.push_str(&layout.paragraph("", &rule.text));
    text.push_str(&quotes(&rule.cites, guideline, "", lang, layout));
    text.push_str(&layout.paragraph("", &format!("{}: {}", say("todo"), rule.remedy)));
    for (title, samples) in [(say("fires"), &rule.fires_on), (say("silent"), &rule.silent_on)] {
        let _ = writeln!(text, "\n{}", layout.heading(title));
        for sample in samples {
            text.push_str(&layout.paragraph("  – ", &sample.trim().lines().collect::<Vec<_>>().join(" ¶ ")));
        }
    }
    text
}

/// The guideline's own words, each with where they stand, a paragraph each.
pub(super) fn quotes(cites: &[String], guideline: &Guideline, first: &str, lang: Language, layout: Layout) -> String {
    let citations = cites.iter().filter_map(|cite| guideline.citations.get(cite));
    let quoted = citations.map(|citation| {
        let quote = if citation.quote.is_empty() { String::new() } else { format!("”{}” ", citation.quote) };
        let words = format!("{}: {quote}({}, {})", terminal("guideline", lang), citation.source, citation.section);
        layout.paragraph(first, &words)
    });
    quoted.collect()
}

/// The mark of a verdict: its filling grows with the restriction.
#[must_use]
pub fn mark(verdict: Verdict) -> char {
    match verdict {
        Verdict::Open => '○',
        Verdict::Undetermined => '◌',
        Verdict::Internal => '◔',
        Verdict::Personal => '◑',
        Verdict::Sensitive => '◕',
        Verdict::Secret => '●',
    }
}

/// A line per verdict: its mark, its name, how many files, and how many more or fewer than before.
pub(super) fn verdicts(head: &Head, totals: &Totals, text: &mut String) {
    let names = Verdict::ALL.map(|verdict| words::verdict(verdict).get(head.lang));
    let column = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let figures = number(totals.seen, head.lang).chars().count().max(4);
    for (verdict, name) in Verdict::ALL.iter().zip(names).rev() {
        let count = totals.of(*verdict);
        let before = totals.before.get(verdict).copied().unwrap_or(0);
        let change = match (head.previous, count.cmp(&before)) {
            (None, _) | (_, std::cmp::Ordering::Equal) => String::new(),
            (_, std::cmp::Ordering::Greater) => format!("  +{}", number(count - before, head.lang)),
            (_, std::cmp::Ordering::Less) => format!("  −{}", number(before - count, head.lang)),
        };
        let _ = writeln!(text, "  {} {name:column$}  {:>figures$}{change}", mark(*verdict), number(count, head.lang));
    }
}

/// What became of the files since the run before.
pub(super) fn since(head: &Head, totals: &Totals) -> String {
    let say = |key| terminal(key, head.lang);
    if head.previous.is_none() {
        return say("since.first").to_owned();
    }
    let counts = [
        ("new", totals.changed(Change::New)),
        ("changed", totals.changed(Change::Changed)),
        ("gone", totals.changed(Change::Gone)),
        ("raised", totals.raised),
        ("lowered", totals.lowered),
    ];
    let said = listed(head.lang, counts.into_iter().map(|(key, count)| (count, counted(key, count, head.lang))));
    if said.is_empty() { say("since.none").to_owned() } else { said }
}

fn reading(head: &Head, totals: &Totals, ended: &Ended) -> String {
    let statuses = Status::ALL.iter().map(|status| {
        let count = totals.statuses.get(status).copied().unwrap_or(0);
        (count, words::status_of(*status, count).get(head.lang))
    });
    let spared = [
        (totals.members, counted("members", totals.members, head.lang)),
        (ended.unchanged, counted("unchanged", ended.unchanged, head.lang)),
        (ended.reused, counted("reused", ended.reused, head.lang)),
    ];
    listed(head.lang, statuses.chain(spared))
}

/// What to do, most pressing first; never nothing.
pub(super) fn steps(head: &Head, totals: &Totals) -> Vec<String> {
    // At the first run every file is new, which says nothing of them.
    let urgent = if head.previous.is_none() { "next.first" } else { "next.urgent" };
    let counts = [
        (urgent, totals.urgent),
        ("next.folders", totals.aggregated()),
        ("next.unread", totals.of(Verdict::Undetermined)),
    ];
    let steps = counts.into_iter().filter(|(_, count)| *count > 0);
    let steps: Vec<String> =
        steps.map(|(key, count)| format!("{} {}", number(count, head.lang), counted(key, count, head.lang))).collect();
    if steps.is_empty() { vec![terminal("next.none", head.lang).to_owned()] } else { steps }
}

fn listed<'a>(lang: Language, counts: impl Iterator<Item = (u64, &'a str)>) -> String {
    let said = counts.filter(|(count, _)| *count > 0).map(|(count, what)| format!("{} {what}", number(count, lang)));
    said.collect::<Vec<_>>().join(", ")
}

/// `42 s`, `4 min 12 s`, `3 h 7 min`; below ten seconds with a decimal.
fn duration(took: Duration, lang: Language) -> String {
    let seconds = took.as_secs();
    match seconds {
        0..10 => {
            let tenths = took.as_millis() / 100;
            let point = if lang == Language::Swedish { ',' } else { '.' };
            format!("{}{point}{} s", tenths / 10, tenths % 10)
        }
        10..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_durations_as_people_do() {
        for (millis, said) in
            [(0, "0,0 s"), (1_450, "1,4 s"), (42_000, "42 s"), (252_000, "4 min 12 s"), (11_220_000, "3 h 7 min")]
        {
            assert_eq!(duration(Duration::from_millis(millis), Language::Swedish), said);
        }
    }

    #[test]
    fn promises_time_only_when_it_knows() {
        let second = Duration::from_secs(2);
        let known = progress(2_400, 60_000, b"Skola/\x1b", second, Language::Swedish);
        assert_eq!(known, "2\u{a0}400 filer, 1\u{a0}200/s, 48 s kvar  Skola/\\x1b");
        assert_eq!(progress(10, 0, b"", second, Language::English), "10 files, 5/s  ");
    }

    #[test]
    fn breaks_lines_where_they_fit() {
        let layout = Layout { width: 40, bold: false };
        let text = layout.paragraph("Att göra  ", "ett två tre fyra fem sex sju åtta nio tio elva");
        assert_eq!(text, "Att göra  ett två tre fyra fem sex sju\n          åtta nio tio elva\n");
    }
}
