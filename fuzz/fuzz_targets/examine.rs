//! The whole of what the worker does with a file.

#![no_main]

use aktsam::examine::Examiner;
use aktsam::record::{Status, Verdict};
use libfuzzer_sys::fuzz_target;

// A library's panic that its reader catches is an outcome; one that it does not is `parser-failure`.
fuzz_target!(init: std::panic::set_hook(Box::new(|panic| eprintln!("{panic}"))), |bytes: &[u8]| {
    let record = Examiner::default().examine(bytes);
    assert_ne!(record.error.as_deref(), Some("parser-failure"));
    assert!(record.verdict != Verdict::Open || record.status == Status::Ok && record.gaps.is_empty());
});
