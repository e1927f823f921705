//! Prints what pictures look like to the register, a line each: blockhash, dHash, variance and path.
//!
//! `scripts/measure-likeness` asks it how far copies of pictures are apart, and pictures that have nothing in common.

use std::env;
use std::fs;

use aktsam::extract::sniff;
use aktsam::image::hash::Likeness;

#[allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a program of its own")]
fn main() {
    for path in env::args_os().skip(1) {
        let bytes = fs::read(&path).unwrap_or_default();
        if let Some(Likeness { blockhash, dhash, variance }) = Likeness::of(sniff(&bytes), &bytes) {
            println!("{blockhash}\t{dhash}\t{variance}\t{}", path.display());
        }
    }
}
