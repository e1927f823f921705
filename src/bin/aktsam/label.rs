//! `aktsam label`: marks AI pictures visibly, in metadata and, with a certificate, in a signed manifest.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aktsam::document::Kind;
use aktsam::extract::sniff;
use aktsam::image::label::{self, LabelError, Labelled, Language, Position, Request, survival};
use aktsam::image::provenance::{Provenance, inspect};
use aktsam::limits::Limits;
use anyhow::Context;
use clap::{Args, ValueEnum};
use rayon::prelude::*;
use serde_json::json;

use crate::Outcome;
use crate::args::{Common, Lang};
use crate::inspect::Format;
use crate::label_document::{self, Written};
use crate::output::hinted;
use crate::register::{Noted, Registrar};
use crate::replace::{self, Original};
use crate::{input, pictures};

/// Marks pictures as made by AI: visibly, in metadata and, with a certificate, signed.
///
/// Writes to another folder unless --in-place is given, which keeps NAME.orig.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct LabelArgs {
    /// Pictures, or folders with pictures
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Folder for the labelled pictures
    #[arg(long, value_name = "DIR", default_value = "markta", conflicts_with = "in_place")]
    pub out: PathBuf,
    /// Replace the pictures, and keep the old ones as NAME.orig
    #[arg(long)]
    pub in_place: bool,
    /// The AI system that made the picture
    #[arg(long, value_name = "NAME")]
    pub ai_system: Option<String>,
    /// Its version
    #[arg(long, value_name = "VERSION", requires = "ai_system")]
    pub ai_version: Option<String>,
    /// What the AI system was asked
    #[arg(long, value_name = "TEXT")]
    pub prompt: Option<String>,
    /// AI changed the picture in part, it did not make it
    #[arg(long)]
    pub edited: bool,
    /// Words of your own for the visible label
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
    /// Where the visible label stands
    #[arg(long, value_enum, default_value = "top-right")]
    pub position: Place,
    /// Put the label where square, portrait and wide crops leave it
    #[arg(long, conflicts_with = "position")]
    pub crop_safe: bool,
    /// Label only pictures that are recognised as AI's
    #[arg(long)]
    pub only_detected: bool,
    /// Say what would be done, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Sign with this certificate chain and key (PEM)
    #[arg(long, num_args = 2, value_names = ["CERT", "KEY"])]
    pub sign: Option<Vec<PathBuf>>,
    /// Who labels, for the signed manifest
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// The ledger that holds the register [default: the configuration's, or the account's own]
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Confirm what the guideline asks
    #[arg(long, value_enum, value_delimiter = ',')]
    pub confirm: Vec<Confirmation>,
    /// What to print
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Place {
    TopRight,
    TopLeft,
    BottomRight,
    BottomLeft,
}

/// What Essunga's guideline asks of whoever publishes an AI picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Confirmation {
    /// No real person was reworked
    NoRealPersons,
    /// The picture does not mislead
    NotMisleading,
    /// The rights to what was used are considered
    Copyright,
}

/// What became of one picture.
enum Done {
    Labelled { target: PathBuf, labelled: Box<Labelled>, signed: bool },
    Document(Written),
    Already,
    NotDetected,
}

