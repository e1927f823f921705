//! The manual pages and the shells' completions, from the definition of the command line.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::{Shell, generate_to};

use crate::Outcome;
use crate::args::Cli;

pub(crate) fn run(folder: &Path) -> Outcome {
    let failed = || format!("{}: the manual cannot be written", folder.display());
    fs::create_dir_all(folder).with_context(failed)?;
    clap_mangen::generate_to(Cli::command(), folder).with_context(failed)?;
    for shell in [Shell::Bash, Shell::Fish, Shell::Zsh] {
        generate_to(shell, &mut Cli::command(), "aktsam", folder).with_context(failed)?;
    }
    Ok(ExitCode::SUCCESS)
}
