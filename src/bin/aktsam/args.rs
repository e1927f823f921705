//! The command line. Names, meanings and exit codes are a contract that scripts hold on to.

use std::path::PathBuf;

use aktsam::judge::explain::Language;
use aktsam::record::Verdict;
use aktsam::report::FORMATS;
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
    /// Language of reports and explanations
    #[arg(long, global = true, value_enum, default_value = "sv")]
    pub lang: Lang,
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Rules to judge by: base, ale, essunga or a policy file
    #[arg(long, global = true, value_name = "NAME|FILE")]
    pub policy: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
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
    /// Mark AI pictures visibly, in metadata and signed
    Label(crate::label::LabelArgs),
    /// Check pictures' labels, layer by layer
    Verify(crate::verify::VerifyArgs),
    /// Make the certificate that signs labels
    Keys(crate::keys::KeysArgs),
    /// Examine descriptors for a parent process, confined
    #[command(hide = true)]
    Worker,
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
    pub until: Option<String>,
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
    /// How the file is isolated while it is read [default: required on Linux]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub sandbox: Option<SandboxMode>,
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

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The ledger to read
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Folder for the reports [default: the configuration's, or the current folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What to write; may be given more than once
    #[arg(long, value_name = "FORMAT", default_values = ["html", "csv"])]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(FORMATS.iter().map(|format| format.id)))]
    pub format: Vec<String>,
    /// Only what is new, changed, gone or judged otherwise since the run before
    #[arg(long, value_name = "RUN", value_parser = ["last"])]
    pub since: Option<String>,
    /// Only these roots, by name
    #[arg(long, value_name = "NAME")]
    pub root: Vec<String>,
    /// Only these verdicts
    #[arg(long, value_name = "VERDICT")]
    pub verdict: Vec<Verdict>,
    /// Only files with any of these flags, such as diarienummer-missing
    #[arg(long, value_name = "FLAG", value_delimiter = ',')]
    pub flags: Vec<String>,
}
