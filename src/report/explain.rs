//! Why one file has its verdict, for who has the file at hand.

use std::fmt::Write as _;
use std::ops::Range;

use super::escape::visible;
use super::terminal::{Layout, mark, quotes};
use super::words::{self, Advice, terminal};
use super::{Guideline, number};
use crate::document::Text;
use crate::finding::Finding;
use crate::judge::explain::{self, Language, Reader};
use crate::judge::{Policy, Rule};
use crate::record::{Member, Reason, Record, Verdict};

/// Findings of a reason that are shown; the rest are counted.
const SHOWN: usize = 5;

/// Members of an archive that are shown, the most restricted first; the rest are counted.
const MEMBERS: usize = 20;

/// Characters shown on each side of a finding.
const AROUND: usize = 70;

/// A file that is explained.
#[derive(Clone, Copy, Debug)]
pub struct Explanation<'a> {
    /// What the file is called.
    pub name: &'a [u8],
    /// What was found in it.
    pub record: &'a Record,
    /// Its text, for excerpts; `None` when none is to be shown.
    pub text: Option<&'a Text>,
    /// Everything found in the text, so that no excerpt shows what another finding covers.
    pub found: &'a [Finding],
    /// Whether excerpts show the values themselves.
    pub reveal: bool,
    /// What it was judged by.
    pub guideline: &'a Guideline,
    /// The policy behind the guideline, for what its rules say to each reader.
    pub policy: &'a Policy,
    /// Who reads; `None` for everyone.
    pub reader: Option<Reader>,
    /// The language.
    pub lang: Language,
    /// How it is laid out.
    pub layout: Layout,
}

