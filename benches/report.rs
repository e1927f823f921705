//! What a report of a hundred thousand files costs: `cargo bench --bench report`.

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr, reason = "a program does I/O")]

use std::io;

use aktsam::judge::explain::Language;
use aktsam::report::{FORMATS, Format};

#[path = "../tests/it/report/sample.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod sample;

fn main() {
    divan::main();
}

/// Each format, with the rows made anew: their making is part of the time.
#[divan::bench(args = FORMATS.iter().map(|format| format.id), sample_count = 5, sample_size = 1)]
fn of_100_000_files(format: &str) {
    let format = Format::named(format).expect("a format of the table");
    let mut out = io::BufWriter::new(io::sink());
    let totals =
        format.write(&sample::head(Language::Swedish), &mut sample::many(100_000), &mut out).expect("a sink takes all");
    assert_eq!(totals.seen, 100_000);
}

/// The making of the rows alone, to be taken off the others.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn the_rows_alone() -> usize {
    sample::many(100_000).map(|row| row.path.len()).sum()
}
