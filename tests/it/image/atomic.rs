//! A picture is replaced whole or not at all, however the run ends.

use std::fs;
use std::process::Command;

use super::{Studio, tool};

const NAME: &str = "in/jpeg-grey_unknown.jpg";
const BACKUP: &str = "in/jpeg-grey_unknown.jpg.orig";

/// Calls that a replacement makes to the file system, after it has read the picture.
const CALLS: &[&str] = &["write", "fsync", "fsetxattr", "fchmod", "linkat", "renameat", "unlinkat"];
const FAILURES: &[&str] = &["signal=KILL", "error=ENOSPC", "error=EIO"];
/// The most times that any of the calls is made.
const TIMES: usize = 4;

#[test]
fn no_failure_and_no_kill_loses_a_picture() {
    let Some(strace) = tool(&["strace"]) else { return };
    let studio = Studio::new(&["jpeg-grey_unknown.jpg"]);
    let old = studio.read(NAME);
    studio.run(&["label", NAME, "--in-place"]);
    let new = studio.read(NAME);
    assert_ne!(old, new);
    let mut injected = 0;
    for (failure, call) in FAILURES.iter().flat_map(|failure| CALLS.iter().map(move |call| (failure, call))) {
        for time in 1..=TIMES {
            reset(&studio, &old);
            let calls = with_variants(call);
            let mut command = Command::new(&strace[0]);
            command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}")]);
            command.args(["-e", &format!("inject={calls}:{failure}:when={time}")]);
            command.arg(assert_cmd::cargo::cargo_bin!("aktsam")).args(["label", NAME, "--in-place"]);
            let ended = command.env_clear().current_dir(studio.path()).output().unwrap();
            let case = format!("{failure} {call} {time}");
            check(&studio, &old, &new, &case);
            // The next run mends what this one left.
            studio.run(&["label", NAME, "--in-place"]);
            assert_eq!(studio.read(NAME), new, "{case}");
            assert_eq!(studio.read(BACKUP), old, "{case}");
            assert_eq!(fs::read_dir(studio.path().join("in")).unwrap().count(), 2, "{case}: litter");
            if ended.status.success() {
                break;
            }
            injected += 1;
        }
    }
    assert!(injected >= 12, "only {injected} failures were injected");
}

/// The names under which systems and libraries make the call.
fn with_variants(call: &str) -> String {
    match call {
        "linkat" => "link,linkat".into(),
        "renameat" => "rename,renameat,renameat2".into(),
        "unlinkat" => "unlink,unlinkat".into(),
        call => call.into(),
    }
}

/// The picture is the old or the new one, whole; and the new one never without its backup.
fn check(studio: &Studio, old: &[u8], new: &[u8], case: &str) {
    let now = studio.read(NAME);
    assert!(now == old || now == new, "{case}: neither old nor new");
    if now == new {
        assert_eq!(studio.read(BACKUP), old, "{case}");
    }
}

fn reset(studio: &Studio, old: &[u8]) {
    fs::remove_dir_all(studio.path().join("in")).unwrap();
    fs::create_dir(studio.path().join("in")).unwrap();
    fs::write(studio.path().join(NAME), old).unwrap();
}

#[test]
fn another_backup_is_never_overwritten() {
    let studio = Studio::new(&["jpeg-grey_unknown.jpg"]);
    let old = studio.read(NAME);
    fs::write(studio.path().join(BACKUP), "en annan fil").unwrap();
    let output = studio.run(&["label", NAME, "--in-place"]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(studio.read(NAME), old);
    assert_eq!(studio.read(BACKUP), "en annan fil".as_bytes());
    assert_eq!(fs::read_dir(studio.path().join("in")).unwrap().count(), 2);
}
