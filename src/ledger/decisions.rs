//! What people decide about files: kept for a content and a policy, and said to
//! have lapsed when either is another.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{Timestamp, ZonedDateTime};
use rusqlite::{Connection, params};

use super::read::parsed;
use super::{FileId, Ledger, LedgerError, Reader, Row, now_ms, optional};
use crate::decision::{Decision, Standing};
use crate::examine::hex;
use crate::record::Verdict;
use crate::walk::join;

/// A decision that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDecision {
    /// What the file is decided to be.
    pub verdict: Verdict,
    /// Who decides.
    pub by: String,
    /// Why.
    pub why: String,
    /// The last day it holds; `None` for no end.
    pub until: Option<Date>,
}

/// A decision with the file it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Number of the file's root, see [`super::RootRow::id`].
    pub root: i64,
    /// The path below the root.
    pub path: Vec<u8>,
    /// The decision.
    pub decision: Decision,
}

/// Why no decision can be made about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecidable {
    /// The last run found it gone.
    Gone,
    /// Its content was not read, so there is nothing that the decision could hold for.
    Unread,
    /// It was last judged by a version of the program that did not note the policy.
    Old,
}

/// What a decision binds to: the file as the ledger knows it now.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Present {
    sha256: Option<String>,
    policy_digest: Option<String>,
    verdict: Verdict,
}

/// A decision as it is stored.
struct Kept {
    decision: Decision,
    sha256: String,
    policy_digest: String,
}

impl Kept {
    /// The decision with what has become of it.
    fn now(&self, present: &Present, today: Date) -> Decision {
        let decision = &self.decision;
        let standing = if !decision.standing.holds() {
            decision.standing
        } else if decision.until.is_some_and(|until| until < today) {
            Standing::Expired
        } else if present.sha256.as_ref() != Some(&self.sha256) {
            Standing::Content
        } else if present.policy_digest.as_ref() != Some(&self.policy_digest) {
            Standing::Policy
        } else if present.verdict > decision.seen {
            Standing::Raised
        } else {
            Standing::Holds
        };
        Decision { standing, ..decision.clone() }
    }
}

/// The decision that speaks about each file, for a stream of rows.
pub(super) struct Current {
    files: HashMap<i64, HashMap<Vec<u8>, Kept>>,
    policies: HashMap<i64, String>,
    today: Date,
}

impl Current {
    /// Those of a ledger. Few files have one, so they are all in memory.
    pub(super) fn read(sql: &Connection) -> rusqlite::Result<Self> {
        let mut current = Self { files: HashMap::new(), policies: HashMap::new(), today: today() };
        let last = "SELECT max(id) FROM decisions GROUP BY dir, name";
        let select = format!("SELECT {KEPT}, dir, name FROM decisions WHERE withdrawn IS NULL AND id IN ({last})");
        let mut statement = sql.prepare(&select)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            current.files.entry(row.get(11)?).or_default().insert(row.get(12)?, kept(row)?);
        }
        let mut statement = sql.prepare("SELECT id, policy_digest FROM bases")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            current.policies.insert(row.get(0)?, row.get(1)?);
        }
        Ok(current)
    }

    /// The decision about a file in folder `dir` that was judged on `basis`.
    pub(super) fn of(&self, dir: i64, basis: Option<i64>, row: &Row) -> Option<Decision> {
        let name = row.path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        let kept = self.files.get(&dir)?.get(name)?;
        let policy_digest = basis.and_then(|basis| self.policies.get(&basis)).cloned();
        let present = Present { sha256: row.record.sha256.clone(), policy_digest, verdict: row.record.verdict };
        Some(kept.now(&present, self.today))
    }
}

impl Reader {
    /// Every decision about a file, latest first.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn decisions_of(&self, file: &FileId) -> Result<Vec<Decision>, LedgerError> {
        let select = format!("SELECT {KEPT} FROM decisions WHERE dir = ?1 AND name = ?2 ORDER BY id DESC");
        self.sql(|sql| {
            let present = present(sql, file.dir, &file.name)?;
            let mut statement = sql.prepare(&select)?;
            let rows = statement.query_map(params![file.dir, file.name], kept)?;
            let mut decisions = Vec::new();
            for kept in rows {
                let kept = kept?;
                decisions.push(present.as_ref().map_or(kept.decision.clone(), |(now, _)| kept.now(now, today())));
            }
            Ok(decisions)
        })
    }

    /// The last decision about each file, in the order of roots and paths; those that were taken back too.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn decisions(&self) -> Result<Vec<Decided>, LedgerError> {
        let last = "SELECT max(id) FROM decisions GROUP BY dir, name";
        let select = format!(
            "SELECT {KEPT}, dir, name, root, path FROM decisions JOIN dirs ON dirs.id = decisions.dir
             WHERE decisions.id IN ({last}) ORDER BY root, path, name"
        );
        self.sql(|sql| {
            let mut statement = sql.prepare(&select)?;
            let mut rows = statement.query([])?;
            let mut decided = Vec::new();
            while let Some(row) = rows.next()? {
                let (kept, dir, name) = (kept(row)?, row.get(11)?, row.get::<_, Vec<u8>>(12)?);
                let now = present(sql, dir, &name)?;
                let decision = now.map_or(kept.decision.clone(), |(now, _)| kept.now(&now, today()));
                decided.push(Decided { root: row.get(13)?, path: join(row.get_ref(14)?.as_blob()?, &name), decision });
            }
            Ok(decided)
        })
    }

    /// Why no decision can be made about a file; `None` when one can.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn undecidable(&self, file: &FileId) -> Result<Option<Undecidable>, LedgerError> {
        let present = self.sql(|sql| present(sql, file.dir, &file.name))?;
        Ok(match present {
            None | Some((_, true)) => Some(Undecidable::Gone),
            Some((Present { sha256: None, .. }, _)) => Some(Undecidable::Unread),
            Some((Present { policy_digest: None, .. }, _)) => Some(Undecidable::Old),
            Some(_) => None,
        })
    }
}

