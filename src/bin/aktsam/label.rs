//! `aktsam label`: marks AI pictures visibly, in metadata and, with a certificate, in a signed manifest;
//! and texts that AI wrote, in Word documents and PDF.

use std::fs;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aktsam::document::Kind;
use aktsam::error::FileError;
use aktsam::extract::sniff;
use aktsam::image::Origin;
use aktsam::image::label::{self, LabelError, Labelled, Language, Looks, Position, Request, Trailing};
use aktsam::image::provenance::{self, Provenance, inspect};
use aktsam::ledger::register::Content;
use aktsam::limits::Limits;
use anyhow::Context;
use clap::{Args, ValueEnum};

use crate::Outcome;
use crate::args::{Common, Lang};
use crate::input;
use crate::inspect::Format;
use crate::label_document::{self, Written};
use crate::label_words::{Tally, line, words};
use crate::output::hinted;
use crate::pictures::{self, Found, Turns};
use crate::register::{Noted, Registrar, content, likeness};
use crate::replace::{self, Original};
use crate::signer::Signer;

/// Marks pictures as made by AI: visibly, in metadata and, with a certificate, signed.
///
/// Word documents get a paragraph above their text and properties, PDF gets XMP.
/// Every label is noted in the register. Writes to another folder unless --in-place is given, which keeps NAME.orig.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 all is labelled; 2 could not run; 3 some pictures were not labelled, and why.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct LabelArgs {
    /// Pictures and documents, or folders with them
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
    /// Where the visible label stands; a band is outside the picture
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
    /// Who labels: the municipality or unit, for the metadata and the manifest
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
    Band,
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

/// What became of one file.
pub(crate) enum Done {
    /// It is no picture, and only stood in a folder.
    Passed,
    /// It was labelled, or would be.
    Labelled(Box<Marked>),
    /// A document was labelled, or would be.
    Document(Written),
    /// It carries the label, in these layers.
    Already(provenance::Labelled),
    /// It is a document that carries the label.
    AlreadyDocument,
    /// Nothing tells that it is AI's.
    NotDetected,
}

/// A picture that was labelled. Its bytes are on the disk, and no longer here.
pub(crate) struct Marked {
    /// Where it was written.
    pub target: PathBuf,
    /// The picture before, kept beside it.
    pub backup: Option<PathBuf>,
    /// The label; without the picture's bytes.
    pub label: Labelled,
    /// The size of the files before and after.
    pub bytes: (usize, usize),
    /// Whether it carries a signed manifest.
    pub signed: bool,
    /// Its number in the register.
    pub number: Option<i64>,
    /// Whether nothing was written.
    pub dry: bool,
}

