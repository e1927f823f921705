//! The command line of `aktsam archive`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::args::SandboxMode;

#[derive(Debug, Subcommand)]
pub(crate) enum ArchiveCommand {
    /// Check a folder before it is handed over
    Check(CheckArgs),
    /// Take a finding upon oneself, by name and with a reason
    Accept(AcceptArgs),
    /// Write a package (E-ARK SIP 2.1.0) of a checked folder
    Package(PackageArgs),
    /// Tell what is changed, missing, extra or renamed in a package
    Verify(VerifyArgs),
    /// List everything the check can find, with its weight
    Codes,
    /// Print the template of the formats that are received (TOML)
    Template,
}

/// What a folder is held against.
#[derive(Debug, Args)]
pub(crate) struct Against {
    /// Which formats are received (TOML); see `archive template` [default: RA-FS 2009:2]
    #[arg(long, value_name = "FILE")]
    pub policy_archive: Option<PathBuf>,
    /// The diary's export (CSV)
    #[arg(long, value_name = "FILE")]
    pub diary: Option<PathBuf>,
    /// The plan of what is kept and disposed of (CSV)
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// A newer signature file of PRONOM (DROID's XML)
    #[arg(long, value_name = "FILE")]
    pub pronom: Option<PathBuf>,
    /// A newer container signature file of PRONOM (XML)
    #[arg(long, value_name = "FILE", requires = "pronom")]
    pub pronom_container: Option<PathBuf>,
    /// Ask veraPDF of the files that declare PDF/A
    #[arg(long, value_enum, default_value = "auto")]
    pub verapdf: VeraPdf,
    /// Seconds that veraPDF may be silent before it is ended
    #[arg(long, value_name = "N", default_value_t = 120)]
    pub verapdf_seconds: u64,
    /// The ledger that accepted findings are kept in
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// The register of labels [default: the configuration's, or the account's own]
    #[arg(long, value_name = "FILE")]
    pub register: Option<PathBuf>,
    /// Files read at the same time [default: one per core]
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// How files are isolated while they are read [default: required on Linux]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub sandbox: Option<SandboxMode>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VeraPdf {
    /// If it is on the machine
    Auto,
    /// No
    Off,
}

/// Checks a folder: formats, damage, PDF/A, names, the diary, AI, duplicates.
///
/// An examination, not a validation: it reports signs, and a person decides.
/// Exit codes: 0 can be delivered; 1 something is to be mended or reviewed;
/// 2 could not run; 3 some files could not be read.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The folder
    pub dir: PathBuf,
    #[command(flatten)]
    pub against: Against,
    /// Folder for the reports [default: the current folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What to print: a summary, or one line of JSON a file
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
    /// Only formats, checksums and names: the texts are not read
    #[arg(long)]
    pub formats_only: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Human,
    Jsonl,
}

/// Notes in the ledger that someone accepts a finding; it holds until the file changes.
#[derive(Debug, Args)]
pub(crate) struct AcceptArgs {
    /// The folder that was checked
    pub dir: PathBuf,
    /// The file below it, as the report shows it; or an empty folder, or a matter's number
    #[arg(long, value_name = "PATH")]
    pub file: String,
    /// What is accepted, by its code in the report
    #[arg(long, value_name = "CODE")]
    pub code: String,
    /// Who accepts it
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
}

/// Checks a folder and writes a package of it, or refuses and writes nothing.
///
/// Refuses a target that is there, a finding that blocks and is not accepted,
/// and a file that is not as it was checked. The folder is not touched.
/// Exit codes: 0 written; 1 refused; 2 could not run.
#[derive(Debug, Args)]
pub(crate) struct PackageArgs {
    /// The folder
    pub dir: PathBuf,
    /// The package: a folder that is not there yet; its name becomes the package's identifier
    #[arg(long, value_name = "PKG")]
    pub out: PathBuf,
    #[command(flatten)]
    pub against: Against,
    /// An earlier check's granskning.jsonl: every file must be as it was then
    #[arg(long, value_name = "FILE")]
    pub check: Option<PathBuf>,
    /// Wrap it in a bag (RFC 8493, version 1.0)
    #[arg(long)]
    pub bagit: bool,
    /// The archive-forming organisation
    #[arg(long, value_name = "NAME")]
    pub organisation: String,
    /// Its organisationsnummer
    #[arg(long, value_name = "NUMBER")]
    pub organisation_number: Option<String>,
    /// The person who hands over
    #[arg(long, value_name = "NAME")]
    pub person: String,
    /// What the package is, in a line [default: the folder's name]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// The agreement that it is delivered under
    #[arg(long, value_name = "TEXT")]
    pub agreement: Option<String>,
}

/// Checks a package against its own METS, and a bag against its manifests. Needs no network.
///
/// Exit codes: 0 whole; 1 it differs; 2 not a package, or could not run.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The package, or the bag it lies in
    pub package: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
}
