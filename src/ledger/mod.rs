//! What is known of every file, kept between runs: the only SQL in the program.
//!
//! The ledger is an audit record. One connection writes, in transactions that
//! are on the disk when they are acknowledged; readers see whole transactions.
//! It holds no matched value and no other text of a file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};
use thiserror::Error;

mod accepted;
mod check;
mod decisions;
mod history;
mod place;
mod purge;
mod read;
pub mod register;
mod stored;
mod write;

pub use accepted::Accepted;
pub use check::{Fault, export};
pub use decisions::{Decided, NewDecision, Undecidable};
pub use history::{Difference, Event, FileId, Reason};
pub use place::{home, place, register_home};
pub use purge::{Forget, Purged};
pub use read::{Change, Filter, Known, Reader, RootRow, Row, RunRow};
pub use stored::Stored;
pub use write::{Content, Done, Writer};

/// The migrations, in the order they are taken; the number of the last one
/// taken is the database's `user_version`.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_ledger.sql"),
    include_str!("migrations/0002_members.sql"),
    include_str!("migrations/0003_decisions.sql"),
    include_str!("migrations/0004_register.sql"),
    include_str!("migrations/0005_archive.sql"),
];

/// `akts`, so that no other program's database is taken for a ledger.
const APPLICATION_ID: i32 = 0x616B_7473;

/// Why the ledger cannot be used. It stops the run.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// It may not live where it was asked to.
    #[error("{}: {reason}", path.display())]
    Place {
        /// The ledger.
        path: PathBuf,
        /// Why not there.
        reason: String,
    },
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// What was to be made or opened.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Others may read it.
    #[error("{}: can be read by other accounts", .0.display())]
    Exposed(PathBuf),
    /// Another run holds it.
    #[error("{}: in use by {holder}", path.display())]
    Locked {
        /// The ledger.
        path: PathBuf,
        /// The process that holds it.
        holder: String,
    },
    /// A newer version of the program wrote it.
    #[error("{}: written by a newer version of aktsam (schema {found}, this one knows {known})", path.display())]
    Newer {
        /// The ledger.
        path: PathBuf,
        /// Its schema.
        found: usize,
        /// The newest schema this version knows.
        known: usize,
    },
    /// It is no ledger, or damaged.
    #[error("{}: not a ledger, or damaged", .0.display())]
    Corrupt(PathBuf),
    /// No room is left for it.
    #[error("{}: the disk is full", .0.display())]
    Full(PathBuf),
    /// SQLite failed in another way.
    #[error("{}: {message}", path.display())]
    Sql {
        /// The ledger.
        path: PathBuf,
        /// SQLite's own words.
        message: String,
    },
}

impl LedgerError {
    /// What the administrator can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Place { .. } => "name another place with --ledger",
            Self::Exposed(_) => "take their rights away with chmod 600, and ask why they had them",
            Self::Io { .. } => "the account needs to read and write the ledger and its folder",
            Self::Locked { .. } => "wait for the other run to end, or give this one its own ledger with --ledger",
            Self::Newer { .. } => "update aktsam, or give this version its own ledger with --ledger",
            Self::Corrupt(_) => "move the file away and scan anew, or restore it from a backup",
            Self::Full(_) => "free some space and run again: what was acknowledged is kept",
            Self::Sql { .. } => "run again; when it happens again, check the disk",
        }
    }
}

/// How files are examined. A record holds for the basis it was made on and no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// Version and build of the program.
    pub tool: String,
    /// Name of the policy.
    pub policy: String,
    /// SHA-256 of the policy's content and the limits, in hex.
    pub digest: String,
    /// SHA-256 of the policy alone, see [`crate::judge::Policy::digest`]; decisions hold for it.
    pub policy_digest: String,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOutcome {
    /// Every root was walked and every file judged.
    Complete,
    /// The operator stopped it.
    Interrupted,
    /// Its time was up.
    Window,
    /// A root or the ledger failed.
    Failed,
}

impl RunOutcome {
    /// The stable identifier, as the ledger stores it.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Interrupted => "interrupted",
            Self::Window => "window",
            Self::Failed => "failed",
        }
    }
}

/// What a run counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunCounts {
    /// Files seen.
    pub seen: u64,
    /// Files that had not changed.
    pub unchanged: u64,
    /// Files whose content was known from another file or another night.
    pub reused: u64,
    /// Files that are no longer there.
    pub gone: u64,
    /// Bytes read.
    pub bytes: u64,
}

