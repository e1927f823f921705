//! The loader of policies: what is no policy is an error with a line.

#![no_main]

use aktsam::judge::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = Policy::parse("policy.toml", text);
});
