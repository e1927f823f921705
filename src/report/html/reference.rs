//! The page's last parts: what the archivist looks for, and how each rule works.

use std::io::{self, Write};

use super::super::escape::Html;
use super::super::words;
use super::super::{Head, Rule, Totals, number};
use super::overview::{advice_table, counted};
use super::word;
use crate::judge::explain;
use crate::record::Verdict;

/// Signs for the archivist, with counts.
pub(super) fn archive(head: &Head, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
    let count = |id: &str| totals.flags.get(id).copied().unwrap_or(0);
    let signs = words::ARCHIVE.iter().map(|id| ((*id).to_owned(), words::flag(id), count(id)));
    let signs: Vec<_> = signs.filter(|(_, _, count)| *count > 0).collect();
    if signs.is_empty() {
        return write!(out, "<p>{}</p>", word(head, "archive.none"));
    }
    advice_table(head, "sign", "flag", &signs, out)?;
    write!(out, "<p><a href=\"#flag={}\">{}</a></p>", words::ARCHIVE.join(","), word(head, "archive.show"))
}

/// What each verdict means for the use of AI.
pub(super) fn meanings(head: &Head, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"<ul class=\"meanings\">")?;
    for verdict in Verdict::ALL.into_iter().rev() {
        write!(out, "<li><span class=\"v {}\"></span>", verdict.id())?;
        write!(out, "<span>{}</span></li>", Html(explain::verdict(verdict, head.lang)))?;
    }
    out.write_all(b"</ul>")
}

/// Every rule: how it works, the guideline's words, what it fires on and not.
pub(super) fn rules(head: &Head, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: Vec<&Rule> = head.guideline.rules.iter().collect();
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.verdict));
    for rule in rules {
        let files = totals.rules.get(&rule.id).copied().unwrap_or(0);
        let spoke = if files > 0 { " spoke" } else { "" };
        write!(out, "<details class=\"rule{spoke}\" id=\"rule-{}\"><summary>", Html(&rule.id))?;
        write!(out, "<span class=\"v {}\"><b>{}</b></span>", rule.verdict.id(), Html(&rule.title))?;
        write!(out, "<span class=\"faint\">{}", words::verdict_short(rule.verdict).get(head.lang))?;
        write!(out, ", {} {}</span></summary>", number(files, head.lang), counted(head, "files.count", files))?;
        write!(out, "<p>{}</p>", Html(&rule.text))?;
        for citation in rule.cites.iter().filter_map(|cite| head.guideline.citations.get(cite)) {
            out.write_all(b"<blockquote>")?;
            if !citation.quote.is_empty() {
                write!(out, "<p>{}</p>", Html(&citation.quote))?;
            }
            write!(out, "<cite>{}, {}</cite></blockquote>", Html(&citation.source), Html(&citation.section))?;
        }
        samples(word(head, "fires"), &rule.fires_on, out)?;
        samples(word(head, "silent"), &rule.silent_on, out)?;
        if !rule.remedy.is_empty() {
            write!(out, "<p><b>{}:</b> {}</p>", word(head, "to.do"), Html(&rule.remedy))?;
        }
        if files > 0 {
            write!(
                out,
                "<p><a href=\"#rule={}\">{} {}</a></p>",
                Html(&rule.id),
                number(files, head.lang),
                counted(head, "files.count", files)
            )?;
        }
        out.write_all(b"</details>")?;
    }
    Ok(())
}

fn samples(title: &str, samples: &[String], out: &mut dyn Write) -> io::Result<()> {
    if samples.is_empty() {
        return Ok(());
    }
    write!(out, "<p class=\"samples\"><b>{title}</b></p><ul>")?;
    for sample in samples {
        write!(out, "<li>{}</li>", Html(sample))?;
    }
    out.write_all(b"</ul>")
}
