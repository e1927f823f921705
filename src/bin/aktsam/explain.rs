//! `aktsam explain`: why one file has its verdict.

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;
use std::process::ExitCode;

use aktsam::detect::{detect_on, terms};
use aktsam::document::{Kind, Place, Text};
use aktsam::error::FileError;
use aktsam::examine::unread;
use aktsam::finding::{Entity, Finding};
use aktsam::judge::{Policy, judge};
use aktsam::ocr::Pages;
use aktsam::record::{Record, Status};
use aktsam::report::{Explanation, Guideline};
use aktsam::sandbox::Setup;
use jiff::civil::Date;

use crate::Outcome;
use crate::args::{Common, ExplainArgs, Ocr};
use crate::isolation::Isolation;
use crate::{input, ocr, output, policy, scan};

pub(crate) fn run(common: &Common, args: &ExplainArgs) -> Outcome {
    let config = scan::configuration(common)?;
    let policy::Source { text: source, policy } = policy::load(common, &config)?;
    let recogniser = ocr::recogniser(Ocr::Auto, &config.ocr, true)?;
    let pages = recogniser.as_ref().map_or(Pages::None, |recogniser| recogniser.pages);
    let setup = Setup { policy: source, limits: config.limits, reveal: args.reveal, pages };
    let isolation = Isolation::of(args.sandbox, setup, recogniser)?;
    let (mut record, text) = match input::open(&args.file) {
        Ok((file, size)) => {
            let mut desk = isolation.desk()?;
            (desk.examine(&file, size)?, Some(desk.read(&file)?.text))
        }
        Err(error) => (unread(Kind::Unknown, size(args), status(&error), &error), None),
    };
    let today = jiff::ZonedDateTime::now().date();
    let found = text.as_ref().map(|text| everything(&policy, today, text)).unwrap_or_default();
    locate(&mut record, &found);
    let language = common.lang.language();
    record.flag_name(args.file.as_os_str().as_encoded_bytes());
    let explanation = Explanation {
        name: args.file.as_os_str().as_encoded_bytes(),
        record: &record,
        text: text.as_ref(),
        found: &found,
        reveal: args.reveal,
        guideline: &Guideline::of(&policy, language),
        policy: &policy,
        reader: args.reader.map(Into::into),
        lang: language,
        layout: output::layout(),
    };
    io::stdout().write_all(explanation.to_text().as_bytes())?;
    Ok(if is_read(&record) { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

/// Everything the detectors and the policy point at: more than a record keeps,
/// so that no excerpt shows what lies beside a finding that was left out.
fn everything(policy: &Policy, today: Date, text: &Text) -> Vec<Finding> {
    let mut found = detect_on(text, Some(today));
    let judgement = judge(policy, text, &found, &terms::scan(text));
    found.extend(judgement.terms);
    found.extend(judgement.reasons.into_iter().flat_map(|reason| reason.findings));
    found
}

/// What tells a finding from others when its position is not known.
type Traits<'a> = (&'a Place, Entity, &'a str, &'a str);

fn traits(finding: &Finding) -> Traits<'_> {
    (&finding.place, finding.entity, &finding.detector, &finding.masked)
}

/// Gives the record's findings the positions that `found` has for them: a
/// position means nothing without the text, and does not cross the pipe.
fn locate(record: &mut Record, found: &[Finding]) {
    let mut kinds: HashMap<Traits<'_>, usize> = HashMap::new();
    let mut positions: Vec<Vec<(usize, Range<usize>)>> = Vec::new();
    for finding in found {
        let kind = *kinds.entry(traits(finding)).or_insert(positions.len());
        if kind == positions.len() {
            positions.push(Vec::new());
        }
        if !positions[kind].contains(&finding.at) {
            positions[kind].push(finding.at.clone());
        }
    }
    for reason in &mut record.reasons {
        let mut taken = vec![0; positions.len()];
        for finding in &mut reason.findings {
            // Without a position the finding is shown masked and alone.
            finding.at = (0, 0..0);
            let Some(kind) = kinds.get(&traits(finding)).copied() else { continue };
            if let Some(at) = positions[kind].get(taken[kind]) {
                finding.at = at.clone();
                taken[kind] += 1;
            }
        }
    }
}

fn status(error: &FileError) -> Status {
    if *error == FileError::Special { Status::Skipped } else { Status::Error }
}

fn size(args: &ExplainArgs) -> u64 {
    args.file.metadata().map_or(0, |metadata| metadata.len())
}

fn is_read(record: &Record) -> bool {
    matches!(record.status, Status::Ok | Status::Partial)
}
