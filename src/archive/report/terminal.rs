//! What the terminal shows when a check has ended.

use std::fmt::Write as _;

use super::super::codes;
use super::super::finding::Level;
use super::{Head, Summary, words as own};
use crate::archive::WHAT_IT_IS;
use crate::report::number;
use crate::report::words::words;

/// The check in some lines: whether it can be delivered, what stands, where the reports lie.
#[must_use]
pub fn terminal(head: &Head<'_>, summary: &Summary, reports: &[String]) -> String {
    let lang = head.lang;
    let mut text = String::new();
    let _ = writeln!(text, "{}", own::readiness(summary.readiness).get(lang));
    let _ = writeln!(text, "{}. {}", WHAT_IT_IS.get(lang), own::meaning(summary.readiness).get(lang));
    let _ = writeln!(text, "\n{:>8}  {}", number(summary.files as u64, lang), words("filer", "files").get(lang));
    for level in [Some(Level::Block), Some(Level::Warn), Some(Level::Review), Some(Level::Info), None] {
        let count = summary.worst.get(&level).copied().unwrap_or(0);
        let _ = writeln!(text, "{:>8}  {}", number(count as u64, lang), own::level(level).get(lang));
    }
    let mut standing: Vec<_> = codes::CODES.iter().filter(|code| summary.standing(code.id) > 0).collect();
    standing.sort_by_key(|code| std::cmp::Reverse(head.policy.level(code.id)));
    if !standing.is_empty() {
        let _ = writeln!(text, "\n{}", words("Fynd", "Findings").get(lang));
    }
    for code in standing {
        let count = number(summary.standing(code.id) as u64, lang);
        let level = own::level(Some(head.policy.level(code.id))).get(lang);
        let _ = writeln!(text, "{count:>8}  {} – {level} [{}]", code.what.get(lang), code.id);
    }
    if summary.accepted() > 0 {
        let accepted = words("godtagna med namn och skäl", "accepted with name and reason").get(lang);
        let _ = writeln!(text, "{:>8}  {accepted}", number(summary.accepted() as u64, lang));
    }
    if !reports.is_empty() {
        text.push('\n');
    }
    for report in reports {
        let _ = writeln!(text, "{report}");
    }
    text
}
