//! `aktsam archive`: check a folder before it is handed over, package it, verify a package.

use std::io::{self, Write};
use std::process::ExitCode;

use aktsam::archive::codes::CODES;
use aktsam::archive::policy::ArchivePolicy;

use crate::Outcome;
use crate::args::Common;

mod accept;
mod args;
mod check;
mod package;
mod remembered;
mod verapdf;
mod verify;

pub(crate) use args::ArchiveCommand;

pub(crate) fn run(common: &Common, command: &ArchiveCommand) -> Outcome {
    match command {
        ArchiveCommand::Check(args) => check::run(common, args),
        ArchiveCommand::Accept(args) => accept::run(common, args),
        ArchiveCommand::Package(args) => package::run(common, args),
        ArchiveCommand::Verify(args) => verify::run(common, args),
        ArchiveCommand::Codes => codes(common),
        ArchiveCommand::Template => {
            io::stdout().write_all(ArchivePolicy::template().as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn codes(common: &Common) -> Outcome {
    let mut out = io::stdout().lock();
    for code in CODES {
        writeln!(out, "{:<8}{:<22}{}", code.level.id(), code.id, code.what.get(common.lang.language()))?;
    }
    Ok(ExitCode::SUCCESS)
}
