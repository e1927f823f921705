//! The form in which a record lies in the ledger: JSON, where a reason names
//! its findings by their place in the list of all, and no value is left. The
//! members of an archive are stored inside it, in the same form.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::Place;
use crate::finding::{Entity, Finding};
use crate::record::{Member, Reason, Record, Verdict};

/// A record as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored(pub(super) String);

/// A record taken apart. `record` has no findings, reasons or members; of the
/// findings, the first `of_record` are the record's and the rest only a reason's.
#[derive(Serialize, Deserialize)]
struct Parts<'a> {
    record: Cow<'a, Record>,
    of_record: usize,
    findings: Vec<Cow<'a, Finding>>,
    reasons: Vec<Indexed<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    members: Vec<Named<'a>>,
}

/// A member of an archive, taken apart like the archive.
#[derive(Serialize, Deserialize)]
struct Named<'a> {
    name: Cow<'a, str>,
    #[serde(flatten)]
    parts: Parts<'a>,
}

/// What was taken out of a record to store it beside it.
struct Taken {
    findings: Vec<Finding>,
    reasons: Vec<Reason>,
    members: Vec<(Member, Taken)>,
}

/// A reason whose findings are indexes into those of its record.
#[derive(Serialize, Deserialize)]
struct Indexed<'a> {
    rule: Cow<'a, str>,
    verdict: Verdict,
    cites: Cow<'a, [String]>,
    findings: Vec<usize>,
}

impl Stored {
    /// The stored form of a record. The record is as before afterwards.
    ///
    /// # Panics
    ///
    /// Never: a record is plain data with text keys, which always has a JSON form.
    #[must_use]
    pub fn of(record: &mut Record) -> Self {
        let taken = Taken::out_of(record);
        let json = serde_json::to_value(parts(record, &taken));
        taken.back_into(record);
        Self(lean(json.expect("a record is plain data")).to_string())
    }

    /// The record; `None` when the ledger holds something else.
    #[must_use]
    pub fn record(&self) -> Option<Record> {
        whole(serde_json::from_str(&self.0).ok()?)
    }

    /// Bytes it takes up.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.len()
    }
}

/// Without the record's empty fields, which come back by default: most files
/// have little to tell, and every report reads them all.
fn lean(mut parts: Value) -> Value {
    if let Some(record) = parts.get_mut("record").and_then(Value::as_object_mut) {
        record.retain(|_, value| !is_empty(value));
    }
    for member in parts.get_mut("members").and_then(Value::as_array_mut).into_iter().flatten() {
        *member = lean(member.take());
    }
    parts
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        _ => false,
    }
}

impl Taken {
    fn out_of(record: &mut Record) -> Self {
        let members = std::mem::take(&mut record.members);
        let bare = |mut member: Member| {
            let taken = Self::out_of(&mut member.record);
            (member, taken)
        };
        Self {
            findings: std::mem::take(&mut record.findings),
            reasons: std::mem::take(&mut record.reasons),
            members: members.into_iter().map(bare).collect(),
        }
    }

    fn back_into(self, record: &mut Record) {
        (record.findings, record.reasons) = (self.findings, self.reasons);
        let whole = |(mut member, taken): (Member, Self)| {
            taken.back_into(&mut member.record);
            member
        };
        record.members = self.members.into_iter().map(whole).collect();
    }
}

fn parts<'a>(record: &'a Record, taken: &'a Taken) -> Parts<'a> {
    let of_record = taken.findings.len();
    let mut pool = Pool { findings: Vec::with_capacity(of_record), places: HashMap::new() };
    for finding in &taken.findings {
        pool.push(finding);
    }
    let indexed = taken.reasons.iter().map(|reason| Indexed {
        rule: Cow::Borrowed(&reason.rule),
        verdict: reason.verdict,
        cites: Cow::Borrowed(&reason.cites),
        findings: reason.findings.iter().map(|finding| pool.index(finding)).collect(),
    });
    let reasons = indexed.collect();
    let findings = pool.findings.into_iter().map(bare).collect();
    let named = |(member, taken): &'a (Member, Taken)| Named {
        name: Cow::Borrowed(&member.name),
        parts: parts(&member.record, taken),
    };
    let members = taken.members.iter().map(named).collect();
    Parts { record: Cow::Borrowed(record), of_record, findings, reasons, members }
}

