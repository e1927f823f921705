//! `aktsam explain`: why one file has its verdict.

use std::io::{self, Write};
use std::process::ExitCode;

use aktsam::detect::{detect, terms};
use aktsam::document::{Kind, Text};
use aktsam::examine::{Examiner, unread};
use aktsam::finding::Finding;
use aktsam::judge::judge;
use aktsam::record::{Record, Status};
use aktsam::report::{Explanation, Guideline};

use crate::Outcome;
use crate::args::{Common, ExplainArgs, Ocr};
use crate::{input, ocr, output, policy, scan};

pub(crate) fn run(common: &Common, args: &ExplainArgs) -> Outcome {
    let config = scan::configuration(common)?;
    let examiner = Examiner {
        policy: policy::load(common, &config)?.policy,
        limits: config.limits,
        reveal: args.reveal,
        today: Some(jiff::ZonedDateTime::now().date()),
        recogniser: ocr::recogniser(Ocr::Auto, &config.ocr, true)?,
        watch: None,
    };
    let language = common.lang.language();
    let (mut record, text) = match input::read(&args.file, &examiner.limits) {
        Ok(bytes) => (examiner.examine(&bytes), Some(examiner.read(&bytes).text)),
        Err(error) => (unread(Kind::Unknown, size(args), Status::Error, &error), None),
    };
    record.flag_name(args.file.as_os_str().as_encoded_bytes());
    let found = text.as_ref().map(|text| everything(&examiner, text)).unwrap_or_default();
    let explanation = Explanation {
        name: args.file.as_os_str().as_encoded_bytes(),
        record: &record,
        text: text.as_ref(),
        found: &found,
        reveal: args.reveal,
        guideline: &Guideline::of(&examiner.policy, language),
        policy: &examiner.policy,
        reader: args.reader.map(Into::into),
        lang: language,
        layout: output::layout(),
    };
    io::stdout().write_all(explanation.to_text().as_bytes())?;
    Ok(if is_read(&record) { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

/// Everything the detectors and the policy point at: more than a record keeps,
/// so that no excerpt shows what lies beside a finding that was left out.
fn everything(examiner: &Examiner, text: &Text) -> Vec<Finding> {
    let mut found = detect(text);
    let judgement = judge(&examiner.policy, text, &found, &terms::scan(text));
    found.extend(judgement.terms);
    found.extend(judgement.reasons.into_iter().flat_map(|reason| reason.findings));
    found
}

fn size(args: &ExplainArgs) -> u64 {
    args.file.metadata().map_or(0, |metadata| metadata.len())
}

fn is_read(record: &Record) -> bool {
    matches!(record.status, Status::Ok | Status::Partial)
}
