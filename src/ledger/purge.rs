//! What is no longer needed is forgotten: files that are gone, and what was
//! said of files long ago. Deleted pages are overwritten (`secure_delete`), and
//! the log that still shows them is emptied.

use std::path::Path;

use rusqlite::{Connection, Transaction, params};

use super::{Ledger, LedgerError, now_ms};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Free pages from which a ledger is packed after a run: 16 MiB at the usual 4 KiB …
const FREE_PAGES: i64 = 4096;

/// … when they are also so much of it, one in so many.
const FREE_SHARE: i64 = 5;

/// How many of each were forgotten, or would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Files that were gone.
    pub files: u64,
    /// Records of contents that no file has.
    pub contents: u64,
    /// Lines of history.
    pub history: u64,
    /// Decisions: about files that were gone, or replaced and taken back long ago.
    pub decisions: u64,
    /// Folders with nothing left in them.
    pub folders: u64,
    /// Runs that nothing refers to.
    pub runs: u64,
}

impl Purged {
    /// Whether there was nothing to forget.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forget {
    /// What is older than so many days.
    Days(u32),
    /// Everything of a root, by number.
    Root(i64),
}

impl Ledger {
    /// Forgets, or only counts what it would forget when `dry`.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]; nothing is then forgotten.
    pub fn purge(&mut self, what: Forget, dry: bool) -> Result<Purged, LedgerError> {
        let purged = self.sql(|sql| {
            let step = sql.transaction()?;
            let purged = match what {
                Forget::Days(days) => old(&step, now_ms().saturating_sub(i64::from(days) * DAY_MS))?,
                Forget::Root(root) => whole_root(&step, root)?,
            };
            if !dry {
                step.commit()?;
            }
            Ok(purged)
        })?;
        if !dry && !purged.is_empty() {
            self.checkpoint()?;
        }
        Ok(purged)
    }

    /// Gives free space back to the disk: always, or only when it is worth the work.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when the disk has no room for a copy; the ledger is then as it was.
    pub fn pack(&mut self, always: bool) -> Result<(), LedgerError> {
        let folder = self.path.parent().map(Path::to_owned);
        self.sql(|sql| {
            let number = |name: &str| sql.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
            let (free, all) = (number("freelist_count")?, number("page_count")?);
            if free == 0 || !always && (free < FREE_PAGES || free < all / FREE_SHARE) {
                return Ok(());
            }
            // The copy is as large as the ledger, and as private: beside it, not in memory or in /var/tmp.
            let folder = folder.as_deref().and_then(Path::to_str).unwrap_or_default().replace('\'', "''");
            sql.execute_batch(&format!("PRAGMA temp_store = FILE; PRAGMA temp_store_directory = '{folder}'"))?;
            let packed = sql.execute_batch("VACUUM");
            sql.execute_batch("PRAGMA temp_store_directory = ''; PRAGMA temp_store = MEMORY")?;
            packed
        })?;
        self.checkpoint()
    }

    /// Whether a run began later than it is now: the clock went back.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn is_ahead(&mut self) -> Result<bool, LedgerError> {
        let select = "SELECT coalesce(max(started), 0) > ?1 FROM runs";
        self.sql(|sql| sql.query_row(select, [now_ms()], |row| row.get(0)))
    }

    /// Empties the log, which shows what was deleted until then.
    pub(super) fn checkpoint(&mut self) -> Result<(), LedgerError> {
        self.sql(|sql| sql.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))
    }
}

