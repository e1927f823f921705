//! The whole of what the worker does with a file.

#![no_main]

use aktsam::examine::Examiner;
use aktsam::record::{Status, Verdict};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let record = Examiner::default().examine(bytes);
    assert_ne!(record.error.as_deref(), Some("parser-failure"));
    assert!(record.verdict != Verdict::Open || record.status == Status::Ok && record.gaps.is_empty());
});
