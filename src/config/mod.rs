//! `aktsam.toml`: what is scanned, by which rules, within which limits.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::judge::explain::Language;
use crate::limits::Limits;
use crate::mistake::{Mistake, Unusable};
use crate::record::{Reason, Record, Verdict};

mod effective;
mod owners;
mod value;

pub use effective::{Effective, Origin, Setting};
pub use owners::Owners;
pub use value::{Lang, Log, OcrConfig, Rate, TimeOfDay};

/// A configuration with every key, explained and commented out.
#[must_use]
pub fn example(language: Language) -> &'static str {
    match language {
        Language::Swedish => include_str!("example.sv.toml"),
        Language::English => include_str!("example.en.toml"),
    }
}

/// Days that what is gone and what is old are kept when nothing else is said.
pub const RETENTION_DAYS: u32 = 90;

/// The configuration. Every key may be left out; an unknown key is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Name or file of the policy; `None` for the base policy.
    pub policy: Option<String>,
    /// The ledger; `None` for the account's own.
    pub ledger: Option<PathBuf>,
    /// The register of labels; `None` for the account's own.
    pub register: Option<PathBuf>,
    /// Folder for the reports.
    pub out: Option<PathBuf>,
    /// The language of reports; `None` for Swedish.
    pub language: Option<Lang>,
    /// When a run ends at the latest; `None` when it is done.
    pub until: Option<TimeOfDay>,
    /// Files examined at the same time; `None` for one a core.
    pub jobs: Option<NonZeroUsize>,
    /// How far a run steps back for other work, 0 to 19, as `nice(1)`; `None` for not at all.
    pub nice: Option<u8>,
    /// Days that what is gone and what is old are kept; see [`Config::retention`].
    pub retention_days: Option<NonZeroU32>,
    /// Where a run leaves its counts for Prometheus; `None` for nowhere.
    pub metrics: Option<PathBuf>,
    /// The form of what is said on standard error; `None` for people's.
    pub log: Option<Log>,
    /// Bounds on the work one file may cause.
    pub limits: Limits,
    /// How words in pictures are recognised.
    pub ocr: OcrConfig,
    /// How fast files are read, of every root that does not say so itself.
    pub rate: Rate,
    /// What is scanned when the command line names nothing.
    #[serde(rename = "root")]
    pub roots: Vec<RootConfig>,
    /// Folder rules of every root, also of those named on the command line.
    #[serde(rename = "folder")]
    pub folders: Vec<FolderConfig>,
}

/// A folder that is scanned with all that lies below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootConfig {
    /// Its name in reports; `None` for its path.
    #[serde(default)]
    pub name: Option<String>,
    /// Who answers for what lies in it; `None` when no one is named.
    #[serde(default)]
    pub owner: Option<String>,
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
    /// How fast its files are read; what it leaves open is as [`Config::rate`] says.
    #[serde(default)]
    pub rate: Rate,
    /// What is known of folders in it.
    #[serde(default, rename = "folder")]
    pub folders: Vec<FolderConfig>,
}

impl RootConfig {
    /// The settings of a folder that the configuration does not name.
    #[must_use]
    pub fn of(path: PathBuf) -> Self {
        Self {
            name: None,
            owner: None,
            path,
            include: Vec::new(),
            exclude: Vec::new(),
            exclude_system: true,
            inodes: None,
            least: None,
            rate: Rate::default(),
            folders: Vec::new(),
        }
    }
}

/// What the configuration knows of some files by their place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderConfig {
    /// Which files, such as `Socialtjänst/**`; see [`crate::walk::Scope`] for what a pattern means.
    pub glob: String,
    /// The least verdict they get; `None` for no least.
    #[serde(default)]
    pub least: Option<Verdict>,
    /// Who answers for them; `None` for who answers for what is around them.
    #[serde(default)]
    pub owner: Option<String>,
}

impl FolderConfig {
    /// Its rule; `None` when it only names an owner.
    #[must_use]
    pub fn rule(&self) -> Option<Folder> {
        self.least.map(|least| Folder { glob: self.glob.clone(), least })
    }
}

