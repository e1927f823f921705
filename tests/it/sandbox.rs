//! A worker that has been beaten does no harm, and its file gets a named outcome.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use aktsam::limits::Limits;
use aktsam::record::{Record, Status, Verdict};
use aktsam::sandbox::{Level, Sandbox, SandboxError, Setup};
use tempfile::TempDir;

use crate::scan::Ground;

/// The example `hostile_worker`, which `cargo test` builds beside this test.
fn hostile_worker() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let worker = test.ancestors().nth(2).unwrap().join("examples/hostile_worker");
    assert!(worker.exists(), "missing: `cargo build --examples` builds it, as `cargo test` does");
    worker
}

fn setup() -> Setup {
    let limits = Limits { cpu_seconds: 1, wall_seconds: 60, memory_bytes: 512 << 20, ..Limits::default() };
    Setup { policy: "base".into(), limits, reveal: false, pages: aktsam::ocr::Pages::None }
}

fn sandbox(program: PathBuf) -> Sandbox {
    Sandbox::new(program, setup(), Level::LimitsOnly).unwrap()
}

fn examine(sandbox: &mut Sandbox, folder: &TempDir, content: &[u8]) -> Record {
    let path = folder.path().join("file");
    fs::write(&path, content).unwrap();
    // Write access too, so that the confinement is what stops a write.
    let file = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let record = sandbox.examine(&file, content.len() as u64).unwrap();
    assert_eq!(fs::read(&path).unwrap(), content, "the worker changed its file");
    record
}

/// The record of a file whose worker ends as `(code, status)` says, and after which the run goes on.
fn ends(sandbox: &mut Sandbox, folder: &TempDir, order: &[u8], (code, status): (&str, Status)) -> Record {
    let record = examine(sandbox, folder, order);
    let name = String::from_utf8_lossy(order);
    assert_eq!((record.error.as_deref(), record.status), (Some(code), status), "{name}");
    assert_eq!(examine(sandbox, folder, b"-").verdict, Verdict::Sensitive, "the run goes on");
    record
}

#[test]
fn every_misdeed_has_a_named_outcome_and_the_run_goes_on() {
    let folder = TempDir::new().unwrap();
    let mut sandbox = sandbox(hostile_worker());
    for (order, code, status) in [
        (b"abort", "parser-failure", Status::Error),
        (b"cmd  ", "sandbox-violation", Status::Error),
        (b"file ", "sandbox-violation", Status::Error),
        (b"loop ", "limit:cpu", Status::Limit),
        (b"mem  ", "limit:memory", Status::Limit),
        (b"net  ", "sandbox-violation", Status::Error),
        (b"out  ", "parser-failure", Status::Error),
        (b"stack", "limit:depth", Status::Limit),
        (b"thrd ", "sandbox-violation", Status::Error),
        (b"value", "bad-reply", Status::Error),
        (b"write", "sandbox-violation", Status::Error),
    ] {
        let record = ends(&mut sandbox, &folder, order, (code, status));
        let name = String::from_utf8_lossy(order);
        assert_eq!(record.verdict, Verdict::Undetermined, "{name}");
        assert!(record.sha256.is_some(), "{name}: remembered by content");
    }
}

/// The same worker, confined as on systems that have resource limits and nothing else.
fn limited_worker(folder: &TempDir) -> PathBuf {
    let name = folder.path().join("limited");
    std::os::unix::fs::symlink(hostile_worker(), &name).unwrap();
    name
}

/// What holds on macOS: nothing may use too much, and the run goes on.
#[test]
fn limits_alone_end_what_uses_too_much() {
    let folder = TempDir::new().unwrap();
    let mut sandbox = sandbox(limited_worker(&folder));
    assert_eq!(sandbox.level(), Level::LimitsOnly);
    for (order, code, status) in [
        (b"abort", "parser-failure", Status::Error),
        (b"loop ", "limit:cpu", Status::Limit),
        (b"mem  ", "limit:memory", Status::Limit),
        (b"out  ", "parser-failure", Status::Error),
        (b"stack", "limit:depth", Status::Limit),
        (b"value", "bad-reply", Status::Error),
        (b"write", "sandbox-violation", Status::Error),
    ] {
        ends(&mut sandbox, &folder, order, (code, status));
    }
}

