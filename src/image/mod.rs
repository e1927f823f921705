//! Pictures: what made them, how they are marked, and marking them.
//!
//! Pure like the rest of the library: bytes in, bytes or plain data out. The
//! parts are [`container`] (what lies where in a file of each format) and
//! [`provenance`] (what that says of the picture's origin).

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "geometry of pixels: sides are bounded by the limits far below what a float holds"
)]
#![allow(
    clippy::doc_markdown,
    clippy::format_push_string,
    clippy::needless_borrows_for_generic_args,
    clippy::needless_for_each,
    clippy::similar_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_min_or_max,
    clippy::unused_self,
    clippy::while_let_loop,
    reason = "labelling is not promised yet; to be polished with it"
)]

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
