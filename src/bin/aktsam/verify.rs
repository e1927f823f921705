//! `aktsam verify`: whether pictures are labelled, in which layers, and whether their manifests hold.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aktsam::error::FileError;
use aktsam::extract::sniff;
use aktsam::image::Provenance;
use aktsam::image::label::visible_contrast;
use aktsam::image::provenance::{Integrity, inspect};
use aktsam::limits::Limits;
use anyhow::Context;
use clap::Args;
use rayon::prelude::*;
use serde_json::json;

use crate::Outcome;
use crate::args::{Common, Lang};
use crate::inspect::{self as seen, Format};
use crate::{input, pictures};

/// Checks pictures' labels: visible, in XMP and signed.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 every AI picture is labelled and every manifest holds; 1 some are not; 3 some could not be read."
)]
pub(crate) struct VerifyArgs {
    /// Pictures, or folders with pictures
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Certificates whose signers are known (PEM), such as rot.pem
    #[arg(long, value_name = "FILE")]
    pub trust: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
}

/// What a picture's check gave.
struct Checked {
    image: Provenance,
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
    let files = pictures::files(&args.paths)?;
    let look = |file: &PathBuf| (file.clone(), one(file, anchors.as_deref()));
    let results: Vec<_> = files.par_iter().map(look).collect();
    let (mut wrong, mut failed) = (false, false);
    let mut out = io::stdout().lock();
    for (file, result) in results {
        match result {
            Ok(None) => {}
            Ok(Some(checked)) => {
                let answer = answer(&checked);
                wrong |= !matches!(answer, Answer::Labelled | Answer::NoMarker);
                match args.format {
                    Format::Jsonl => writeln!(out, "{}", line(&file, &checked, answer)?)?,
                    Format::Human => write!(out, "{}", words(&file, &checked, answer, common.lang))?,
                }
            }
            Err(error) => {
                failed = true;
                eprintln!("error: {}: {error}", crate::output::name(&file));
            }
        }
    }
    Ok(ExitCode::from(if wrong {
        1
    } else if failed {
        3
    } else {
        0
    }))
}

fn one(file: &Path, anchors: Option<&str>) -> Result<Option<Checked>, FileError> {
    let bytes = input::read(file, &Limits::default())?;
    let kind = sniff(&bytes);
    if !kind.is_image() {
        return Ok(None);
    }
    let mut image = inspect(kind, &bytes);
    seen::check(kind, &bytes, &mut image, anchors);
    let contrast = if image.labelled.visible { visible_contrast(kind, &bytes) } else { None };
    Ok(Some(Checked { image, contrast }))
}

fn answer(checked: &Checked) -> Answer {
    let image = &checked.image;
    if image.c2pa.integrity == Integrity::Invalid {
        return Answer::Changed;
    }
    match (image.labelled.visible, checked.contrast) {
        (true, Some(_)) => Answer::Labelled,
        (true, None) => Answer::LabelGone,
        (false, _) if image.origin.is_ai() => Answer::NotLabelled,
        (false, _) => Answer::NoMarker,
    }
}

fn line(file: &Path, checked: &Checked, answer: Answer) -> serde_json::Result<serde_json::Value> {
    let mut line = serde_json::to_value(&checked.image)?;
    line["path"] = json!(file.to_string_lossy());
    line["contrast"] = json!(checked.contrast);
    line["answer"] = json!(match answer {
        Answer::Labelled => "labelled",
        Answer::NotLabelled => "not-labelled",
        Answer::LabelGone => "label-gone",
        Answer::Changed => "changed",
        Answer::NoMarker => "no-marker",
    });
    Ok(line)
}

fn words(file: &Path, checked: &Checked, answer: Answer, lang: Lang) -> String {
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
    let mut words = format!("{}: {text}\n", crate::output::name(file));
    if checked.image.origin.is_ai() {
        words.extend(["  ", layers, ": ", &seen::labels(&checked.image, lang), "\n"]);
    }
    if checked.image.c2pa.present {
        words.extend(["  C2PA: ", &seen::c2pa(&checked.image, lang), "\n"]);
    }
    words
}
