//! What the parent makes of a worker's answer: what it believes keeps the promises of a record.

#![no_main]

use aktsam::limits::Limits;
use aktsam::record::{Status, Verdict};
use aktsam::sandbox::decode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(record) = decode(bytes, &Limits::default()) {
        assert!(record.verdict != Verdict::Open || record.status == Status::Ok);
        assert!(record.findings.iter().all(|f| f.value.is_none() && !f.masked.contains(|c: char| c.is_ascii_digit())));
    }
});
