//! The values of the configuration that are more than numbers and texts.

use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::judge::explain::Language;

/// A language, by its code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Swedish.
    #[default]
    Sv,
    /// English.
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Sv => Self::Swedish,
            Lang::En => Self::English,
        }
    }
}

/// The form of what is said on standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Log {
    /// Lines for people.
    #[default]
    Text,
    /// A JSON object a line, for journald and log servers.
    Json,
}

/// How words in pictures are recognised. The time for the pictures of one file is
/// [`crate::limits::Limits::ocr_seconds`]: that bounds what is known of it, and this only when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// How fast files are read at most; `None` for as fast as it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rate {
    /// Files read in a second.
    pub files_per_second: Option<NonZeroU32>,
    /// Megabytes (10⁶ bytes) read in a second.
    pub megabytes_per_second: Option<NonZeroU32>,
}

impl Rate {
    /// This rate, with what it leaves open as `other` says.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            files_per_second: self.files_per_second.or(other.files_per_second),
            megabytes_per_second: self.megabytes_per_second.or(other.megabytes_per_second),
        }
    }
}

/// A time of day, written `HH:MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay {
    /// The hour, 0 to 23.
    pub hour: i8,
    /// The minute, 0 to 59.
    pub minute: i8,
}

impl FromStr for TimeOfDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let part = |digits: &str, end: i8| digits.parse().ok().filter(|number| (0..end).contains(number));
        let time = text.split_once(':').and_then(|(hour, minute)| Some((part(hour, 24)?, part(minute, 60)?)));
        let (hour, minute) = time.ok_or("not a time of day; write it as HH:MM, such as 05:30")?;
        Ok(Self { hour, minute })
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}
