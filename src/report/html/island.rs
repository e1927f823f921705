//! The files as compact JSON: one array a file, with what recurs kept once in
//! tables. `page.js` reads the same order of fields.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::Hash;
use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::json;

use super::super::escape::{json as literal, visible};
use super::super::words::{self, Advice};
use super::super::{Change, Head, Row, causes};
use crate::finding::{Confidence, Finding};
use crate::judge::explain::Language;
use crate::record::{Reason, Status, Verdict};

/// Findings of a reason that the page shows; the rest are counted.
const SHOWN: usize = 5;

/// Distinct texts a table keeps; later ones stand in their rows. Bounds the
/// memory of a report whatever its files hold.
const KEPT: usize = 50_000;

/// What recurs in rows, by first occurrence.
#[derive(Debug, Default)]
struct Tables {
    folders: Table<(usize, Vec<u8>)>,
    owners: Table<String>,
    kinds: Table<&'static str>,
    errors: Table<String>,
    flags: Table<String>,
    rules: Table<String>,
    entities: Table<&'static str>,
    causes: Table<crate::document::Cause>,
    texts: Table<String>,
}

#[derive(Debug)]
struct Table<T> {
    index: HashMap<T, usize>,
    order: Vec<T>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { index: HashMap::new(), order: Vec::new() }
    }
}

impl<T: Clone + Eq + Hash> Table<T> {
    fn of(&mut self, value: T) -> usize {
        if let Some(index) = self.index.get(&value) {
            return *index;
        }
        self.order.push(value.clone());
        self.index.insert(value, self.order.len() - 1);
        self.order.len() - 1
    }
}

/// The array of rows, as far as it is written.
#[derive(Debug, Default)]
pub(super) struct Rows {
    tables: Tables,
    line: String,
    any: bool,
}

impl Rows {
    /// Writes a row.
    pub(super) fn write(&mut self, row: &Row, lang: Language, out: &mut dyn Write) -> io::Result<()> {
        self.line.clear();
        self.line.push_str(if self.any { ",\n" } else { "\n" });
        self.any = true;
        self.tables.row(row, lang, &mut self.line);
        out.write_all(self.line.as_bytes())
    }

    /// Writes the tables that the rows refer to.
    pub(super) fn tables(&self, head: &Head, out: &mut dyn Write) -> io::Result<()> {
        self.tables.write(head, out)
    }
}

impl Tables {
    /// The tables themselves, with the words for what is in them.
    fn write(&self, head: &Head, out: &mut dyn Write) -> io::Result<()> {
        let lang = head.lang;
        let advised = |id: &str, advice: Option<Advice>| {
            advice.map_or_else(|| json!([id, id, ""]), |a| json!([id, a.what.get(lang), a.todo.get(lang)]))
        };
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
            "roots": head.roots.iter().map(|root| visible(root.name.as_bytes())).collect::<Vec<_>>(),
            "folders": self.folders.order.iter().map(|(root, path)| json!([root, visible(path)])).collect::<Vec<_>>(),
            "owners": self.owners.order,
            "kinds": self.kinds.order,
            "errors": self.errors.order.iter().map(|id| advised(id, words::error(id))).collect::<Vec<_>>(),
            "flags": self.flags.order.iter().map(|id| advised(id, words::flag(id))).collect::<Vec<_>>(),
            "rules": rules.collect::<Vec<_>>(),
            "entities": self.entities.order,
            "causes": self.causes.order.iter().map(|cause| advised(&cause_id(*cause), Some(words::cause(*cause)))).collect::<Vec<_>>(),
            "texts": self.texts.order,
            "verdicts": Verdict::ALL.map(|v| [v.id(), words::verdict(v).get(lang), words::verdict_short(v).get(lang)]),
            "statuses": STATUSES.map(|status| words::status(status).get(lang)),
            "changes": Change::ALL.map(|change| change.words().get(lang)),
            "confidences": CONFIDENCES.map(|confidence| words::confidence(confidence).get(lang)),
            "zone": zone_offset(head),
        });
        out.write_all(tables.to_string().replace('<', "\\u003c").as_bytes())
    }

    fn row(&mut self, row: &Row, lang: Language, line: &mut String) {
        let record = &row.record;
        let (folder, name) = row.split();
        let folder = self.folders.of((row.root, folder.to_vec()));
        let kind = self.kinds.of(words::kind(record.kind, lang));
        let owner = optional(row.owner.clone().map(|owner| self.owners.of(owner)));
        let error = optional(record.error.clone().map(|error| self.errors.of(error)));
        let flags: Vec<usize> = row.flags().map(|flag| self.flags.of(flag.to_owned())).collect();
        let name = literal(&visible(name));
        let fields = [
            position(&Verdict::ALL, record.verdict),
            position(&STATUSES, record.status),
            field(kind),
            position(&Change::ALL, row.change),
            row.previous.map_or(-1, |before| position(&Verdict::ALL, before)),
            owner,
            seconds(row.modified),
            seconds(row.first_seen),
            i64::try_from(record.size).unwrap_or(i64::MAX),
            error,
            i64::from(record.persons),
        ];
        let fields = fields.map(|field| field.to_string()).join(",");
        let _ = write!(line, "[{folder},{name},{fields},{flags:?},[");
        for (index, reason) in record.reasons.iter().enumerate() {
            line.push_str(if index == 0 { "" } else { "," });
            self.reason(reason, lang, line);
        }
        line.push_str("],[");
        for (index, (cause, count)) in causes(&record.gaps).into_iter().enumerate() {
            let first = record.gaps.iter().find(|gap| gap.cause == cause);
            let place = first.map_or_else(String::new, |gap| words::place(&gap.place, lang));
            let cause = self.causes.of(cause);
            let comma = if index == 0 { "" } else { "," };
            let _ = write!(line, "{comma}{cause},{count},{}", self.text(place));
        }
        line.push_str("]]");
    }

    fn reason(&mut self, reason: &Reason, lang: Language, line: &mut String) {
        let rule = self.rules.of(reason.rule.clone());
        let _ = write!(line, "[{rule},{}", reason.findings.len());
        for finding in reason.findings.iter().take(SHOWN) {
            self.finding(finding, lang, line);
        }
        line.push(']');
    }

    fn finding(&mut self, finding: &Finding, lang: Language, line: &mut String) {
        let entity = self.entities.of(words::entity(finding.entity, lang));
        let confidence = position(&CONFIDENCES, finding.confidence);
        let place = self.text(words::place(&finding.place, lang));
        let masked = self.text(visible(finding.masked.as_bytes()));
        let _ = write!(line, ",{entity},{confidence},{place},{masked}");
    }

    /// A text as its index, or as itself once the table is full.
    fn text(&mut self, text: String) -> String {
        if self.texts.order.len() >= KEPT && !self.texts.index.contains_key(&text) {
            return literal(&text);
        }
        self.texts.of(text).to_string()
    }
}

const STATUSES: [Status; 5] = [Status::Ok, Status::Partial, Status::Error, Status::Limit, Status::Skipped];
const CONFIDENCES: [Confidence; 3] = [Confidence::Low, Confidence::Medium, Confidence::High];

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
