//! An archive's members, each with a record of its own, and the archive's own
//! record gathered from theirs: as restrictive as the most restrictive of them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Examiner, Reading, Shared, assemble, conceal, keep_first, unread};
use crate::detect::detect_on;
use crate::document::{Cause, Facts, Gap, Kind, MOST_GAPS, Part, Place, TextBuilder, cpu_used};
use crate::error::{FileError, Limit};
use crate::extract::Members;
use crate::extract::leftovers::runs;
use crate::finding::{Entity, Finding};
use crate::judge::judge;
use crate::record::{Member, Reason, Record, Status, Verdict};

/// Most findings that the members of one archive keep together; the rest are only counted.
const FINDINGS: usize = 10_000;

impl Examiner {
    /// Examines the members of an archive that lies `depth` archives deep.
    pub(super) fn examine_members(&self, kind: Kind, bytes: &[u8], depth: usize, shared: &mut Shared) -> Record {
        let mut members = Vec::new();
        let error = self.go_through(kind, bytes, depth, shared, &mut members).err();
        let (mut kept, mut gaps) = (0, MOST_GAPS);
        for member in &mut members {
            shorten(&mut member.record, FINDINGS.saturating_sub(kept));
            thin_gaps(&mut member.record, &mut gaps);
            kept += member.record.findings.len();
            kept += member.record.reasons.iter().map(|reason| reason.findings.len()).sum::<usize>();
        }
        let names = self.examine_names(&members);
        gather(kind, names, members, error, self.limits.findings)
    }

    /// The record of what the members' names say: the numbers of persons in them.
    ///
    /// Names of people are left: a name in a file's name says who wrote it as often as whom it is about.
    fn examine_names(&self, members: &[Member]) -> Record {
        let mut builder = TextBuilder::new(&self.limits);
        for member in members {
            builder.within(&member.name, |inner| inner.block(Place::part(Part::Property), &member.name));
        }
        let text = builder.finish();
        let mut findings = detect_on(&text, self.today);
        findings.retain(|finding| matches!(finding.entity, Entity::Personnummer | Entity::Samordningsnummer));
        let judgement = judge(&self.policy, &text, &findings, &[]);
        let reading = Reading { kind: Kind::Unknown, text, error: None, pictures: Duration::ZERO };
        let mut record = assemble(reading, findings, judgement, self.limits.findings);
        record.flags.clear();
        if !self.reveal {
            conceal(&mut record);
        }
        record
    }

    fn go_through(
        &self,
        kind: Kind,
        bytes: &[u8],
        depth: usize,
        shared: &mut Shared,
        members: &mut Vec<Member>,
    ) -> Result<(), FileError> {
        if depth >= self.limits.archive_depth {
            return Err(FileError::Limit(Limit::Depth));
        }
        let used = |shared: &Shared| cpu_used().saturating_sub(shared.pictures);
        let deadline = used(shared) + Duration::from_secs(self.limits.cpu_seconds);
        let mut found = Members::open(kind, bytes, &self.limits, &mut shared.inflate_left)?;
        while let Some(member) = found.next(&self.limits, &mut shared.inflate_left)? {
            if shared.entries_left == 0 {
                return Err(FileError::Limit(Limit::Count));
            }
            shared.entries_left -= 1;
            if used(shared) > deadline {
                return Err(FileError::Limit(Limit::Cpu));
            }
            if member.flaw.is_none() && member.bytes.is_empty() {
                continue;
            }
            if member.flaw.is_none() && is_resource_fork(&member.name, &member.bytes) {
                // Settings are no document, but what they say in letters may be words.
                let said = self.examine_document(runs(&member.bytes).join("\n").as_bytes(), shared);
                if said.verdict > Verdict::Undetermined {
                    members.push(Member { name: member.name, record: said });
                }
                continue;
            }
            if let Some(watch) = &self.watch {
                watch.file(&member.name, &member.bytes);
            }
            let record = self.member(&member.bytes, member.flaw, depth + 1, shared);
            members.push(Member { name: member.name, record });
        }
        Ok(())
    }

    fn member(&self, bytes: &[u8], flaw: Option<Cause>, depth: usize, shared: &mut Shared) -> Record {
        let size = bytes.len() as u64;
        let Some(flaw) = flaw else { return self.examine_at(bytes, depth, shared) };
        if bytes.is_empty() {
            let error = match flaw {
                Cause::EmbeddedEncrypted => FileError::Encrypted,
                Cause::EmbeddedUnread => FileError::Unsupported(Kind::Unknown),
                _ => FileError::Corrupt("the member is damaged"),
            };
            return unread(Kind::Unknown, size, Status::Error, &error);
        }
        let mut record = self.examine_at(bytes, depth, shared);
        record.gaps.push(Gap { cause: flaw, place: Place::default() });
        record.verdict = record.verdict.max(Verdict::Undetermined);
        if record.status == Status::Ok {
            record.status = Status::Partial;
        }
        record
    }
}