impl Explanation<'_> {
    /// The explanation, for a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        let verdict = self.record.verdict;
        let _ = writeln!(out, "{}", visible(self.name));
        out.push_str(&self.layout.paragraph(&format!("{} ", mark(verdict)), explain::verdict(verdict, self.lang)));
        self.reasons(&mut out);
        self.unread(&mut out);
        self.members(&mut out);
        if self.is_for(Reader::Archivist) {
            self.for_archivist(&mut out);
        }
        self.beside(&mut out);
        self.about(&mut out);
        out
    }

    fn is_for(&self, reader: Reader) -> bool {
        self.reader.is_none_or(|wanted| wanted == reader)
    }

    fn say(&self, key: &'static str) -> &'static str {
        terminal(key, self.lang)
    }

    fn heading(&self, title: &str, out: &mut String) {
        let _ = writeln!(out, "\n{}", self.layout.heading(title));
    }

    fn reasons(&self, out: &mut String) {
        if self.record.reasons.is_empty() && self.record.verdict != Verdict::Open {
            return;
        }
        self.heading(self.say("why"), out);
        if self.record.reasons.is_empty() {
            out.push_str(&self.layout.paragraph("  ", self.say("why.none")));
        }
        for (index, reason) in self.record.reasons.iter().enumerate() {
            if index > 0 {
                out.push('\n');
            }
            self.reason(index + 1, reason, out);
        }
    }

    fn reason(&self, number_of: usize, reason: &Reason, out: &mut String) {
        let name = self.guideline.title(&reason.rule);
        let verdict = words::verdict_short(reason.verdict).get(self.lang);
        out.push_str(
            &self.layout.paragraph(&format!("  {number_of}. "), &format!("{name} ({verdict}) [{}]", reason.rule)),
        );
        let rule = self.policy.rule(&reason.rule);
        let explanation = rule.map_or("", |rule| rule.words(self.lang).explanation.as_str());
        out.push_str(&self.layout.paragraph("     ", explanation));
        if self.is_for(Reader::Officer) {
            self.evidence(reason, rule, out);
        }
        let remedy = self.guideline.rule(&reason.rule).map_or("", |rule| rule.remedy.as_str());
        if !remedy.is_empty() && self.is_for(Reader::Employee) {
            out.push_str(&self.layout.paragraph("     ", &format!("{}: {remedy}", self.say("todo"))));
        }
    }

    /// What a reason rests on, how sure that is, and the guideline's and the law's words.
    fn evidence(&self, reason: &Reason, rule: Option<&Rule>, out: &mut String) {
        for finding in reason.findings.iter().take(SHOWN) {
            self.finding(finding, out);
        }
        if let Some(left @ 1..) = reason.findings.len().checked_sub(SHOWN) {
            let _ = writeln!(out, "     – {} {}", self.say("more"), number(left as u64, self.lang));
        }
        if let Some(rule) = rule {
            let sure = rule.to(Reader::Officer, self.lang);
            out.push_str(&self.layout.paragraph("     ", &format!("{}: {sure}", self.say("sure"))));
            if let Some(osl) = &rule.osl {
                out.push_str(&self.layout.paragraph("     ", &explain::secrecy(osl, self.lang)));
            }
        }
        out.push_str(&quotes(&reason.cites, self.guideline, "     ", self.lang, self.layout));
    }

    /// What the archivist checks, each thing once.
    fn for_archivist(&self, out: &mut String) {
        let rules = self.record.reasons.iter().filter_map(|reason| self.policy.rule(&reason.rule));
        let mut said: Vec<&str> = Vec::new();
        for rule in rules {
            let words = rule.to(Reader::Archivist, self.lang);
            if !said.contains(&words) {
                said.push(words);
            }
        }
        if said.is_empty() {
            return;
        }
        self.heading(self.say("archivist"), out);
        for words in said {
            out.push_str(&self.layout.paragraph("  – ", words));
        }
    }

    fn finding(&self, finding: &Finding, out: &mut String) {
        let place = words::place(&finding.place, self.lang);
        let entity = words::entity(finding.entity, self.lang);
        let confidence = words::confidence(finding.confidence).get(self.lang);
        let line = format!("{entity}, {place} ({confidence}): {}", self.excerpt(finding));
        out.push_str(&self.layout.paragraph("     – ", &line));
    }

    /// The words around a finding with every found value covered, or the covered value alone.
    fn excerpt(&self, finding: &Finding) -> String {
        let shown = self.text.and_then(|text| {
            let (index, at) = &finding.at;
            let block = text.blocks.get(*index)?;
            block.text.get(at.clone()).filter(|value| !value.is_empty())?;
            let covered: Vec<Range<usize>> = if self.reveal {
                Vec::new()
            } else {
                self.found.iter().filter(|f| f.at.0 == *index).map(|f| f.at.1.clone()).collect()
            };
            Some(around(&block.text, at, &covered))
        });
        let alone = || finding.value.clone().filter(|_| self.reveal).unwrap_or_else(|| finding.masked.clone());
        visible(shown.unwrap_or_else(alone).as_bytes())
    }

    fn unread(&self, out: &mut String) {
        let error = self.record.error.as_deref().and_then(words::error);
        if error.is_none() && self.record.gaps.is_empty() {
            return;
        }
        self.heading(self.say("unread"), out);
        if let Some(advice) = error {
            self.advice("", advice, out);
        }
        for (cause, count) in super::causes(&self.record.gaps) {
            let first = self.record.gaps.iter().find(|gap| gap.cause == cause);
            let mut place = first.map_or_else(String::new, |gap| words::place(&gap.place, self.lang));
            if count > 1 {
                let _ = write!(place, " {} {}", self.say("more"), count - 1);
            }
            self.advice(&place, words::cause(cause), out);
        }
    }

    fn members(&self, out: &mut String) {
        if self.record.members.is_empty() {
            return;
        }
        self.heading(self.say("inside"), out);
        let mut members: Vec<&Member> = self.record.members.iter().collect();
        members.sort_by_key(|member| std::cmp::Reverse(member.record.verdict));
        for Member { name, record } in members.iter().take(MEMBERS) {
            let verdict = words::verdict_short(record.verdict).get(self.lang);
            let (kind, status) = (words::kind(record.kind, self.lang), words::status(record.status).get(self.lang));
            let line = format!("{}: {verdict}, {kind}, {status}", visible(name.as_bytes()));
            out.push_str(&self.layout.paragraph(&format!("  {} ", mark(record.verdict)), &line));
        }
        if let Some(left @ 1..) = members.len().checked_sub(MEMBERS) {
            let _ = writeln!(out, "  – {} {}", self.say("more"), number(left as u64, self.lang));
        }
    }

    fn beside(&self, out: &mut String) {
        let known = || super::flags(self.record).filter_map(words::flag);
        if known().next().is_none() {
            return;
        }
        self.heading(self.say("beside"), out);
        for advice in known() {
            self.advice("", advice, out);
        }
    }

    fn advice(&self, place: &str, advice: Advice, out: &mut String) {
        let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
        let said = format!("{}{place}. {}", advice.what.get(self.lang), advice.todo.get(self.lang));
        out.push_str(&self.layout.paragraph("  – ", &said));
    }

    fn about(&self, out: &mut String) {
        let record = self.record;
        self.heading(self.say("about"), out);
        let mut facts = vec![
            words::kind(record.kind, self.lang).to_owned(),
            format!("{} byte", number(record.size, self.lang)),
            words::status(record.status).get(self.lang).to_owned(),
        ];
        if record.units > 1 {
            facts.push(format!("{} {} {}", record.units_read, self.say("units"), record.units));
        }
        if record.persons > 0 {
            facts.push(format!("{} {}", record.persons, self.say("persons")));
        }
        out.push_str(&self.layout.paragraph("  ", &facts.join(", ")));
    }
}

