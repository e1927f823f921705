//! Tests through the real programs. One binary, so that it links once.

#![allow(clippy::unwrap_used, reason = "a test ends where its ground is missing")]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "the tests use the program from outside"
)]
#![allow(
    clippy::format_collect,
    clippy::format_push_string,
    clippy::panic,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "tables of cases, which are long and built of pieces"
)]

mod archive;
mod hostile;
mod image;
mod judge;
mod label_document;
mod ocr;
mod ops;
mod pdf;
mod register;
mod report;
mod sandbox;
mod scan;
