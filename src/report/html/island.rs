//! The files as compact JSON: one array a file, with what recurs kept once in
//! tables. `page.js` reads the same order of fields.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::json;

use super::super::escape::{push_json, shown};
use super::super::folders::Folders;
use super::super::words::{self, Advice};
use super::super::{Change, Head, Row, causes, minute};
use crate::decision::Decision;
use crate::document::{Cause, Kind, Place};
use crate::finding::{Confidence, Entity, Finding};
use crate::judge::explain::Language;
use crate::record::{Reason, Status, Verdict};

/// Findings of a reason that the page shows; the rest are counted.
const SHOWN: usize = 5;

/// Distinct texts a table keeps; later ones stand in their rows. Bounds the
/// memory of a report whatever its files hold.
const KEPT: usize = 50_000;

/// The rows, and what recurs in them, by first occurrence.
#[derive(Debug, Default)]
pub(super) struct Rows {
    line: String,
    any: bool,
    folders: Folders,
    owners: Names,
    kinds: Table<Kind>,
    errors: Names,
    flags: Names,
    rules: Names,
    entities: Table<Entity>,
    causes: Table<Cause>,
    texts: Names,
    decisions: Vec<Decision>,
    /// Places that are in `texts`.
    places: HashMap<Place, usize>,
}

/// Codes, each once.
#[derive(Debug)]
struct Table<T>(Vec<T>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy + PartialEq> Table<T> {
    /// The code's number. There are few codes, so looking through them is quickest.
    fn number(&mut self, code: T) -> usize {
        self.0.iter().position(|known| *known == code).unwrap_or_else(|| {
            self.0.push(code);
            self.0.len() - 1
        })
    }
}

/// Names, each once.
#[derive(Debug, Default)]
struct Names {
    index: HashMap<String, usize>,
    order: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.index.get(name) {
            return *number;
        }
        self.index.insert(name.to_owned(), self.order.len());
        self.order.push(name.to_owned());
        self.order.len() - 1
    }
}

impl Rows {
    /// A row as it stands in the island, with what parts it from the one before.
    pub(super) fn row(&mut self, row: &Row, lang: Language) -> &str {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        line.push_str(if self.any { ",\n" } else { "\n" });
        self.any = true;
        self.fields(row, &mut line);
        self.reasons(&row.record.reasons, lang, &mut line);
        self.gaps(row, lang, &mut line);
        if let Some(decision) = &row.decision {
            let _ = write!(line, ",{}", self.decisions.len());
            self.decisions.push(decision.clone());
        }
        line.push(']');
        self.line = line;
        &self.line
    }

    fn fields(&mut self, row: &Row, line: &mut String) {
        let record = &row.record;
        let (folder, name) = row.split();
        // Writing to a string does not fail.
        let _ = write!(line, "[{},", self.folders.number(row.root, folder));
        push_json(line, &shown(name));
        let owner = optional(row.owner.as_deref().map(|owner| self.owners.number(owner)));
        let error = optional(record.error.as_deref().map(|error| self.errors.number(error)));
        let fields = [
            position(&Verdict::ALL, record.verdict),
            position(&Status::ALL, record.status),
            field(self.kinds.number(record.kind)),
            position(&Change::ALL, row.change),
            row.previous.map_or(-1, |before| position(&Verdict::ALL, before)),
            owner,
            seconds(row.modified),
            seconds(row.first_seen),
            i64::try_from(record.size).unwrap_or(i64::MAX),
            error,
            i64::from(record.persons),
        ];
        for field in fields {
            let _ = write!(line, ",{field}");
        }
        line.push_str(",[");
        for (index, flag) in row.flags().enumerate() {
            let _ = write!(line, "{}{}", comma(index), self.flags.number(flag));
        }
        line.push(']');
    }

    fn reasons(&mut self, reasons: &[Reason], lang: Language, line: &mut String) {
        line.push_str(",[");
        for (index, reason) in reasons.iter().enumerate() {
            let rule = self.rules.number(&reason.rule);
            let _ = write!(line, "{}[{rule},{}", comma(index), reason.findings.len());
            for finding in reason.findings.iter().take(SHOWN) {
                self.finding(finding, lang, line);
            }
            line.push(']');
        }
        line.push(']');
    }

    fn finding(&mut self, finding: &Finding, lang: Language, line: &mut String) {
        let (entity, confidence) = (self.entities.number(finding.entity), position(&CONFIDENCES, finding.confidence));
        let _ = write!(line, ",{entity},{confidence},");
        self.place(&finding.place, lang, line);
        line.push(',');
        self.text(&shown(finding.masked.as_bytes()), line);
    }

    fn gaps(&mut self, row: &Row, lang: Language, line: &mut String) {
        line.push_str(",[");
        for (index, (cause, count)) in causes(&row.record.gaps).into_iter().enumerate() {
            let _ = write!(line, "{}{},{count},", comma(index), self.causes.number(cause));
            if let Some(first) = row.record.gaps.iter().find(|gap| gap.cause == cause) {
                self.place(&first.place, lang, line);
            }
        }
        line.push(']');
    }

