//! Pictures: what made them, how they are marked, and marking them.
//!
//! Pure like the rest of the library: bytes in, bytes or plain data out. The
//! parts are [`container`] (what lies where in a file of each format) and
//! [`provenance`] (what that says of the picture's origin).

pub mod container;
pub mod provenance;

mod bytes;
mod ifd;

pub use provenance::{Origin, Provenance};
