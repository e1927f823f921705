//! The `aktsam` command: reads the arguments, runs the subcommand, ends with its exit code.

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr, reason = "a command does I/O")]

use std::process::ExitCode;

use clap::Parser;

mod args;
mod explain;
mod extract;
mod formats;
mod input;
mod inspect;
mod isolation;
mod keys;
mod label;
mod ocr;
mod output;
mod pictures;
mod policy;
mod progress;
mod replace;
mod report;
mod rules;
mod scan;
mod verify;

use args::{Cli, Command};

/// What a subcommand ends with: an exit code, or an error that becomes exit code 2.
type Outcome = anyhow::Result<ExitCode>;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match &cli.command {
        Command::Scan(args) => scan::run(&cli.common, args),
        Command::Extract(args) => extract::run(args),
        Command::Report(args) => report::run(&cli.common, args),
        Command::Explain(args) => explain::run(&cli.common, args),
        Command::Rules(command) => rules::run(&cli.common, command),
        Command::Formats => formats::run(&cli.common),
        Command::Inspect(args) => inspect::run(&cli.common, args),
        Command::Label(args) => label::run(&cli.common, args),
        Command::Verify(args) => verify::run(&cli.common, args),
        Command::Keys(args) => keys::run(&cli.common, args),
        Command::Worker => aktsam::sandbox::serve().map(|()| ExitCode::SUCCESS).map_err(Into::into),
    };
    match outcome {
        Ok(code) => code,
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::from(2)
        }
    }
}
