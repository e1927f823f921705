//! Files made to harm their reader. None may crash or hang the run, and none
//! may come out as read when it was not.
//!
//! Every file that holds readable text holds [`PLANTED`]: whoever read the file
//! found it, and whoever did not must say so.

use std::fs::{self, File};
use std::time::{Duration, Instant};

use aktsam::limits::Limits;
use aktsam::record::{Member, Record, Status, Verdict};
use aktsam::sandbox::{Level, Sandbox, Setup};
use tempfile::TempDir;

mod archives;
mod images;
mod limits;
mod mutate;
mod office;
mod office_hidden;
mod passed_by;
mod pdf;
mod pdf_hidden;
mod swollen;
mod text;
mod text_hidden;
mod unseen;

/// A test number of Skatteverket's that every readable hostile file holds.
pub(crate) const PLANTED: &str = "19900101-2385";

/// A document that says `words`.
pub(crate) fn docx_saying(words: &str) -> Vec<u8> {
    office::docx(&format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"))
}

/// A page that says `words`, in Latin letters.
pub(crate) fn pdf_saying(words: &str) -> Vec<u8> {
    pdf::Pdf::new(&format!("BT /F1 12 Tf 72 720 Td ({words}) Tj ET")).finish()
}

/// CPU and wall time that one file may take, in seconds.
const CPU: u64 = 10;
const WALL: u64 = 60;

/// What may come of a hostile file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// The planted number is found: the attack must not hide it.
    Found,
    /// Found, or undetermined with a status that says it was not all read.
    FoundOrSaid,
    /// Nothing there to find: undetermined, with a cause.
    Said,
    /// Harmless whole: any verdict that keeps the promises every record keeps.
    Any,
}

/// One hostile file.
pub(crate) struct Case {
    /// File name, which tells the attack.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// What may come of it.
    pub expect: Expect,
}

/// A case of `name`, `bytes` and `expect`.
pub(crate) fn case(name: impl Into<String>, bytes: impl Into<Vec<u8>>, expect: Expect) -> Case {
    Case { name: name.into(), bytes: bytes.into(), expect }
}

fn cases() -> Vec<Case> {
    let mut cases = pdf::cases();
    cases.extend(office::cases());
    cases.extend(images::cases());
    cases.extend(text::cases());
    cases.extend(pdf_hidden::cases());
    cases.extend(office_hidden::cases());
    cases.extend(archives::cases());
    cases.extend(text_hidden::cases());
    cases.extend(swollen::cases());
    cases.extend(unseen::cases());
    cases.extend(passed_by::cases());
    cases
}

#[test]
fn no_hostile_file_harms_the_run_or_passes_for_read() {
    let folder = TempDir::new().unwrap();
    let limits = Limits { cpu_seconds: CPU, wall_seconds: WALL, ..Limits::default() };
    let setup = Setup { policy: "base".into(), limits, reveal: false, pages: aktsam::ocr::Pages::None };
    let mut sandbox = Sandbox::new(env!("CARGO_BIN_EXE_aktsam").into(), setup, Level::LimitsOnly).unwrap();
    let mut wrong = Vec::new();
    let cases = cases();
    assert!(cases.len() >= 300, "only {} hostile files", cases.len());
    for case in &cases {
        let path = folder.path().join(&case.name);
        fs::write(&path, &case.bytes).unwrap();
        let started = Instant::now();
        let record = sandbox.examine(&File::open(&path).unwrap(), case.bytes.len() as u64).unwrap();
        if let Err(complaint) = check(case, &record, started.elapsed()) {
            wrong.push(format!("{}: {complaint}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {} hostile files:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// Leaves every hostile file in the folder `AKTSAM_HOSTILE`: for `scripts/bench-hostile`
/// and as seeds for the fuzzers.
#[test]
#[ignore = "writes 400 MB for other programs to read"]
fn leave_the_files() {
    let folder = std::env::var("AKTSAM_HOSTILE").expect("AKTSAM_HOSTILE names the folder");
    fs::create_dir_all(&folder).unwrap();
    for case in cases() {
        fs::write(format!("{folder}/{}", case.name), case.bytes).unwrap();
    }
}

/// Most bytes of a record: many wait for the ledger at once.
const RECORD: usize = 8 << 20;

fn numbers_in_names(member: &Member) -> usize {
    member.name.matches("900101").count() + member.record.members.iter().map(numbers_in_names).sum::<usize>()
}

fn check(case: &Case, record: &Record, took: Duration) -> Result<(), String> {
    let seen = format!("{:?} {:?} {:?} {:?}", record.verdict, record.status, record.error, record.gaps);
    let json = serde_json::to_string(record).unwrap();
    // The names of members are paths, which the record shows as they are.
    if json.matches("900101").count() > record.members.iter().map(numbers_in_names).sum() {
        return Err("the planted number left the worker".into());
    }
    if json.len() > RECORD {
        return Err(format!("a record of {} bytes", json.len()));
    }
    if record.error.as_deref() == Some("sandbox-violation") {
        return Err("the reader asked for a forbidden system call".into());
    }
    // Each of two tries may take all of its wall time on a busy machine.
    if took > Duration::from_secs(2 * WALL + 10) {
        return Err(format!("took {took:?}: {seen}"));
    }
    let said = record.status != Status::Ok && record.verdict == Verdict::Undetermined;
    let found = record.verdict >= Verdict::Sensitive;
    let fine = match case.expect {
        Expect::Found => found,
        Expect::FoundOrSaid => found || said,
        Expect::Said => said,
        Expect::Any => record.verdict != Verdict::Open || record.status == Status::Ok,
    };
    if fine { Ok(()) } else { Err(format!("expected {:?}, got {seen}", case.expect)) }
}