pub(crate) fn run(common: &Common, args: &LabelArgs) -> Outcome {
    let signer = Signer::read(args)?;
    let registrar = Registrar::of_run(common, args)?;
    let files = pictures::files(&args.paths)?;
    if !args.in_place && !args.dry_run {
        fs::create_dir_all(&args.out).with_context(|| format!("{}: cannot be made", args.out.display()))?;
    }
    let request = request(common, args);
    let work = |file: &PathBuf| (file.clone(), one(file, args, &request, signer.as_ref(), registrar.as_ref()));
    let results: Vec<_> = files.par_iter().map(work).collect();
    let mut tally = Tally::default();
    let mut out = io::stdout().lock();
    for (file, result) in results {
        tally.add(&result);
        match (result, args.format) {
            (Ok(None), _) => {}
            (Ok(Some(done)), Format::Jsonl) => writeln!(out, "{}", line(&file, &done))?,
            (Ok(Some(done)), Format::Human) => write!(out, "{}", words(&file, &done, common.lang))?,
            (Err(error), _) => crate::output::error(&error.context(file.display().to_string())),
        }
    }
    if args.format == Format::Human {
        writeln!(out, "{}", tally.words(common.lang, signer.is_some()))?;
    }
    Ok(if tally.failed > 0 { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

fn request(common: &Common, args: &LabelArgs) -> Request {
    let position = match args.position {
        _ if args.crop_safe => Position::CropSafe,
        Place::TopRight => Position::TopRight,
        Place::TopLeft => Position::TopLeft,
        Place::BottomRight => Position::BottomRight,
        Place::BottomLeft => Position::BottomLeft,
    };
    Request {
        text: args.text.clone(),
        edited: args.edited,
        language: if common.lang == Lang::Sv { Language::Swedish } else { Language::English },
        position,
        system: args.ai_system.clone(),
        version: args.ai_version.clone(),
        prompt: args.prompt.clone(),
        prompt_writer: None,
    }
}

/// Labels one file; `None` when it is no picture and only stood in a folder.
fn one(
    file: &Path,
    args: &LabelArgs,
    request: &Request,
    signer: Option<&Signer>,
    registrar: Option<&Registrar>,
) -> anyhow::Result<Option<Done>> {
    let original = if args.in_place { Some(Original::open(file)?) } else { None };
    let bytes = input::read(file, &Limits::default())?;
    let kind = sniff(&bytes);
    let target = if args.in_place { file.to_owned() } else { args.out.join(file.file_name().unwrap_or_default()) };
    if label_document::takes(kind) && !args.only_detected {
        let Some((labelled, text)) = label_document::label(kind, &bytes, request)? else {
            return Ok(Some(Done::Already));
        };
        let backup = write(original.as_ref(), &target, &labelled, args.dry_run)?;
        if let Some(registrar) = registrar {
            let layers = aktsam::label::layers(kind).iter().map(|layer| layer.id()).collect();
            registrar.note(&Noted { target: &target, kind, before: &bytes, after: &labelled, text: &text, layers })?;
        }
        return Ok(Some(Done::Document(Written { kind, target, backup, text, dry: args.dry_run })));
    }
    if !kind.is_image() {
        anyhow::ensure!(!pictures::is_named(&args.paths, file), "not a picture of a kind that is labelled");
        return Ok(None);
    }
    let before = inspect(kind, &bytes);
    if args.only_detected && !before.origin.is_ai() {
        return Ok(Some(Done::NotDetected));
    }
    if before.labelled.visible {
        return Ok(Some(Done::Already));
    }
    ask_about_persons(&before, args)?;
    let mut labelled = label::label(kind, &bytes, request, signer.is_some()).map_err(with_hint)?;
    if let Some(signer) = signer {
        labelled.bytes = signer.sign(kind, &labelled, &bytes, request)?;
    }
    write(original.as_ref(), &target, &labelled.bytes, args.dry_run)?;
    if let Some(registrar) = registrar {
        let layers = if signer.is_some() { vec!["visible", "xmp", "c2pa"] } else { vec!["visible", "xmp"] };
        let (after, text) = (&labelled.bytes[..], &labelled.text[..]);
        registrar.note(&Noted { target: &target, kind, before: &bytes, after, text, layers })?;
    }
    Ok(Some(Done::Labelled { target, labelled: Box::new(labelled), signed: signer.is_some() }))
}

fn write(original: Option<&Original>, target: &Path, bytes: &[u8], dry: bool) -> anyhow::Result<Option<PathBuf>> {
    match original {
        _ if dry => Ok(None),
        Some(original) => original.replace(bytes).map(Some),
        None => replace::create(target, bytes, 0o644).map(|()| None),
    }
}

/// A photograph or a picture of named persons may be one that AI reworked, which
/// Essunga's guideline forbids: someone must have looked.
fn ask_about_persons(before: &Provenance, args: &LabelArgs) -> anyhow::Result<()> {
    let asks = before.camera.is_some() || before.persons;
    if asks && !args.confirm.contains(&Confirmation::NoRealPersons) {
        return Err(hinted(
            "the picture carries a camera's data or names persons, and may show real ones",
            "look at it; if AI has reworked no real person, run again with --confirm no-real-persons",
        ));
    }
    Ok(())
}

fn with_hint(error: LabelError) -> anyhow::Error {
    let hint = match error {
        LabelError::TooSmall => "give a shorter --text, or label it in the text beside the picture",
        LabelError::NeedsSignature => "give --sign CERT KEY; aktsam keys init makes them",
        LabelError::Format(_) | LabelError::Frames => "save it as JPEG or PNG first, or label it in the text beside it",
        LabelError::Trailing => "save it without its film or further pictures first",
        LabelError::Glyph => "use Latin letters, digits and common signs",
        _ => return error.into(),
    };
    hinted(error, hint)
}

fn line(file: &Path, done: &Done) -> serde_json::Value {
    let path = file.to_string_lossy();
    match done {
        Done::Already => json!({ "path": path, "result": "already" }),
        Done::Document(written) => written.line(&path),
        Done::NotDetected => json!({ "path": path, "result": "not-detected" }),
        Done::Labelled { target, labelled, signed } => json!({
            "path": path,
            "result": "labelled",
            "written": target.to_string_lossy(),
            "text": labelled.text,
            "area": [labelled.area.x.start, labelled.area.y.start, labelled.area.width(), labelled.area.height()],
            "contrast": (labelled.contrast * 10.0).round() / 10.0,
            "survives": survival(labelled.size, &labelled.area).into_iter().collect::<std::collections::BTreeMap<_, _>>(),
            "signed": signed,
            "became_baseline": labelled.became_baseline,
        }),
    }
}

fn words(file: &Path, done: &Done, lang: Lang) -> String {
    let say = |swedish: &'static str, english: &'static str| if lang == Lang::Sv { swedish } else { english };
    let path = file.display();
    match done {
        Done::Already => format!("{path}: {}\n", say("redan märkt, oförändrad", "already labelled, unchanged")),
        Done::Document(written) => written.words(&path.to_string(), &written.target.display().to_string(), lang),
        Done::NotDetected => format!("{path}: {}\n", say("inga tecken på AI, oförändrad", "no sign of AI, unchanged")),
        Done::Labelled { target, labelled, .. } => {
            let kept: Vec<String> =
                survival(labelled.size, &labelled.area).iter().map(|(crop, kept)| format!("{crop} {kept} %")).collect();
            let baseline = if labelled.became_baseline {
                say(
                    "  progressiv JPEG skrevs som vanlig, bilden i övrigt bit för bit lika\n",
                    "  progressive JPEG written as baseline, the picture otherwise the same to the bit\n",
                )
            } else {
                ""
            };
            format!(
                "{path}: {} {}\n  {}: ”{}”, {} {:.1}:1\n  {}: {}\n{baseline}",
                say("märkt →", "labelled →"),
                target.display(),
                say("text", "text"),
                labelled.text,
                say("kontrast", "contrast"),
                labelled.contrast,
                say("kvar efter beskärning", "left after cropping"),
                kept.join(", "),
            )
        }
    }
}

/// How many pictures came out how.
#[derive(Default)]
struct Tally {
    labelled: usize,
    already: usize,
    not_detected: usize,
    failed: usize,
}

impl Tally {
    fn add(&mut self, result: &anyhow::Result<Option<Done>>) {
        match result {
            Ok(Some(Done::Labelled { .. } | Done::Document(_))) => self.labelled += 1,
            Ok(Some(Done::Already)) => self.already += 1,
            Ok(Some(Done::NotDetected)) => self.not_detected += 1,
            Ok(None) => {}
            Err(_) => self.failed += 1,
        }
    }

    fn words(&self, lang: Lang, signed: bool) -> String {
        let Self { labelled, already, not_detected, failed } = self;
        match lang {
            Lang::Sv => {
                let missing = if signed { "" } else { " Utan certifikat: synligt och i XMP, inte C2PA." };
                format!(
                    "{labelled} märkta, {already} redan märkta, {not_detected} utan tecken på AI, {failed} inte märkta.{missing}"
                )
            }
            Lang::En => {
                let missing = if signed { "" } else { " Without a certificate: visibly and in XMP, not C2PA." };
                format!(
                    "{labelled} labelled, {already} already labelled, {not_detected} without a sign of AI, {failed} not labelled.{missing}"
                )
            }
        }
    }
}

/// The municipality's certificate chain and key.
#[cfg_attr(not(feature = "c2pa"), expect(dead_code, reason = "only signing reads them"))]
struct Signer {
    chain: Vec<u8>,
    key: Vec<u8>,
    by: Option<String>,
}

impl Signer {
    fn read(args: &LabelArgs) -> anyhow::Result<Option<Self>> {
        let Some([chain, key]) = args.sign.as_deref() else { return Ok(None) };
        let read = |path: &PathBuf| fs::read(path).with_context(|| format!("{}: cannot be read", path.display()));
        Ok(Some(Self { chain: read(chain)?, key: read(key)?, by: args.by.clone() }))
    }

    #[cfg(feature = "c2pa")]
    fn sign(&self, kind: Kind, labelled: &Labelled, original: &[u8], request: &Request) -> anyhow::Result<Vec<u8>> {
        use aktsam::image::credentials::{Statement, sign};
        let statement = Statement {
            label: &labelled.text,
            source_type: request.source_type(),
            by: self.by.as_deref(),
            system: request.system.as_deref(),
        };
        sign(kind, &labelled.bytes, original, &statement, &self.chain, &self.key).map_err(with_hint)
    }

    #[cfg(not(feature = "c2pa"))]
    #[expect(clippy::unused_self, reason = "the same call with and without the feature")]
    fn sign(&self, _: Kind, _: &Labelled, _: &[u8], _: &Request) -> anyhow::Result<Vec<u8>> {
        Err(hinted("this build cannot sign", "build with the feature c2pa, or leave out --sign"))
    }
}
