//! `aktsam archive accept`: a finding that someone takes upon themselves.

use std::io::{self, Write};
use std::process::ExitCode;

use aktsam::archive::check::checksum;
use aktsam::archive::codes;
use aktsam::error::FileError;
use aktsam::ledger::{Accepted, Ledger};
use aktsam::report::escape;
use anyhow::ensure;

use super::args::AcceptArgs;
use super::check::open_folder;
use crate::Outcome;
use crate::args::{Common, Lang};
use crate::output::hinted;
use crate::scan;

pub(super) fn run(common: &Common, args: &AcceptArgs) -> Outcome {
    let root = open_folder(&args.dir)?;
    if codes::find(&args.code).is_none() {
        return Err(hinted(format!("no finding is called {}", args.code), "`aktsam archive codes` lists them"));
    }
    ensure!(!args.by.trim().is_empty(), "--by is empty: who accepts it must be said");
    ensure!(!args.reason.trim().is_empty(), "--reason is empty: why it is accepted must be said");
    let path = escape::bytes(args.file.trim_end_matches('/'));
    let beside = args.code.starts_with("diary-") || args.code == "empty-folder";
    let sha256 = match checksum(&root, &path) {
        Ok(sha256) => Some(sha256),
        // What cannot be read is known by its path alone, and so is a matter of the diary.
        Err(error) if !beside && error == FileError::Vanished => {
            let hint = format!("write the path below {} as the report shows it", args.dir.display());
            return Err(hinted(format!("{}: not in the folder", args.file), hint));
        }
        Err(_) => None,
    };
    let config = scan::configuration(common)?;
    let ledger = scan::ledger_path(args.ledger.as_ref(), &config)?;
    let mut ledger = Ledger::open(&ledger, &[root.path()])?;
    ledger.accept(&Accepted {
        root: root.path().as_os_str().as_encoded_bytes().to_vec(),
        path,
        code: args.code.clone(),
        sha256,
        name: args.by.trim().to_owned(),
        reason: args.reason.trim().to_owned(),
        at_ms: 0,
    })?;
    let said = match common.lang {
        Lang::Sv => "godtaget av",
        Lang::En => "accepted by",
    };
    writeln!(io::stdout(), "{}: {} {said} {}", args.file, args.code, args.by.trim())?;
    Ok(ExitCode::SUCCESS)
}
