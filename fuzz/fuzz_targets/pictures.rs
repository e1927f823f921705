//! What made a picture, from its bytes.

#![no_main]

use aktsam::extract::sniff;
use aktsam::image::provenance::inspect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = inspect(sniff(bytes), bytes);
});