/// The worker's CPU limit counts from its start, so it has to grow with every file.
#[test]
fn limits_alone_count_cpu_time_file_by_file() {
    let folder = TempDir::new().unwrap();
    let mut sandbox = sandbox(limited_worker(&folder));
    let path = folder.path().join("busy");
    fs::write(&path, "busy").unwrap();
    let file = File::open(&path).unwrap();
    // Each takes most of what one file may, and says by whom: one worker lives through all of them.
    let records = sandbox.examine_all(&[(&file, 4); 5]).unwrap();
    let seen: Vec<_> = records.iter().map(|record| (record.error.as_deref(), record.size)).collect();
    assert_eq!(seen, [(None, seen[0].1); 5]);
}

#[test]
fn limits_alone_are_not_enough_where_more_is_required() {
    let folder = TempDir::new().unwrap();
    let refused = Sandbox::new(limited_worker(&folder), setup(), Level::Partial).unwrap_err();
    assert!(matches!(refused, SandboxError::Level(Level::LimitsOnly)), "{refused}");
    assert_eq!(refused.to_string(), "the sandbox reached only the level limits-only");
}

#[test]
fn a_level_below_the_full_one_stands_in_the_report() {
    let ground = Ground::new();
    ground.put("a.txt", b"Handling.\n");
    ground.scan(&["share", "--sandbox", "off", "--out", "report"]);
    let page = fs::read_to_string(ground.path().join("report/report.html")).unwrap();
    assert!(page.contains("sandlåda: off"));
}

/// Only Linux ends a worker with its parent: elsewhere it has to see that the parent is gone.
#[test]
fn a_worker_ends_when_its_parent_hangs_up() {
    let folder = TempDir::new().unwrap();
    for program in [hostile_worker(), limited_worker(&folder)] {
        let (mut control, files) = UnixStream::pair().unwrap();
        let (mut answers, replies) = UnixStream::pair().unwrap();
        let mut worker = Command::new(&program)
            .arg("worker")
            .stdin(Stdio::from(OwnedFd::from(files)))
            .stdout(Stdio::from(OwnedFd::from(replies)))
            .spawn()
            .unwrap();
        let told = serde_json::to_vec(&setup()).unwrap();
        control.write_all(&u32::try_from(told.len()).unwrap().to_le_bytes()).unwrap();
        control.write_all(&told).unwrap();
        answers.read_exact(&mut [0; 12]).unwrap();
        drop(control);
        answers.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let mut rest = Vec::new();
        let ended = answers.read_to_end(&mut rest);
        let killed = worker.kill();
        assert!(ended.is_ok(), "{}: still there", program.display());
        killed.unwrap();
        assert!(worker.wait().unwrap().success(), "{}", program.display());
    }
}

/// Files go to the worker several at a time: what one does costs none of the others anything.
#[test]
fn files_handed_over_together_each_get_their_own_record() {
    let folder = TempDir::new().unwrap();
    let mut sandbox = sandbox(hostile_worker());
    let orders = ["-", "abort", "--", "---", "mem", "value!", "-----", "loop", "out", "-------"];
    let files = orders.map(|order| {
        let path = folder.path().join(order);
        fs::write(&path, order).unwrap();
        File::open(&path).unwrap()
    });
    let sized: Vec<(&File, u64)> = files.iter().zip(orders).map(|(file, order)| (file, order.len() as u64)).collect();
    for _ in 0..2 {
        let records = sandbox.examine_all(&sized).unwrap();
        let seen: Vec<_> = records.iter().map(|record| (record.error.as_deref(), record.size)).collect();
        let expected = orders.map(|order| {
            let code = match order.as_bytes()[0] {
                b'a' | b'o' => Some("parser-failure"),
                b'm' => Some("limit:memory"),
                b'v' => Some("bad-reply"),
                b'l' => Some("limit:cpu"),
                _ => None,
            };
            (code, order.len() as u64)
        });
        assert_eq!(seen, expected);
    }
}

