//! Someone who looks on while a file is read: text and embedded files are in
//! hand only then, and never leave the sandbox.

use std::fmt;
use std::sync::Arc;

use super::Text;
use crate::finding::Finding;

type SeeText = dyn Fn(&Text, &[Finding]) + Send + Sync;
type SeeFile = dyn Fn(&str, &[u8]) + Send + Sync;

/// What is called for each text that is read, and for each file that lies in another.
#[derive(Clone)]
pub struct Watch {
    text: Arc<SeeText>,
    file: Arc<SeeFile>,
}

impl Watch {
    /// Calls `text` with each text and what was found in it, and `file` with
    /// the name and the bytes of each attachment, embedded object and member of an archive.
    #[must_use]
    pub fn new(
        text: impl Fn(&Text, &[Finding]) + Send + Sync + 'static,
        file: impl Fn(&str, &[u8]) + Send + Sync + 'static,
    ) -> Self {
        Self { text: Arc::new(text), file: Arc::new(file) }
    }

    pub(crate) fn text(&self, text: &Text, findings: &[Finding]) {
        (self.text)(text, findings);
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) {
        (self.file)(name, bytes);
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}
