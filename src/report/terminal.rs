//! What stands on the terminal after a scan.

use std::fmt::Write as _;
use std::time::Duration;

use super::escape::visible;
use super::words::{self, Lang, terminal};
use super::{Change, Head, Totals, number};
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

    /// Words broken into lines that fit, the first after `first`, the rest after as many spaces.
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

/// The summary of a run: totals, what is new, what to do, and where the reports lie.
#[must_use]
pub fn summary(head: &Head, totals: &Totals, took: Duration, reports: &[String], layout: Layout) -> String {
    let say = |key| terminal(key, head.lang);
    let mut text = String::new();
    let seen = if totals.seen == 1 { say("seen.one") } else { say("seen") };
    let title = format!("{} {seen} {} {}", number(totals.seen, head.lang), say("in"), duration(took, head.lang));
    let _ = writeln!(text, "\n{}\n", layout.heading(&title));
    verdicts(head, totals, &mut text);
    text.push('\n');
    let mut rows = vec![(say("since"), since(head, totals)), (say("reading"), reading(head, totals))];
    rows.extend(steps(head, totals).into_iter().map(|step| (say("next"), step)));
    rows.extend(reports.iter().map(|path| (say("report"), visible(path.as_bytes()))));
    let column = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0) + 2;
    let mut before = "";
    for (name, said) in rows {
        let shown = if name == before { "" } else { name };
        text.push_str(&layout.paragraph(&format!("{shown:column$}"), &said));
        before = name;
    }
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

fn verdicts(head: &Head, totals: &Totals, text: &mut String) {
    let names = Verdict::ALL.map(|verdict| words::verdict(verdict).get(head.lang));
    let column = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let figures = number(totals.seen, head.lang).chars().count().max(4);
    for (verdict, name) in Verdict::ALL.iter().zip(names).rev() {
        let count = totals.of(*verdict);
        let before = head.before.get(verdict).copied().unwrap_or(0);
        let change = match (head.previous, count.cmp(&before)) {
            (None, _) | (_, std::cmp::Ordering::Equal) => String::new(),
            (_, std::cmp::Ordering::Greater) => format!("  +{}", number(count - before, head.lang)),
            (_, std::cmp::Ordering::Less) => format!("  −{}", number(before - count, head.lang)),
        };
        let _ = writeln!(text, "  {} {name:column$}  {:>figures$}{change}", mark(*verdict), number(count, head.lang));
    }
}

fn since(head: &Head, totals: &Totals) -> String {
    let say = |key| terminal(key, head.lang);
    if head.previous.is_none() {
        return say("since.first").to_owned();
    }
    let counts = [
        (totals.changed(Change::New), say("new")),
        (totals.changed(Change::Changed), say("changed")),
        (totals.changed(Change::Gone), say("gone")),
        (totals.raised, say("raised")),
        (totals.lowered, say("lowered")),
    ];
    let said = listed(head.lang, counts.into_iter());
    if said.is_empty() { say("since.none").to_owned() } else { said }
}

fn reading(head: &Head, totals: &Totals) -> String {
    let all = [Status::Ok, Status::Partial, Status::Error, Status::Limit, Status::Skipped];
    let count = |status| totals.statuses.get(status).copied().unwrap_or(0);
    listed(head.lang, all.iter().map(|status| (count(status), words::status(*status).get(head.lang))))
}

fn steps(head: &Head, totals: &Totals) -> Vec<String> {
    let say = |key| terminal(key, head.lang);
    let counts = [
        (totals.urgent, say("next.urgent")),
        (totals.aggregated(), say("next.folders")),
        (totals.of(Verdict::Undetermined), say("next.unread")),
    ];
    let steps = counts.into_iter().filter(|(count, _)| *count > 0);
    let steps: Vec<String> = steps.map(|(count, what)| format!("{}: {what}", number(count, head.lang))).collect();
    if steps.is_empty() { vec![say("next.none").to_owned()] } else { steps }
}

fn listed<'a>(lang: Lang, counts: impl Iterator<Item = (u64, &'a str)>) -> String {
    let said = counts.filter(|(count, _)| *count > 0).map(|(count, what)| format!("{} {what}", number(count, lang)));
    said.collect::<Vec<_>>().join(", ")
}

/// `42 s`, `4 min 12 s`, `3 h 7 min`; below ten seconds with a decimal.
fn duration(took: Duration, lang: Lang) -> String {
    let seconds = took.as_secs();
    match seconds {
        0..10 => {
            let tenths = took.as_millis() / 100;
            let point = if lang == Lang::Sv { ',' } else { '.' };
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
            assert_eq!(duration(Duration::from_millis(millis), Lang::Sv), said);
        }
    }

    #[test]
    fn breaks_lines_where_they_fit() {
        let layout = Layout { width: 40, bold: false };
        let text = layout.paragraph("Att göra  ", "ett två tre fyra fem sex sju åtta nio tio elva");
        assert_eq!(text, "Att göra  ett två tre fyra fem sex sju\n          åtta nio tio elva\n");
    }
}
