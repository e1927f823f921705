//! Findings of the archive's check that someone accepted, by name and with a reason.

use rusqlite::params;

use super::{Ledger, LedgerError, Reader, now_ms};

/// That someone accepts a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The checked folder: absolute, without symbolic links.
    pub root: Vec<u8>,
    /// The path below it.
    pub path: Vec<u8>,
    /// The finding's code.
    pub code: String,
    /// SHA-256 of the content it holds for, lower-case hex; `None` for what has no content.
    pub sha256: Option<String>,
    /// Who.
    pub name: String,
    /// Why.
    pub reason: String,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

impl Accepted {
    /// Whether it speaks of that finding in that content.
    #[must_use]
    pub fn is_of(&self, path: &[u8], sha256: Option<&str>, code: &str) -> bool {
        self.path == path && self.code == code && self.sha256.as_deref() == sha256
    }
}

impl Ledger {
    /// Notes that a finding is accepted; the time is now, whatever `accepted` says. Earlier notes stay.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be written.
    pub fn accept(&mut self, accepted: &Accepted) -> Result<(), LedgerError> {
        let insert =
            "INSERT INTO accepted (root, path, code, sha256, name, reason, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let Accepted { root, path, code, sha256, name, reason, .. } = accepted;
        self.sql(|sql| sql.execute(insert, params![root, path, code, sha256, name, reason, now_ms()])).map(|_| ())
    }
}

impl Reader {
    /// What was accepted in a folder, the latest first.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn accepted(&self, root: &[u8]) -> Result<Vec<Accepted>, LedgerError> {
        self.sql(|sql| {
            // A ledger of an earlier version has no such table, and nothing was accepted in it.
            let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'accepted'";
            if sql.query_row(tables, [], |row| row.get::<_, i64>(0))? == 0 {
                return Ok(Vec::new());
            }
            let select =
                "SELECT root, path, code, sha256, name, reason, at FROM accepted WHERE root = ?1 ORDER BY id DESC";
            let mut rows = sql.prepare(select)?;
            let read = |row: &rusqlite::Row<'_>| {
                Ok(Accepted {
                    root: row.get(0)?,
                    path: row.get(1)?,
                    code: row.get(2)?,
                    sha256: row.get(3)?,
                    name: row.get(4)?,
                    reason: row.get(5)?,
                    at_ms: row.get(6)?,
                })
            };
            rows.query_map([root], read)?.collect()
        })
    }
}