/// A folder rule: what lies here is judged at least so.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// The file cannot be read, or is not a configuration.
    #[error(transparent)]
    File(#[from] Unusable),
    /// A pattern is not one.
    #[error("{glob:?} is not a pattern: {message}")]
    Glob {
        /// The pattern.
        glob: String,
        /// What is wrong with it.
        message: String,
    },
    /// A variable of the environment does not fit.
    #[error("{name}: {message}")]
    Environment {
        /// The variable, such as `AKTSAM_JOBS`.
        name: String,
        /// What is wrong with its value.
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
        Self::parse(path, &Unusable::read(path)?)
    }

    /// The language of reports.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language.unwrap_or_default().into()
    }

    /// Days that what is gone and what is old are kept.
    #[must_use]
    pub fn retention(&self) -> u32 {
        self.retention_days.map_or(RETENTION_DAYS, NonZeroU32::get)
    }

    /// What is there and says nothing, or is said twice, in words for the administrator.
    #[must_use]
    pub fn mistakes(&self) -> Vec<String> {
        let folders = self.roots.iter().flat_map(|root| &root.folders).chain(&self.folders);
        let empty = folders.filter(|folder| folder.least.is_none() && folder.owner.is_none());
        empty.map(|folder| format!("folder {:?}: names neither `least` nor `owner`", folder.glob)).collect()
    }

    /// How fast the files of a root are read.
    #[must_use]
    pub fn rate_of(&self, root: &RootConfig) -> Rate {
        root.rate.or(self.rate)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let file = path.display().to_string();
        Ok(toml::from_str(text).map_err(|error| Unusable::from(Mistake::of_toml(&file, text, &error)))?)
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
        assert_eq!(root.folders[0].rule(), Some(Folder { glob: "Socialtjänst/**".into(), least: Verdict::Secret }));
    }

    /// The lines of an example that are keys and tables, which a `#` without a space takes out.
    fn uncommented(example: &str) -> String {
        let live = |line: &str| match line.strip_prefix('#') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '[') => Some(rest.to_owned()),
            _ => (!line.starts_with('#')).then(|| line.to_owned()),
        };
        example.lines().filter_map(live).collect::<Vec<_>>().join("\n")
    }

    /// The keys that a table may have, from what is said of one that it may not.
    fn allowed<T: serde::de::DeserializeOwned>() -> Vec<String> {
        let error = toml::from_str::<T>("nosuchkey = 1").err().unwrap().to_string();
        let (_, keys) = error.split_once("expected ").unwrap();
        keys.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn the_examples_explain_every_key() {
        for language in [Language::Swedish, Language::English] {
            let text = example(language);
            assert_eq!(Config::parse(Path::new("example"), text).unwrap(), Config::default());
            let live = uncommented(text);
            let config = Config::parse(Path::new("example"), &live).unwrap_or_else(|error| panic!("{error}\n{live}"));
            assert_eq!((config.roots.len(), config.folders.len()), (1, 1));
            assert_eq!(config.mistakes(), [""; 0]);
            let mut keys = allowed::<Config>();
            keys.extend(allowed::<RootConfig>());
            keys.extend(allowed::<FolderConfig>());
            keys.extend(allowed::<Rate>());
            keys.extend(allowed::<Limits>());
            keys.extend(allowed::<OcrConfig>());
            for key in keys {
                let is_named = |line: &str| {
                    line.starts_with(&format!("{key} ="))
                        || line.trim_matches(['[', ']']).split('.').next_back() == Some(&key)
                };
                assert!(live.lines().any(|line| is_named(line.trim())), "{language:?}: {key}");
            }
        }
    }

    #[test]
    fn names_the_line_of_an_error() {
        for (text, expected) in [
            ("policy = 'ale'\ncolour = 'red'\n", "aktsam.toml:2: unknown field `colour`"),
            ("[[root]]\nname = 'a'\n", "aktsam.toml:1: missing field `path`"),
            ("[[folder]]\nglob = 'a/**'\nleast = 'purple'\n", "aktsam.toml:3: unknown variant `purple`"),
            ("policy = \n", "aktsam.toml:1: "),
            ("jobs = 2\nuntil = '25:00'\n", "aktsam.toml:2: not a time of day"),
            ("retention_days = 0\n", "aktsam.toml:1: invalid value: integer `0`"),
            ("\n[rate]\nfiles = 3\n", "aktsam.toml:3: unknown field `files`"),
        ] {
            let error = Config::parse(Path::new("aktsam.toml"), text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