/// The sentence around `at`, at most [`AROUND`] characters each way, with the `covered` ranges masked.
fn around(text: &str, at: &Range<usize>, covered: &[Range<usize>]) -> String {
    let is_covered = |index: usize| covered.iter().any(|range| range.contains(&index));
    let before: String = text[..at.start].chars().rev().take(AROUND).collect();
    let from = at.start - before.len();
    let sentence = text[from..at.start].rfind(['.', '!', '?', '\n']).map_or(from, |stop| {
        let stop = from + stop;
        stop + text[stop..].chars().next().map_or(0, char::len_utf8)
    });
    let after = text[at.end..].char_indices().nth(AROUND).map_or(text.len(), |(index, _)| at.end + index);
    let stop = text[at.end..after].find(['.', '!', '?', '\n']).map_or(after, |stop| at.end + stop + 1);
    let mut shown = String::new();
    if sentence == from && from > 0 {
        shown.push('…');
    }
    let mut in_word = false;
    for (index, c) in text[..stop].char_indices().skip_while(|(index, _)| *index < sentence) {
        let starts = c.is_alphabetic() && !in_word;
        in_word = c.is_alphanumeric();
        let hides = is_covered(index) && c.is_alphanumeric() && !starts;
        shown.push(if hides {
            '•'
        } else if c == '\t' {
            ' '
        } else {
            c
        });
    }
    if stop == after && after < text.len() {
        shown.push('…');
    }
    shown.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_cover_every_finding() {
        let text = "Inledning. Eleven Eva Ek har 19900101-2385 som nummer. Slut.";
        let at = |part: &str| text.find(part).map(|start| start..start + part.len()).unwrap();
        let covered = [at("Eva Ek"), at("19900101-2385")];
        let shown = around(text, &covered[1], &covered);
        assert_eq!(shown, "Eleven E•• E• har ••••••••-•••• som nummer.");
        assert_eq!(around(text, &covered[1], &[]), "Eleven Eva Ek har 19900101-2385 som nummer.");
    }

    #[test]
    fn a_sentence_far_into_a_text_begins_after_its_stop() {
        let text = format!("{} sa å. Eleven heter Eva Ek.", "å ".repeat(200));
        let start = text.find("Eva").unwrap();
        assert_eq!(around(&text, &(start..start + 6), &[]), "Eleven heter Eva Ek.");
    }

    #[test]
    fn long_sentences_are_cut_with_a_sign() {
        let text = format!("{} å19900101-2385å {}", "ö ".repeat(200), "ä ".repeat(200));
        let start = text.find("1990").unwrap();
        let shown = around(&text, &(start..start + 13), &[]);
        assert!(shown.starts_with('…') && shown.ends_with('…'));
        assert!(shown.chars().count() < 2 * AROUND + 20);
    }
}
