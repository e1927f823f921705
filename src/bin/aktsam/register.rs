//! `aktsam register`: what was labelled, by whom and how; and noting it.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::{env, fs};

use aktsam::document::Kind;
use aktsam::examine::hex;
use aktsam::image::hash::Likeness;
use aktsam::ledger::LedgerError;
use aktsam::ledger::register::{Content, Entry, Known, Match, Register, Side, Sum};
use aktsam::ledger::register_home;
use aktsam::report::register::{self as shown, Row, View};
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::Outcome;
use crate::args::{Common, Lang};
use crate::label::{Confirmation, LabelArgs};
use crate::output::hinted;
use crate::scan::configuration;

#[derive(Debug, Subcommand)]
pub(crate) enum RegisterCommand {
    /// Every label, a line each
    List(Place),
    /// Every label with all that is noted, for spreadsheets and programs
    Export {
        #[command(flatten)]
        place: Place,
        /// The format
        #[arg(long, value_enum, default_value = "csv")]
        format: ExportFormat,
    },
    /// Walk the chain, and say where it does not hold
    #[command(after_help = "Exit codes: 0 the chain holds; 1 it is broken, and where; 2 it could not be read.")]
    Check {
        #[command(flatten)]
        place: Place,
        /// A digest that an earlier check gave, which must still be in the chain
        #[arg(long, value_name = "DIGEST", value_parser = digest)]
        head: Option<Sum>,
    },
}

/// Where the register lies.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The ledger that holds the register [default: the configuration's, or the account's own]
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    Csv,
    Jsonl,
}

pub(crate) fn run(common: &Common, command: &RegisterCommand) -> Outcome {
    let view = View { lang: common.lang.language(), zone: TimeZone::system() };
    let place = match command {
        RegisterCommand::List(place) | RegisterCommand::Export { place, .. } | RegisterCommand::Check { place, .. } => {
            place
        }
    };
    let path = path(common, place.ledger.as_ref())?;
    let Some(register) = Register::read(&path)? else {
        let hint = "aktsam label makes it with the first label; name another with --ledger";
        return Err(hinted(format!("{}: there is no register", path.display()), hint));
    };
    match command {
        RegisterCommand::List(_) => list(&register, &view),
        RegisterCommand::Export { format, .. } => export(&register, &view, *format),
        RegisterCommand::Check { head, .. } => {
            let checked = register.check(head.as_ref())?;
            io::stdout().write_all(shown::verdict(&checked, view.lang).as_bytes())?;
            Ok(ExitCode::from(u8::from(!checked.breaks.is_empty())))
        }
    }
}

fn list(register: &Register, view: &View) -> Outcome {
    let mut rows: Vec<Row> = Vec::new();
    register.each(|link| {
        rows.push(link.into());
        Ok::<(), LedgerError>(())
    })?;
    io::stdout().write_all(shown::table(&rows, view).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn export(register: &Register, view: &View, format: ExportFormat) -> Outcome {
    let mut out = BufWriter::new(io::stdout().lock());
    if format == ExportFormat::Csv {
        shown::csv_head(view, &mut out)?;
    }
    register.each(|link| {
        let row = link.into();
        match format {
            ExportFormat::Csv => shown::csv_line(&row, view, &mut out)?,
            ExportFormat::Jsonl => shown::json_line(&row, &mut out)?,
        }
        Ok::<(), anyhow::Error>(())
    })?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The register that is named, that the configuration names, or the account's own.
pub(crate) fn path(common: &Common, named: Option<&PathBuf>) -> anyhow::Result<PathBuf> {
    let path = match named {
        Some(path) => Some(path.clone()),
        None => configuration(common)?.register.or_else(register_home),
    };
    path.ok_or_else(|| hinted("this account has no home for a register", "name one with --ledger"))
}

fn digest(text: &str) -> Result<Sum, String> {
    let wrong = || "64 hexadecimal digits".to_owned();
    if text.len() != 64 || !text.is_ascii() {
        return Err(wrong());
    }
    let mut digest = Sum::default();
    for (at, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).map_err(|_| wrong())?;
    }
    Ok(digest)
}

/// Notes labels in the register, from many threads.
pub(crate) struct Registrar {
    register: Mutex<Register>,
    /// What is the same in every entry of a run.
    common: Entry,
}

/// A label that was written.
pub(crate) struct Noted<'a> {
    /// The file that was written.
    pub target: &'a Path,
    pub kind: Kind,
    pub before: &'a [u8],
    pub after: &'a [u8],
    /// The label's words.
    pub text: &'a str,
    pub layers: &'a [&'a str],
}

impl Registrar {
    /// Opens the register before anything is labelled: what cannot be noted is not done.
    /// `None` when nothing is written.
    pub(crate) fn of_run(common: &Common, args: &LabelArgs) -> anyhow::Result<Option<Self>> {
        if args.dry_run {
            return Ok(None);
        }
        let register = Mutex::new(Register::open(&path(common, args.ledger.as_ref())?)?);
        let common = Entry {
            account: account(),
            ai_system: args.ai_system.clone(),
            by: args.by.clone(),
            confirmed: confirmed(&args.confirm),
            edited: args.edited,
            tool: aktsam::BUILD.to_owned(),
            ..Entry::default()
        };
        Ok(Some(Self { register, common }))
    }

