//! What the ledger knows: for a run, which files are unchanged and which
//! contents are known; for reports, every file in order with flat memory.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, params};

use super::check::is_older;
use super::decisions::Current;
use super::stored::Stored;
use super::{Ledger, LedgerError, RootId, RunCounts, connect, named, optional};
use crate::config::Folder;
use crate::decision::Decision;
use crate::document::Kind;
use crate::error::FileError;
use crate::examine::unread;
use crate::record::{Record, Status, Verdict};
use crate::walk::join;

/// Pages of the database that a reader keeps, in KiB.
const CACHE_KIB: i64 = 8 * 1024;

/// A connection that only reads.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    path: PathBuf,
}

/// What is known of a file that is not gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Size in bytes.
    pub size: u64,
    /// When its content was last changed, in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// When it was last changed in any way, in nanoseconds since 1970.
    pub ctime_ns: i64,
    /// Its number on the device.
    pub inode: u64,
    /// The basis it was examined on; `None` when it is to be examined again.
    pub basis: Option<i64>,
    /// Its verdict.
    pub verdict: Verdict,
    /// How the reading went.
    pub status: Status,
    /// Stable code of what went wrong.
    pub error: Option<String>,
    /// The folder rule that spoke about it.
    pub folder: Option<Folder>,
}

/// What became of a file in the last run over its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The same content.
    Same,
    /// Not seen before, or come back.
    New,
    /// Other content.
    Changed,
    /// No longer there.
    Gone,
}

/// A file with all that is known of it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Number of its root, see [`RootRow::id`].
    pub root: i64,
    /// The path below the root.
    pub path: Vec<u8>,
    /// What was found in it; of a file that is gone, what was last found.
    pub record: Record,
    /// When its content was last changed, in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// When the run began that first saw it, in milliseconds since 1970.
    pub first_seen_ms: i64,
    /// What became of it in the last run over its root.
    pub change: Change,
    /// Its verdict before the last run, when that run gave it another or other content.
    pub previous: Option<Verdict>,
    /// The last decision about it that was not taken back, and whether it holds.
    pub decision: Option<Decision>,
}

/// A root as the ledger knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootRow {
    /// Its number.
    pub id: i64,
    /// Absolute, without symbolic links.
    pub path: Vec<u8>,
    /// What reports call it.
    pub name: String,
    /// Why the last run could not walk it.
    pub fault: Option<String>,
    /// The last run that took it up.
    pub last_run: Option<i64>,
}

/// A run as the ledger knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRow {
    /// Its number.
    pub id: i64,
    /// When it began, in milliseconds since 1970.
    pub started_ms: i64,
    /// When it ended; `None` when it is under way or was ended by force.
    pub ended_ms: Option<i64>,
    /// How it ended, see [`super::RunOutcome::id`]; `killed` when it was ended by force.
    pub outcome: Option<String>,
    /// Version and build of the program.
    pub tool: String,
    /// Name of the policy.
    pub policy: String,
    /// Level of the sandbox that was reached.
    pub isolation: String,
    /// What it counted; all 0 when it was ended by force.
    pub counts: RunCounts,
}

/// Which files a report is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only these roots, by number; empty for all.
    pub roots: Vec<i64>,
    /// Files that the last run found gone, too.
    pub gone: bool,
    /// Files that runs after this one found gone, too.
    pub gone_after: Option<i64>,
}

