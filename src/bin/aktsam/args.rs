//! The command line. Names, meanings and exit codes are a contract that scripts hold on to.

use std::ffi::OsString;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;

use aktsam::config::{Log, TimeOfDay};
use aktsam::judge::explain::{Language, Reader};
use aktsam::record::Verdict;
use aktsam::report::FORMATS;
use aktsam::report::words::FLAGS;
use aktsam::sandbox::Level;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Says, with reasons, which files may meet AI.
///
/// aktsam reads files, judges each one's suitability for AI use by the
/// municipality's guideline, and shows why. It changes no file it reads and
/// needs no network.
#[derive(Debug, Parser)]
#[command(name = "aktsam", version, max_term_width = 100)]
#[command(after_long_help = "Exit codes: 0 complete; 1 --fail-on reached; 2 could not run; \
    3 complete, but some files could not be judged; 75 time window ended; 130 interrupted. \
    After 75 and 130 the next run goes on where this one stopped.")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every subcommand.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Language of reports and explanations [default: the configuration's, or sv]
    #[arg(id = "lang", long = "lang", global = true, value_enum, value_name = "LANG")]
    pub given: Option<Lang>,
    /// The language that holds, once the configuration has been asked.
    #[arg(skip)]
    pub lang: Lang,
    /// What standard error is written for: people, or programs [default: text]
    #[arg(long, global = true, value_enum, value_name = "FORM")]
    pub log: Option<LogForm>,
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Rules to judge by: base, ale, essunga or a policy file
    #[arg(long, global = true, value_name = "NAME|FILE")]
    pub policy: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogForm {
    /// Lines for people
    Text,
    /// A JSON object a line
    Json,
}