    /// Notes a label that is on the disk, and returns the entry's number.
    pub(crate) fn note(&self, noted: &Noted<'_>) -> anyhow::Result<i64> {
        let content = |bytes| Content { likeness: likeness(noted.kind, bytes), sha256: sha256(bytes) };
        let name = noted.target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let entry = Entry {
            at: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            before: content(noted.before),
            after: content(noted.after),
            kind: noted.kind.id().to_owned(),
            layers: noted.layers.iter().map(|&layer| layer.to_owned()).collect(),
            name,
            text: noted.text.to_owned(),
            ..self.common.clone()
        };
        let mut register = self.register.lock().unwrap_or_else(PoisonError::into_inner);
        let link = register.append(&entry).map_err(|error| {
            let hint = error.hint();
            hinted(format!("it is labelled, but that is not in the register: {error}"), hint)
        })?;
        Ok(link.number)
    }
}

/// The identifiers of what was confirmed, each once.
fn confirmed(given: &[Confirmation]) -> Vec<String> {
    let known = Confirmation::value_variants().iter().filter(|known| given.contains(known));
    known.filter_map(|known| Some(known.to_possible_value()?.get_name().to_owned())).collect()
}

fn likeness(kind: Kind, bytes: &[u8]) -> Option<Likeness> {
    if kind.is_image() { Likeness::of(kind, bytes) } else { None }
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The name of the account that runs the program. The password file is asked
/// first: the environment says what anyone sets.
fn account() -> String {
    let id = rustix::process::getuid().as_raw();
    let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = known.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(id)).then(|| name.to_owned())
    });
    let told = || ["LOGNAME", "USER"].into_iter().find_map(|name| env::var(name).ok().filter(|name| !name.is_empty()));
    named.or_else(told).unwrap_or_else(|| format!("uid {id}"))
}

/// What the register knows; `None` when there is none, or, said on standard error,
/// when the one that no one named cannot be read: another account's label is checked all the same.
pub(crate) fn known(common: &Common, named: Option<&PathBuf>) -> anyhow::Result<Option<Known>> {
    let read = || -> anyhow::Result<Option<Known>> {
        let register = Register::read(&path(common, named)?)?;
        Ok(register.map(|register| register.known()).transpose()?)
    };
    match read() {
        Err(error) if named.is_none() => {
            eprintln!("warning: without the register: {error:#}");
            Ok(None)
        }
        known => known,
    }
}

/// What the register says of a file.
pub(crate) enum Seen {
    /// There is no register.
    NoRegister,
    /// It knows nothing of it.
    Unknown,
    /// It knows it, or one that looks like it.
    Known(Match),
}

/// Looks a file up in the register, when there is one.
pub(crate) fn look_up(known: Option<&Known>, kind: Kind, bytes: &[u8]) -> Seen {
    let Some(known) = known else { return Seen::NoRegister };
    let sha256 = sha256(bytes);
    // The likeness costs a decoded picture: only a file that is not known by its bytes needs it.
    let found = known.find(&sha256, None).or_else(|| known.find(&sha256, likeness(kind, bytes).as_ref()));
    found.map_or(Seen::Unknown, Seen::Known)
}

impl Seen {
    /// Whether a person must look: a copy of a labelled picture, or a picture without the label it once got.
    pub(crate) fn is_suspect(&self) -> bool {
        matches!(self, Self::Known(Match::Candidate { .. } | Match::Same { side: Side::Before, .. }))
    }

    /// The answer for programs.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::NoRegister => Value::Null,
            Self::Unknown => json!({ "match": "none" }),
            Self::Known(Match::Same { number, side }) => json!({ "match": "same", "number": number, "of": side }),
            Self::Known(Match::Candidate { number, side, distance }) => {
                json!({ "match": "candidate", "number": number, "of": side, "distance": distance })
            }
        }
    }

    /// The answer for people; `None` when there is no register to speak of.
    pub(crate) fn words(&self, lang: Lang) -> Option<String> {
        let swedish = lang == Lang::Sv;
        Some(match self {
            Self::NoRegister => return None,
            Self::Unknown if swedish => "finns inte där".to_owned(),
            Self::Unknown => "not in it".to_owned(),
            Self::Known(Match::Same { number, side: Side::After }) if swedish => {
                format!("nr {number}, oförändrad sedan den märktes")
            }
            Self::Known(Match::Same { number, side: Side::After }) => {
                format!("no. {number}, unchanged since it was labelled")
            }
            Self::Known(Match::Same { number, side: Side::Before }) if swedish => {
                format!("nr {number} före märkningen: detta är den OMÄRKTA filen")
            }
            Self::Known(Match::Same { number, .. }) => {
                format!("no. {number} before the label: this is the UNLABELLED file")
            }
            Self::Known(Match::Candidate { number, side, distance }) => {
                let (dhash, blockhash) = (distance.dhash, distance.blockhash);
                let of = match (side, swedish) {
                    (Side::After, true) => "den märkta bilden",
                    (Side::Before, true) => "bilden före märkningen",
                    (Side::After, false) => "the labelled picture",
                    (Side::Before, false) => "the picture before it was labelled",
                };
                if swedish {
                    format!(
                        "liknar {of} i nr {number} (skiljer {dhash} och {blockhash} bitar av 256): kan vara en kopia, ändrad sedan den märktes; jämför dem"
                    )
                } else {
                    format!(
                        "looks like {of} of no. {number} ({dhash} and {blockhash} bits of 256 differ): may be a copy, changed since it was labelled; compare them"
                    )
                }
            }
        })
    }
}
