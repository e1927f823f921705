//! What was acknowledged survives any end of the process.

use std::collections::BTreeSet;

use rustix::process::Signal;

use super::{Ground, is_unchanged};

/// Kills runs at ever later files; every acknowledged file is passed by in all later runs.
#[test]
fn kill_9_loses_nothing_acknowledged() {
    let ground = Ground::new();
    let files = 6000;
    for number in 0..files {
        ground.put(format!("{:02}/{number:04}.txt", number % 20), format!("Handling nummer {number}.\n").as_bytes());
    }
    let mut acknowledged: BTreeSet<String> = BTreeSet::new();
    for lines in [1, 7, 40, 200, 900, 1700] {
        let mut running = ground.running(&[]);
        for _ in 0..lines {
            let (path, record) = running.next().unwrap();
            assert!(is_unchanged(&record) || !acknowledged.contains(&path), "{path} was acknowledged and lost");
            acknowledged.insert(path);
        }
        running.signal(Signal::KILL);
        let (code, rest) = running.end();
        assert_eq!(code, None);
        acknowledged.extend(rest.into_iter().map(|(path, _)| path));
    }
    assert!(acknowledged.len() < files, "the last run was not cut short");
    let last = ground.records(&[]);
    assert_eq!(last.len(), files);
    for path in &acknowledged {
        assert!(is_unchanged(&last[path]), "{path} was acknowledged and lost");
    }
}
