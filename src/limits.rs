//! How much of a file may be read before its reading is ended and said so.

use serde::{Deserialize, Serialize};

/// Bounds on the work one file may cause. Bytes are counted as they are
/// produced, never taken from a header. Each hit is a named outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest file that is opened, in bytes.
    pub file_bytes: u64,
    /// Most text that is kept of one file, in bytes of UTF-8.
    pub text_bytes: u64,
    /// Most bytes that all compressed parts of one file may become.
    pub inflated_bytes: u64,
    /// Largest inflation ratio of one part, above 1 MB.
    pub inflation_ratio: u64,
    /// Deepest nesting of XML elements or PDF objects.
    pub depth: usize,
    /// Most entries of an archive.
    pub archive_entries: usize,
    /// Deepest nesting of archives and attachments.
    pub archive_depth: usize,
    /// Most pages of a document.
    pub pages: usize,
    /// Most pixels of an image.
    pub pixels: u64,
    /// Longest side of an image, in pixels.
    pub image_side: u32,
    /// Most CPU time one file may take, in seconds.
    pub cpu_seconds: u64,
    /// Most wall time one file may take, in seconds.
    pub wall_seconds: u64,
    /// Most time the recognition of one file's pictures may take, in seconds.
    pub ocr_seconds: u64,
    /// Most memory the process that reads a file may take, its own included, in bytes; at least 256 MB.
    pub memory_bytes: u64,
    /// Most findings of one entity that are kept; the rest are only counted.
    pub findings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 256 << 20,
            text_bytes: 64 << 20,
            inflated_bytes: 512 << 20,
            inflation_ratio: 200,
            depth: 100,
            archive_entries: 10_000,
            archive_depth: 5,
            pages: 10_000,
            pixels: 100_000_000,
            image_side: 16_384,
            cpu_seconds: 20,
            wall_seconds: 60,
            ocr_seconds: 300,
            memory_bytes: 1 << 30,
            findings: 1_000,
        }
    }
}