impl Reader {
    /// Opens a ledger for reading, beside a run that may be writing.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when there is none, or it cannot be read.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        if let Err(source) = std::fs::metadata(path) {
            return Err(LedgerError::Io { path: path.to_owned(), source });
        }
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let open = || connect_to_read(&path).map_err(|error| named(&path, &error));
        let mut connection = open()?;
        // An older version's ledger is brought up to this one's shape.
        if is_older(&connection, &path)? {
            drop(Ledger::open(&path, &[])?);
            connection = open()?;
        }
        Ok(Self { connection, path })
    }

    /// Holds one state of the ledger until [`Reader::release`], which spares the locks of each question.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn hold(&self) -> Result<(), LedgerError> {
        self.sql(|sql| sql.execute_batch("BEGIN"))
    }

    /// Lets go of the state that is held, so that the log can be taken in.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn release(&self) -> Result<(), LedgerError> {
        self.sql(|sql| if sql.is_autocommit() { Ok(()) } else { sql.execute_batch("COMMIT") })
    }

    /// The number of a folder of a root.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn dir(&self, root: RootId, path: &[u8]) -> Result<Option<i64>, LedgerError> {
        let select = "SELECT id FROM dirs WHERE root = ?1 AND path = ?2";
        self.sql(|sql| optional(sql.prepare_cached(select)?.query_row(params![root.id, path], |row| row.get(0))))
    }

    /// Every folder of a root with its number.
    ///
    /// # Errors
    ///
    /// [`LedgerError`], and what `each` returns.
    pub fn dirs(
        &self,
        root: RootId,
        mut each: impl FnMut(i64, &[u8]) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        self.each("SELECT id, path FROM dirs WHERE root = ?1", [root.id], |row| {
            Ok(each(row.get(0)?, row.get_ref(1)?.as_blob()?))
        })
    }

    /// The files of a folder that are not gone, in the order of their names' bytes.
    ///
    /// # Errors
    ///
    /// [`LedgerError`], and what `each` returns.
    pub fn files(
        &self,
        dir: i64,
        mut each: impl FnMut(&[u8], Known) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let select = "SELECT size, mtime_ns, ctime_ns, inode, basis, verdict, status, error, folder, least, name
            FROM files WHERE dir = ?1 AND gone_run IS NULL ORDER BY name";
        self.each(select, [dir], |row| Ok(each(row.get_ref(10)?.as_blob()?, known(row)?)))
    }

    /// One file of a folder, unless it is gone.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn file(&self, dir: i64, name: &[u8]) -> Result<Option<Known>, LedgerError> {
        let select = "SELECT size, mtime_ns, ctime_ns, inode, basis, verdict, status, error, folder, least
            FROM files WHERE dir = ?1 AND name = ?2 AND gone_run IS NULL";
        self.sql(|sql| optional(sql.prepare_cached(select)?.query_row(params![dir, name], known)))
    }

    /// How many files of a folder are not gone.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn count(&self, dir: i64) -> Result<u64, LedgerError> {
        let select = "SELECT count(*) FROM files WHERE dir = ?1 AND gone_run IS NULL";
        let count = self.sql(|sql| sql.prepare_cached(select)?.query_row([dir], |row| row.get::<_, i64>(0)))?;
        Ok(count.cast_unsigned())
    }

    /// What was found in a content on a basis.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn content(&self, sha256: &[u8; 32], basis: i64) -> Result<Option<Stored>, LedgerError> {
        let select = "SELECT record FROM contents WHERE sha256 = ?1 AND basis = ?2";
        self.sql(|sql| {
            let found = sql.prepare_cached(select)?.query_row(params![sha256, basis], |row| row.get(0).map(Stored));
            optional(found)
        })
    }

    /// A file that is not gone, with its record.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn record(&self, root: RootId, dir: &[u8], name: &[u8]) -> Result<Option<Record>, LedgerError> {
        let select = format!("{ROWS} WHERE d.root = ?1 AND d.path = ?2 AND f.name = ?3");
        self.sql(|sql| {
            optional(sql.prepare_cached(&select)?.query_row(params![root.id, dir, name], |row| Ok(whole(row)?.record)))
        })
    }

    /// Every root, in the order they were first scanned.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn roots(&self) -> Result<Vec<RootRow>, LedgerError> {
        let mut roots = Vec::new();
        self.each("SELECT id, path, name, fault, last_run FROM roots ORDER BY id", [], |row| {
            let (id, path, name) = (row.get(0)?, row.get(1)?, row.get(2)?);
            roots.push(RootRow { id, path, name, fault: row.get(3)?, last_run: row.get(4)? });
            Ok(Ok(()))
        })?;
        Ok(roots)
    }

    /// Every run, latest first.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn runs(&self) -> Result<Vec<RunRow>, LedgerError> {
        let mut runs = Vec::new();
        let select = "SELECT r.id, r.started, r.ended, r.outcome, b.tool, b.policy, r.isolation,
                r.seen, r.unchanged, r.reused, r.gone, r.bytes
            FROM runs r JOIN bases b ON b.id = r.basis ORDER BY r.id DESC";
        self.each(select, [], |row| {
            runs.push(RunRow {
                id: row.get(0)?,
                started_ms: row.get(1)?,
                ended_ms: row.get(2)?,
                outcome: row.get(3)?,
                tool: row.get(4)?,
                policy: row.get(5)?,
                isolation: row.get(6)?,
                counts: counts(row, 7)?,
            });
            Ok(Ok(()))
        })?;
        Ok(runs)
    }

    /// Gives the files that a filter takes, root by root and folder by folder,
    /// to `read`; only one is in memory at a time.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when the ledger cannot be read. What was given until then is not whole.
    pub fn rows<T>(
        &self,
        filter: &Filter,
        read: impl FnOnce(&mut dyn Iterator<Item = Row>) -> T,
    ) -> Result<T, LedgerError> {
        let roots: Vec<String> = filter.roots.iter().map(i64::to_string).collect();
        let of_roots = if roots.is_empty() { String::new() } else { format!("AND r.id IN ({})", roots.join(", ")) };
        let gone = if filter.gone { "OR f.gone_run = r.last_run" } else { "" };
        let earlier = filter.gone_after.map(|run| format!("OR f.gone_run > {run}")).unwrap_or_default();
        let select =
            format!("{ROWS} WHERE (f.gone_run IS NULL {gone} {earlier}) {of_roots} ORDER BY r.id, d.path, f.name");
        self.sql(|sql| {
            let decisions = Current::read(sql)?;
            let mut statement = sql.prepare(&select)?;
            let mut rows = statement.query_map([], |row| {
                let mut file = whole(row)?;
                file.decision = decisions.of(row.get(17)?, row.get(18)?, &file);
                Ok(file)
            })?;
            let mut failure = None;
            let read = read(&mut std::iter::from_fn(|| rows.next()?.map_err(|error| failure = Some(error)).ok()));
            failure.map_or(Ok(read), Err)
        })
    }

    pub(super) fn each(
        &self,
        select: &str,
        values: impl rusqlite::Params,
        mut each: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<Result<(), LedgerError>>,
    ) -> Result<(), LedgerError> {
        self.sql(|sql| {
            let mut statement = sql.prepare_cached(select)?;
            let mut rows = statement.query(values)?;
            while let Some(row) = rows.next()? {
                if let Err(error) = each(row)? {
                    return Ok(Err(error));
                }
            }
            Ok(Ok(()))
        })?
    }

    pub(super) fn sql<T>(&self, run: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, LedgerError> {
        run(&self.connection).map_err(|error| named(&self.path, &error))
    }
}

