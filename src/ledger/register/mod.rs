//! The register of labels: who labelled what, when and how, and what was confirmed.
//!
//! It is only added to, and its entries are chained. An entry is JSON in the
//! canonical form of RFC 8785 (no spaces, keys in order, only texts, whole
//! numbers, truth values and null); its digest is SHA-256 over the digest of the
//! entry before (32 bytes, zeros before the first) and the entry's bytes. Anyone
//! can walk the chain in an export with nothing but SHA-256.
//!
//! The chain shows what was changed, removed, swapped or put in between. It
//! cannot show that someone rewrote it from some entry to the end: for that,
//! the last digest is noted somewhere else, and [`Register::check`] looks for it.
//!
//! The register lives in a ledger of its own, since the communicator who labels
//! by day is another account than the nightly scan. In the scan's ledger it
//! works too: an entry is one short transaction beside those of the run.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use super::{LedgerError, connect, migrate, named, place};
use crate::image::hash::Likeness;

mod chain;
mod known;

pub use chain::{Break, Checked, Fault, MOST_BREAKS};
pub use known::{Known, Match, Side};

use chain::{Walk, digest};

/// The form of an entry; a number above it was written by a newer version.
const VERSION: u32 = 1;

/// A SHA-256 digest.
pub type Sum = [u8; 32];

/// One label that was written. The fields stand in the order of their names,
/// which is the order of RFC 8785.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The account that ran the program.
    pub account: String,
    /// The file as it was written.
    pub after: Content,
    /// The AI system, when it was told.
    pub ai_system: Option<String>,
    /// When, in UTC: `2026-11-25T12:00:00Z`.
    pub at: String,
    /// The file as it came.
    pub before: Content,
    /// Who labels, when it was told.
    pub by: Option<String>,
    /// What was confirmed, by the identifiers of `aktsam label --confirm`.
    pub confirmed: Vec<String>,
    /// AI changed it in part.
    pub edited: bool,
    /// What it is, see [`crate::document::Kind::id`].
    pub kind: String,
    /// The layers of the label: `visible`, `xmp`, `c2pa`, `property`.
    pub layers: Vec<String>,
    /// The name of the file that was written, without its folders.
    pub name: String,
    /// The label's words.
    pub text: String,
    /// Version and build of the program.
    pub tool: String,
    /// The form of the entry.
    pub version: u32,
}

/// A file's content, by what it is recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// What the picture looks like; `None` for a document, or a picture that could not be decoded.
    pub likeness: Option<Likeness>,
    /// SHA-256 of the bytes, in hex.
    pub sha256: String,
}

impl Entry {
    /// Who labelled: the name that was given, or the account's.
    #[must_use]
    pub fn who(&self) -> &str {
        self.by.as_deref().unwrap_or(&self.account)
    }