/// A ledger, open for one run.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    connection: Connection,
    /// Locked as long as the ledger is open; the kernel lets go when the process ends, however it ends.
    _lock: File,
}

/// A run under way.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Its number.
    pub id: i64,
    /// The number of its basis.
    pub basis: i64,
}

/// A root in the ledger.
#[derive(Clone, Copy, Debug)]
pub struct RootId {
    /// Its number.
    pub id: i64,
    /// Files known in it that are not gone.
    pub files: u64,
    /// The largest number of any folder until now; a larger one is of a folder first seen in this run.
    pub newest_dir: i64,
}

impl Ledger {
    /// Opens the ledger, making it and its folder when there is none.
    ///
    /// `roots` are the folders that are scanned: the ledger may lie in none of
    /// them, or it would be among the files it speaks of.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] says what to do about it.
    pub fn open(path: &Path, roots: &[&Path]) -> Result<Self, LedgerError> {
        let path = place::prepare(path, roots)?;
        let lock = lock(&path)?;
        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|error| named(&path, &error))?;
        let mut ledger = Self { path, connection, _lock: lock };
        migrate(&ledger.path, &mut ledger.connection)?;
        ledger.sql(|sql| sql.execute("UPDATE runs SET outcome = 'killed' WHERE outcome IS NULL", []))?;
        Ok(ledger)
    }

    /// Notes that a run begins.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be written.
    pub fn begin(&mut self, basis: &Basis, isolation: &str) -> Result<Run, LedgerError> {
        self.sql(|sql| {
            let of = params![basis.tool, basis.policy, basis.digest];
            let insert = "INSERT INTO bases (tool, policy, digest, policy_digest) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT DO UPDATE SET policy_digest = ?4";
            sql.execute(insert, params![basis.tool, basis.policy, basis.digest, basis.policy_digest])?;
            let id = "SELECT id FROM bases WHERE tool = ?1 AND policy = ?2 AND digest = ?3";
            let basis: i64 = sql.query_row(id, of, |row| row.get(0))?;
            let run = params![now_ms(), basis, isolation];
            sql.execute("INSERT INTO runs (started, basis, isolation) VALUES (?1, ?2, ?3)", run)?;
            Ok(Run { id: sql.last_insert_rowid(), basis })
        })
    }

    /// Takes up a root in a run.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be written.
    pub fn root(&mut self, run: Run, path: &[u8], name: &str) -> Result<RootId, LedgerError> {
        self.sql(|sql| {
            let upsert = "INSERT INTO roots (path, name, last_run) VALUES (?1, ?2, ?3)
                ON CONFLICT (path) DO UPDATE SET name = ?2, last_run = ?3, fault = NULL RETURNING id";
            let id: i64 = sql.query_row(upsert, params![path, name, run.id], |row| row.get(0))?;
            let files = "SELECT count(*) FROM dirs d JOIN files f ON f.dir = d.id
                WHERE d.root = ?1 AND f.gone_run IS NULL";
            let files: i64 = sql.query_row(files, [id], |row| row.get(0))?;
            let newest = "SELECT coalesce(max(id), 0) FROM dirs";
            let newest_dir = sql.query_row(newest, [], |row| row.get(0))?;
            Ok(RootId { id, files: files.cast_unsigned(), newest_dir })
        })
    }

    /// Notes how the walk of a root ended: to its end, or why not (`None` when the run was stopped).
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be written.
    pub fn walked(&mut self, run: Run, root: RootId, whole: bool, fault: Option<&str>) -> Result<(), LedgerError> {
        let update = "UPDATE roots SET fault = ?2, whole_run = iif(?3, ?4, whole_run) WHERE id = ?1";
        self.sql(|sql| sql.execute(update, params![root.id, fault, whole, run.id])).map(|_| ())
    }

    /// Notes a root that could not be opened, when the ledger knows it.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be written.
    pub fn missing(&mut self, run: Run, path: &[u8], fault: &str) -> Result<(), LedgerError> {
        let update = "UPDATE roots SET fault = ?2, last_run = ?3 WHERE path = ?1";
        self.sql(|sql| sql.execute(update, params![path, fault, run.id])).map(|_| ())
    }

    /// Notes that the run has ended.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be written.
    pub fn end(&mut self, run: Run, outcome: RunOutcome, counts: &RunCounts) -> Result<(), LedgerError> {
        self.sql(|sql| {
            let number = u64::cast_signed;
            sql.execute(
                "UPDATE runs SET ended = max(started, ?2), outcome = ?3, seen = ?4, unchanged = ?5, reused = ?6, gone = ?7,
                 bytes = ?8 WHERE id = ?1",
                params![
                    run.id,
                    now_ms(),
                    outcome.id(),
                    number(counts.seen),
                    number(counts.unchanged),
                    number(counts.reused),
                    number(counts.gone),
                    number(counts.bytes)
                ],
            )
        })?;
        // Deleted findings stay readable in the log until it is emptied.
        self.checkpoint()
    }

    /// A connection of its own for reading while the run writes.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be opened.
    pub fn reader(&self) -> Result<Reader, LedgerError> {
        Reader::open(&self.path)
    }

    /// The writer, while nothing else is done with the ledger.
    pub fn writer(&mut self, run: Run) -> Writer<'_> {
        Writer::new(&mut self.connection, &self.path, run)
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn sql<T>(&mut self, run: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, LedgerError> {
        run(&mut self.connection).map_err(|error| named(&self.path, &error))
    }
}

