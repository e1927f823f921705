//! The policy that the command line names.

use std::fs;

use aktsam::judge::{Policy, PolicyError};
use anyhow::Context;

use crate::args::Common;
use crate::output::hinted;

/// The policy of `--policy`: one that is built in, or a file; `base` when none is named.
///
/// # Errors
///
/// When there is none of that name, or the file is no policy.
pub(crate) fn load(common: &Common) -> anyhow::Result<Policy> {
    let name = common.policy.as_deref().unwrap_or("base");
    if let Some(policy) = Policy::builtin(name) {
        return Ok(policy);
    }
    if !name.contains(['/', '.']) {
        let names: Vec<&str> = Policy::names().collect();
        return Err(hinted(
            format!("no policy is called {name}"),
            format!("name one of {}, or a file", names.join(", ")),
        ));
    }
    let text = fs::read_to_string(name).with_context(|| format!("{name}: the policy cannot be read"))?;
    Policy::parse(name, &text).map_err(|error| mistaken(&error))
}

fn mistaken(error: &PolicyError) -> anyhow::Error {
    if error.hint.is_empty() { anyhow::anyhow!("{error}") } else { hinted(error, &error.hint) }
}
