//! The configuration as it takes effect: the file, then the environment over
//! it, then the command line over both, and for every value where it comes from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::{Config, ConfigError};
use crate::mistake::{Unusable, line};

/// The keys that may have no value, in the order they are shown, with the value
/// that holds when nothing is said and whether it is a number.
const KEYS: &[(&str, &str, bool)] = &[
    ("policy", "base", false),
    ("language", "sv", false),
    ("ledger", "", false),
    ("register", "", false),
    ("out", ".", false),
    ("until", "", false),
    ("jobs", "", true),
    ("nice", "", true),
    ("retention_days", "90", true),
    ("metrics", "", false),
    ("log", "text", false),
    ("rate.files_per_second", "", true),
    ("rate.megabytes_per_second", "", true),
    ("ocr.night_minutes", "", true),
];

/// The configuration with the origin of its values.
#[derive(Clone, Debug, Default)]
pub struct Effective {
    /// What holds.
    pub config: Config,
    /// The file it was read from; `None` without one.
    pub file: Option<PathBuf>,
    origins: BTreeMap<String, Origin>,
}

/// Where a value comes from. A later one wins over an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Built in.
    Default,
    /// The file, on a line from 1.
    File(usize),
    /// A variable of the environment.
    Environment(String),
    /// An option of the command line.
    Flag(&'static str),
}

/// A value with its name and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name, such as `limits.pages` or `root[1].path`.
    pub key: String,
    /// As it is written in TOML; empty when there is none.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

impl Effective {
    /// Reads `file` and lays over it what `variable` answers for each `AKTSAM_` name.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the file and the line, or the variable.
    pub fn load(file: Option<&Path>, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut effective = Self { file: file.map(Path::to_owned), ..Self::default() };
        if let Some(path) = file {
            let text = Unusable::read(path)?;
            effective.config = Config::parse(path, &text)?;
            if let Ok(table) = DeTable::parse(&text) {
                origins(&text, table.get_ref(), "", &mut effective.origins);
            }
        }
        for (key, is_number) in keys() {
            let name = variable_of(&key);
            if let Some(value) = variable(&name) {
                let wrong = |message| ConfigError::Environment { name: name.clone(), message };
                effective.config = overlaid(&effective.config, &key, value, is_number).map_err(wrong)?;
                effective.origins.insert(key, Origin::Environment(name));
            }
        }
        Ok(effective)
    }

    /// Lays a value of the command line over the configuration.
    ///
    /// # Errors
    ///
    /// Why the value does not fit.
    pub fn flag(&mut self, key: &str, flag: &'static str, value: String) -> Result<(), String> {
        self.config = overlaid(&self.config, key, value, false)?;
        self.origins.insert(key.to_owned(), Origin::Flag(flag));
        Ok(())
    }

    /// The variables of the environment that are asked for.
    pub fn variables() -> impl Iterator<Item = String> {
        keys().map(|(key, _)| variable_of(&key))
    }

    /// Every value: first those that always hold, then those of roots and folders that are named.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        let table = table(&self.config);
        let shown = |key: &str| find(&table, key).map(ToString::to_string);
        let fallback = |key: &str| KEYS.iter().find(|(known, ..)| *known == key).map_or("", |(_, value, _)| value);
        let origin = |key: &str| self.origins.get(key).cloned().unwrap_or(Origin::Default);
        let always = keys().map(|(key, _)| {
            let value = shown(&key).unwrap_or_else(|| fallback(&key).to_owned());
            Setting { value, origin: origin(&key), key }
        });
        let named = self.origins.keys().filter(|key| key.contains('['));
        let named = named.filter_map(|key| Some(Setting { key: key.clone(), value: shown(key)?, origin: origin(key) }));
        always.chain(named).collect()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(line) => write!(f, "line {line}"),
            Self::Environment(name) => f.write_str(name),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// The variable that sets a key: `AKTSAM_LIMITS_PAGES` sets `limits.pages`.
fn variable_of(key: &str) -> String {
    format!("AKTSAM_{}", key.replace('.', "_").to_uppercase())
}

/// Every key that is not a root's or a folder's, and whether it is a number.
fn keys() -> impl Iterator<Item = (String, bool)> {
    let own = KEYS.iter().map(|(key, _, is_number)| ((*key).to_owned(), *is_number));
    // The tables whose keys always have a value, such as `[limits]`.
    let tables = table(&Config::default()).into_iter().filter_map(|(name, value)| match value {
        Value::Table(inner) => {
            Some(inner.into_iter().map(move |(key, value)| (format!("{name}.{key}"), value.is_integer())))
        }
        _ => None,
    });
    own.chain(tables.flatten())
}

/// A configuration as the table it would be written as.
fn table(config: &Config) -> Table {
    Table::try_from(config).unwrap_or_default()
}

/// `config` with another value at `key`.
fn overlaid(config: &Config, key: &str, value: String, is_number: bool) -> Result<Config, String> {
    let mut whole = table(config);
    let number = value.parse().ok().filter(|_| is_number).map(Value::Integer);
    let value = number.unwrap_or(Value::String(value));
    match key.split_once('.') {
        Some((table, key)) => {
            let inner = whole.entry(table).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                inner.insert(key.to_owned(), value);
            }
        }
        None => {
            whole.insert(key.to_owned(), value);
        }
    }
    whole.try_into().map_err(|error: toml::de::Error| error.message().replace('\n', " "))
}