/// What macOS puts beside a file in an archive: settings of the desktop (`AppleDouble`, RFC 1740).
fn is_resource_fork(name: &str, bytes: &[u8]) -> bool {
    name.starts_with("__MACOSX/") && bytes.starts_with(&[0, 5, 0x16, 7]) && bytes.len() < 64 << 10
}

/// Keeps at most `most` findings of a member, and one of each reason; its counts stay.
fn shorten(record: &mut Record, most: usize) {
    record.findings.truncate(most);
    record.reasons.iter_mut().for_each(|reason| reason.findings.truncate(most.max(1)));
}

/// Keeps at most `left` gaps of a member and of those in it, and one where there were any.
fn thin_gaps(record: &mut Record, left: &mut usize) {
    record.gaps.truncate((*left).max(1));
    *left = left.saturating_sub(record.gaps.len());
    record.members.iter_mut().for_each(|member| thin_gaps(&mut member.record, left));
}

/// The archive's record, from that of its members' names, theirs and what ended its reading.
fn gather(kind: Kind, names: Record, members: Vec<Member>, error: Option<FileError>, most: usize) -> Record {
    let mut record = Record { kind, facts: Facts::default(), gaps: Vec::new(), ..names };
    let own = std::mem::take(&mut record.reasons).into_iter();
    let mut reasons: BTreeMap<String, Reason> = own.map(|reason| (reason.rule.clone(), reason)).collect();
    for member in &members {
        add(&mut record, &mut reasons, member, most);
    }
    record.status = match &error {
        Some(FileError::Limit(_)) => Status::Limit,
        Some(_) if members.is_empty() => Status::Error,
        None if record.units_read == record.units => Status::Ok,
        _ => Status::Partial,
    };
    if record.status != Status::Ok {
        record.verdict = record.verdict.max(Verdict::Undetermined);
    }
    record.error = error.map(|error| error.code().to_owned());
    keep_first(&mut record.findings, most);
    record.reasons = reasons.into_values().collect();
    for reason in &mut record.reasons {
        keep_first(&mut reason.findings, most);
    }
    record.reasons.sort_by_key(|reason| std::cmp::Reverse(reason.verdict));
    record.members = members;
    record
}

fn add(record: &mut Record, reasons: &mut BTreeMap<String, Reason>, member: &Member, most: usize) {
    let inner = &member.record;
    record.verdict = record.verdict.max(inner.verdict);
    record.units += 1;
    record.units_read += u32::from(inner.status == Status::Ok);
    record.facts.attachments += 1;
    record.facts.macros |= inner.facts.macros;
    record.facts.active_content |= inner.facts.active_content;
    record.persons = record.persons.saturating_add(inner.persons);
    for (entity, count) in &inner.counts {
        let sum = record.counts.entry(*entity).or_default();
        *sum = sum.saturating_add(*count);
    }
    for (flag, count) in &inner.flags {
        let sum = record.flags.entry(flag.clone()).or_default();
        *sum = sum.saturating_add(*count);
    }
    for gap in inner.gaps.iter().take(most.saturating_sub(record.gaps.len())) {
        record.gaps.push(Gap { cause: gap.cause, place: inside(&gap.place, &member.name) });
    }
    if inner.status != Status::Ok && inner.gaps.is_empty() {
        let cause = match inner.error.as_deref() {
            Some("encrypted") => Cause::EmbeddedEncrypted,
            Some(code) if code.starts_with("limit") => Cause::Limit,
            _ => Cause::EmbeddedUnread,
        };
        record.gaps.push(Gap { cause, place: inside(&Place::default(), &member.name) });
    }
    for reason in &inner.reasons {
        let sum =
            reasons.entry(reason.rule.clone()).or_insert_with(|| Reason { findings: Vec::new(), ..reason.clone() });
        sum.findings.extend(reason.findings.iter().map(|finding| moved(finding, &member.name)));
    }
    record.findings.extend(inner.findings.iter().map(|finding| moved(finding, &member.name)));
}

/// A member's finding as the archive's. Its range is one of the member's text, which the archive does not have.
fn moved(finding: &Finding, name: &str) -> Finding {
    Finding { place: inside(&finding.place, name), at: (0, 0..0), ..finding.clone() }
}

fn inside(place: &Place, name: &str) -> Place {
    let within = std::iter::once(name.to_owned()).chain(place.within.iter().cloned()).collect();
    Place { within, ..place.clone() }
}