/// Connects with what every connection of the program keeps to.
fn connect(path: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
         PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Brings a database to the schema of this version.
fn migrate(path: &Path, connection: &mut Connection) -> Result<(), LedgerError> {
    let ask = |connection: &Connection, question: &str| -> Result<i64, LedgerError> {
        connection.query_row(question, [], |row| row.get(0)).map_err(|error| named(path, &error))
    };
    let owner = ask(connection, "PRAGMA application_id")?;
    if owner != i64::from(APPLICATION_ID) && ask(connection, "SELECT count(*) FROM sqlite_schema")? > 0 {
        return Err(LedgerError::Corrupt(path.to_owned()));
    }
    let known = MIGRATIONS.len();
    let found = usize::try_from(ask(connection, "PRAGMA user_version")?).unwrap_or(usize::MAX);
    if found > known {
        return Err(LedgerError::Newer { path: path.to_owned(), found, known });
    }
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(found) {
        take(connection, index, migration).map_err(|error| named(path, &error))?;
    }
    Ok(())
}

/// Takes one migration, unless another program took it meanwhile.
fn take(connection: &mut Connection, index: usize, migration: &str) -> rusqlite::Result<()> {
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let taken: i64 = step.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if usize::try_from(taken).is_ok_and(|taken| taken > index) {
        return Ok(());
    }
    step.execute_batch(migration)?;
    step.pragma_update(None, "application_id", APPLICATION_ID)?;
    step.pragma_update(None, "user_version", u32::try_from(index + 1).unwrap_or(u32::MAX))?;
    step.commit()
}

/// One run at a time: the lock lies beside the ledger and names its holder.
fn lock(path: &Path) -> Result<File, LedgerError> {
    let beside = place::with_suffix(path, ".lock");
    let io = |source| LedgerError::Io { path: beside.clone(), source };
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    let mut file = options.open(&beside).map_err(io)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = (&file).take(200).read_to_string(&mut holder);
            let holder = holder.trim().chars().filter(|c| !c.is_control()).collect::<String>();
            let holder = if holder.is_empty() { "another run".to_owned() } else { holder };
            return Err(LedgerError::Locked { path: path.to_owned(), holder });
        }
        Err(TryLockError::Error(source)) => return Err(io(source)),
    }
    file.set_len(0).and_then(|()| file.rewind()).map_err(io)?;
    writeln!(file, "process {}", std::process::id()).map_err(io)?;
    Ok(file)
}

/// SQLite's error as one of ours. Its message may name a table, never a value.
fn named(path: &Path, error: &rusqlite::Error) -> LedgerError {
    let path = path.to_owned();
    if matches!(error, rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::FromSqlConversionFailure(..)) {
        return LedgerError::Corrupt(path);
    }
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => LedgerError::Corrupt(path),
        Some(rusqlite::ErrorCode::DiskFull) => LedgerError::Full(path),
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
            LedgerError::Locked { path, holder: "another program".to_owned() }
        }
        _ => LedgerError::Sql { path, message: error.to_string() },
    }
}

/// The time, in milliseconds since 1970-01-01 UTC.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The value of a query that may find nothing.
fn optional<T>(found: rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
    found.optional()
}