/// The value at a key such as `limits.pages` or `root[1].folder[2].glob`.
fn find<'a>(table: &'a Table, key: &str) -> Option<&'a Value> {
    let (step, rest) = key.split_once('.').map_or((key, None), |(step, rest)| (step, Some(rest)));
    let value = match step.split_once('[') {
        Some((name, index)) => {
            let index: usize = index.strip_suffix(']')?.parse().ok()?;
            table.get(name)?.as_array()?.get(index.checked_sub(1)?)?
        }
        None => table.get(step)?,
    };
    match rest {
        Some(rest) => find(value.as_table()?, rest),
        None => Some(value),
    }
}

/// Notes the line of every value below `table`.
fn origins(text: &str, table: &DeTable<'_>, above: &str, into: &mut BTreeMap<String, Origin>) {
    for (key, value) in table {
        let name = format!("{above}{}", key.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) => origins(text, inner, &format!("{name}."), into),
            DeValue::Array(items) if items.iter().any(|item| item.get_ref().is_table()) => {
                for (index, item) in items.iter().enumerate() {
                    item_origins(text, item, &format!("{name}[{}].", index + 1), into);
                }
            }
            _ => {
                into.insert(name, Origin::File(line(text, key.span().start)));
            }
        }
    }
}

fn item_origins(text: &str, item: &Spanned<DeValue<'_>>, above: &str, into: &mut BTreeMap<String, Origin>) {
    if let DeValue::Table(inner) = item.get_ref() {
        origins(text, inner, above, into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn loaded(text: &str, variables: &[(&str, &str)]) -> Result<Effective, ConfigError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Effective::load(Some(file.path()), &|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_later_origin_wins_and_is_named() {
        let text =
            "policy = 'ale'\njobs = 2\n[limits]\npages = 10\n[[root]]\npath = '/a'\n[[root.folder]]\nglob = 'x'\n";
        let variables = [("AKTSAM_JOBS", "3"), ("AKTSAM_LIMITS_PAGES", "11"), ("AKTSAM_RATE_FILES_PER_SECOND", "5")];
        let mut effective = loaded(text, &variables).unwrap();
        effective.flag("policy", "--policy", "essunga".into()).unwrap();
        let settings = effective.settings();
        let shown = |key: &str| {
            let setting = settings.iter().find(|setting| setting.key == key).unwrap();
            (setting.value.as_str(), setting.origin.to_string())
        };
        assert_eq!(shown("policy"), ("\"essunga\"", "--policy".into()));
        assert_eq!(shown("jobs"), ("3", "AKTSAM_JOBS".into()));
        assert_eq!(shown("limits.pages"), ("11", "AKTSAM_LIMITS_PAGES".into()));
        assert_eq!(shown("rate.files_per_second"), ("5", "AKTSAM_RATE_FILES_PER_SECOND".into()));
        assert_eq!(shown("retention_days"), ("90", "default".into()));
        assert_eq!(shown("root[1].path"), ("\"/a\"", "line 6".into()));
        assert_eq!(shown("root[1].folder[1].glob"), ("\"x\"", "line 8".into()));
        assert_eq!(effective.config.limits.pages, 11);
        assert_eq!(effective.config.limits.depth, Limits::default().depth);
    }

    #[test]
    fn every_key_can_be_set_and_shown() {
        let error = toml::from_str::<Config>("nosuchkey = 1").unwrap_err().to_string();
        let known: Vec<String> = keys().map(|(key, _)| key).collect();
        for key in error.split('`').skip(3).step_by(2).filter(|key| !["root", "folder"].contains(key)) {
            let is_known = |known: &String| known == key || known.starts_with(&format!("{key}."));
            assert!(known.iter().any(is_known), "{key} is neither in KEYS nor a table with values");
        }
    }

    #[test]
    fn a_variable_that_does_not_fit_is_named() {
        for (name, value, expected) in [
            ("AKTSAM_JOBS", "many", "AKTSAM_JOBS: invalid type"),
            ("AKTSAM_UNTIL", "25:00", "AKTSAM_UNTIL: not a time of day"),
            ("AKTSAM_LANGUAGE", "da", "AKTSAM_LANGUAGE: unknown variant"),
        ] {
            let error = loaded("", &[(name, value)]).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
