//! Whether a ledger is whole, and a copy of it for another machine.

use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::stored::Stored;
use super::{APPLICATION_ID, LedgerError, MIGRATIONS, Reader, connect, named, place};

/// What is wrong with a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The database's own structure; in `SQLite`'s words, which name tables and pages, never a value.
    Structure(String),
    /// Rows of a table that refer to what is not there.
    Reference {
        /// The table.
        table: String,
        /// How many.
        rows: u64,
    },
    /// Records that this program did not write.
    Records(u64),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Structure(message) => f.write_str(message),
            Self::Reference { table, rows } => write!(f, "{rows} rows of {table} refer to what is not there"),
            Self::Records(rows) => write!(f, "{rows} records are not in the form that this program writes"),
        }
    }
}

impl Reader {
    /// Looks for faults: every page, every reference, every record.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read at all.
    pub fn check(&self) -> Result<Vec<Fault>, LedgerError> {
        self.sql(|sql| {
            let mut faults = structure(sql)?;
            // What lies on damaged pages cannot be asked for.
            if faults.is_empty() {
                faults.extend(references(sql)?);
                faults.extend(records(sql)?);
            }
            Ok(faults)
        })
    }
}

fn structure(sql: &Connection) -> rusqlite::Result<Vec<Fault>> {
    let mut statement = sql.prepare("PRAGMA integrity_check")?;
    let lines: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").map(Fault::Structure).collect())
}

fn references(sql: &Connection) -> rusqlite::Result<Vec<Fault>> {
    let select = "SELECT \"table\", count(*) FROM pragma_foreign_key_check GROUP BY 1";
    let mut statement = sql.prepare(select)?;
    let rows = statement.query_map([], |row| {
        Ok(Fault::Reference { table: row.get(0)?, rows: row.get::<_, i64>(1)?.cast_unsigned() })
    })?;
    rows.collect()
}

fn records(sql: &Connection) -> rusqlite::Result<Option<Fault>> {
    let mut statement = sql.prepare("SELECT record FROM contents")?;
    let mut rows = statement.query([])?;
    let mut wrong = 0;
    while let Some(row) = rows.next()? {
        wrong += u64::from(Stored(row.get(0)?).record().is_none());
    }
    Ok((wrong > 0).then_some(Fault::Records(wrong)))
}

/// Whether the ledger at `path` is of an older version than this.
///
/// # Errors
///
/// [`LedgerError`] when it is no ledger, or of a newer version.
pub(super) fn is_older(sql: &Connection, path: &Path) -> Result<bool, LedgerError> {
    let number = |name: &str| sql.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    let read = number("application_id").and_then(|owner| Ok((owner, number("user_version")?)));
    let (owner, found) = read.map_err(|error| named(path, &error))?;
    let (found, known) = (usize::try_from(found).unwrap_or(usize::MAX), MIGRATIONS.len());
    if owner != i64::from(APPLICATION_ID) {
        return Err(LedgerError::Corrupt(path.to_owned()));
    }
    if found > known {
        return Err(LedgerError::Newer { path: path.to_owned(), found, known });
    }
    Ok(found < known)
}

/// Writes a copy of the ledger `from` to the new file `to`, of one moment, while a run may go on.
///
/// # Errors
///
/// [`LedgerError`] when there is a file already, or it cannot be written; there is then none.
pub fn export(from: &Path, to: &Path) -> Result<(), LedgerError> {
    let io = |source| LedgerError::Io { path: to.to_owned(), source };
    if to.symlink_metadata().is_ok() {
        let reason = "is there already, and no file is written over".to_owned();
        return Err(LedgerError::Place { path: to.to_owned(), reason });
    }
    drop(Reader::open(from)?);
    let partial = place::with_suffix(to, &format!(".{}.partial", std::process::id()));
    let copied = copy(from, &partial).and_then(|()| fs::rename(&partial, to).map_err(io));
    if copied.is_err() {
        // Half a copy is of no use; that it cannot be removed changes nothing.
        let _ = fs::remove_file(&partial);
    }
    copied?;
    let folder: PathBuf = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).into();
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)
}

fn copy(from: &Path, partial: &Path) -> Result<(), LedgerError> {
    let io = |source| LedgerError::Io { path: partial.to_owned(), source };
    // Made here, so that no one else can read it from its first byte on.
    place::create(partial).map_err(io)?;
    let sql = connect(from, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|error| named(from, &error))?;
    let target = partial.to_str().ok_or_else(|| io(std::io::ErrorKind::InvalidFilename.into()))?;
    sql.execute("VACUUM INTO ?1", [target]).map_err(|error| named(partial, &error))?;
    File::open(partial).and_then(|file| file.sync_all()).map_err(io)
}