pub(crate) fn run(common: &Common, args: &LabelArgs) -> Outcome {
    let job = Job::new(common, args)?;
    let listing = pictures::files(&args.paths, job.output());
    let mut tally = Tally::default();
    for error in &listing.unread {
        tally.failed += 1;
        eprintln!("error: {error}");
    }
    let mut out = io::stdout().lock();
    pictures::each(
        &listing.files,
        WAITING * pictures::cores(),
        |file| job.guarded(file),
        |file, result| {
            tally.add(&result);
            match result {
                Ok(Done::Passed) => {}
                Ok(done) if args.format == Format::Jsonl => writeln!(out, "{}", line(file, &done))?,
                Ok(done) => write!(out, "{}", words(file, &done, common.lang))?,
                Err(error) => crate::output::error(&error.context(file.shown())),
            }
            Ok(())
        },
    )?;
    if args.format == Format::Human {
        write!(out, "{}", tally.words(common.lang, args))?;
    }
    Ok(if tally.failed > 0 { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

/// Threads for each core: some wait for the disk, which takes as long as labelling a small picture.
const WAITING: usize = 2;

/// What is to be done with every picture.
struct Job<'a> {
    turns: Turns,
    args: &'a LabelArgs,
    request: Request,
    signer: Option<Signer>,
    registrar: Option<Registrar>,
}

impl<'a> Job<'a> {
    fn new(common: &Common, args: &'a LabelArgs) -> anyhow::Result<Self> {
        let signer = Signer::from_arguments(args.sign.as_deref())?;
        let registrar = Registrar::of_run(common, args)?;
        Ok(Self { turns: Turns::new(), args, request: request(common, args), signer, registrar })
    }

    /// The folder that is written to.
    fn output(&self) -> Option<&Path> {
        (!self.args.in_place).then_some(self.args.out.as_path())
    }

    /// A codec that fails is this picture's trouble alone.
    fn guarded(&self, file: &Found) -> anyhow::Result<Done> {
        catch_unwind(AssertUnwindSafe(|| self.one(file))).unwrap_or_else(|_| Err(FileError::Panic.into()))
    }

    fn one(&self, file: &Found) -> anyhow::Result<Done> {
        let original = if self.args.in_place { Some(Original::open(&file.path)?) } else { None };
        let most = Limits::default();
        let bytes = match &original {
            Some(original) => original.read(most.file_bytes)?,
            None => input::read(&file.path, &most)?,
        };
        let kind = sniff(&bytes);
        if label_document::takes(kind) {
            return self.document(file, original.as_ref(), kind, &bytes);
        }
        if !kind.is_image() {
            anyhow::ensure!(!file.named, "not of a kind that is labelled: a picture, a Word document or PDF");
            return Ok(Done::Passed);
        }
        self.picture(file, original.as_ref(), kind, &bytes)
    }

    fn picture(&self, file: &Found, original: Option<&Original>, kind: Kind, bytes: &[u8]) -> anyhow::Result<Done> {
        let target = self.target(file);
        let mut labelled = match self.labelled(&target, kind, bytes)? {
            ControlFlow::Continue(labelled) => labelled,
            ControlFlow::Break(done) => return Ok(done),
        };
        let backup = self.write(original, &target, &labelled.bytes)?;
        let layers = if self.signer.is_some() { &["visible", "xmp", "c2pa"][..] } else { &["visible", "xmp"] };
        let number = self.note(|| {
            let Looks { before, after } = labelled.looks.clone();
            let before =
                Content { sha256: labelled.original.clone(), likeness: before.or_else(|| likeness(kind, bytes)) };
            let after = content(kind, &labelled.bytes, after);
            Noted { target: &target, kind, before, after, text: &labelled.text, layers }
        })?;
        let sizes = (bytes.len(), labelled.bytes.len());
        labelled.bytes = Vec::new();
        Ok(Done::Labelled(Box::new(Marked {
            target,
            backup,
            label: labelled,
            bytes: sizes,
            signed: self.signer.is_some(),
            number,
            dry: self.args.dry_run,
        })))
    }

    /// The picture with its label, not yet written; or what is done when there is none to write.
    fn labelled(&self, target: &Path, kind: Kind, bytes: &[u8]) -> anyhow::Result<ControlFlow<Done, Labelled>> {
        let _turn = self.turns.take();
        let before = inspect(kind, bytes);
        if self.args.only_detected && !before.origin.is_ai() {
            return Ok(ControlFlow::Break(Done::NotDetected));
        }
        if let Some(labelled) = self.is_done(bytes, target) {
            return Ok(ControlFlow::Break(Done::Already(labelled)));
        }
        let mut labelled = match label::label(kind, bytes, &self.request, self.signer.is_some()) {
            Err(LabelError::Already) => return Ok(ControlFlow::Break(Done::Already(before.labelled))),
            labelled => labelled.map_err(with_hint)?,
        };
        self.ask_about_persons(&before)?;
        if let Some(signer) = &self.signer {
            labelled.bytes = signer.sign(kind, &labelled, bytes, &self.request).map_err(with_hint)?;
        }
        Ok(ControlFlow::Continue(labelled))
    }

    fn document(&self, file: &Found, original: Option<&Original>, kind: Kind, bytes: &[u8]) -> anyhow::Result<Done> {
        let target = self.target(file);
        if self.args.only_detected {
            return Ok(Done::NotDetected);
        }
        if self.is_newer(file, &target)
            && input::read(&target, &Limits::default()).is_ok_and(|there| label_document::is_whole(kind, &there))
        {
            return Ok(Done::AlreadyDocument);
        }
        let Some((labelled, text)) = label_document::label(kind, bytes, &self.request)? else {
            return Ok(Done::AlreadyDocument);
        };
        let backup = self.write(original, &target, &labelled)?;
        let layers: Vec<&str> = aktsam::label::layers(kind).iter().map(|layer| layer.id()).collect();
        let number = self.note(|| {
            let (before, after) = (content(kind, bytes, None), content(kind, &labelled, None));
            Noted { target: &target, kind, before, after, text: &text, layers: &layers }
        })?;
        Ok(Done::Document(Written { kind, target, backup, text, number, dry: self.args.dry_run }))
    }

    /// Notes in the register what was written, and returns the entry's number.
    fn note<'b>(&self, noted: impl FnOnce() -> Noted<'b>) -> anyhow::Result<Option<i64>> {
        self.registrar.as_ref().map(|registrar| registrar.note(noted())).transpose()
    }

    fn target(&self, file: &Found) -> PathBuf {
        if self.args.in_place { file.path.clone() } else { self.args.out.join(&file.below) }
    }

    /// The layers of a labelled picture that an earlier run wrote of this one.
    fn is_done(&self, source: &[u8], target: &Path) -> Option<provenance::Labelled> {
        if self.args.in_place || target.symlink_metadata().is_err() {
            return None;
        }
        let there = input::read(target, &Limits::default()).ok()?;
        let kind = sniff(&there);
        let is_of_source = label::labelled_from(kind, &there)? == label::digest(source);
        is_of_source.then(|| inspect(kind, &there).labelled)
    }

    /// Whether an earlier run wrote this file's copy. A file that changed since is another one.
    fn is_newer(&self, file: &Found, target: &Path) -> bool {
        let changed = |path: &Path| path.symlink_metadata().and_then(|metadata| metadata.modified()).ok();
        !self.args.in_place && changed(target).is_some_and(|written| Some(written) >= changed(&file.path))
    }

    fn write(&self, original: Option<&Original>, target: &Path, bytes: &[u8]) -> anyhow::Result<Option<PathBuf>> {
        if self.args.dry_run {
            return Ok(None);
        }
        if let Some(original) = original {
            return original.replace(bytes).map(Some);
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
        }
        if target.symlink_metadata().is_ok() {
            let message = format!("{}: is there already, and not made of this picture", target.display());
            return Err(hinted(message, "move it away, or give another folder with --out"));
        }
        replace::create(target, bytes, 0o644)?;
        Ok(None)
    }

    /// A photograph or a picture of named persons may be one that AI reworked, which
    /// Essunga's guideline forbids: someone must have looked.
    fn ask_about_persons(&self, before: &Provenance) -> anyhow::Result<()> {
        let asks = before.camera.is_some() || before.persons || before.origin == Origin::Camera;
        if asks && !self.args.confirm.contains(&Confirmation::NoRealPersons) {
            return Err(hinted(
                "the picture carries a camera's data or names persons, and may show real ones",
                "look at it; if AI has reworked no real person, run again with --confirm no-real-persons",
            ));
        }
        Ok(())
    }
}

fn request(common: &Common, args: &LabelArgs) -> Request {
    let position = match args.position {
        _ if args.crop_safe => Position::CropSafe,
        Place::TopRight => Position::TopRight,
        Place::TopLeft => Position::TopLeft,
        Place::BottomRight => Position::BottomRight,
        Place::BottomLeft => Position::BottomLeft,
        Place::Band => Position::Band,
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
        by: args.by.clone(),
        // What is left out of a copy is still in the picture that was copied.
        trailing: if args.in_place { Trailing::Refuse } else { Trailing::LeaveOut },
    }
}

fn with_hint(error: LabelError) -> anyhow::Error {
    let hint = match error {
        LabelError::TooSmall => {
            "it must be about 200 × 80 pixels for the shortest text; give a shorter --text or --position band, \
             or say it in the text beside the picture"
        }
        LabelError::BrokenManifest => {
            "export it anew from the program it came from, or say it in the text beside the picture"
        }
        LabelError::NeedsSignature => "give --sign CERT KEY; aktsam keys init makes them",
        LabelError::Format(_) => "save it as JPEG or PNG first, or say it in the text beside the picture",
        LabelError::Frames => "save it as GIF, or its pages one by one, or say it in the text beside the picture",
        LabelError::Cleared => "try another --position, or --position band",
        LabelError::Trailing => "label a copy with --out, which leaves that out",
        LabelError::Glyph => "use Latin letters, digits and common signs",
        LabelError::Jpeg(_) | LabelError::Unreadable => "open it in a picture editor and save it anew as JPEG or PNG",
        _ => return error.into(),
    };
    hinted(error, hint)
}
