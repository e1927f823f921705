//! Readers of archives.

#![no_main]

use aktsam::document::{Kind, TextBuilder};
use aktsam::extract::extract;
use aktsam::limits::Limits;
use libfuzzer_sys::fuzz_target;

const KINDS: &[Kind] = &[Kind::Zip, Kind::Tar, Kind::Gzip];

// The first byte chooses the reader, so that each is reached whatever the content looks like.
fuzz_target!(|input: (u8, &[u8])| {
    let (choice, bytes) = input;
    let limits = Limits::default();
    let kind = KINDS[usize::from(choice) % KINDS.len()];
    let _ = extract(kind, bytes, &limits, &mut TextBuilder::new(&limits));
});