/// Forgets what was over before `before`, in milliseconds since 1970.
fn old(sql: &Transaction<'_>, before: i64) -> rusqlite::Result<Purged> {
    let any = "SELECT EXISTS (SELECT 1 FROM runs WHERE started < ?1)";
    if !sql.query_row(any, [before], |row| row.get(0))? {
        return Ok(Purged::default());
    }
    let mut purged = files(sql, "gone_run IN (SELECT id FROM runs WHERE started < ?1)", before)?;
    // The last line says since when a file has been as it is.
    purged.history += delete(
        sql,
        "DELETE FROM history WHERE run IN (SELECT id FROM runs WHERE started < ?1) AND run <
            (SELECT max(l.run) FROM history l WHERE l.dir = history.dir AND l.name = history.name)",
        before,
    )?;
    purged.decisions += delete(
        sql,
        "DELETE FROM decisions WHERE coalesce(withdrawn, made) < ?1 AND (withdrawn IS NOT NULL OR id <
            (SELECT max(l.id) FROM decisions l WHERE l.dir = decisions.dir AND l.name = decisions.name))",
        before,
    )?;
    let unnamed = unnamed(sql, "runs")?;
    let runs = format!("DELETE FROM runs WHERE started < ?1 AND outcome IS NOT NULL AND {unnamed}");
    purged.runs = delete(sql, &runs, before)?;
    Ok(purged)
}

/// Forgets all files of a root, and the root.
fn whole_root(sql: &Transaction<'_>, root: i64) -> rusqlite::Result<Purged> {
    let purged = files(sql, "dir IN (SELECT id FROM dirs WHERE root = ?1)", root)?;
    let unnamed = unnamed(sql, "roots")?;
    delete(sql, &format!("DELETE FROM roots WHERE id = ?1 AND {unnamed}"), root)?;
    Ok(purged)
}

/// Forgets the files that `which` takes, and all that hangs on them alone.
fn files(sql: &Connection, which: &str, value: i64) -> rusqlite::Result<Purged> {
    let contents =
        numbers(sql, &format!("SELECT DISTINCT content FROM files WHERE content IS NOT NULL AND {which}"), value)?;
    let dirs = numbers(sql, &format!("SELECT DISTINCT dir FROM files WHERE {which}"), value)?;
    let of =
        |table: &str| format!("DELETE FROM {table} WHERE (dir, name) IN (SELECT dir, name FROM files WHERE {which})");
    let (decisions, history) = (delete(sql, &of("decisions"), value)?, delete(sql, &of("history"), value)?);
    let files = delete(sql, &format!("DELETE FROM files WHERE {which}"), value)?;
    let contents = unneeded(sql, "contents", &contents)?;
    let folders = unneeded(sql, "dirs", &dirs)?;
    Ok(Purged { files, contents, history, decisions, folders, runs: 0 })
}

/// Deletes those of `ids` that nothing refers to.
fn unneeded(sql: &Connection, table: &str, ids: &[i64]) -> rusqlite::Result<u64> {
    let mut statement = sql.prepare(&format!("DELETE FROM {table} WHERE id = ?1 AND {}", unnamed(sql, table)?))?;
    ids.iter().try_fold(0, |deleted, id| Ok(deleted + statement.execute([id])? as u64))
}

fn numbers(sql: &Connection, select: &str, value: i64) -> rusqlite::Result<Vec<i64>> {
    sql.prepare(select)?.query_map([value], |row| row.get(0))?.collect()
}

/// The condition that no other table refers to a row, from the schema itself: whatever table is
/// added keeps what it refers to.
fn unnamed(sql: &Connection, table: &str) -> rusqlite::Result<String> {
    let select = "SELECT m.name, k.\"from\" FROM sqlite_schema m, pragma_foreign_key_list(m.name) k
        WHERE m.type = 'table' AND k.\"table\" = ?1";
    let mut statement = sql.prepare(select)?;
    let rows = statement.query_map([table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut conditions = vec!["1".to_owned()];
    for row in rows {
        let (other, column) = row?;
        conditions.push(format!("NOT EXISTS (SELECT 1 FROM \"{other}\" o WHERE o.\"{column}\" = {table}.id)"));
    }
    Ok(conditions.join(" AND "))
}

fn delete(sql: &Connection, statement: &str, value: i64) -> rusqlite::Result<u64> {
    Ok(sql.execute(statement, params![value])? as u64)
}
