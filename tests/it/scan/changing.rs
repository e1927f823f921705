//! Files that change while they are read, seen through the library: the test
//! stands where the sandbox stands and changes the file itself.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;

use aktsam::config::RootConfig;
use aktsam::examine::Examiner;
use aktsam::ledger::{Basis, Ledger};
use aktsam::record::{Record, Status, Verdict};
use aktsam::scan::{Examine, Finished, MakeExamine, Options, Progress, Scan, Stop};
use aktsam::walk::{Root, Scope};

use super::Ground;

/// The record of the one file in the share when the first `times` that it is
/// examined it grows meanwhile.
fn grown(times: u32) -> Record {
    let ground = Ground::new();
    let path = ground.put("a.txt", b"Handling nummer ett.\n");
    let scope = Scope::new(&RootConfig::of(ground.share()), &[]).unwrap();
    let root = Root::open(&ground.share(), None, scope, None).unwrap();
    let basis =
        Basis { tool: "test".into(), policy: "base".into(), policy_digest: String::new(), digest: String::new() };
    let (progress, stop) = (Progress::default(), Stop::default());
    let options = Options { jobs: 1, full: false, records: true, reveal: false, file_bytes: 1 << 20 };
    let examine = || Ok(growing(&path, times));
    let (options, basis, examine): (_, _, &MakeExamine<'_>) = (&options, &basis, &examine);
    let scan = Scan { options, basis, isolation: "off", examine, progress: &progress, stop: &stop };
    let mut records = Vec::new();
    let mut finished = |finished: &Finished<'_>| {
        records.push(finished.record.clone());
        Ok(())
    };
    let mut ledger = Ledger::open(&ground.ledger(), &[&ground.share()]).unwrap();
    scan.run(&mut ledger, &[root], &[], &mut finished).unwrap();
    records.pop().unwrap()
}

fn growing(path: &Path, mut times: u32) -> Examine<'_> {
    Box::new(move |files| {
        let &[(file, size)] = files else { panic!("one file was expected") };
        let mut bytes = vec![0; usize::try_from(size).unwrap()];
        file.read_exact_at(&mut bytes, 0).unwrap();
        if times > 0 {
            times -= 1;
            fs::write(path, [bytes.as_slice(), b"En rad till.\n"].concat()).unwrap();
        }
        Ok(vec![Examiner::default().examine(&bytes)])
    })
}

#[test]
fn a_file_that_grows_once_is_read_again() {
    let record = grown(1);
    assert_eq!((record.status, record.error, record.verdict), (Status::Ok, None, Verdict::Open));
    assert_eq!(record.size, 34);
}

#[test]
fn a_file_that_never_rests_is_not_open() {
    let record = grown(u32::MAX);
    assert_eq!(record.error.as_deref(), Some("changed-while-read"));
    assert_eq!((record.status, record.verdict), (Status::Partial, Verdict::Undetermined));
}
