//! `aktsam formats`: the kinds of file the program knows, and what it reads of each.

use std::io::{self, Write};
use std::process::ExitCode;

use aktsam::document::Kind;
use aktsam::extract::EXTRACTORS;
use aktsam::report::words;

use crate::Outcome;
use crate::args::{Common, Lang};

pub(crate) fn run(common: &Common) -> Outcome {
    let mut out = io::stdout().lock();
    let name = |kind: &Kind| words::kind(*kind, common.lang.language());
    let column = Kind::ALL.iter().map(|kind| name(kind).chars().count()).max().unwrap_or(0);
    let none = if common.lang == Lang::Sv { "läses inte: ej bedömd" } else { "not read: not judged" };
    for kind in Kind::ALL {
        let reads = EXTRACTORS.iter().find(|extractor| extractor.kind == *kind).map_or(none, |e| e.reads);
        writeln!(out, "{:8}  {:column$}  {reads}", kind.id(), name(kind))?;
    }
    Ok(ExitCode::SUCCESS)
}
