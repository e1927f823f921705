//! What became of a file, and of all files between two runs.

use std::path::Path;

use rusqlite::params;

use super::read::{invalid, parsed};
use super::{Change, LedgerError, Reader, RootRow, Stored, optional, place};
use crate::examine::hex;
use crate::record::{Record, Verdict};
use crate::walk::{bytes, join};

/// A file that the ledger knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileId {
    /// Number of its root, see [`super::RootRow::id`].
    pub root: i64,
    /// The path below the root.
    pub path: Vec<u8>,
    pub(super) dir: i64,
    pub(super) name: Vec<u8>,
}

/// Why a file has another verdict or another content than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It was seen for the first time.
    New,
    /// It was gone and came back.
    Returned,
    /// Its content is another.
    Content,
    /// The policy or a limit is another.
    Policy,
    /// The program is another.
    Tool,
    /// The configuration says something else of its folder.
    Folder,
    /// It could not be read as before, or can be read now.
    Reading,
    /// It went.
    Gone,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 8] =
        [Self::New, Self::Returned, Self::Content, Self::Policy, Self::Tool, Self::Folder, Self::Reading, Self::Gone];

    /// The stable identifier, as the ledger stores it.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Returned => "returned",
            Self::Content => "content",
            Self::Policy => "policy",
            Self::Tool => "tool",
            Self::Folder => "folder",
            Self::Reading => "reading",
            Self::Gone => "gone",
        }
    }
}

/// A step in a file's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The run that saw it.
    pub run: i64,
    /// When that run began, in milliseconds since 1970.
    pub started_ms: i64,
    /// What had happened.
    pub reason: Reason,
    /// The verdict until then; `None` when the file was new.
    pub before: Option<Verdict>,
    /// The verdict from then on; of a file that went, its last one.
    pub verdict: Verdict,
    /// SHA-256 of the content in lower-case hex; `None` when it was not read.
    pub sha256: Option<String>,
    /// Version and build of the program.
    pub tool: String,
    /// Name of the policy.
    pub policy: String,
}

/// A file that is otherwise after a run than after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Number of its root.
    pub root: i64,
    /// The path below the root.
    pub path: Vec<u8>,
    /// What became of it; [`Change::Same`] when only its verdict is another.
    pub change: Change,
    /// Its verdict after the earlier run; `None` when it was not there.
    pub before: Option<Verdict>,
    /// Its verdict after the later run; `None` when it is not there.
    pub after: Option<Verdict>,
    /// Why it last changed.
    pub reason: Reason,
}

