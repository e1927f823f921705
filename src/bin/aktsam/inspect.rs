//! `aktsam inspect`: what made pictures, and how they are labelled.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aktsam::document::Kind;
use aktsam::error::FileError;
use aktsam::extract::sniff;
use aktsam::image::provenance::{Broken, Evidence, Integrity, Labelled, Says, Source, Trust, file_name_hint, inspect};
use aktsam::image::{Origin, Provenance};
use aktsam::limits::Limits;
use clap::{Args, ValueEnum};
use serde_json::json;

use crate::Outcome;
use crate::args::{Common, Lang};
use crate::head::{self, Head};
use crate::input;
use crate::label_document;
use crate::pictures::{self, Found};
use crate::register::Seen;

/// Tells what made pictures, from their bytes alone: AI, AI in part, a camera, or unknown.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// Pictures, or folders with pictures
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Human,
    Jsonl,
}

pub(crate) fn run(common: &Common, args: &InspectArgs) -> Outcome {
    let listing = pictures::files(&args.paths, None);
    let mut failed = !listing.unread.is_empty();
    for error in &listing.unread {
        eprintln!("error: {error}");
    }
    let mut out = io::stdout().lock();
    let mut tally = Tally::default();
    pictures::each(&listing.files, pictures::cores(), look, |file, result| {
        match result {
            Ok(None) => {}
            Ok(Some(Looked::Document(document))) => match args.format {
                Format::Jsonl => writeln!(out, "{}", document.line(&file.shown()))?,
                Format::Human => write!(out, "{}", document.words(&file.shown(), common.lang))?,
            },
            Ok(Some(Looked::Picture(image))) => {
                tally.add(&image);
                match args.format {
                    Format::Jsonl => writeln!(out, "{}", line(&file.path, &image)?)?,
                    Format::Human => write!(out, "{}", words(file, &image, common.lang))?,
                }
            }
            Err(error) => {
                failed = true;
                eprintln!("error: {}: {error}", file.shown());
            }
        }
        Ok(())
    })?;
    if args.format == Format::Human && tally.pictures > 1 {
        writeln!(out, "{}", tally.words(common.lang))?;
    }
    Ok(if failed { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

/// How many pictures are what.
#[derive(Default)]
struct Tally {
    pictures: usize,
    ai: usize,
    unlabelled: usize,
}

impl Tally {
    fn add(&mut self, image: &Provenance) {
        self.pictures += 1;
        self.ai += usize::from(image.origin.is_ai());
        self.unlabelled += usize::from(image.lacks_label());
    }

    fn words(&self, lang: Lang) -> String {
        let Self { pictures, ai, unlabelled } = self;
        match lang {
            Lang::Sv => format!("{pictures} bilder, {ai} med tecken på AI, {unlabelled} av dem utan synlig märkning"),
            Lang::En => {
                format!("{pictures} pictures, {ai} with signs of AI, {unlabelled} of them without a visible label")
            }
        }
    }
}

/// A file that was looked at.
enum Looked {
    Picture(Box<Provenance>),
    Document(label_document::Checked),
}

/// `None` when the file is of no kind that is labelled and only stood in a folder.
fn look(file: &Found) -> Result<Option<Looked>, FileError> {
    catch_unwind(AssertUnwindSafe(|| of_file(file))).unwrap_or(Err(FileError::Panic))
}

fn of_file(file: &Found) -> Result<Option<Looked>, FileError> {
    let limits = Limits::default();
    let Head { mut bytes, is_whole } = head::read(&file.path, &limits)?;
    let kind = sniff(&bytes);
    if label_document::takes(kind) {
        return Ok(Some(Looked::Document(label_document::Checked::of(kind, &bytes, Seen::NoRegister))));
    }
    if !kind.is_image() {
        return if file.named { Err(FileError::Unsupported(kind)) } else { Ok(None) };
    }
    let mut image = inspect(kind, &bytes);
    // Whether a manifest holds is for the pixels to tell.
    if image.c2pa.present && !is_whole {
        bytes = input::read(&file.path, &limits)?;
    }
    check(kind, &bytes, &mut image, None);
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    image.evidence.extend(file_name_hint(&name));
    Ok(Some(Looked::Picture(Box::new(image))))
}

/// Checks the content credentials, when there are any and the build can.
#[cfg(feature = "c2pa")]
pub(crate) fn check(kind: Kind, bytes: &[u8], image: &mut Provenance, anchors: Option<&str>) {
    if image.c2pa.present {
        image.c2pa = aktsam::image::credentials::check(kind, bytes, anchors);
    }
}

/// This build cannot check them, and says that they are unchecked.
#[cfg(not(feature = "c2pa"))]
pub(crate) fn check(_: Kind, _: &[u8], _: &mut Provenance, _: Option<&str>) {}

fn line(file: &Path, image: &Provenance) -> serde_json::Result<serde_json::Value> {
    let mut line = serde_json::to_value(image)?;
    line["path"] = json!(pictures::shown(file));
    Ok(line)
}

/// The picture in words, one line for each thing known.
fn words(file: &Found, image: &Provenance, lang: Lang) -> String {
    let say = |swedish: &'static str, english: &'static str| if lang == Lang::Sv { swedish } else { english };
    let mut lines = vec![format!("{}: {}", file.shown(), origin(image.origin, lang))];
    let mut add = |name: &str, value: String| lines.push(format!("  {name}: {value}"));
    if let Some(generator) = &image.generator {
        add(say("gjord med", "made with"), generator.clone());
    }
    for evidence in &image.evidence {
        add(say("belägg", "evidence"), evidence_words(evidence, lang));
    }
    if image.c2pa.present {
        add("C2PA", c2pa(image, lang));
    }
    if image.origin.is_ai() {
        add(say("märkt", "labelled"), layers(image.labelled, lang));
    }
    if let Some(camera) = &image.camera {
        add(say("kamera", "camera"), camera.clone());
    }
    if image.gps {
        add(say("plats", "position"), say("angiven i bilden", "noted in the picture").to_owned());
    }
    if let Some((width, height)) = image.size {
        let icc = if image.icc { say(", färgprofil", ", colour profile") } else { "" };
        let frames =
            if image.frames > 1 { format!(", {} {}", image.frames, say("bilder", "frames")) } else { String::new() };
        add(say("storlek", "size"), format!("{width} × {height}{icc}{frames}"));
    }
    lines.join("\n") + "\n"
}

pub(crate) fn origin(origin: Origin, lang: Lang) -> &'static str {
    let (swedish, english) = match origin {
        Origin::Ai => ("skapad av AI", "made by AI"),
        Origin::AiEdited => ("delvis ändrad med AI", "partly changed with AI"),
        Origin::Camera => ("kamera", "camera"),
        Origin::Unknown => ("okänt ursprung", "origin unknown"),
    };
    if lang == Lang::Sv { swedish } else { english }
}

fn evidence_words(evidence: &Evidence, lang: Lang) -> String {
    let place = match evidence.source {
        Source::C2pa => "C2PA",
        Source::Xmp => "XMP",
        Source::Iptc => "IPTC",
        Source::Exif => "EXIF",
        Source::Text if lang == Lang::Sv => "textfält",
        Source::Text => "text field",
        Source::FileName if lang == Lang::Sv => "namnet",
        Source::FileName => "name",
    };
    let marker = if lang == Lang::Sv { evidence.marker.swedish() } else { evidence.marker.english() };
    let detail = evidence.detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let hint = match (evidence.says, lang) {
        (Says::Hint, Lang::Sv) => ", bara en antydan",
        (Says::Hint, Lang::En) => ", only a hint",
        _ => "",
    };
    format!("{place}: {marker}{detail}{hint}")
}

pub(crate) fn c2pa(image: &Provenance, lang: Lang) -> String {
    let (swedish, english) = match (image.c2pa.integrity, image.c2pa.broken) {
        (Integrity::Unchecked, _) => ("finns, ej kontrollerat", "present, not checked"),
        (Integrity::Valid, _) => ("stämmer", "holds"),
        (Integrity::Invalid, Some(Broken::Changed)) => {
            ("stämmer inte: ändrad efter undertecknandet", "does not hold: changed after it was signed")
        }
        (Integrity::Invalid, Some(Broken::Certificate)) => {
            ("håller inte: certifikatet gäller inte", "does not hold: the certificate is not valid")
        }
        (Integrity::Invalid, _) => ("håller inte: ofullständigt eller fel", "does not hold: incomplete or wrong"),
    };
    let integrity = if lang == Lang::Sv { swedish } else { english };
    let trust = match (image.c2pa.trust, lang) {
        (Trust::Unchecked, _) => "",
        (Trust::Trusted, Lang::Sv) => ", känd undertecknare",
        (Trust::Trusted, Lang::En) => ", signer known",
        (Trust::Untrusted, Lang::Sv) => ", okänd undertecknare",
        (Trust::Untrusted, Lang::En) => ", signer unknown",
    };
    format!("{integrity}{trust}")
}

/// The layers of a label, by name.
pub(crate) fn layers(labelled: Labelled, lang: Lang) -> String {
    let say = |swedish: &'static str, english: &'static str| if lang == Lang::Sv { swedish } else { english };
    let layers = [(labelled.visible, say("synligt", "visibly")), (labelled.xmp, "XMP"), (labelled.c2pa, "C2PA")];
    let named: Vec<&str> = layers.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect();
    if named.is_empty() { say("inte alls", "not at all").to_owned() } else { named.join(", ") }
}
