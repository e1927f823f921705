//! `aktsam inspect`: what made pictures, and how they are labelled.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aktsam::document::Kind;
use aktsam::image::provenance::{Evidence, Integrity, Says, Source, Trust, file_name_hint};
use aktsam::image::{Origin, Provenance};
use aktsam::limits::Limits;
use aktsam::ocr::Pages;
use aktsam::sandbox::{Look, Setup};
use clap::{Args, ValueEnum};
use rayon::prelude::*;
use serde_json::json;

use crate::Outcome;
use crate::args::{Common, Lang, SandboxMode};
use crate::isolation::{Isolation, words as failure};
use crate::{input, output, pictures};

/// Tells what made pictures, from their bytes alone: AI, AI in part, a camera, or unknown.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// Pictures, or folders with pictures
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
    /// How pictures are isolated while they are read [default: required on Linux]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub sandbox: Option<SandboxMode>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Human,
    Jsonl,
}

/// Pictures read at the same time before they are printed in order.
const CHUNK: usize = 256;

pub(crate) fn run(common: &Common, args: &InspectArgs) -> Outcome {
    let files = pictures::files(&args.paths)?;
    let setup = Setup { policy: "base".into(), limits: Limits::default(), reveal: false, pages: Pages::None };
    let isolation = Isolation::of(args.sandbox, setup, None)?;
    let mut failed = false;
    let mut out = io::stdout().lock();
    for chunk in files.chunks(CHUNK) {
        let look = |file: &PathBuf| Ok((file.clone(), look(&isolation, file)?));
        let seen: anyhow::Result<Vec<_>> = chunk.par_iter().map(look).collect();
        for (file, result) in seen? {
            match result {
                Ok(Some(image)) if args.format == Format::Jsonl => writeln!(out, "{}", line(&file, &image)?)?,
                Ok(Some(image)) => write!(out, "{}", words(&file, &image, common.lang))?,
                Ok(None) if pictures::is_named(&args.paths, &file) => {
                    failed = true;
                    eprintln!("error: {}: not a picture of a kind that is read", output::name(&file));
                }
                Ok(None) => {}
                Err(error) => {
                    failed = true;
                    eprintln!("error: {}: {error}", output::name(&file));
                }
            }
        }
    }
    Ok(if failed { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

/// `None` when the file is no picture; otherwise what made it, or why it was not looked at.
fn look(isolation: &Isolation, file: &Path) -> anyhow::Result<Result<Option<Provenance>, String>> {
    let open = match input::open(file) {
        Ok((open, _)) => open,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let Look { kind, image, error } = isolation.desk()?.look(&open)?;
    if let Some(error) = error {
        return Ok(Err(failure(&error)));
    }
    let Some(mut image) = image else { return Ok(Ok(None)) };
    check_credentials(kind, file, &mut image)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    image.evidence.extend(file_name_hint(&name));
    Ok(Ok(Some(image)))
}

/// Checks content credentials in this process: their library needs more than a worker may.
fn check_credentials(kind: Kind, file: &Path, image: &mut Provenance) -> anyhow::Result<()> {
    if image.c2pa.present {
        check(kind, &input::read(file, &Limits::default())?, image, None);
    }
    Ok(())
}

/// Checks the content credentials, when there are any and the build can.
#[cfg(feature = "c2pa")]
pub(crate) fn check(kind: Kind, bytes: &[u8], image: &mut Provenance, anchors: Option<&str>) {
    if image.c2pa.present {
        let checked = aktsam::image::credentials::check(kind, bytes, anchors);
        (image.c2pa.integrity, image.c2pa.trust) = checked;
    }
}

/// This build cannot check them, and says that they are unchecked.
#[cfg(not(feature = "c2pa"))]
pub(crate) fn check(_: Kind, _: &[u8], _: &mut Provenance, _: Option<&str>) {}

fn line(file: &Path, image: &Provenance) -> serde_json::Result<serde_json::Value> {
    let mut line = serde_json::to_value(image)?;
    line["path"] = json!(file.to_string_lossy());
    Ok(line)
}

/// The picture in words, one line for each thing known.
fn words(file: &Path, image: &Provenance, lang: Lang) -> String {
    let say = |swedish: &'static str, english: &'static str| if lang == Lang::Sv { swedish } else { english };
    let mut lines = vec![format!("{}: {}", output::name(file), origin(image.origin, lang))];
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
        add(say("märkt", "labelled"), labels(image, lang));
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
    let integrity = match (image.c2pa.integrity, lang) {
        (Integrity::Unchecked, Lang::Sv) => "finns, ej kontrollerat",
        (Integrity::Unchecked, Lang::En) => "present, not checked",
        (Integrity::Valid, Lang::Sv) => "stämmer",
        (Integrity::Valid, Lang::En) => "holds",
        (Integrity::Invalid, Lang::Sv) => "stämmer inte",
        (Integrity::Invalid, Lang::En) => "does not hold",
    };
    let trust = match (image.c2pa.trust, lang) {
        (Trust::Unchecked, _) => "",
        (Trust::Trusted, Lang::Sv) => ", känd undertecknare",
        (Trust::Trusted, Lang::En) => ", signer known",
        (Trust::Untrusted, Lang::Sv) => ", okänd undertecknare",
        (Trust::Untrusted, Lang::En) => ", signer unknown",
    };
    format!("{integrity}{trust}")
}

pub(crate) fn labels(image: &Provenance, lang: Lang) -> String {
    let say = |swedish: &'static str, english: &'static str| if lang == Lang::Sv { swedish } else { english };
    let layers = [
        (image.labelled.visible, say("synligt", "visibly")),
        (image.labelled.xmp, "XMP"),
        (image.labelled.c2pa, "C2PA"),
    ];
    let named: Vec<&str> = layers.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect();
    if named.is_empty() { say("inte alls", "not at all").to_owned() } else { named.join(", ") }
}
