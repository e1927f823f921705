//! `aktsam scan`: crawl, judge, remember, report.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use aktsam::document::Kind;
use aktsam::examine::{Examiner, unread};
use aktsam::record::{Record, Status};
use serde_json::json;
use walkdir::WalkDir;

use crate::Outcome;
use crate::args::{Common, ScanArgs};
use crate::input;

pub(crate) fn run(_: &Common, args: &ScanArgs) -> Outcome {
    let examiner = Examiner { reveal: args.reveal, ..Examiner::default() };
    for root in &args.paths {
        for entry in WalkDir::new(root).sort_by_file_name() {
            let entry = entry?;
            if entry.file_type().is_file() {
                print(entry.path(), &examine(&examiner, entry.path()))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn examine(examiner: &Examiner, path: &Path) -> Record {
    match input::read(path, &examiner.limits) {
        Ok(bytes) => examiner.examine(&bytes),
        Err(error) => unread(Kind::Unknown, 0, Status::Error, &error),
    }
}

fn print(path: &Path, record: &Record) -> io::Result<()> {
    let mut line = serde_json::to_value(record)?;
    line["path"] = json!(path.to_string_lossy());
    writeln!(io::stdout(), "{line}")
}
