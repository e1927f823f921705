//! Tests through the real programs. One binary, so that it links once.

#![allow(clippy::unwrap_used, reason = "a test ends where its ground is missing")]

mod archive;
mod hostile;
mod judge;
mod ops;
mod pdf;
mod report;
mod sandbox;
mod scan;
