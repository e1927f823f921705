//! The `aktsam` command: reads the arguments, runs the subcommand, ends with its exit code.

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr, reason = "a command does I/O")]

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

mod archive;
mod args;
mod config;
mod decide;
mod diff;
mod explain;
mod extract;
mod formats;
mod head;
mod history;
mod input;
mod inspect;
mod isolation;
mod keys;
mod label;
mod label_document;
mod label_words;
mod ledger;
mod log;
mod manual;
mod metrics;
mod news;
mod ocr;
mod output;
mod per_owner;
mod pictures;
mod policy;
mod progress;
mod purge;
mod register;
mod replace;
mod report;
mod reports;
mod rules;
mod scan;
mod signer;
mod verify;
mod window;

use args::{Cli, Command};

/// What a subcommand ends with: an exit code, or an error that becomes exit code 2.
type Outcome = anyhow::Result<ExitCode>;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(own_words));
    let mut cli = Cli::parse();
    // Confined processes look at nothing but what they are given.
    if !matches!(cli.command, Command::Worker | Command::Recognise { .. }) {
        config::settle(&mut cli.common);
    }
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
        Command::Config(command) => config::run(&cli.common, command),
        Command::Decide(args) => decide::run(&cli.common, args),
        Command::History(args) => history::run(&cli.common, args),
        Command::Diff(args) => diff::run(&cli.common, args),
        Command::Purge(args) => purge::run(&cli.common, args),
        Command::Ledger(args) => ledger::run(&cli.common, args),
        Command::Manual { folder } => manual::run(folder),
        Command::Register(command) => register::run(&cli.common, command),
        Command::Archive(command) => archive::run(&cli.common, command),
        Command::Worker => aktsam::sandbox::serve().map(|()| ExitCode::SUCCESS).map_err(Into::into),
        Command::Recognise { seconds, program, args } => Err(ocr::launch(program, *seconds, args)),
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

/// Says where the program failed, without the words it failed on: they may be a file's.
fn own_words(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(|| "?".to_owned(), ToString::to_string);
    let _ = writeln!(io::stderr(), "aktsam: fel i programmet ({place}) / internal error: please report the place");
}
