//! What made a picture, from its bytes.

#![no_main]

use aktsam::sandbox::look;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = look(bytes);
});
