//! What `aktsam label` says: a line of JSON for each picture, or words for people.

use std::collections::BTreeMap;

use aktsam::image::label::{Change, survival};
use aktsam::image::provenance;
use serde_json::{Value, json};

use crate::args::Lang;
use crate::inspect::layers;
use crate::label::{Confirmation, Done, LabelArgs, Marked};
use crate::pictures::{Found, shown};

/// The picture as a line of JSON.
pub(crate) fn line(file: &Found, done: &Done) -> Value {
    let path = file.shown();
    match done {
        Done::Passed => Value::Null,
        Done::Already(layers) => json!({ "path": path, "result": "already", "labelled": layers }),
        Done::NotDetected => json!({ "path": path, "result": "not-detected" }),
        Done::Labelled(marked) => labelled(&path, marked),
        Done::Document(written) => written.line(&path),
        Done::AlreadyDocument => json!({ "path": path, "result": "already" }),
    }
}

fn labelled(path: &str, marked: &Marked) -> Value {
    let label = &marked.label;
    let survives: BTreeMap<_, _> = survival(label.size, &label.area).into_iter().collect();
    let changes: Vec<&str> = label.changes.iter().map(|change| change.id()).collect();
    json!({
        "path": path,
        "result": if marked.dry { "would-be-labelled" } else { "labelled" },
        "written": shown(&marked.target),
        "backup": marked.backup.as_deref().map(shown),
        "text": label.text,
        "area": [label.area.x.start, label.area.y.start, label.area.width(), label.area.height()],
        "size": [label.size.0, label.size.1],
        "contrast": (label.contrast * 10.0).round() / 10.0,
        "legible_from_width": label.legible_from,
        "survives": survives,
        "changes": changes,
        "register": marked.number,
        "bytes": { "before": marked.bytes.0, "after": marked.bytes.1 },
        "labelled": provenance::Labelled { visible: true, xmp: true, c2pa: marked.signed },
    })
}

/// The picture in words.
pub(crate) fn words(file: &Found, done: &Done, lang: Lang) -> String {
    let say = |swedish: &'static str, english: &'static str| if lang == Lang::Sv { swedish } else { english };
    let path = file.shown();
    match done {
        Done::Passed => String::new(),
        Done::Already(labelled) => {
            let already = say("redan märkt, oförändrad", "already labelled, unchanged");
            format!("{path}: {already} ({})\n", layers(*labelled, lang))
        }
        Done::AlreadyDocument => format!("{path}: {}\n", say("redan märkt, oförändrad", "already labelled, unchanged")),
        Done::Document(written) => written.words(&path, &shown(&written.target), lang),
        Done::NotDetected => format!("{path}: {}\n", say("inga tecken på AI, oförändrad", "no sign of AI, unchanged")),
        Done::Labelled(marked) => labelled_words(&path, marked, lang),
    }
}

fn labelled_words(path: &str, marked: &Marked, lang: Lang) -> String {
    let say = |swedish: &'static str, english: &'static str| if lang == Lang::Sv { swedish } else { english };
    let label = &marked.label;
    let arrow =
        if marked.dry { say("skulle märkas →", "would be labelled →") } else { say("märkt →", "labelled →") };
    let kept: Vec<String> =
        survival(label.size, &label.area).iter().map(|(crop, kept)| format!("{crop} {kept} %")).collect();
    let mut lines = vec![
        format!("{path}: {arrow} {}", shown(&marked.target)),
        format!(
            "  text: ”{}”, {} {:.1}:1, {} {} px",
            label.text,
            say("kontrast", "contrast"),
            label.contrast,
            say("läsbar från bredden", "legible from a width of"),
            label.legible_from,
        ),
        format!("  {}: {}", say("kvar efter beskärning", "left after cropping"), kept.join(", ")),
    ];
    if let Some(backup) = &marked.backup {
        lines.push(format!("  {}: {}", say("som den var", "as it was"), shown(backup)));
    }
    lines.extend(marked.number.map(|number| format!("  {} {number}", say("i registret: nr", "in the register: no."))));
    lines.extend(label.changes.iter().map(|change| format!("  {}", changed(change, marked, lang))));
    lines.join("\n") + "\n"
}

fn changed(change: &Change, marked: &Marked, lang: Lang) -> String {
    let words = if lang == Lang::Sv { change.swedish() } else { change.english() };
    match change {
        Change::Lossless => format!("{words} ({} → {} kB)", marked.bytes.0 / 1000, marked.bytes.1 / 1000),
        _ => words.to_owned(),
    }
}

/// How many pictures came out how.
#[derive(Default)]
pub(crate) struct Tally {
    labelled: usize,
    already: usize,
    not_detected: usize,
    /// Could not be labelled, or not even listed.
    pub failed: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, result: &anyhow::Result<Done>) {
        match result {
            Ok(Done::Labelled(_) | Done::Document(_)) => self.labelled += 1,
            Ok(Done::Already(_) | Done::AlreadyDocument) => self.already += 1,
            Ok(Done::NotDetected) => self.not_detected += 1,
            Ok(Done::Passed) => {}
            Err(_) => self.failed += 1,
        }
    }

    /// The sum, what is missing and what is not confirmed.
    pub(crate) fn words(&self, lang: Lang, args: &LabelArgs) -> String {
        let Self { labelled, already, not_detected, failed } = self;
        let mut lines = vec![match lang {
            Lang::Sv => format!(
                "{labelled} märkta, {already} redan märkta, {not_detected} utan tecken på AI, {failed} inte märkta"
            ),
            Lang::En => format!(
                "{labelled} labelled, {already} already labelled, {not_detected} without a sign of AI, {failed} not labelled"
            ),
        }];
        if *labelled > 0 {
            lines.extend(missing(lang, args.sign.is_some()));
            lines.extend(unconfirmed(lang, &args.confirm));
        }
        lines.join("\n") + "\n"
    }
}

fn missing(lang: Lang, signed: bool) -> Option<String> {
    let (swedish, english) = (
        "Saknas: C2PA. Märkningen är synlig och i XMP, men inte undertecknad; aktsam keys init gör ett certifikat.",
        "Missing: C2PA. The label is visible and in XMP, but not signed; aktsam keys init makes a certificate.",
    );
    (!signed).then(|| if lang == Lang::Sv { swedish } else { english }.to_owned())
}

/// What the guideline asks, with the words for it.
const ASKED: &[(Confirmation, &str, &str, &str)] = &[
    (
        Confirmation::NoRealPersons,
        "no-real-persons",
        "inga verkliga personer är omgjorda",
        "no real person was reworked",
    ),
    (Confirmation::NotMisleading, "not-misleading", "bilden vilseleder inte", "the picture does not mislead"),
    (Confirmation::Copyright, "copyright", "upphovsrätten är beaktad", "copyright was considered"),
];

fn unconfirmed(lang: Lang, given: &[Confirmation]) -> Option<String> {
    let missing: Vec<_> = ASKED.iter().filter(|(asked, ..)| !given.contains(asked)).collect();
    let ids: Vec<&str> = missing.iter().map(|(_, id, ..)| *id).collect();
    let said: Vec<&str> =
        missing.iter().map(|(.., swedish, english)| if lang == Lang::Sv { *swedish } else { *english }).collect();
    let (start, end) = match lang {
        Lang::Sv => ("Riktlinjen frågar också, och det är inte bekräftat:", "Bekräfta med --confirm"),
        Lang::En => ("The guideline also asks, and it is not confirmed:", "Confirm with --confirm"),
    };
    (!missing.is_empty()).then(|| format!("{start} {}. {end} {}", said.join("; "), ids.join(",")))
}
