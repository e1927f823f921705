//! `aktsam extract`: the plain text of files, as the detectors see it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aktsam::config::OcrConfig;
use aktsam::document::{Kind, Text};
use aktsam::limits::Limits;
use aktsam::ocr::Pages;
use aktsam::sandbox::{Setup, Transcript};
use anyhow::Context;
use rayon::prelude::*;
use serde_json::json;

use crate::Outcome;
use crate::args::{ExtractArgs, ExtractFormat};
use crate::isolation::{self, Isolation};
use crate::{input, ocr, output};

pub(crate) fn run(args: &ExtractArgs) -> Outcome {
    if let Some(out) = &args.out {
        fs::create_dir_all(out).with_context(|| format!("{}: cannot be made", out.display()))?;
    }
    let recogniser = ocr::recogniser(args.ocr, &OcrConfig::default(), true)?;
    let pages = recogniser.as_ref().map_or(Pages::None, |recogniser| recogniser.pages);
    let setup = Setup { policy: "base".into(), limits: Limits::default(), reveal: false, pages };
    let isolation = Isolation::of(args.sandbox, setup, recogniser)?;
    let failed = match &args.out {
        Some(out) => {
            let write = |file: &PathBuf| extract_to(&isolation, file, out, args.format);
            let failed: anyhow::Result<Vec<bool>> = args.files.par_iter().map(write).collect();
            failed?.contains(&true)
        }
        None => print_all(&isolation, args)?,
    };
    Ok(if failed { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

fn print_all(isolation: &Isolation, args: &ExtractArgs) -> anyhow::Result<bool> {
    let mut failed = false;
    for file in &args.files {
        let (text, ok) = rendered(isolation, file, args.format)?;
        io::stdout().write_all(text.as_bytes())?;
        failed |= !ok;
    }
    Ok(failed)
}

/// Writes `NAME.ext.txt` in `out`; true when the file could not be read whole.
fn extract_to(isolation: &Isolation, file: &Path, out: &Path, format: ExtractFormat) -> anyhow::Result<bool> {
    let (text, ok) = rendered(isolation, file, format)?;
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(if format == ExtractFormat::Text { ".txt" } else { ".jsonl" });
    let target = out.join(name);
    fs::write(&target, text).with_context(|| format!("{}: cannot be written", target.display()))?;
    Ok(!ok)
}

/// The text of `file`, and whether it was read to its end; says on standard error why not.
fn rendered(isolation: &Isolation, file: &Path, format: ExtractFormat) -> anyhow::Result<(String, bool)> {
    let name = output::name(file);
    let told = match input::open(file) {
        Ok((open, _)) => isolation.desk()?.read(&open)?,
        Err(error) => Transcript::failed(&error),
    };
    let Transcript { kind, text, error } = told;
    if let Some(error) = &error {
        eprintln!("error: {name}: {}", isolation::words(error));
    }
    for gap in &text.gaps {
        let place = isolation::shown(&gap.place.to_string());
        eprintln!("warning: {name}: not read: {:?}, {place}", gap.cause);
    }
    let rendered = match format {
        // As other tools give a PDF's text; the rest has its places in the other format.
        ExtractFormat::Text if kind == Kind::Pdf => text.to_plain_pages(),
        ExtractFormat::Text => text.to_plain(),
        ExtractFormat::Jsonl => lines(file, &text),
    };
    Ok((rendered, error.is_none()))
}

fn lines(file: &Path, text: &Text) -> String {
    let path = file.to_string_lossy();
    text.blocks.iter().fold(String::new(), |mut lines, block| {
        lines.push_str(&json!({ "path": path, "place": block.place, "text": block.text }).to_string());
        lines.push('\n');
        lines
    })
}