    /// The bytes that are chained.
    fn canonical(&self) -> String {
        // Plain data of texts and numbers always has a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// An entry as it stands in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its number, from 1.
    pub number: i64,
    /// The digest of the entry before.
    pub previous: Sum,
    /// The entry's JSON, byte by byte as it was chained.
    pub entry: String,
    /// SHA-256 over `previous` and `entry`.
    pub digest: Sum,
}

impl Link {
    /// The entry; `None` when a newer version wrote it in another form.
    #[must_use]
    pub fn read(&self) -> Option<Entry> {
        serde_json::from_str(&self.entry).ok().filter(|entry: &Entry| entry.version <= VERSION)
    }
}

/// A register, open.
#[derive(Debug)]
pub struct Register {
    path: PathBuf,
    connection: Connection,
}

impl Register {
    /// Opens the register for labelling, making it and its folder when there is none.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] says what to do about it.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let path = place::prepare(path, &[])?;
        // Two programs that make the same database at the same moment would meet in
        // the change to WAL, where SQLite does not wait.
        let _turn = turn(&path)?;
        let mut connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|error| named(&path, &error))?;
        migrate(&path, &mut connection)?;
        Ok(Self { path, connection })
    }

    /// Opens a register that is there for reading; `None` when there is none.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn read(path: &Path) -> Result<Option<Self>, LedgerError> {
        match std::fs::metadata(path) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(LedgerError::Io { path: path.to_owned(), source }),
        }
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let open = || {
            let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            connection.pragma_update(None, "query_only", true)?;
            // A ledger of an earlier version has no register yet.
            let tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'register'";
            let tables: i64 = connection.query_row(tables, [], |row| row.get(0))?;
            Ok((tables > 0).then_some(connection))
        };
        let connection = open().map_err(|error| named(&path, &error))?;
        Ok(connection.map(|connection| Self { path: path.clone(), connection }))
    }

    /// Adds an entry, in its own transaction, which is on the disk when this returns.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]; the entry is then not in the register.
    pub fn append(&mut self, entry: &Entry) -> Result<Link, LedgerError> {
        let entry = Entry { version: VERSION, ..entry.clone() }.canonical();
        let append = |connection: &mut Connection| {
            let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let last = "SELECT digest FROM register ORDER BY number DESC LIMIT 1";
            let previous: Sum = step.query_row(last, [], |row| row.get(0)).optional()?.unwrap_or_default();
            let digest = digest(&previous, &entry);
            let insert = "INSERT INTO register (previous, entry, digest) VALUES (?1, ?2, ?3)";
            step.execute(insert, params![previous, entry, digest])?;
            let number = step.last_insert_rowid();
            step.commit()?;
            Ok(Link { number, previous, entry, digest })
        };
        append(&mut self.connection).map_err(|error| named(&self.path, &error))
    }

    /// Every entry in order.
    ///
    /// # Errors
    ///
    /// [`LedgerError`], and what `each` returns.
    pub fn each<E: From<LedgerError>>(&self, mut each: impl FnMut(Link) -> Result<(), E>) -> Result<(), E> {
        let fault = |error: rusqlite::Error| E::from(named(&self.path, &error));
        let select = "SELECT number, previous, entry, digest FROM register ORDER BY number";
        let mut statement = self.connection.prepare(select).map_err(fault)?;
        let mut rows = statement.query([]).map_err(fault)?;
        while let Some(row) = rows.next().map_err(fault)? {
            each(link(row).map_err(fault)?)?;
        }
        Ok(())
    }

    /// Walks the chain. `head` is a digest that was noted earlier: it must be that of an entry.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when the register cannot be read.
    pub fn check(&self, head: Option<&Sum>) -> Result<Checked, LedgerError> {
        let mut walk = Walk::default();
        self.each(|link| {
            walk.step(&link, head);
            Ok::<(), LedgerError>(())
        })?;
        let given = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'register'";
        let given: i64 = self.connection.query_row(given, [], |row| row.get(0)).map_err(|e| named(&self.path, &e))?;
        Ok(walk.end(given, head))
    }

    /// What the register knows files by, held in memory to look up many.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when the register cannot be read.
    pub fn known(&self) -> Result<Known, LedgerError> {
        let mut known = Known::default();
        self.each(|link| {
            let entry = link.read();
            known.extend(entry.map(|entry| (link.number, entry)));
            Ok::<(), LedgerError>(())
        })?;
        Ok(known)
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn link(row: &rusqlite::Row<'_>) -> rusqlite::Result<Link> {
    Ok(Link { number: row.get(0)?, previous: row.get(1)?, entry: row.get(2)?, digest: row.get(3)? })
}

/// Holds the folder until it is dropped, so that only one program opens the register in it.
fn turn(path: &Path) -> Result<File, LedgerError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let io = |source| LedgerError::Io { path: folder.to_owned(), source };
    let held = File::open(folder).map_err(io)?;
    held.lock().map_err(io)?;
    Ok(held)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn entry(name: &str) -> Entry {
        let sha256 = format!("{:064x}", name.len());
        let likeness = Some(Likeness { blockhash: "0f".repeat(32), dhash: "f0".repeat(32), variance: 900 });
        Entry {
            account: "test".into(),
            after: Content { likeness: likeness.clone(), sha256 },
            at: "2026-11-25T12:00:00Z".into(),
            before: Content { likeness, sha256: format!("{:064x}", 0) },
            confirmed: vec!["not-misleading".into()],
            kind: "jpeg".into(),
            layers: vec!["visible".into(), "xmp".into()],
            name: name.into(),
            text: "Bilden är skapad av AI \u{1}\"".into(),
            tool: "0".into(),
            ..Entry::default()
        }
    }

    fn sorted(value: &serde_json::Value) -> String {
        match value {
            serde_json::Value::Object(fields) => {
                let mut fields: Vec<_> = fields.iter().collect();
                fields.sort_by_key(|(name, _)| name.as_str());
                let fields = fields.into_iter().map(|(name, value)| format!("\"{name}\":{}", sorted(value)));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
            }
            value => value.to_string(),
        }
    }

    #[test]
    fn entries_are_canonical() {
        let text = entry("å.jpg").canonical();
        assert_eq!(sorted(&serde_json::from_str(&text).unwrap()), text);
        assert!(text.contains(r#""text":"Bilden är skapad av AI \u0001\"""#), "{text}");
    }

    #[test]
    fn a_chain_holds_and_its_head_is_met() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("r/register.db");
        let mut register = Register::open(&path).unwrap();
        assert_eq!(register.check(None).unwrap(), Checked { entries: 0, head: [0; 32], breaks: Vec::new() });
        let first = register.append(&entry("a")).unwrap();
        let second = register.append(&entry("bb")).unwrap();
        assert_eq!((first.previous, second.previous), ([0; 32], first.digest));
        let again = Register::read(&path).unwrap().unwrap();
        for head in [None, Some(&first.digest), Some(&second.digest)] {
            assert_eq!(again.check(head).unwrap(), Checked { entries: 2, head: second.digest, breaks: Vec::new() });
        }
        let other = again.check(Some(&[7; 32])).unwrap().breaks;
        assert_eq!(other, [Break { number: 2, fault: Fault::Head }]);
    }

    #[test]
    fn the_database_itself_refuses_changes() {
        let folder = TempDir::new().unwrap();
        let mut register = Register::open(&folder.path().join("register.db")).unwrap();
        register.append(&entry("a")).unwrap();
        register.append(&entry("bb")).unwrap();
        for sql in [
            "UPDATE register SET entry = '{}' WHERE number = 1",
            "DELETE FROM register",
            "INSERT OR REPLACE INTO register SELECT 1, previous, '{}', digest FROM register WHERE number = 1",
            "INSERT OR REPLACE INTO register (previous, entry, digest)
             SELECT digest, '{}', digest FROM register WHERE number = 2",
            "INSERT INTO register (previous, entry, digest) VALUES (zeroblob(32), '{}', randomblob(32))",
            "INSERT INTO register (previous, entry, digest) VALUES (randomblob(32), '{}', randomblob(32))",
        ] {
            assert!(register.connection.execute(sql, []).is_err(), "{sql}");
        }
        assert_eq!(register.check(None).unwrap().breaks, []);
    }

    #[test]
    fn the_very_file_comes_before_one_that_looks_like_it() {
        let folder = TempDir::new().unwrap();
        let mut register = Register::open(&folder.path().join("register.db")).unwrap();
        register.append(&entry("a")).unwrap();
        register.append(&entry("bb")).unwrap();
        let known = register.known().unwrap();
        let likeness = entry("a").after.likeness;
        let same = known.find(&entry("a").after.sha256, likeness.as_ref());
        assert_eq!(same, Some(Match::Same { number: 1, side: Side::After }));
        let source = known.find(&format!("{:064x}", 0), likeness.as_ref());
        assert_eq!(source, Some(Match::Same { number: 2, side: Side::Before }));
        let candidate = known.find("", likeness.as_ref());
        assert!(matches!(candidate, Some(Match::Candidate { number: 2, side: Side::After, .. })), "{candidate:?}");
        assert_eq!(known.find("", None), None);
    }
}
