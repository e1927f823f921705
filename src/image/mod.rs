//! Pictures: what made them, how they are marked, and marking them.
//!
//! Pure like the rest of the library: bytes in, bytes or plain data out. The
//! parts are [`container`] (what lies where in a file of each format),
//! [`provenance`] (what that says of the picture's origin), [`label`] (marking
//! it as AI's) and, by the feature `c2pa`, its signed manifest.

pub mod container;
#[cfg(feature = "c2pa")]
pub mod credentials;
pub mod hash;
#[cfg(feature = "c2pa")]
pub mod keys;
pub mod label;
pub mod provenance;

mod bytes;
mod ifd;
mod jpeg;

pub use provenance::{Origin, Provenance};