impl Reader {
    /// The file at a path of this machine; `None` when the ledger does not know it.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn locate(&self, path: &Path) -> Result<Option<FileId>, LedgerError> {
        self.locate_in(&self.roots()?, bytes(&place(path)))
    }

    /// As [`Reader::locate`], of a path that is absolute and without symbolic links, and roots that
    /// were asked for once: for whoever locates many.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn locate_in(&self, roots: &[RootRow], path: &[u8]) -> Result<Option<FileId>, LedgerError> {
        let mut around: Vec<_> = roots.iter().filter_map(|root| Some((root, below(&root.path, path)?))).collect();
        // Of roots within each other the innermost that knows the file.
        around.sort_by_key(|(root, _)| std::cmp::Reverse(root.path.len()));
        for (root, below) in around {
            if let Some(found) = self.find(root.id, below)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// What was last found in a content, by its SHA-256 in lower-case hex, on whatever basis;
    /// `None` when it was never read.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when the ledger cannot be read.
    pub fn latest(&self, sha256: &str) -> Result<Option<Record>, LedgerError> {
        let select = "SELECT record FROM contents WHERE sha256 = unhex(?1) ORDER BY basis DESC LIMIT 1";
        let stored =
            self.sql(|sql| optional(sql.prepare_cached(select)?.query_row([sha256], |row| row.get(0).map(Stored))))?;
        Ok(stored.and_then(|stored| stored.record()))
    }

    /// The file at a path below a root; `None` when the ledger does not know it.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn find(&self, root: i64, path: &[u8]) -> Result<Option<FileId>, LedgerError> {
        let slash = path.iter().rposition(|byte| *byte == b'/');
        let (dir, name) = slash.map_or((&[][..], path), |slash| (&path[..slash], &path[slash + 1..]));
        let select = "SELECT d.id FROM dirs d JOIN files f ON f.dir = d.id
            WHERE d.root = ?1 AND d.path = ?2 AND f.name = ?3";
        let dir = self.sql(|sql| {
            optional(sql.prepare_cached(select)?.query_row(params![root, dir, name], |row| row.get::<_, i64>(0)))
        })?;
        Ok(dir.map(|dir| FileId { root, path: path.to_owned(), dir, name: name.to_owned() }))
    }

    /// What became of a file, in order.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it cannot be read.
    pub fn history(&self, file: &FileId) -> Result<Vec<Event>, LedgerError> {
        let select = "SELECT h.run, r.started, h.cause, h.before, h.verdict, h.sha256, b.tool, b.policy
            FROM history h JOIN runs r ON r.id = h.run JOIN bases b ON b.id = r.basis
            WHERE h.dir = ?1 AND h.name = ?2 ORDER BY h.run";
        self.sql(|sql| {
            let mut statement = sql.prepare(select)?;
            let rows = statement.query_map(params![file.dir, file.name], event)?;
            rows.collect()
        })
    }

    /// Gives the files that are otherwise after run `to` than after run `from`, root by root and
    /// folder by folder; only one is in memory at a time.
    ///
    /// # Errors
    ///
    /// [`LedgerError`], and what `each` returns.
    pub fn differences(
        &self,
        from: i64,
        to: i64,
        mut each: impl FnMut(Difference) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let mut open: Option<Steps> = None;
        self.each(STEPS, params![from, to], |row| {
            let step = step(row)?;
            match &mut open {
                Some(steps) if steps.is_of(&step) => steps.take(step),
                _ => {
                    let ended = open.replace(Steps::of(step)).and_then(Steps::difference);
                    return ended.map_or(Ok(Ok(())), |difference| Ok(each(difference)));
                }
            }
            Ok(Ok(()))
        })?;
        open.and_then(Steps::difference).map_or(Ok(()), each)
    }
}

const STEPS: &str = "SELECT d.root, d.path, h.name, h.cause, h.before, h.verdict, h.sha256,
        (SELECT p.sha256 FROM history p WHERE p.dir = h.dir AND p.name = h.name AND p.run <= ?1
         ORDER BY p.run DESC LIMIT 1)
    FROM history h JOIN dirs d ON d.id = h.dir
    WHERE h.run > ?1 AND h.run <= ?2 ORDER BY d.root, d.path, h.name, h.run";

/// One line of a file's history.
struct Step {
    root: i64,
    path: Vec<u8>,
    reason: Reason,
    before: Option<Verdict>,
    verdict: Verdict,
    sha256: Option<Vec<u8>>,
    /// The content after the earlier run.
    earlier: Option<Vec<u8>>,
}

/// A file's history between two runs.
struct Steps {
    first: Step,
    last: Option<Step>,
    content: bool,
}

impl Steps {
    fn of(first: Step) -> Self {
        let content = first.reason == Reason::Content;
        Self { first, last: None, content }
    }

    fn is_of(&self, step: &Step) -> bool {
        self.first.root == step.root && self.first.path == step.path
    }

    fn take(&mut self, step: Step) {
        self.content |= step.reason == Reason::Content;
        self.last = Some(step);
    }

    /// What it comes to; `None` when the file is as it was.
    fn difference(self) -> Option<Difference> {
        let Self { first, last, content } = self;
        let absent = matches!(first.reason, Reason::New | Reason::Returned);
        let before = first.before.filter(|_| !absent);
        let (root, path, earlier) = (first.root, first.path.clone(), first.earlier.clone());
        let last = last.unwrap_or(first);
        let after = Some(last.verdict).filter(|_| last.reason != Reason::Gone);
        let is_other = match (&earlier, &last.sha256) {
            (Some(earlier), Some(now)) => earlier != now,
            _ => content,
        };
        let change = match (before, after) {
            (None, None) => return None,
            (None, Some(_)) => Change::New,
            (Some(_), None) => Change::Gone,
            (Some(_), Some(_)) if is_other => Change::Changed,
            (Some(before), Some(after)) if before == after => return None,
            _ => Change::Same,
        };
        Some(Difference { root, path, change, before, after, reason: last.reason })
    }
}

