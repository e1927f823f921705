//! What a run writes: one transaction for hundreds of files, each file's row,
//! its content's record and, when its verdict or content is another, its history.

use std::path::Path;

use rusqlite::{CachedStatement, Connection, params};

use super::stored::Stored;
use super::{LedgerError, RootId, Run, named, optional};
use crate::config::Folder;
use crate::document::Kind;
use crate::record::{Status, Verdict};
use crate::walk::Stat;

/// A file that was judged, as it is written.
#[derive(Clone, Debug)]
pub struct Done {
    /// The root it lies in.
    pub root: RootId,
    /// The folder below the root.
    pub dir: Vec<u8>,
    /// Its name there.
    pub name: Vec<u8>,
    /// What the file system said when it was read.
    pub stat: Stat,
    /// What it is.
    pub kind: Kind,
    /// Its verdict, with the folder's taken in.
    pub verdict: Verdict,
    /// How the reading went.
    pub status: Status,
    /// Stable code of what went wrong.
    pub error: Option<String>,
    /// The folder rule that speaks about it.
    pub folder: Option<Folder>,
    /// Whether it is examined again next time even when it looks unchanged.
    pub again: bool,
    /// What was found in its content; `None` when it was not read.
    pub content: Option<Content>,
}

/// What was found in a content.
#[derive(Clone, Debug)]
pub struct Content {
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// The record, without values.
    pub record: Stored,
}

/// Writes to the ledger. Nothing is acknowledged until [`Writer::commit`] returns.
#[derive(Debug)]
pub struct Writer<'a> {
    connection: &'a mut Connection,
    path: &'a Path,
    run: Run,
    open: bool,
    /// The folder last written to, since files come folder by folder.
    dir: Option<(i64, Vec<u8>, i64)>,
}

/// What the ledger knew of a file before.
struct Before {
    verdict: String,
    content: Option<i64>,
    sha256: Option<Vec<u8>>,
    basis: Option<i64>,
    folder: Option<String>,
    gone: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(connection: &'a mut Connection, path: &'a Path, run: Run) -> Self {
        Self { connection, path, run, open: false, dir: None }
    }

    /// Writes a judged file.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]; the transaction is then lost.
    pub fn file(&mut self, done: &Done) -> Result<(), LedgerError> {
        self.begin()?;
        self.write(done).map_err(|error| named(self.path, &error))
    }

    /// Notes that a file is no longer there, or no longer in the scope.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]; the transaction is then lost.
    pub fn gone(&mut self, dir: i64, name: &[u8]) -> Result<u64, LedgerError> {
        let run = self.run.id;
        self.change(&format!("{WENT} AND f.name = ?3 {NOTED}"), params![run, dir, name])?;
        let sql = "UPDATE files SET gone_run = ?1 WHERE dir = ?2 AND name = ?3 AND gone_run IS NULL";
        self.change(sql, params![run, dir, name])
    }

    /// Notes that every file of a folder is gone.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]; the transaction is then lost.
    pub fn folder_gone(&mut self, dir: i64) -> Result<u64, LedgerError> {
        let run = self.run.id;
        self.change(&format!("{WENT} {NOTED}"), params![run, dir])?;
        let sql = "UPDATE files SET gone_run = ?1 WHERE dir = ?2 AND gone_run IS NULL";
        self.change(sql, params![run, dir])
    }

    /// Puts everything written so far on the disk.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]; what was written since the last commit is then lost.
    pub fn commit(&mut self) -> Result<(), LedgerError> {
        if !std::mem::take(&mut self.open) {
            return Ok(());
        }
        self.connection.execute_batch("COMMIT").map_err(|error| named(self.path, &error))
    }

    fn change(&mut self, sql: &str, values: impl rusqlite::Params) -> Result<u64, LedgerError> {
        self.begin()?;
        let changed = self.statement(sql).and_then(|mut statement| statement.execute(values));
        changed.map(|rows| rows as u64).map_err(|error| named(self.path, &error))
    }

    fn begin(&mut self) -> Result<(), LedgerError> {
        if !self.open {
            self.connection.execute_batch("BEGIN IMMEDIATE").map_err(|error| named(self.path, &error))?;
            self.open = true;
        }
        Ok(())
    }

    fn write(&mut self, done: &Done) -> rusqlite::Result<()> {
        let dir = self.dir(done.root.id, &done.dir)?;
        let before = self.before(dir, &done.name)?;
        let content = done.content.as_ref().map(|content| self.content(content)).transpose()?;
        let basis = (!done.again).then_some(self.run.basis);
        self.statement(UPSERT)?.execute(params![
            dir,
            done.name,
            done.stat.size.cast_signed(),
            done.stat.mtime_ns,
            done.stat.ctime_ns,
            done.stat.inode.cast_signed(),
            basis,
            content,
            done.kind.id(),
            done.verdict.id(),
            done.status.id(),
            done.error,
            done.folder.as_ref().map(|folder| &folder.glob),
            done.folder.as_ref().map(|folder| folder.least.id()),
            self.run.id,
        ])?;
        self.remember(dir, done, before.as_ref())?;
        match before.and_then(|before| before.content) {
            Some(old) if Some(old) != content => self.forget(old),
            _ => Ok(()),
        }
    }

