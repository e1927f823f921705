//! The policy that the command line or the configuration names.

use std::fs;
use std::path::Path;

use aktsam::config::Config;
use aktsam::judge::Policy;
use anyhow::Context;

use crate::args::Common;
use crate::output::hinted;

/// A policy with what it was made of.
pub(crate) struct Source {
    /// Its name when it is built in, or else the text of its file.
    pub text: String,
    /// The policy.
    pub policy: Policy,
}

/// The policy of `--policy` or the configuration, built in or a file; `base` when none is named.
///
/// # Errors
///
/// When there is none of that name, or the file is no policy.
pub(crate) fn load(common: &Common, config: &Config) -> anyhow::Result<Source> {
    let name = common.policy.clone().or_else(|| config.policy.clone()).unwrap_or_else(|| "base".to_owned());
    if let Some(policy) = Policy::builtin(&name) {
        return Ok(Source { text: name, policy });
    }
    if !Path::new(&name).exists() {
        let known = Policy::names().collect::<Vec<_>>().join(", ");
        return Err(hinted(format!("no policy {name}"), format!("give one of {known}, or a policy file")));
    }
    let text = fs::read_to_string(&name).with_context(|| format!("{name}: the policy cannot be read"))?;
    let policy = Policy::parse(&name, &text)?;
    Ok(Source { text, policy })
}