fn step(row: &rusqlite::Row<'_>) -> rusqlite::Result<Step> {
    Ok(Step {
        root: row.get(0)?,
        path: join(row.get_ref(1)?.as_blob()?, row.get_ref(2)?.as_blob()?),
        reason: reason(row, 3)?,
        before: verdict(row, 4)?,
        verdict: parsed(row, 5)?,
        sha256: row.get(6)?,
        earlier: row.get(7)?,
    })
}

fn event(row: &rusqlite::Row<'_>) -> rusqlite::Result<Event> {
    let sha256: Option<Vec<u8>> = row.get(5)?;
    Ok(Event {
        run: row.get(0)?,
        started_ms: row.get(1)?,
        reason: reason(row, 2)?,
        before: verdict(row, 3)?,
        verdict: parsed(row, 4)?,
        sha256: sha256.map(|sha256| hex(&sha256)),
        tool: row.get(6)?,
        policy: row.get(7)?,
    })
}

fn reason(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Reason> {
    let id = row.get_ref(column)?.as_str()?;
    Reason::ALL.into_iter().find(|reason| reason.id() == id).ok_or_else(|| invalid(column))
}

fn verdict(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Option<Verdict>> {
    let id: Option<String> = row.get(column)?;
    id.map(|id| id.parse().map_err(|_| invalid(column))).transpose()
}

/// The way from a root to a path, when it lies there.
fn below<'a>(root: &[u8], path: &'a [u8]) -> Option<&'a [u8]> {
    let rest = path.strip_prefix(root)?;
    if rest.is_empty() || root.ends_with(b"/") { Some(rest) } else { rest.strip_prefix(b"/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_lies_below_a_root() {
        for (root, path, expected) in [
            ("/srv/a", "/srv/a/b/c.txt", Some("b/c.txt")),
            ("/srv/a", "/srv/ab", None),
            ("/", "/b.txt", Some("b.txt")),
            ("/srv/a.txt", "/srv/a.txt", Some("")),
        ] {
            let found = below(root.as_bytes(), path.as_bytes());
            assert_eq!(found, expected.map(str::as_bytes), "{root} {path}");
        }
    }

    fn differs(steps: &[(Reason, Option<Verdict>, Verdict)]) -> Option<(Change, Option<Verdict>, Option<Verdict>)> {
        let mut steps = steps.iter().map(|(reason, before, verdict)| Step {
            root: 1,
            path: b"a".into(),
            reason: *reason,
            before: *before,
            verdict: *verdict,
            sha256: None,
            earlier: None,
        });
        let mut open = Steps::of(steps.next().unwrap());
        steps.for_each(|step| open.take(step));
        open.difference().map(|difference| (difference.change, difference.before, difference.after))
    }

    #[test]
    fn many_steps_come_to_one_difference() {
        use Reason::{Content, Gone, New, Policy, Returned};
        use Verdict::{Open, Secret};
        for (steps, expected) in [
            (&[(New, None, Open)][..], Some((Change::New, None, Some(Open)))),
            (&[(New, None, Open), (Gone, Some(Open), Open)], None),
            (&[(Policy, Some(Open), Secret)], Some((Change::Same, Some(Open), Some(Secret)))),
            (&[(Policy, Some(Open), Secret), (Policy, Some(Secret), Open)], None),
            (&[(Gone, Some(Secret), Secret)], Some((Change::Gone, Some(Secret), None))),
            (&[(Gone, Some(Open), Open), (Returned, Some(Open), Open)], None),
            (&[(Returned, Some(Open), Secret)], Some((Change::New, None, Some(Secret)))),
            (&[(Content, Some(Open), Open)], Some((Change::Changed, Some(Open), Some(Open)))),
        ] {
            assert_eq!(differs(steps), expected, "{steps:?}");
        }
    }
}
