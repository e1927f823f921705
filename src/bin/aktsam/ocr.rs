//! `--ocr`: whether, and with what, words in pictures are read.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use aktsam::config::OcrConfig;
use aktsam::ocr::{Budget, OcrError, Pages, Program, Recogniser, Tesseract};

use crate::args::Ocr;
use crate::log;
use crate::output::hinted;

/// The language of a Swedish municipality's papers. English is read with its
/// letters too; with English data beside it Tesseract takes å and ö for a and o.
const LANGUAGES: [&str; 1] = ["swe"];

/// What reads pictures, `confined` or not; `None` when they are to be left unread. Says how to
/// install what is missing, as a hint where it is optional and an error where it is asked for.
pub(crate) fn recogniser(mode: Ocr, config: &OcrConfig, confined: bool) -> anyhow::Result<Option<Recogniser>> {
    if mode == Ocr::Off {
        return Ok(None);
    }
    match find(config, confined) {
        Ok(tesseract) => {
            let mut recogniser = tesseract.recogniser();
            recogniser.pages = if mode == Ocr::Force { Pages::Every } else { Pages::Unread };
            Ok(Some(recogniser))
        }
        Err(error) if mode == Ocr::Auto => {
            log::warning(&format!("scanned pages and pictures are left unread: {error}"), Some(error.hint()));
            Ok(None)
        }
        Err(error) => Err(hinted(&error, error.hint())),
    }
}

fn find(config: &OcrConfig, confined: bool) -> Result<Tesseract, OcrError> {
    let launcher = confined.then(std::env::current_exe).transpose().map_err(|_| OcrError::Confined)?;
    let budget = Budget {
        picture: Duration::from_secs(config.picture_seconds),
        run: config.night_minutes.map(|minutes| Duration::from_secs(minutes.saturating_mul(60))),
    };
    Tesseract::find(Program { tesseract: config.program.clone(), launcher }, &LANGUAGES, budget)
}

/// `aktsam recognise`: becomes Tesseract, confined. Returns only why it could not.
pub(crate) fn launch(program: &Path, seconds: u64, args: &[OsString]) -> anyhow::Error {
    aktsam::ocr::launch(program, seconds, args).into()
}