    fn place(&mut self, place: &Place, lang: Language, line: &mut String) {
        if let Some(number) = self.places.get(place) {
            let _ = write!(line, "{number}");
            return;
        }
        let words = words::place(place, lang);
        if let Some(number) = self.text(&words, line) {
            self.places.insert(place.clone(), number);
        }
    }

    /// A text as its number, or as itself once the table is full.
    fn text(&mut self, text: &str, line: &mut String) -> Option<usize> {
        if self.texts.order.len() >= KEPT && !self.texts.index.contains_key(text) {
            push_json(line, text);
            return None;
        }
        let number = self.texts.number(text);
        let _ = write!(line, "{number}");
        Some(number)
    }

    /// The tables themselves, with the words for what is in them.
    pub(super) fn write_tables(&self, head: &Head, out: &mut dyn Write) -> io::Result<()> {
        let lang = head.lang;
        let advised = |id: &str, advice: Option<Advice>| {
            advice.map_or_else(|| json!([id, id, ""]), |a| json!([id, a.what.get(lang), a.todo.get(lang)]))
        };
        let roots = head.roots.iter().map(|root| shown(root.name.as_bytes()));
        let folders = self.folders.iter().map(|(root, path)| json!([root, shown(path)]));
        let kinds = self.kinds.0.iter().map(|kind| words::kind(*kind, lang));
        let entities = self.entities.0.iter().map(|entity| words::entity(*entity, lang));
        let rules = self.rules.order.iter().map(|id| {
            let rule = head.guideline.rule(id);
            let cites = rule.map_or(&[][..], |rule| &rule.cites);
            let quotes: Vec<_> = cites.iter().filter_map(|cite| head.guideline.citations.get(cite)).collect();
            json!({
                "id": id,
                "title": head.guideline.title(id),
                "todo": rule.map_or("", |rule| rule.remedy.as_str()),
                "quotes": quotes.iter().map(|c| [&c.quote, &c.source, &c.section]).collect::<Vec<_>>(),
            })
        });
        let cause_id =
            |cause| serde_json::to_value(cause).ok().and_then(|id| Some(id.as_str()?.to_owned())).unwrap_or_default();
        let tables = json!({
            "lang": words::page("lang", lang),
            "say": words::script(lang).collect::<HashMap<_, _>>(),
            "roots": roots.collect::<Vec<_>>(),
            "folders": folders.collect::<Vec<_>>(),
            "owners": self.owners.order,
            "kinds": kinds.collect::<Vec<_>>(),
            "errors": self.errors.order.iter().map(|id| advised(id, words::error(id))).collect::<Vec<_>>(),
            "flags": self.flags.order.iter().map(|id| advised(id, words::flag(id))).collect::<Vec<_>>(),
            "rules": rules.collect::<Vec<_>>(),
            "entities": entities.collect::<Vec<_>>(),
            "causes": self.causes.0.iter().map(|cause| advised(&cause_id(*cause), Some(words::cause(*cause)))).collect::<Vec<_>>(),
            "texts": self.texts.order,
            "archive": words::ARCHIVE,
            "decision": words::DECISION.map(|title| title.get(lang)),
            "decisions": self.decisions.iter().map(|decision| decided(head, decision)).collect::<Vec<_>>(),
            "verdicts": Verdict::ALL.map(|v| [v.id(), words::verdict(v).get(lang), words::verdict_short(v).get(lang)]),
            "statuses": Status::ALL.iter().map(|status| words::status(*status).get(lang)).collect::<Vec<_>>(),
            "changes": Change::ALL.map(|change| change.words().get(lang)),
            "confidences": CONFIDENCES.map(|confidence| words::confidence(confidence).get(lang)),
            "zone": zone_offset(head),
        });
        out.write_all(tables.to_string().replace('<', "\\u003c").as_bytes())
    }
}

const CONFIDENCES: [Confidence; 3] = [Confidence::Low, Confidence::Medium, Confidence::High];

/// Verdict, whether it holds, by whom, why, when and until when.
fn decided(head: &Head, decision: &Decision) -> serde_json::Value {
    let standing = words::standing(decision.standing).get(head.lang);
    let verdict = position(&Verdict::ALL, decision.verdict);
    let (by, why) = (shown(decision.by.as_bytes()), shown(decision.why.as_bytes()));
    let until = decision.until.map(|day| day.to_string()).unwrap_or_default();
    json!([verdict, decision.standing.holds(), standing, by, why, minute(head, decision.made), until])
}

fn comma(index: usize) -> &'static str {
    if index == 0 { "" } else { "," }
}

fn position<T: Copy + PartialEq>(all: &[T], one: T) -> i64 {
    optional(all.iter().position(|other| *other == one))
}

fn optional(index: Option<usize>) -> i64 {
    index.map_or(-1, field)
}

fn field(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(-1)
}

fn seconds(moment: Option<Timestamp>) -> i64 {
    moment.map_or(0, Timestamp::as_second)
}

/// Seconds that the report's zone is ahead of UTC at the time of the run, so
/// that the page shows the same times as the other reports wherever it is opened.
fn zone_offset(head: &Head) -> i32 {
    head.started.map_or(0, |started| head.zone.to_offset(started).seconds())
}