impl Ledger {
    /// Notes decisions: all of them, or none when one cannot be noted.
    ///
    /// A file about which none can be made, see [`Reader::undecidable`], is passed by. Returns how many were noted.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be written.
    pub fn decide(&mut self, decisions: &[(FileId, NewDecision)]) -> Result<u64, LedgerError> {
        self.sql(|sql| {
            let step = sql.transaction()?;
            let mut noted = 0;
            for (file, decision) in decisions {
                noted += note(&step, file, decision)?;
            }
            step.commit()?;
            Ok(noted)
        })
    }

    /// Takes a decision back; `false` when there is none of that number that stands.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be written.
    pub fn withdraw(&mut self, id: i64, by: &str) -> Result<bool, LedgerError> {
        let update = "UPDATE decisions SET withdrawn = ?2, withdrawn_by = ?3 WHERE id = ?1 AND withdrawn IS NULL";
        Ok(self.sql(|sql| sql.execute(update, params![id, now_ms(), by]))? > 0)
    }
}

fn note(sql: &Connection, file: &FileId, new: &NewDecision) -> rusqlite::Result<u64> {
    let insert = "INSERT INTO decisions (dir, name, sha256, policy, policy_digest, seen, verdict, decided_by, why,
            made, until)
        SELECT f.dir, f.name, c.sha256, b.policy, b.policy_digest, f.verdict, ?3, ?4, ?5, ?6, ?7
        FROM files f JOIN contents c ON c.id = f.content JOIN bases b ON b.id = coalesce(f.basis, c.basis)
        WHERE f.dir = ?1 AND f.name = ?2 AND f.gone_run IS NULL AND b.policy_digest <> ''";
    let until = new.until.map(|day| day.to_string());
    let values = params![file.dir, file.name, new.verdict.id(), new.by, new.why, now_ms(), until];
    Ok(sql.prepare_cached(insert)?.execute(values)? as u64)
}

/// The file now, and whether it is gone; `None` when it is not known any more.
fn present(sql: &Connection, dir: i64, name: &[u8]) -> rusqlite::Result<Option<(Present, bool)>> {
    let select = "SELECT c.sha256, b.policy_digest, f.verdict, f.gone_run IS NOT NULL
        FROM files f LEFT JOIN contents c ON c.id = f.content LEFT JOIN bases b ON b.id = coalesce(f.basis, c.basis)
        WHERE f.dir = ?1 AND f.name = ?2";
    optional(sql.prepare_cached(select)?.query_row(params![dir, name], |row| {
        let sha256: Option<Vec<u8>> = row.get(0)?;
        let policy_digest: Option<String> = row.get(1)?;
        let present = Present {
            sha256: sha256.map(|sha256| hex(&sha256)),
            policy_digest: policy_digest.filter(|digest| !digest.is_empty()),
            verdict: parsed(row, 2)?,
        };
        Ok((present, row.get(3)?))
    }))
}

/// The columns of a decision, 11 of them, in the order of [`kept`].
const KEPT: &str =
    "decisions.id, verdict, seen, decided_by, why, made, until, withdrawn, sha256, policy_digest, policy";

fn kept(row: &rusqlite::Row<'_>) -> rusqlite::Result<Kept> {
    let until: Option<String> = row.get(6)?;
    let withdrawn: Option<i64> = row.get(7)?;
    let sha256: Vec<u8> = row.get(8)?;
    let decision = Decision {
        id: row.get(0)?,
        verdict: parsed(row, 1)?,
        seen: parsed(row, 2)?,
        by: row.get(3)?,
        why: row.get(4)?,
        made: Timestamp::from_millisecond(row.get(5)?).unwrap_or(Timestamp::UNIX_EPOCH),
        until: until.and_then(|day| day.parse().ok()),
        standing: if withdrawn.is_some() { Standing::Withdrawn } else { Standing::Holds },
    };
    Ok(Kept { decision, sha256: hex(&sha256), policy_digest: row.get(9)? })
}

/// The day it is here.
fn today() -> Date {
    ZonedDateTime::now().date()
}
