//! What the diary and the plan say of the files, and what they should say.

use std::collections::BTreeSet;

use super::super::check::Examined;
use super::super::diary::{Action, Diary, Number, Plan, in_path};
use super::super::survey::Survey;
use super::{Beside, Context, Row, add, beside};
use crate::judge::flags;

/// What the diary and the plan say, and what they should say.
pub(super) fn registry(row: &mut Row, path: &str, survey: &Survey, official: bool, context: &Context<'_>) {
    let mut numbers = in_path(path);
    for number in &survey.numbers {
        if !numbers.contains(number) {
            numbers.push(number.clone());
        }
    }
    row.diary.numbers = numbers.iter().map(ToString::to_string).collect();
    if official {
        let code = if numbers.is_empty() { "record-unregistered" } else { "record-signs" };
        add(&mut row.findings, code, None);
    }
    if let Some(diary) = context.diary {
        let mut known = numbers.iter().filter_map(|number| diary.find(number));
        match known.next() {
            Some(matter) => {
                row.diary.registered = Some(matter.written.clone());
                row.diary.matter = Some(matter.matter.clone()).filter(|matter| !matter.is_empty());
                if known.any(|other| other.number != matter.number) {
                    add(&mut row.findings, "diary-several", None);
                }
            }
            None if !numbers.is_empty() => add(&mut row.findings, "diary-unknown", Some(row.diary.numbers.join(", "))),
            None => {}
        }
    }
    if let Some(plan) = context.plan {
        planned(row, path, plan);
    }
}

pub(super) fn is_official(examined: &Examined) -> bool {
    examined.flags.contains_key(flags::OFFICIAL_RECORD)
}

fn planned(row: &mut Row, path: &str, plan: &Plan) {
    let Some(line) = plan.line(path) else {
        // What is to be left out of the delivery needs no line.
        if row.findings.iter().any(|finding| finding.code == "system-file") {
            return;
        }
        return add(&mut row.findings, "plan-none", None);
    };
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    row.diary.class = filled(format!("{} {}", line.class, line.kind).trim());
    row.diary.action = Some(line.action);
    row.diary.period = filled(&line.period);
    if line.action == Action::Gallra {
        add(&mut row.findings, "plan-dispose", filled(&line.period));
    }
}

/// Matters without a file, and matters of which the diary says too little.
pub(super) fn diary_findings(diary: &Diary, rows: &[Row]) -> Vec<Beside> {
    let numbers: BTreeSet<Number> =
        rows.iter().flat_map(|row| &row.diary.numbers).filter_map(|written| Number::read(written)).collect();
    let without = diary.without(&numbers).into_iter();
    let mut found: Vec<Beside> =
        without.map(|matter| beside(matter.written.clone(), "diary-missing-file", None)).collect();
    for matter in diary.matters().iter().filter(|matter| !matter.lacks().is_empty()) {
        found.push(beside(matter.written.clone(), "diary-incomplete", Some(matter.lacks().join(", "))));
    }
    found
}