fn connect_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    Ok(connection)
}

/// CROSS JOIN keeps SQLite to this order of tables, in which rows come sorted
/// by root, folder and name. A file that the last run did not write has no
/// history of it, so most are spared the look.
const ROWS: &str = "SELECT d.root, d.path, f.name, f.size, f.mtime_ns, f.kind, f.verdict, f.status, f.error,
        f.folder, f.least, c.record, n.started, f.first_run = r.last_run, f.gone_run IS NOT NULL,
        iif(f.changed_run = r.last_run, (SELECT h.cause FROM history h
            WHERE h.dir = f.dir AND h.name = f.name AND h.run = f.changed_run), NULL),
        iif(f.changed_run = r.last_run, (SELECT h.before FROM history h
            WHERE h.dir = f.dir AND h.name = f.name AND h.run = f.changed_run), NULL),
        f.dir, coalesce(f.basis, c.basis)
    FROM roots r CROSS JOIN dirs d ON d.root = r.id CROSS JOIN files f ON f.dir = d.id
    JOIN runs n ON n.id = f.first_run LEFT JOIN contents c ON c.id = f.content";

fn known(row: &rusqlite::Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known {
        size: row.get::<_, i64>(0)?.cast_unsigned(),
        mtime_ns: row.get(1)?,
        ctime_ns: row.get(2)?,
        inode: row.get::<_, i64>(3)?.cast_unsigned(),
        basis: row.get(4)?,
        verdict: parsed(row, 5)?,
        status: parsed(row, 6)?,
        error: row.get(7)?,
        folder: folder(row, 8)?,
    })
}

/// What a run counted, in columns `at` and the next four.
fn counts(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<RunCounts> {
    let number = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
    let (seen, unchanged, reused) = (number(at)?, number(at + 1)?, number(at + 2)?);
    Ok(RunCounts { seen, unchanged, reused, gone: number(at + 3)?, bytes: number(at + 4)? })
}

/// The folder rule in columns `at` and the next.
fn folder(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Option<Folder>> {
    let glob: Option<String> = row.get(at)?;
    glob.map(|glob| Ok(Folder { glob, least: parsed(row, at + 1)? })).transpose()
}

fn whole(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let content: Option<String> = row.get(11)?;
    let mut record = match content {
        Some(json) => Stored(json).record().ok_or_else(|| invalid(11))?,
        None => unread(kind(row, 5)?, row.get::<_, i64>(3)?.cast_unsigned(), Status::Error, &FileError::Io),
    };
    (record.status, record.error) = (parsed(row, 7)?, row.get(8)?);
    record.verdict = parsed(row, 6)?;
    if let Some(folder) = folder(row, 9)? {
        folder.raise(&mut record);
    }
    let cause: Option<String> = row.get(15)?;
    let change = match (row.get(14)?, row.get(13)?, cause.as_deref()) {
        (true, _, _) => Change::Gone,
        (_, true, _) | (_, _, Some("new" | "returned")) => Change::New,
        (_, _, Some("content")) => Change::Changed,
        _ => Change::Same,
    };
    let before: Option<String> = row.get(16)?;
    Ok(Row {
        root: row.get(0)?,
        path: join(row.get_ref(1)?.as_blob()?, row.get_ref(2)?.as_blob()?),
        record,
        mtime_ns: row.get(4)?,
        first_seen_ms: row.get(12)?,
        previous: before.filter(|_| !matches!(change, Change::New | Change::Gone)).and_then(|id| id.parse().ok()),
        change,
        decision: None,
    })
}

/// A column that holds the identifier of a verdict or a status.
pub(super) fn parsed<T: std::str::FromStr>(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<T> {
    row.get_ref(column)?.as_str()?.parse().map_err(|_| invalid(column))
}

fn kind(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Kind> {
    let id = row.get_ref(column)?.as_str()?;
    Kind::ALL.iter().copied().find(|kind| kind.id() == id).ok_or_else(|| invalid(column))
}

/// The ledger holds something that this program did not write.
pub(super) fn invalid(column: usize) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(column, String::new(), rusqlite::types::Type::Text)
}
