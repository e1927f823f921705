//! Operation through the real binary: configuration, decisions, history, retention, logs, faults.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::scan::{Ground, text};

mod config;
mod decide;
mod docs;
mod faults;
mod history;
mod package;
mod run;

/// What a command ended with and said.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    /// The JSON objects on standard output, a line each.
    fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Runs a command on the ground's ledger.
fn say(ground: &Ground, args: &[&str]) -> Said {
    let output = ground.aktsam(args).env("AKTSAM_LEDGER", "state/ledger.db").output().unwrap();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// Runs a command that must succeed.
#[track_caller]
fn good(ground: &Ground, args: &[&str]) -> Said {
    let said = say(ground, args);
    assert_eq!(said.code, Some(0), "{args:?}: {}{}", said.out, said.err);
    said
}

/// Runs a command that must be refused with these words and a hint.
#[track_caller]
fn refused(ground: &Ground, args: &[&str], expected: &str) {
    let said = say(ground, args);
    assert_eq!(said.code, Some(2), "{args:?}: {}{}", said.out, said.err);
    assert!(said.err.contains(expected) && said.err.contains("\nhint: "), "{args:?}: {}", said.err);
}

/// Asks the ledger something that has one number for an answer, or tells it something.
fn sql(ground: &Ground, statement: &str) -> i64 {
    let ledger = rusqlite::Connection::open(ground.ledger()).unwrap();
    if statement.starts_with("SELECT") {
        return ledger.query_row(statement, [], |row| row.get(0)).unwrap();
    }
    i64::try_from(ledger.execute(statement, []).unwrap()).unwrap()
}

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

const PERSON: &[u8] = b"Elev: 19900101-2385\n";