/// The record that was taken apart; `None` when a reason names a finding that is not there.
fn whole(parts: Parts<'static>) -> Option<Record> {
    let mut findings: Vec<Finding> = parts.findings.into_iter().map(Cow::into_owned).collect();
    let mut record = parts.record.into_owned();
    for reason in parts.reasons {
        let named = reason.findings.iter().map(|index| findings.get(*index).cloned());
        record.reasons.push(Reason {
            rule: reason.rule.into_owned(),
            verdict: reason.verdict,
            cites: reason.cites.into_owned(),
            findings: named.collect::<Option<_>>()?,
        });
    }
    findings.truncate(parts.of_record);
    record.findings = findings;
    for member in parts.members {
        record.members.push(Member { name: member.name.into_owned(), record: whole(member.parts)? });
    }
    Some(record)
}

/// The findings that are stored, each once.
struct Pool<'a> {
    findings: Vec<&'a Finding>,
    places: HashMap<(Entity, &'a Place, &'a str), Vec<usize>>,
}

impl<'a> Pool<'a> {
    fn push(&mut self, finding: &'a Finding) -> usize {
        let index = self.findings.len();
        self.findings.push(finding);
        self.places.entry(key(finding)).or_default().push(index);
        index
    }

    /// The index of a finding, which is added when it is not there.
    fn index(&mut self, finding: &'a Finding) -> usize {
        let alike = self.places.get(&key(finding)).map_or(&[][..], Vec::as_slice);
        let known = alike.iter().find(|index| self.findings.get(**index).is_some_and(|other| same(other, finding)));
        known.copied().unwrap_or_else(|| self.push(finding))
    }
}

fn key(finding: &Finding) -> (Entity, &Place, &str) {
    (finding.entity, &finding.place, &finding.masked)
}

fn same(a: &Finding, b: &Finding) -> bool {
    key(a) == key(b) && a.detector == b.detector && a.confidence == b.confidence
}

/// A finding without its value.
fn bare(finding: &Finding) -> Cow<'_, Finding> {
    if finding.value.is_none() {
        return Cow::Borrowed(finding);
    }
    Cow::Owned(Finding { value: None, ..finding.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Kind;
    use crate::error::FileError;
    use crate::examine::unread;
    use crate::finding::Confidence;
    use crate::record::Status;

    fn finding(masked: &str, line: u32) -> Finding {
        Finding {
            detector: "personnummer".into(),
            entity: Entity::Personnummer,
            place: Place::paragraph(line),
            confidence: Confidence::High,
            masked: masked.into(),
            value: Some("19900101-2385".into()),
            at: (0, 0..0),
        }
    }

    #[test]
    fn comes_back_as_it_was_but_for_the_values() {
        let mut record = unread(Kind::Text, 7, Status::Ok, &FileError::Empty);
        record.findings = vec![finding("a", 1), finding("b", 1), finding("a", 2)];
        let telling = vec![finding("a", 2), finding("b", 1), finding("only in the reason", 3)];
        let cites = vec!["essunga-sarskilt-skyddsvarda".to_owned()];
        record.reasons =
            vec![Reason { rule: "personnummer".into(), verdict: Verdict::Sensitive, cites, findings: telling }];
        let inner = record.clone();
        record.members = vec![Member { name: "inre.txt".into(), record: inner }];
        let mut expected = record.clone();
        let stored = Stored::of(&mut record);
        assert_eq!(record, expected);
        assert!(!stored.0.contains("19900101"));
        crate::examine::conceal(&mut expected);
        crate::examine::conceal(&mut expected.members[0].record);
        assert_eq!(stored.record(), Some(expected));
        assert_eq!(Stored("{}".into()).record(), None);
    }
}
