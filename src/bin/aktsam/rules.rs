//! `aktsam rules`: what the policy says, for who must answer for it.

use std::io::{self, Write};
use std::process::ExitCode;

use aktsam::judge::{Policy, sample};
use aktsam::report::words;
use aktsam::report::{Guideline, Rule, terminal};

use crate::Outcome;
use crate::args::{Common, RulesCommand};
use crate::output::{self, hinted};
use crate::policy;

pub(crate) fn run(common: &Common, command: &RulesCommand) -> Outcome {
    let policy = policy::load(common)?;
    let guideline = Guideline::of(&policy, common.lang.language());
    match command {
        RulesCommand::List => list(common, &guideline),
        RulesCommand::Show { id } => show(common, &guideline, id),
        RulesCommand::Test => test(&policy),
    }
}

fn list(common: &Common, guideline: &Guideline) -> Outcome {
    let mut rules: Vec<&Rule> = guideline.rules.iter().collect();
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.verdict));
    let column = rules.iter().map(|rule| rule.id.chars().count()).max().unwrap_or(0);
    let mut out = io::stdout().lock();
    for rule in rules {
        let verdict = words::verdict_short(rule.verdict).get(common.lang.language());
        let mark = terminal::mark(rule.verdict);
        writeln!(out, "{mark} {verdict:15}  {:column$}  {}", rule.id, rule.title)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(common: &Common, guideline: &Guideline, id: &str) -> Outcome {
    let hint = "`aktsam rules list` names them all";
    let rule = guideline.rule(id).ok_or_else(|| hinted(format!("the policy has no rule {id}"), hint))?;
    let text = terminal::rule(rule, guideline, common.lang.language(), output::layout());
    io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Exit code 2 when a rule does not do as its author says.
fn test(policy: &Policy) -> Outcome {
    let failures = sample::test(policy);
    let mut out = io::stdout().lock();
    for failure in &failures {
        let wrong = if failure.should_fire { "silent on" } else { "fires on" };
        writeln!(out, "{}: {wrong}: {}", failure.rule, failure.sample)?;
    }
    let samples: usize = policy.rules().iter().map(|rule| rule.fires_on.len() + rule.silent_on.len()).sum();
    let failed = failures.len();
    writeln!(out, "{}: {} rules, {samples} samples, {failed} wrong", policy.name(), policy.rules().len())?;
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) })
}
