//! `aktsam config`, and the configuration as every command sees it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aktsam::config::{Config, Effective, Log, Origin, Owners, RootConfig, example};
use aktsam::judge::explain::Language;
use aktsam::ledger::place;
use aktsam::report::escape::visible;
use aktsam::report::words;
use aktsam::walk::{Root, Scope};
use clap::Subcommand;

use crate::Outcome;
use crate::args::{Common, Lang};
use crate::{log, policy, replace, scan};

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Look for mistakes: keys, patterns, the policy, every root and the places of ledger and reports
    Check,
    /// Show every value that holds, and where it comes from
    Show,
    /// Write a commented configuration, where there is none
    Init {
        /// The file
        #[arg(default_value = "aktsam.toml")]
        file: PathBuf,
    },
}

pub(crate) fn run(common: &Common, command: &ConfigCommand) -> Outcome {
    match command {
        ConfigCommand::Check => check(common),
        ConfigCommand::Show => show(common),
        ConfigCommand::Init { file } => init(common, file),
    }
}

/// The configuration: the file that is named or lies where one is looked for, with the
/// environment and the command line over it.
pub(crate) fn load(common: &Common) -> anyhow::Result<Effective> {
    let named = common.config.clone().or_else(|| variable("AKTSAM_CONFIG").map(PathBuf::from));
    let usual = || [PathBuf::from("aktsam.toml"), "/etc/aktsam/aktsam.toml".into()].into_iter().find(|p| p.exists());
    let mut effective = Effective::load(named.or_else(usual).as_deref(), &variable)?;
    let flags = [
        ("policy", "--policy", common.policy.clone()),
        ("language", "--lang", common.given.map(|lang| if lang == Lang::Sv { "sv" } else { "en" }.to_owned())),
        ("log", "--log", common.log.map(|log| log.id().to_owned())),
    ];
    for (key, flag, value) in flags {
        if let Some(value) = value {
            effective.flag(key, flag, value).map_err(|message| anyhow::anyhow!("{flag}: {message}"))?;
        }
    }
    Ok(effective)
}

/// Puts the language and the form of the log in place. What is wrong with the
/// configuration is said by the command that needs it.
pub(crate) fn settle(common: &mut Common) {
    let config = load(common).map(|effective| effective.config).unwrap_or_default();
    let configured = if config.language() == Language::English { Lang::En } else { Lang::Sv };
    common.lang = common.given.unwrap_or(configured);
    log::begin(config.log.or(common.log.map(Into::into)).unwrap_or(Log::Text));
}

/// A variable of the environment; an empty one is none.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn show(common: &Common) -> Outcome {
    let effective = load(common)?;
    let file = effective.file.as_ref().map(|file| visible(file.as_os_str().as_encoded_bytes()));
    let settings = effective.settings();
    let width = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let keys = width(&mut settings.iter().map(|setting| setting.key.chars().count()));
    let values = width(&mut settings.iter().map(|setting| setting.value.chars().count())).min(40);
    let say = |key| words::command(key, common.lang.language());
    let mut out = io::stdout().lock();
    for setting in settings {
        let origin = match (&setting.origin, &file) {
            (Origin::File(line), Some(file)) => format!("{file}:{line}"),
            (Origin::Default, _) => say("origin.default").to_owned(),
            (origin, _) => origin.to_string(),
        };
        let value = if setting.value.is_empty() { "–" } else { &setting.value };
        writeln!(out, "{:keys$}  {value:values$}  {origin}", setting.key)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn init(common: &Common, file: &Path) -> Outcome {
    let text = example(common.lang.language());
    replace::create(file, text.as_bytes(), 0o644)?;
    writeln!(io::stdout(), "{}", visible(file.as_os_str().as_encoded_bytes()))?;
    Ok(ExitCode::SUCCESS)
}

/// Exit code 2 when anything is wrong.
fn check(common: &Common) -> Outcome {
    let effective = load(common)?;
    let config = &effective.config;
    policy::load(common, config)?;
    Owners::new(config)?;
    let mut faults = unknown_variables();
    let mut real: Vec<(PathBuf, String)> = Vec::new();
    for root in &config.roots {
        match opened(config, root) {
            Ok(open) => {
                faults.extend(overlap(&real, &open));
                real.push((open.path().to_owned(), open.name().to_owned()));
            }
            Err(error) => faults.push(format!("{error:#}")),
        }
    }
    faults.extend(places(config, &real)?);
    faults.extend(config.mistakes());
    let say = |key| words::command(key, common.lang.language());
    for fault in &faults {
        log::error(fault, None);
    }
    if !faults.is_empty() {
        return Ok(ExitCode::from(2));
    }
    let file = effective.file.as_ref().map_or("–".into(), |file| visible(file.as_os_str().as_encoded_bytes()));
    writeln!(io::stdout(), "{file}: {} ({} {})", say("config.good"), config.roots.len(), say("config.roots"))?;
    Ok(ExitCode::SUCCESS)
}

fn opened(config: &Config, root: &RootConfig) -> anyhow::Result<Root> {
    let scope = Scope::new(root, &config.folders)?;
    Ok(Root::open(&root.path, root.name.as_deref(), scope, root.inodes)?)
}

/// Variables that look like ours and set nothing.
fn unknown_variables() -> Vec<String> {
    let known: Vec<String> = Effective::variables().collect();
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let strange = names.filter(|name| name.starts_with("AKTSAM_") && name != "AKTSAM_CONFIG" && !known.contains(name));
    strange.map(|name| format!("{name}: sets nothing")).collect()
}

/// Whether a root is another one too, lies in it, or bears its name.
fn overlap(others: &[(PathBuf, String)], root: &Root) -> Option<String> {
    let (path, name) = (root.path(), root.name());
    let within = others.iter().find(|(other, _)| path.starts_with(other) || other.starts_with(path));
    if let Some((other, _)) = within {
        return Some(format!("{}: shares files with the root {}", path.display(), other.display()));
    }
    others.iter().any(|(_, other)| other == name).then(|| format!("{name}: two roots have this name"))
}

/// What is wrong with where the ledger and the reports are to lie.
fn places(config: &Config, roots: &[(PathBuf, String)]) -> anyhow::Result<Vec<String>> {
    let ledger = scan::ledger_path(None, config)?;
    let written = [Some(&ledger), config.out.as_ref(), config.metrics.as_ref()];
    let inside = |path: &PathBuf| {
        let at = place(path);
        let root = roots.iter().find(|(root, _)| at.starts_with(root))?;
        Some(format!("{}: lies inside the scanned folder {}", path.display(), root.0.display()))
    };
    Ok(written.into_iter().flatten().filter_map(inside).collect())
}
