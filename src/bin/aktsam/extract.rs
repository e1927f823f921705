//! `aktsam extract`: the plain text of files, as the detectors see it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aktsam::config::OcrConfig;
use aktsam::document::{Kind, Text};
use aktsam::examine::{Reading, read};
use aktsam::limits::Limits;
use aktsam::ocr::Recogniser;
use anyhow::Context;
use rayon::prelude::*;
use serde_json::json;

use crate::Outcome;
use crate::args::{ExtractArgs, ExtractFormat};
use crate::input;
use crate::ocr;

/// How files are read.
struct Source {
    limits: Limits,
    recogniser: Option<Recogniser>,
}

pub(crate) fn run(args: &ExtractArgs) -> Outcome {
    if let Some(out) = &args.out {
        fs::create_dir_all(out).with_context(|| format!("{}: cannot be made", out.display()))?;
    }
    let source =
        Source { limits: Limits::default(), recogniser: ocr::recogniser(args.ocr, &OcrConfig::default(), true)? };
    let failed = match &args.out {
        Some(out) => {
            let write = |file: &PathBuf| extract_to(&source, file, out, args.format);
            let failed: anyhow::Result<Vec<bool>> = args.files.par_iter().map(write).collect();
            failed?.contains(&true)
        }
        None => print_all(&source, args)?,
    };
    Ok(if failed { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

fn print_all(source: &Source, args: &ExtractArgs) -> anyhow::Result<bool> {
    let mut failed = false;
    for file in &args.files {
        let (text, ok) = rendered(source, file, args.format);
        io::stdout().write_all(text.as_bytes())?;
        failed |= !ok;
    }
    Ok(failed)
}

/// Writes `NAME.ext.txt` in `out`; true when the file could not be read whole.
fn extract_to(source: &Source, file: &Path, out: &Path, format: ExtractFormat) -> anyhow::Result<bool> {
    let (text, ok) = rendered(source, file, format);
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(if format == ExtractFormat::Text { ".txt" } else { ".jsonl" });
    let target = out.join(name);
    fs::write(&target, text).with_context(|| format!("{}: cannot be written", target.display()))?;
    Ok(!ok)
}

/// The text of `file`, and whether it was read to its end; says on standard error why not.
fn rendered(source: &Source, file: &Path, format: ExtractFormat) -> (String, bool) {
    let reading = match input::read(file, &source.limits) {
        Ok(bytes) => read(&bytes, &source.limits, source.recogniser.as_ref()),
        Err(error) => {
            eprintln!("error: {}: {error}", file.display());
            return (String::new(), false);
        }
    };
    let Reading { kind, text, error } = reading;
    if let Some(error) = &error {
        eprintln!("error: {}: {error}", file.display());
    }
    for gap in &text.gaps {
        eprintln!("warning: {}: not read: {:?}, {}", file.display(), gap.cause, gap.place);
    }
    let rendered = match format {
        // As other tools give a PDF's text; the rest has its places in the other format.
        ExtractFormat::Text if kind == Kind::Pdf => text.to_plain_pages(),
        ExtractFormat::Text => text.to_plain(),
        ExtractFormat::Jsonl => lines(file, &text),
    };
    (rendered, error.is_none())
}

fn lines(file: &Path, text: &Text) -> String {
    let path = file.to_string_lossy();
    text.blocks.iter().fold(String::new(), |mut lines, block| {
        lines.push_str(&json!({ "path": path, "place": block.place, "text": block.text }).to_string());
        lines.push('\n');
        lines
    })
}
