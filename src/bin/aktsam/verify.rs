//! `aktsam verify`: whether pictures are labelled, in which layers, and whether their manifests hold.

use std::fs;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aktsam::error::FileError;
use aktsam::extract::sniff;
use aktsam::image::Provenance;
use aktsam::image::label::visible_contrast;
use aktsam::image::provenance::{self, Broken};
use aktsam::ledger::register::Known;
use aktsam::limits::Limits;
use anyhow::Context;
use clap::Args;
use serde_json::json;

use crate::Outcome;
use crate::args::{Common, Lang};
use crate::input;
use crate::inspect::{self, Format};
use crate::label_document;
use crate::pictures::{self, Found};
use crate::register::{self, Seen};

/// Checks labels: visible, in metadata and signed; and whether the register knows the file.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 every AI picture is labelled and every manifest holds; 1 some are not, or are like a labelled \
    one in the register and must be looked at; 3 some could not be read."
)]
pub(crate) struct VerifyArgs {
    /// Pictures and documents, or folders with them
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Certificates whose signers are known (PEM), such as rot.pem
    #[arg(long, value_name = "FILE")]
    pub trust: Option<PathBuf>,
    /// The ledger that holds the register [default: the configuration's, or the account's own]
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
}

/// A file that is labelled, or could be.
enum Checked {
    Picture(Box<Picture>),
    Document(label_document::Checked),
}

/// What a picture's check gave.
struct Picture {
    image: Provenance,
    /// What the register says of it.
    seen: Seen,
    /// Contrast of the visible label where the metadata says it stands; `None` when none is noted or seen.
    contrast: Option<f32>,
}

/// The answer for one picture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Labelled,
    NotLabelled,
    /// The metadata tells of a visible label that is not there.
    LabelGone,
    /// The manifest no longer matches the picture.
    Changed,
    /// Nothing tells that it is AI's.
    NoMarker,
}

pub(crate) fn run(common: &Common, args: &VerifyArgs) -> Outcome {
    let read = |path: &PathBuf| fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()));
    let anchors = args.trust.as_ref().map(read).transpose()?;
    let known = register::known(common, args.ledger.as_ref())?;
    let listing = pictures::files(&args.paths, None);
    let mut tally = Tally { unread: listing.unread.len(), ..Tally::default() };
    for error in &listing.unread {
        eprintln!("error: {error}");
    }
    let mut out = io::stdout().lock();
    pictures::each(
        &listing.files,
        pictures::cores(),
        |file| look(file, anchors.as_deref(), known.as_ref()),
        |file, result| {
            match result {
                Ok(None) => {}
                Ok(Some(Checked::Document(checked))) => {
                    tally.document(&checked);
                    match args.format {
                        Format::Jsonl => writeln!(out, "{}", checked.line(&file.shown()))?,
                        Format::Human => write!(out, "{}", checked.words(&file.shown(), common.lang))?,
                    }
                }
                Ok(Some(Checked::Picture(checked))) => {
                    let answer = answer(&checked);
                    tally.add(answer, &checked.seen);
                    match args.format {
                        Format::Jsonl => writeln!(out, "{}", line(&file.path, &checked, answer)?)?,
                        Format::Human => write!(out, "{}", words(file, &checked, answer, common.lang))?,
                    }
                }
                Err(error) => {
                    tally.unread += 1;
                    eprintln!("error: {}: {error}", file.shown());
                }
            }
            Ok(())
        },
    )?;
    if args.format == Format::Human && tally.pictures > 1 {
        writeln!(out, "{}", tally.words(common.lang))?;
    }
    Ok(ExitCode::from(tally.code()))
}

/// How many pictures are as they should be.
#[derive(Default)]
struct Tally {
    pictures: usize,
    labelled: usize,
    wrong: usize,
    unread: usize,
}

impl Tally {
    fn add(&mut self, answer: Answer, seen: &Seen) {
        self.pictures += 1;
        self.labelled += usize::from(answer == Answer::Labelled);
        self.wrong += usize::from(!matches!(answer, Answer::Labelled | Answer::NoMarker) || seen.is_suspect());
    }

    fn document(&mut self, checked: &label_document::Checked) {
        self.pictures += 1;
        self.labelled += usize::from(checked.is_labelled());
        self.wrong += usize::from(checked.is_wrong());
    }