impl LogForm {
    /// As the configuration names it.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}

impl From<LogForm> for Log {
    fn from(form: LogForm) -> Self {
        match form {
            LogForm::Text => Self::Text,
            LogForm::Json => Self::Json,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    #[default]
    Sv,
    En,
}

impl Lang {
    /// The same language, as the library names it.
    pub(crate) fn language(self) -> Language {
        match self {
            Self::Sv => Language::Swedish,
            Self::En => Language::English,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Crawl folders, judge every file, write the ledger and the reports
    Scan(ScanArgs),
    /// Write the plain text of files
    Extract(ExtractArgs),
    /// Write reports of what the ledger knows
    Report(ReportArgs),
    /// Say why a file has its verdict
    Explain(ExplainArgs),
    /// List, show and test the rules of the policy
    #[command(subcommand)]
    Rules(RulesCommand),
    /// List the kinds of file and what is read of each
    Formats,
    /// Tell what made pictures, and how they are labelled
    Inspect(crate::inspect::InspectArgs),
    /// Mark AI pictures and texts visibly, in metadata and signed
    Label(crate::label::LabelArgs),
    /// Check labels, layer by layer and against the register
    Verify(crate::verify::VerifyArgs),
    /// Make the certificate that signs labels
    Keys(crate::keys::KeysArgs),
    /// Check, show or begin the configuration
    #[command(subcommand)]
    Config(crate::config::ConfigCommand),
    /// Note what a person decides about a file
    Decide(crate::decide::DecideArgs),
    /// Tell why a file's verdict is what it is, or list the runs
    History(crate::history::HistoryArgs),
    /// Tell what is otherwise after a run than after another
    Diff(crate::diff::DiffArgs),
    /// Forget what has been gone or old for long enough
    Purge(crate::purge::PurgeArgs),
    /// Check the ledger, or copy it
    Ledger(crate::ledger::LedgerArgs),
    /// Write the manual pages and the shells' completions
    #[command(hide = true)]
    Manual {
        /// Folder for them
        folder: PathBuf,
    },
    /// List, export and check the register of labels
    #[command(subcommand)]
    Register(crate::register::RegisterCommand),
    /// Check a folder for the archive, write a package of it, verify one
    #[command(subcommand)]
    Archive(crate::archive::ArchiveCommand),
    /// Examine descriptors for a parent process, confined
    #[command(hide = true)]
    Worker,
    /// Become Tesseract, confined, for a parent process
    #[command(hide = true)]
    Recognise {
        /// CPU time it may use, in seconds
        seconds: u64,
        /// Where Tesseract lies
        program: PathBuf,
        /// What it is called with
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// Folders or files to scan [default: the roots of the configuration]
    pub paths: Vec<PathBuf>,
    /// The ledger that results are kept in
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Folder for the reports
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What to print: a summary, or one record a line as files finish
    #[arg(long, value_enum, default_value = "human")]
    pub format: ScanFormat,
    /// Files examined at the same time [default: one per core]
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Examine every file again, whatever is known of it
    #[arg(long)]
    pub full: bool,
    /// Stop in time; the next run goes on
    #[arg(long, value_name = "HH:MM")]
    pub until: Option<TimeOfDay>,
    /// How far to step back for other work, 0 to 19, as nice(1)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(..=19))]
    pub nice: Option<u8>,
    /// Read at most so many files a second
    #[arg(long, value_name = "N")]
    pub files_per_second: Option<NonZeroU32>,
    /// Read at most so many megabytes a second
    #[arg(long, value_name = "N")]
    pub megabytes_per_second: Option<NonZeroU32>,
    /// Leave the run's counts for Prometheus in this file
    #[arg(long, value_name = "FILE")]
    pub metrics: Option<PathBuf>,
    /// How files are isolated while they are read [default: required on Linux]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub sandbox: Option<SandboxMode>,
    /// Exit with 1 when a file is judged so, or more restrictively
    #[arg(long, value_name = "VERDICT")]
    pub fail_on: Option<Verdict>,
    /// Read the words in scanned pages and pictures with Tesseract
    #[arg(long, value_enum, default_value = "auto")]
    pub ocr: Ocr,
    /// Let this run's jsonl carry the matched values; they are never stored
    #[arg(long)]
    pub reveal: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SandboxMode {
    /// A confined process, or nothing is read
    Required,
    /// A process confined as far as the system can
    BestEffort,
    /// In this process itself
    Off,
}

impl SandboxMode {
    /// What holds where nothing is said: all that the system can, which only Linux' is enough to require.
    pub(crate) const USUAL: Self = if cfg!(target_os = "linux") { Self::Required } else { Self::BestEffort };

    /// The least confinement that will do; `None` when no other process is asked for.
    pub(crate) fn least(self) -> Option<Level> {
        match self {
            Self::Required => Some(Level::Partial),
            Self::BestEffort => Some(Level::LimitsOnly),
            Self::Off => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScanFormat {
    Human,
    Jsonl,
}

#[derive(Debug, Args)]
pub(crate) struct ExtractArgs {
    /// Files to read
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Write NAME.txt for each file into this folder instead of standard output
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Plain text, or one block a line with its place
    #[arg(long, value_enum, default_value = "text")]
    pub format: ExtractFormat,
    /// Read the words in scanned pages and pictures with Tesseract
    #[arg(long, value_enum, default_value = "auto")]
    pub ocr: Ocr,
    /// How files are isolated while they are read [default: required on Linux]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub sandbox: Option<SandboxMode>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ocr {
    /// Pages and pictures without text, if Tesseract is installed
    Auto,
    /// Nothing
    Off,
    /// Every page, whether it has text or not
    Force,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExtractFormat {
    Text,
    Jsonl,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The file
    pub file: PathBuf,
    /// Show the values themselves, not masked; they are not stored
    #[arg(long)]
    pub reveal: bool,
    /// Only what one reader asks for [default: what everyone asks for]
    #[arg(long = "for", value_name = "READER")]
    pub reader: Option<ExplainedTo>,
    /// How the file is isolated while it is read [default: required on Linux]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub sandbox: Option<SandboxMode>,
}

/// Who an explanation is for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ExplainedTo {
    /// What may I do with the file
    #[value(alias = "anställd")]
    Employee,
    /// Why, and how sure
    #[value(alias = "säkerhet")]
    Officer,
    /// What to check before it is kept or weeded
    #[value(alias = "arkiv")]
    Archivist,
}

impl From<ExplainedTo> for Reader {
    fn from(reader: ExplainedTo) -> Self {
        match reader {
            ExplainedTo::Employee => Self::Employee,
            ExplainedTo::Officer => Self::Officer,
            ExplainedTo::Archivist => Self::Archivist,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Every rule with its verdict, a line each
    List,
    /// How one rule works, and the guideline's words it rests on
    Show {
        /// The rule's identifier, as in `rules list`
        id: String,
    },
    /// Run every rule on the samples it says it fires and is silent on
    Test,
}

/// The run that changes are told from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// The one before the last.
    Last,
    /// The one of this number.
    Run(i64),
}

impl FromStr for Since {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "last" => Ok(Self::Last),
            _ => text.parse().map(Self::Run).map_err(|_| "not the number of a run, nor last"),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The ledger to read
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Folder for the reports [default: the configuration's, or the current folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// One report for each owner in a folder of its own here, with the words of a mail
    #[arg(long, value_name = "DIR", conflicts_with = "out")]
    pub per_owner: Option<PathBuf>,
    /// What to write, such as html,xlsx
    #[arg(long, value_name = "FORMAT", default_values = ["html", "csv"], value_delimiter = ',')]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(FORMATS.iter().map(|format| format.id)))]
    pub format: Vec<String>,
    /// Only what is new, changed, gone or judged otherwise since this run; last: since the one before the last
    #[arg(long, value_name = "RUN|last")]
    pub since: Option<Since>,
    /// Only these roots, by name
    #[arg(long, value_name = "NAME")]
    pub root: Vec<String>,
    /// Only files that these answer for, by the names in the configuration
    #[arg(long, value_name = "NAME")]
    pub owner: Vec<String>,
    /// Only these verdicts, such as sensitive,secret
    #[arg(long, value_name = "VERDICT", value_delimiter = ',')]
    pub verdict: Vec<Verdict>,
    /// List the AI products that files name, those in agreements first, and write no report
    #[arg(long, conflicts_with_all = ["out", "format", "since", "verdict", "flags"])]
    pub systems: bool,
    /// Only files with any of these flags, such as diarienummer-missing
    #[arg(long, value_name = "FLAG", value_delimiter = ',', hide_possible_values = true)]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(FLAGS.iter().map(|(id, _)| *id)))]
    pub flags: Vec<String>,
}