/// What no reader of files needs, each ends the worker at once.
#[test]
fn what_is_not_needed_is_forbidden() {
    let folder = TempDir::new().unwrap();
    let mut sandbox = sandbox(hostile_worker());
    for order in
        ["Atime", "Chdir", "Directory", "Gram", "Hmod", "Kill", "Link", "Memfd", "Rlimit", "Size", "Unlink", "Xattr"]
    {
        let record = examine(&mut sandbox, &folder, order.as_bytes());
        assert_eq!(record.error.as_deref(), Some("sandbox-violation"), "{order}");
    }
}

#[test]
fn a_text_comes_back_as_the_library_reads_it() {
    let folder = TempDir::new().unwrap();
    let mut sandbox = sandbox(env!("CARGO_BIN_EXE_aktsam").into());
    let open = |content: &[u8]| {
        let path = folder.path().join("file");
        fs::write(&path, content).unwrap();
        File::open(&path).unwrap()
    };
    let table = "Namn;Betyg\nAda;A\nBo;B\n".as_bytes();
    let told = sandbox.read(&open(table)).unwrap();
    assert_eq!(told, aktsam::examine::Examiner::default().read(table).into());
    let broken = sandbox.read(&open(b"%PDF-1.7\n")).unwrap();
    assert_eq!(broken.error.map(|error| error.code), Some("corrupt".to_owned()));
}

/// What is asked for by name is read as far apart as what a scan finds.
#[test]
fn every_command_reads_in_a_worker_and_says_the_same() {
    let folder = TempDir::new().unwrap();
    let text = folder.path().join("a.txt");
    fs::write(&text, "Elev: 19900101-2385\n").unwrap();
    let text = text.to_str().unwrap();
    for command in [
        &["explain", text][..],
        &["explain", "--reveal", text],
        &["extract", text],
        &["extract", "--format", "jsonl", text],
    ] {
        let run = |level: &str| {
            let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_aktsam"));
            program.env_clear().current_dir(folder.path()).args(command).args(["--sandbox", level]).output().unwrap()
        };
        let (apart, here) = (run("required"), run("off"));
        assert!(
            apart.status.success() && !apart.stdout.is_empty(),
            "{command:?}: {}",
            String::from_utf8_lossy(&apart.stderr)
        );
        assert_eq!(String::from_utf8_lossy(&apart.stdout), String::from_utf8_lossy(&here.stdout), "{command:?}");
    }
}

#[test]
fn the_real_worker_judges_as_the_library_does() {
    let folder = TempDir::new().unwrap();
    let mut sandbox = sandbox(env!("CARGO_BIN_EXE_aktsam").into());
    let content = "Elev: 19900101-2385".as_bytes();
    let mut sandboxed = examine(&mut sandbox, &folder, content);
    let mut local = aktsam::examine::Examiner::default().examine(content);
    sandboxed.timings = local.timings;
    local.findings.iter_mut().for_each(|finding| finding.at = (0, 0..0));
    local.reasons.iter_mut().flat_map(|r| &mut r.findings).for_each(|finding| finding.at = (0, 0..0));
    assert_eq!(sandboxed, local);
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("sparse");
    File::create(&path).unwrap().set_len(50 << 30).unwrap();
    let mut sandbox = sandbox(env!("CARGO_BIN_EXE_aktsam").into());
    let record = sandbox.examine(&File::open(&path).unwrap(), 50 << 30).unwrap();
    assert_eq!(record.error.as_deref(), Some("limit:file"));
}
