//! The municipality's certificate chain and key, as `aktsam label` reads and uses them.

use std::fs;
use std::path::{Path, PathBuf};

use aktsam::document::Kind;
use aktsam::image::label::{Labelled, Request};
use anyhow::Context;

/// A certificate chain and its key, PEM.
#[cfg_attr(not(feature = "c2pa"), expect(dead_code, reason = "only signing reads them"))]
pub(crate) struct Signer {
    chain: Vec<u8>,
    key: Vec<u8>,
}

impl Signer {
    /// Reads both files.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, a pair that cannot sign, or a build that cannot.
    pub(crate) fn read(chain: &Path, key: &Path) -> anyhow::Result<Self> {
        let read = |path: &Path| fs::read(path).with_context(|| format!("{}: cannot be read", path.display()));
        let signer = Self { chain: read(chain)?, key: read(key)? };
        signer.check().with_context(|| format!("{}, {}", chain.display(), key.display()))?;
        Ok(signer)
    }

    /// From the two values of `--sign`.
    pub(crate) fn from_arguments(paths: Option<&[PathBuf]>) -> anyhow::Result<Option<Self>> {
        match paths {
            Some([chain, key]) => Self::read(chain, key).map(Some),
            _ => Ok(None),
        }
    }

    #[cfg(feature = "c2pa")]
    fn check(&self) -> anyhow::Result<()> {
        aktsam::image::credentials::check_signer(&self.chain, &self.key)
            .map_err(|error| crate::output::hinted(error, "aktsam keys init makes a pair that serves"))
    }

    /// Signs a labelled picture, with the picture as it came inside.
    #[cfg(feature = "c2pa")]
    pub(crate) fn sign(
        &self,
        kind: Kind,
        labelled: &Labelled,
        original: &[u8],
        request: &Request,
    ) -> anyhow::Result<Vec<u8>> {
        use aktsam::image::credentials::{Statement, sign};
        let statement = Statement {
            label: &labelled.text,
            source_type: request.source_type(),
            by: request.by.as_deref(),
            system: request.system.as_deref(),
        };
        Ok(sign(kind, &labelled.bytes, original, &statement, &self.chain, &self.key)?)
    }

    #[cfg(not(feature = "c2pa"))]
    #[expect(clippy::unused_self, reason = "the same call with and without the feature")]
    fn check(&self) -> anyhow::Result<()> {
        Err(crate::output::hinted("this build cannot sign", "build with the feature c2pa, or leave out --sign"))
    }

    #[cfg(not(feature = "c2pa"))]
    #[expect(clippy::unused_self, reason = "the same call with and without the feature")]
    pub(crate) fn sign(&self, _: Kind, _: &Labelled, _: &[u8], _: &Request) -> anyhow::Result<Vec<u8>> {
        Err(crate::output::hinted("this build cannot sign", "build with the feature c2pa, or leave out --sign"))
    }
}
