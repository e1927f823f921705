//! `aktsam.toml`: what is scanned, by which rules, within which limits.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::limits::Limits;
use crate::record::{Reason, Record, Verdict};

/// The configuration. Every key may be left out; an unknown key is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Name or file of the policy; `None` for the base policy.
    pub policy: Option<String>,
    /// The ledger; `None` for the account's own.
    pub ledger: Option<PathBuf>,
    /// Folder for the reports.
    pub out: Option<PathBuf>,
    /// Bounds on the work one file may cause.
    pub limits: Limits,
    /// How words in pictures are recognised.
    pub ocr: OcrConfig,
    /// What is scanned when the command line names nothing.
    #[serde(rename = "root")]
    pub roots: Vec<RootConfig>,
    /// Folder rules of every root, also of those named on the command line.
    #[serde(rename = "folder")]
    pub folders: Vec<Folder>,
}

/// How words in pictures are recognised. The time for the pictures of one file is
/// [`Limits::ocr_seconds`]: that bounds what is known of it, and this only when.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OcrConfig {
    /// Tesseract: a name on the path, or a file.
    pub program: PathBuf,
    /// Most time for one picture, in seconds.
    pub picture_seconds: u64,
    /// Most time for all pictures of a run together, in minutes, those read side by
    /// side added up; `None` without a bound. What is left waits for the next run.
    pub night_minutes: Option<u64>,
}

impl Default for OcrConfig {
    fn default() -> Self {
        Self { program: "tesseract".into(), picture_seconds: 60, night_minutes: None }
    }
}

/// A folder that is scanned with all that lies below it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootConfig {
    /// Its name in reports; `None` for its path.
    #[serde(default)]
    pub name: Option<String>,
    /// Where it lies.
    pub path: PathBuf,
    /// Only files that match one of these are scanned; empty for all.
    #[serde(default)]
    pub include: Vec<String>,
    /// Files and folders that match one of these are left out.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Whether snapshot, recycle and system folders are left out.
    #[serde(default = "yes")]
    pub exclude_system: bool,
    /// Whether inode numbers tell files apart; `None` for: where the file system is local.
    #[serde(default)]
    pub inodes: Option<bool>,
    /// The least verdict of every file in it.
    #[serde(default)]
    pub least: Option<Verdict>,
    /// The least verdicts of folders in it.
    #[serde(default, rename = "folder")]
    pub folders: Vec<Folder>,
}

impl RootConfig {
    /// The settings of a folder that the configuration does not name.
    #[must_use]
    pub fn of(path: PathBuf) -> Self {
        let (include, exclude, folders) = (Vec::new(), Vec::new(), Vec::new());
        Self { name: None, path, include, exclude, exclude_system: true, inodes: None, least: None, folders }
    }
}

/// A folder rule: what lies here is judged at least so.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// Which files, such as `Socialtjänst/**`; see [`crate::walk::Scope`] for what a pattern means.
    pub glob: String,
    /// The least verdict they get.
    pub least: Verdict,
}

impl Folder {
    /// The rule's identifier in a record's reasons.
    #[must_use]
    pub fn rule(&self) -> String {
        format!("folder:{}", self.glob)
    }

    /// Takes the rule into a record of a file it speaks about: as a reason of its own, and never to lower a verdict.
    pub fn raise(&self, record: &mut Record) {
        let reason = Reason { rule: self.rule(), verdict: self.least, cites: Vec::new(), findings: Vec::new() };
        let after = record.reasons.iter().take_while(|other| other.verdict >= self.least).count();
        record.reasons.insert(after, reason);
        record.verdict = record.verdict.max(self.least);
    }
}

/// A configuration that cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The configuration file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is not a configuration.
    #[error("{}:{line}: {message}", path.display())]
    Parse {
        /// The configuration file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// A pattern is not one.
    #[error("{glob:?} is not a pattern: {message}")]
    Glob {
        /// The pattern.
        glob: String,
        /// What is wrong with it.
        message: String,
    },
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the file and the line.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count();
            ConfigError::Parse { path: path.to_owned(), line, message: error.message().replace('\n', " ") }
        })
    }
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_roots_and_folder_rules() {
        let text = r#"
            policy = "ale"
            [limits]
            pages = 10
            [[root]]
            name = "gemensam"
            path = "/srv/gemensam"
            exclude = ["*.tmp"]
            [[root.folder]]
            glob = "Socialtjänst/**"
            least = "secret"
        "#;
        let config = Config::parse(Path::new("aktsam.toml"), text).unwrap();
        assert_eq!(config.limits.pages, 10);
        assert_eq!(config.limits.depth, Limits::default().depth);
        let root = &config.roots[0];
        assert!(root.exclude_system);
        assert_eq!(root.folders, [Folder { glob: "Socialtjänst/**".into(), least: Verdict::Secret }]);
    }

    #[test]
    fn names_the_line_of_an_error() {
        for (text, expected) in [
            ("policy = 'ale'\ncolour = 'red'\n", "aktsam.toml:2: unknown field `colour`"),
            ("[[root]]\nname = 'a'\n", "aktsam.toml:1: missing field `path`"),
            ("[[folder]]\nglob = 'a/**'\nleast = 'purple'\n", "aktsam.toml:3: unknown variant `purple`"),
            ("policy = \n", "aktsam.toml:1: "),
        ] {
            let error = Config::parse(Path::new("aktsam.toml"), text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
