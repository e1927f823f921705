//! The archivist's check of a folder before it is handed over: "granskning, inte validering".

pub mod pdfa;
pub mod puid;