    /// The number of a folder, which is noted when it is new.
    fn dir(&mut self, root: i64, path: &[u8]) -> rusqlite::Result<i64> {
        if let Some((known, at, id)) = &self.dir
            && *known == root
            && at == path
        {
            return Ok(*id);
        }
        let select = "SELECT id FROM dirs WHERE root = ?1 AND path = ?2";
        let known = optional(self.statement(select)?.query_row(params![root, path], |row| row.get(0)))?;
        let id = match known {
            Some(id) => id,
            None => self.statement("INSERT INTO dirs (root, path) VALUES (?1, ?2)")?.insert(params![root, path])?,
        };
        self.dir = Some((root, path.to_owned(), id));
        Ok(id)
    }

    fn content(&self, content: &Content) -> rusqlite::Result<i64> {
        let select = "SELECT id FROM contents WHERE sha256 = ?1 AND basis = ?2";
        let known = params![content.sha256, self.run.basis];
        if let Some(id) = optional(self.statement(select)?.query_row(known, |row| row.get(0)))? {
            // Examined again on purpose, it is the new record that holds.
            self.statement("UPDATE contents SET record = ?2 WHERE id = ?1 AND record <> ?2")?
                .execute(params![id, content.record.0])?;
            return Ok(id);
        }
        let insert = "INSERT INTO contents (sha256, basis, record) VALUES (?1, ?2, ?3)";
        self.statement(insert)?.insert(params![content.sha256, self.run.basis, content.record.0])
    }

    fn before(&self, dir: i64, name: &[u8]) -> rusqlite::Result<Option<Before>> {
        let select = "SELECT f.verdict, f.content, c.sha256, c.basis, f.folder, f.gone_run IS NOT NULL
            FROM files f LEFT JOIN contents c ON c.id = f.content WHERE f.dir = ?1 AND f.name = ?2";
        optional(self.statement(select)?.query_row(params![dir, name], |row| {
            Ok(Before {
                verdict: row.get(0)?,
                content: row.get(1)?,
                sha256: row.get(2)?,
                basis: row.get(3)?,
                folder: row.get(4)?,
                gone: row.get(5)?,
            })
        }))
    }

    /// Writes history when the verdict or the content is another than before.
    fn remember(&self, dir: i64, done: &Done, before: Option<&Before>) -> rusqlite::Result<()> {
        let sha256 = done.content.as_ref().map(|content| content.sha256);
        let Some(cause) = self.cause(done, sha256, before)? else { return Ok(()) };
        let insert = "INSERT INTO history (dir, name, run, cause, before, verdict, sha256)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (dir, name, run) DO UPDATE SET cause = ?4, verdict = ?6, sha256 = ?7";
        let verdict = before.map(|before| before.verdict.as_str());
        let row = params![dir, done.name, self.run.id, cause, verdict, done.verdict.id(), sha256];
        self.statement(insert)?.execute(row).map(|_| ())
    }

    /// Why the file's verdict or content is another; `None` when neither is.
    fn cause(
        &self,
        done: &Done,
        sha256: Option<[u8; 32]>,
        before: Option<&Before>,
    ) -> rusqlite::Result<Option<&'static str>> {
        let Some(before) = before else { return Ok(Some("new")) };
        if before.gone {
            return Ok(Some("returned"));
        }
        let other_content = match (&before.sha256, sha256) {
            (Some(old), Some(new)) => old[..] != new,
            _ => false,
        };
        if other_content {
            return Ok(Some("content"));
        }
        if before.verdict == done.verdict.id() {
            return Ok(None);
        }
        if before.folder.as_deref() != done.folder.as_ref().map(|folder| folder.glob.as_str()) {
            return Ok(Some("folder"));
        }
        match before.basis {
            Some(basis) if basis != self.run.basis => self.changed_basis(basis).map(Some),
            _ => Ok(Some("reading")),
        }
    }

    fn changed_basis(&self, before: i64) -> rusqlite::Result<&'static str> {
        let select = "SELECT a.tool = b.tool FROM bases a, bases b WHERE a.id = ?1 AND b.id = ?2";
        let same_tool: bool = self.statement(select)?.query_row([before, self.run.basis], |row| row.get(0))?;
        Ok(if same_tool { "policy" } else { "tool" })
    }

    /// Deletes a content's record when no file has it any more.
    fn forget(&self, content: i64) -> rusqlite::Result<()> {
        let delete = "DELETE FROM contents WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM files WHERE content = ?1)";
        self.statement(delete)?.execute([content]).map(|_| ())
    }

    fn statement(&self, sql: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.connection.prepare_cached(sql)
    }
}

/// Notes in history that files of a folder went.
const WENT: &str = "INSERT INTO history (dir, name, run, cause, before, verdict, sha256)
    SELECT f.dir, f.name, ?1, 'gone', f.verdict, f.verdict, c.sha256
    FROM files f LEFT JOIN contents c ON c.id = f.content WHERE f.dir = ?2 AND f.gone_run IS NULL";
const NOTED: &str = "ON CONFLICT (dir, name, run) DO UPDATE SET cause = 'gone'";

const UPSERT: &str = "INSERT INTO files (dir, name, size, mtime_ns, ctime_ns, inode, basis, content, kind, verdict,
        status, error, folder, least, first_run, changed_run)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15)
    ON CONFLICT (dir, name) DO UPDATE SET size = ?3, mtime_ns = ?4, ctime_ns = ?5, inode = ?6, basis = ?7,
        content = ?8, kind = ?9, verdict = ?10, status = ?11, error = ?12, folder = ?13, least = ?14,
        changed_run = ?15, gone_run = NULL";