    fn code(&self) -> u8 {
        match (self.wrong, self.unread) {
            (0, 0) => 0,
            (0, _) => 3,
            _ => 1,
        }
    }

    fn words(&self, lang: Lang) -> String {
        let Self { pictures, labelled, wrong, unread } = self;
        match lang {
            Lang::Sv => format!("{pictures} filer: {labelled} märkta, {wrong} att åtgärda, {unread} inte lästa"),
            Lang::En => format!("{pictures} files: {labelled} labelled, {wrong} to mend, {unread} not read"),
        }
    }
}

/// `None` when the file is of no kind that is labelled and only stood in a folder.
fn look(file: &Found, anchors: Option<&str>, known: Option<&Known>) -> Result<Option<Checked>, FileError> {
    catch_unwind(AssertUnwindSafe(|| one(file, anchors, known))).unwrap_or(Err(FileError::Panic))
}

fn one(file: &Found, anchors: Option<&str>, known: Option<&Known>) -> Result<Option<Checked>, FileError> {
    let bytes = input::read(&file.path, &Limits::default())?;
    let kind = sniff(&bytes);
    if label_document::takes(kind) {
        let seen = register::look_up(known, kind, &bytes);
        return Ok(Some(Checked::Document(label_document::Checked::of(kind, &bytes, seen))));
    }
    if !kind.is_image() {
        return if file.named { Err(FileError::Unsupported(kind)) } else { Ok(None) };
    }
    let mut image = provenance::inspect(kind, &bytes);
    inspect::check(kind, &bytes, &mut image, anchors);
    let contrast = if image.labelled.visible { visible_contrast(kind, &bytes) } else { None };
    let seen = register::look_up(known, kind, &bytes);
    Ok(Some(Checked::Picture(Box::new(Picture { image, seen, contrast }))))
}

fn answer(checked: &Picture) -> Answer {
    let image = &checked.image;
    // A certificate that is not valid says nothing of the label.
    if image.c2pa.broken == Some(Broken::Changed) {
        return Answer::Changed;
    }
    match (image.labelled.visible, checked.contrast) {
        (true, Some(_)) => Answer::Labelled,
        (true, None) => Answer::LabelGone,
        (false, _) if image.origin.is_ai() => Answer::NotLabelled,
        (false, _) => Answer::NoMarker,
    }
}

fn line(file: &Path, checked: &Picture, answer: Answer) -> serde_json::Result<serde_json::Value> {
    let mut line = serde_json::to_value(&checked.image)?;
    line["path"] = json!(pictures::shown(file));
    line["contrast"] = json!(checked.contrast);
    line["register"] = checked.seen.json();
    line["answer"] = json!(match answer {
        Answer::Labelled => "labelled",
        Answer::NotLabelled => "not-labelled",
        Answer::LabelGone => "label-gone",
        Answer::Changed => "changed",
        Answer::NoMarker => "no-marker",
    });
    Ok(line)
}

fn words(file: &Found, checked: &Picture, answer: Answer, lang: Lang) -> String {
    let (swedish, english) = match answer {
        Answer::Labelled => ("märkt", "labelled"),
        Answer::NotLabelled => ("AI-bild UTAN synlig märkning", "AI picture WITHOUT a visible label"),
        Answer::LabelGone => ("den synliga märkningen är BORTA eller beskuren", "the visible label is GONE or cropped"),
        Answer::Changed => ("ÄNDRAD sedan den undertecknades", "CHANGED since it was signed"),
        Answer::NoMarker => (
            "inga tecken på AI; det säger inte att en människa gjort bilden",
            "no sign of AI; that does not say that a human made it",
        ),
    };
    let (text, layers) = if lang == Lang::Sv { (swedish, "lager") } else { (english, "layers") };
    let mut words = format!("{}: {text}\n", file.shown());
    if checked.image.origin.is_ai() {
        words.extend(["  ", layers, ": ", &inspect::layers(checked.image.labelled, lang), "\n"]);
    }
    if checked.image.c2pa.present {
        words.extend(["  C2PA: ", &inspect::c2pa(&checked.image, lang), "\n"]);
    }
    if let Some(register) = checked.seen.words(lang) {
        words.extend(["  register: ", &register, "\n"]);
    }
    words
}
