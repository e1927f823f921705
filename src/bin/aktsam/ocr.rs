//! `--ocr`: whether, and with what, words in pictures are read.

use std::path::Path;

use aktsam::ocr::{Budget, Pages, Recogniser, Tesseract};

use crate::args::Ocr;
use crate::output::hinted;

/// The language of a Swedish municipality's papers. English is read with its
/// letters too; with English data beside it Tesseract takes å and ö for a and o.
const LANGUAGES: [&str; 1] = ["swe"];

/// What reads pictures; `None` when they are to be left unread. Says how to
/// install what is missing, as a hint where it is optional and an error where it is asked for.
pub(crate) fn recogniser(mode: Ocr) -> anyhow::Result<Option<Recogniser>> {
    if mode == Ocr::Off {
        return Ok(None);
    }
    match Tesseract::find(Path::new("tesseract"), &LANGUAGES, Budget::default()) {
        Ok(tesseract) => {
            let mut recogniser = tesseract.recogniser();
            recogniser.pages = if mode == Ocr::Force { Pages::Every } else { Pages::Unread };
            Ok(Some(recogniser))
        }
        Err(error) if mode == Ocr::Auto => {
            eprintln!("hint: scanned pages and pictures are left unread: {error}; {}", error.hint());
            Ok(None)
        }
        Err(error) => Err(hinted(&error, error.hint())),
    }
}
