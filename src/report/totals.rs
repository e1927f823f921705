//! What a report counts while the files pass by.

use std::collections::BTreeMap;

use super::folders::Folders;
use super::{Change, Row};
use crate::document::Cause;
use crate::record::{Status, Verdict};

/// Counts over every file of a report. Files that are gone count only as gone;
/// an archive is one file, with what its members hold, and they are counted apart.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Files that were seen.
    pub seen: u64,
    /// Files per verdict.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// Files per root and verdict; the root is an index into [`super::Head::roots`].
    pub roots: BTreeMap<usize, BTreeMap<Verdict, u64>>,
    /// Files per outcome of reading. Adds up to [`Totals::seen`].
    pub statuses: BTreeMap<Status, u64>,
    /// Members of archives.
    pub members: u64,
    /// Members per outcome of reading. Adds up to [`Totals::members`].
    pub member_statuses: BTreeMap<Status, u64>,
    /// Files per verdict in the run before.
    pub before: BTreeMap<Verdict, u64>,
    /// Files per change since the run before.
    pub changes: BTreeMap<Change, u64>,
    /// Files whose verdict became more restrictive.
    pub raised: u64,
    /// Files whose verdict became less restrictive.
    pub lowered: u64,
    /// Files raised to `sensitive` or `secret`, or new as such: what to look at first.
    pub urgent: u64,
    /// Files per error code that are not judged.
    pub errors: BTreeMap<String, u64>,
    /// Files per cause of something unread that are not judged and have no error code.
    pub causes: BTreeMap<Cause, u64>,
    /// Files per flag, see [`Row::flags`].
    pub flags: BTreeMap<String, u64>,
    /// Files with a decision of a person that holds.
    pub decided: u64,
    /// Files with a decision that has lapsed.
    pub lapsed: u64,
    /// Files per rule.
    pub rules: BTreeMap<String, u64>,
    names: Folders,
    /// By the numbers of `names`.
    folders: Vec<Folder>,
}

/// What the files directly in one folder hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// Files in it.
    pub files: u64,
    /// Persons, counted anew in each file.
    pub persons: u64,
    /// Files judged `personal` or more restrictively.
    pub personal: u64,
    /// Files judged `sensitive`.
    pub sensitive: u64,
    /// Files judged `secret`.
    pub secret: u64,
}

/// From this many persons a folder holds a risk that no single file of it shows
/// (Essunga: "Uppgifter som inte är känsliga var för sig" can be so together).
const MANY_PERSONS: u64 = 20;

impl Folder {
    /// Many persons spread over several files.
    #[must_use]
    pub fn is_aggregated(&self) -> bool {
        self.persons >= MANY_PERSONS && self.personal >= 2
    }
}

impl Totals {
    /// Counts one file.
    pub fn add(&mut self, row: &Row) {
        if row.member {
            self.add_member(row);
            return;
        }
        *self.changes.entry(row.change).or_default() += 1;
        if row.change != Change::New {
            *self.before.entry(row.previous.unwrap_or(row.record.verdict)).or_default() += 1;
        }
        if row.change == Change::Gone {
            return;
        }
        let record = &row.record;
        self.seen += 1;
        *self.verdicts.entry(record.verdict).or_default() += 1;
        *self.roots.entry(row.root).or_default().entry(record.verdict).or_default() += 1;
        *self.statuses.entry(record.status).or_default() += 1;
        self.raised += u64::from(row.is_raised());
        self.lowered += u64::from(row.is_lowered());
        let fresh = row.is_raised() || row.change == Change::New;
        self.urgent += u64::from(fresh && record.verdict >= Verdict::Sensitive);
        if let Some(decision) = &row.decision {
            self.decided += u64::from(decision.standing.holds());
            self.lapsed += u64::from(!decision.standing.holds());
        }
        for flag in row.flags() {
            count(&mut self.flags, flag);
        }
        for reason in &record.reasons {
            count(&mut self.rules, &reason.rule);
        }
        if record.verdict == Verdict::Undetermined {
            self.add_unread(row);
        }
        self.add_folder(row);
    }

    /// Files judged `verdict`.
    #[must_use]
    pub fn of(&self, verdict: Verdict) -> u64 {
        self.verdicts.get(&verdict).copied().unwrap_or(0)
    }

    /// Files of `change`.
    #[must_use]
    pub fn changed(&self, change: Change) -> u64 {
        self.changes.get(&change).copied().unwrap_or(0)
    }

    /// The `most` folders where what is found together weighs heaviest, worst
    /// first: root, path below it, and what it holds. Folders with nothing that
    /// restricts are left out.
    #[must_use]
    pub fn worst_folders(&self, most: usize) -> Vec<(usize, &[u8], &Folder)> {
        let named = self.names.iter().zip(&self.folders);
        let mut folders: Vec<_> = named
            .filter(|(_, folder)| folder.personal > 0)
            .map(|((root, path), folder)| (root, path, folder))
            .collect();
        let weight = |f: &Folder| (8 * f.secret).saturating_add(4 * f.sensitive).saturating_add(f.persons);
        folders.sort_by(|a, b| weight(b.2).cmp(&weight(a.2)).then_with(|| (a.0, a.1).cmp(&(b.0, b.1))));
        folders.truncate(most);
        folders
    }

    /// Folders with a risk that no single file of them shows.
    #[must_use]
    pub fn aggregated(&self) -> u64 {
        self.folders.iter().filter(|folder| folder.is_aggregated()).count() as u64
    }

    fn add_member(&mut self, row: &Row) {
        if row.change != Change::Gone {
            self.members += 1;
            *self.member_statuses.entry(row.record.status).or_default() += 1;
        }
    }

    fn add_unread(&mut self, row: &Row) {
        match &row.record.error {
            Some(code) => count(&mut self.errors, code),
            None => {
                for cause in super::causes(&row.record.gaps).keys() {
                    *self.causes.entry(*cause).or_default() += 1;
                }
            }
        }
    }

    fn add_folder(&mut self, row: &Row) {
        let number = self.names.number(row.root, row.split().0);
        if number == self.folders.len() {
            self.folders.push(Folder::default());
        }
        let Some(folder) = self.folders.get_mut(number) else { return };
        let verdict = row.record.verdict;
        folder.files += 1;
        folder.persons += u64::from(row.record.persons);
        folder.personal += u64::from(verdict >= Verdict::Personal);
        folder.sensitive += u64::from(verdict == Verdict::Sensitive);
        folder.secret += u64::from(verdict == Verdict::Secret);
    }
}

fn count(counts: &mut BTreeMap<String, u64>, key: &str) {
    match counts.get_mut(key) {
        Some(count) => *count += 1,
        None => {
            counts.insert(key.to_owned(), 1);
        }
    }
}
