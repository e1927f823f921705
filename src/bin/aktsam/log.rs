//! What is said on standard error: lines for people, or a JSON object a line for
//! journald and log servers. Never a file's name or content; of names there are
//! those of roots, in which nothing acts and nothing hides.

use std::io::{self, Write};
use std::sync::OnceLock;

use aktsam::config::Log;
use aktsam::report::escape::visible;
use jiff::Timestamp;
use rustix::fs::fstat;
use serde_json::{Map, Value};

static FORM: OnceLock<Log> = OnceLock::new();

/// How much something matters, by syslog's names and numbers (RFC 5424, 6.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Info,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }

    fn number(self) -> u8 {
        match self {
            Self::Error => 3,
            Self::Warning => 4,
            Self::Info => 6,
        }
    }
}

/// Chooses the form of all that is said from now on; the first choice holds.
pub(crate) fn begin(form: Log) {
    let _ = FORM.set(form);
}

/// Says that something failed, and what to do about it.
pub(crate) fn error(message: &str, hint: Option<&str>) {
    say(Level::Error, "error", message, hint);
}

/// Says that something is not as it should be, and what to do about it.
pub(crate) fn warning(message: &str, hint: Option<&str>) {
    say(Level::Warning, "warning", message, hint);
}

/// Notes a step of the run. People see the summary instead.
pub(crate) fn event(name: &'static str, fields: Value) {
    if form() == Log::Json {
        write(Level::Info, name, fields);
    }
}

fn say(level: Level, name: &'static str, message: &str, hint: Option<&str>) {
    let (message, hint) = (safe(message), hint.map(safe));
    if form() == Log::Json {
        let fields = serde_json::json!({ "message": message, "hint": hint });
        return write(level, name, fields);
    }
    put(&format!("{}: {message}", level.name()));
    if let Some(hint) = hint {
        put(&format!("hint: {hint}"));
    }
}

fn form() -> Log {
    FORM.get().copied().unwrap_or_default()
}

/// Writes a line. That no one can hear it is no reason to end otherwise.
fn put(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Text in which nothing acts and nothing hides. Its line breaks stay, indented:
/// one in a name must not begin a message of its own.
fn safe(text: &str) -> String {
    text.split('\n').map(|line| visible(line.as_bytes())).collect::<Vec<_>>().join("\n  ")
}

fn write(level: Level, name: &str, fields: Value) {
    let mut line = Map::new();
    line.insert("time".to_owned(), Timestamp::now().to_string().into());
    line.insert("level".to_owned(), level.name().into());
    line.insert("event".to_owned(), name.into());
    if let Value::Object(fields) = fields {
        line.extend(fields.into_iter().filter(|(_, value)| !value.is_null()));
    }
    let priority = if is_journal() { format!("<{}>", level.number()) } else { String::new() };
    put(&format!("{priority}{}", Value::Object(line)));
}

/// Whether standard error is journald's, which takes a priority before each line: systemd
/// names the stream's device and inode in `$JOURNAL_STREAM` (`systemd.exec(5)`).
fn is_journal() -> bool {
    static JOURNAL: OnceLock<bool> = OnceLock::new();
    *JOURNAL.get_or_init(|| {
        let named = std::env::var("JOURNAL_STREAM").unwrap_or_default();
        fstat(io::stderr()).is_ok_and(|stat| named == format!("{}:{}", stat.st_dev, stat.st_ino))
    })
}
