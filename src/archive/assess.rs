//! From what was seen to what is found: one row a file, with what the policy,
//! the diary, the plan and the other files say of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::Serialize;

use super::check::{Examined, Found, Read, Seen, What};
use super::diary::{Action, Diary, Number, Plan, in_path};
use super::finding::{Acceptance, Finding, Level};
use super::pdfa::Screen;
use super::policy::{ArchivePolicy, Reception};
use super::puid::{Basis, Identification, Signatures};
use super::survey::{Day, Inside, Survey, extension};
use super::{names, similar};
use crate::document::{Cause, Kind};
use crate::error::FileError;
use crate::image::provenance::{Evidence, Labelled, Marker, Says};
use crate::image::{Origin, Provenance};
use crate::judge::flags;
use crate::record::Verdict;
use crate::report::escape::visible;

/// A file with everything that the check says of it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The path below the folder: bytes, with `/` between folders.
    pub path: Vec<u8>,
    /// Its format; `None` when nothing was read.
    pub format: Option<Identification>,
    /// The format's name and version in PRONOM; empty when unknown or in doubt.
    pub format_name: String,
    /// SHA-256 of the content; `None` when it was not read.
    pub sha256: Option<String>,
    /// Size in bytes.
    pub size: u64,
    /// When its content was last changed, as the file system says.
    pub modified: Option<Timestamp>,
    /// What the program takes it for.
    pub kind: Kind,
    /// Suitability for AI use; `None` when only formats were asked for.
    pub verdict: Option<Verdict>,
    /// What the PDF/A screen found; `None` when the file is no PDF.
    pub pdfa: Option<Screen>,
    /// Whether veraPDF passes it; `None` when it was not asked.
    pub verapdf: Option<bool>,
    /// Files in it.
    pub inside: Vec<Inside>,
    /// What was found, the gravest first.
    pub findings: Vec<Finding>,
    /// What the diary and the plan say of it.
    pub diary: DiaryEntry,
    /// What is known of AI's part in it.
    pub ai: Ai,
    /// Index of the first file with the same content; `None` when there is no earlier one.
    pub same_as: Option<usize>,
}

/// What the diary and the plan say of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DiaryEntry {
    /// Diarienummer in its path, text and properties, those in the path first.
    pub numbers: Vec<String>,
    /// The number under which the diary has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered: Option<String>,
    /// The matter, in the diary's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
    /// The plan's class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// What the plan says: kept or disposed of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// When it is disposed of, in the plan's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
}

/// What is known of AI's part in a file. What is not known stays unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ai {
    /// What made the picture; unknown for everything else.
    pub origin: Origin,
    /// The IPTC source type that it states, such as `trainedAlgorithmicMedia`; `None` when it states none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// The system that made it, when it is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The layers in which a picture says that it is AI's; `None` when it is no picture by AI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labelled: Option<Labelled>,
    /// Whether there is a C2PA manifest; `None` when the file is no picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub c2pa: Option<bool>,
    /// Whether the text says that AI was used.
    pub disclosed: bool,
    /// Whether the text bears traces of a chat assistant.
    pub traces: bool,
    /// The original of a labelled copy, by its path; `None` when there is none or it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
}

/// Something found that is no file's: an empty folder, a matter without files.
#[derive(Clone, Debug)]
pub struct Beside {
    /// The folder, or the matter's number.
    pub about: String,
    /// What.
    pub finding: Finding,
}

/// Everything the check says of a folder.
#[derive(Clone, Debug, Default)]
pub struct Assessment {
    /// One row a name that was met, by path.
    pub rows: Vec<Row>,
    /// What is no file's.
    pub beside: Vec<Beside>,
}

impl Assessment {
    /// Every finding, of files and beside them.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.rows.iter().flat_map(|row| &row.findings).chain(self.beside.iter().map(|beside| &beside.finding))
    }

    /// Whether something was found that is not accepted and weighs `level` or more.
    #[must_use]
    pub fn stands(&self, level: Level) -> bool {
        self.findings().any(|finding| finding.stands(level))
    }
}

/// Tells who accepted a finding: of a path, a content and a code.
pub type Accepted<'a> = dyn Fn(&[u8], Option<&str>, &str) -> Option<Acceptance> + 'a;

/// What files are held against.
pub struct Context<'a> {
    /// What the archive receives.
    pub policy: &'a ArchivePolicy,
    /// The signatures formats were named by.
    pub signatures: &'a Signatures,
    /// The diary's export, when there is one.
    pub diary: Option<&'a Diary>,
    /// The plan, when there is one.
    pub plan: Option<&'a Plan>,
    /// What veraPDF says, by path.
    pub verapdf: &'a BTreeMap<Vec<u8>, bool>,
    /// Who accepted what.
    pub accepted: &'a Accepted<'a>,
    /// Now: dates after it are out of order.
    pub now: Timestamp,
}

/// Makes rows and findings of what was seen.
#[must_use]
pub fn assess(found: Found, context: &Context<'_>) -> Assessment {
    let sketches: Vec<_> = found.files.iter().map(sketch).collect();
    let alike = similar::nearly_same(&sketches);
    let mut rows: Vec<Row> = found.files.iter().map(|seen| row(seen, context)).collect();
    duplicates(&mut rows, &alike);
    versions(&mut rows);
    originals(&mut rows, &found.files);
    for (index, earlier) in names::clashes(found.files.iter().map(|seen| seen.path.as_slice())) {
        add(&mut rows[index].findings, "name-case", Some(earlier));
    }
    let mut beside: Vec<Beside> = found.empty_folders.iter().map(|folder| empty_folder(folder)).collect();
    beside.extend(context.diary.into_iter().flat_map(|diary| diary_findings(diary, &rows)));
    for row in &mut rows {
        weigh(&mut row.findings, &row.path, row.sha256.as_deref(), context);
    }
    for one in &mut beside {
        let about = one.about.clone();
        weigh(std::slice::from_mut(&mut one.finding), about.as_bytes(), None, context);
    }
    Assessment { rows, beside }
}

fn sketch(seen: &Seen) -> Option<&similar::Sketch> {
    seen.read.as_ref().ok()?.survey.sketch.as_ref()
}

/// Adds a finding; its weight comes last, from the policy.
fn add(findings: &mut Vec<Finding>, code: &str, detail: Option<String>) {
    if !findings.iter().any(|finding| finding.code == code && finding.detail == detail) {
        findings.push(Finding { code: code.to_owned(), level: Level::Info, detail, accepted: None });
    }
}

fn weigh(findings: &mut [Finding], path: &[u8], sha256: Option<&str>, context: &Context<'_>) {
    for finding in &mut *findings {
        finding.level = context.policy.level(&finding.code);
        finding.accepted = (context.accepted)(path, sha256, &finding.code);
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
}

fn row(seen: &Seen, context: &Context<'_>) -> Row {
    let path = visible(&seen.path);
    let mut row = Row {
        path: seen.path.clone(),
        format: None,
        format_name: String::new(),
        sha256: None,
        size: seen.stat.size,
        modified: Timestamp::from_nanosecond(i128::from(seen.stat.mtime_ns)).ok(),
        kind: Kind::Unknown,
        verdict: None,
        pdfa: None,
        verapdf: context.verapdf.get(&seen.path).copied(),
        inside: Vec::new(),
        findings: Vec::new(),
        diary: DiaryEntry::default(),
        ai: Ai::default(),
        same_as: None,
    };
    for code in names::faults(&seen.path) {
        add(&mut row.findings, code, None);
    }
    let survey = match &seen.read {
        Ok(read) => take_read(&mut row, &path, read, context),
        Err(error) => {
            add(&mut row.findings, code_of(error, seen.what), None);
            &Survey::default()
        }
    };
    dates(&mut row, survey, context.now);
    let official = seen.read.as_ref().ok().and_then(|read| read.examined.as_ref()).is_some_and(is_official);
    registry(&mut row, &path, survey, official, context);
    row
}

fn code_of(error: &FileError, what: What) -> &'static str {
    match (what, error) {
        (What::Link, _) => "link",
        (What::Folder, _) => "folder-unread",
        (_, FileError::Special) => "special-file",
        (_, FileError::Offline) => "offline",
        (_, FileError::Vanished) => "vanished",
        (_, FileError::Changed) => "changed-while-read",
        (_, FileError::Limit(_)) => "limit",
        _ => "unreadable",
    }
}

fn take_read<'r>(row: &mut Row, path: &str, read: &'r Read, context: &Context<'_>) -> &'r Survey {
    let survey = &read.survey;
    row.sha256 = Some(read.sha256.clone());
    row.size = read.size;
    row.pdfa.clone_from(&survey.pdfa);
    row.inside.clone_from(&survey.inside);
    if read.changed {
        add(&mut row.findings, "changed-while-read", None);
    }
    if read.size == 0 {
        add(&mut row.findings, "empty-file", None);
        return survey;
    }
    if let Some(examined) = &read.examined {
        row.kind = examined.kind;
        row.verdict = Some(examined.verdict);
        reading(&mut row.findings, examined);
        content(&mut row.findings, examined, survey);
        take_ai(row, examined);
    }
    format(row, path, survey, context);
    pdfa(row);
    survey
}

/// What the reading itself tells.
fn reading(findings: &mut Vec<Finding>, examined: &Examined) {
    match examined.error.as_deref() {
        Some("encrypted") => add(findings, "encrypted", None),
        Some("corrupt") => add(findings, "broken", None),
        Some("limit:file") => add(findings, "too-large", None),
        Some("limit:wall" | "limit:cpu" | "limit:memory" | "limit:inflation" | "limit:depth" | "limit:count") => {
            add(findings, "limit", examined.error.clone());
        }
        Some("parser-failure" | "sandbox-violation" | "bad-reply") => add(findings, "reader-failed", None),
        Some("changed-while-read") => add(findings, "changed-while-read", None),
        Some("unsupported") => add(findings, "text-unread", None),
        Some(other) => add(findings, "partly-read", Some(other.to_owned())),
        None => {}
    }
    for cause in examined.gaps.iter().map(|gap| gap.cause) {
        match cause {
            Cause::EmbeddedEncrypted => add(findings, "encrypted", None),
            Cause::PartDamaged => add(findings, "broken", None),
            Cause::Limit if examined.error.is_none() => add(findings, "limit", None),
            Cause::ImageOnly | Cause::NoText => add(findings, "text-unread", None),
            Cause::Limit => {}
            _ => add(findings, "partly-read", None),
        }
    }
}

fn content(findings: &mut Vec<Finding>, examined: &Examined, survey: &Survey) {
    let facts = &examined.facts;
    let is_mail = matches!(examined.kind, Kind::Eml | Kind::Msg);
    let is_archive = matches!(examined.kind, Kind::Zip | Kind::Tar | Kind::Gzip);
    let inside = (!survey.inside.is_empty() || facts.attachments > 0) && !is_archive;
    let winmail = survey.inside.iter().any(|inside| {
        inside.name.to_lowercase().ends_with("winmail.dat") || inside.puids.iter().any(|puid| puid == TNEF)
    });
    let found = [
        ("restricted", facts.owner_encrypted),
        ("macros", facts.macros),
        ("active-content", facts.active_content),
        ("mail-attachments", inside && is_mail),
        ("embedded-files", inside && !is_mail),
        ("winmail", winmail),
        ("links-outside", survey.file_links > 0),
        ("links-web", survey.web_links > 0),
        ("tracked-changes", facts.tracked_changes > 0),
        ("comments", facts.comments > 0),
        ("draft", !survey.drafts.is_empty()),
    ];
    for (code, _) in found.into_iter().filter(|(_, is)| *is) {
        let detail = (code == "draft").then(|| survey.drafts.join(", "));
        add(findings, code, detail);
    }
}

/// Transport Neutral Encapsulation Format.
const TNEF: &str = "x-fmt/430";

/// What a file is when it holds characters and nothing that tells more.
const PLAIN_TEXT: &str = "x-fmt/111";

fn format(row: &mut Row, path: &str, survey: &Survey, context: &Context<'_>) {
    let Some(hits) = &survey.format else {
        return add(&mut row.findings, "format-unknown", None);
    };
    // The kept original of a labelled picture.
    let extension = extension(path.strip_suffix(".orig").unwrap_or(path));
    let mut found = context.signatures.settle(hits, &extension);
    if found.puids.is_empty() && row.kind == Kind::Text {
        found = Identification { puids: vec![PLAIN_TEXT.into()], basis: Basis::Text, extension_mismatch: false };
    }
    if found.extension_mismatch {
        add(&mut row.findings, "extension-mismatch", Some(format!(".{extension}")));
    }
    // These have a sign at their end, without which PRONOM does not know them.
    let ends = matches!(row.kind, Kind::Pdf | Kind::Jpeg | Kind::Png | Kind::Gif);
    match found.puids.as_slice() {
        [] if ends => add(&mut row.findings, "broken", None),
        [] => add(&mut row.findings, "format-unknown", None),
        [only] => row.format_name = name_of(context.signatures, only),
        several => add(&mut row.findings, "format-doubt", Some(several.join(", "))),
    }
    if let Some(code) = received(&found.puids, context.policy) {
        add(&mut row.findings, code, Some(found.puids.join(", ")));
    }
    row.format = Some(found);
}

/// A format's name and version.
#[must_use]
pub fn name_of(signatures: &Signatures, puid: &str) -> String {
    let format = signatures.format(puid);
    format.map_or_else(String::new, |format| format!("{} {}", format.name, format.version).trim_end().to_owned())
}

fn received(puids: &[String], policy: &ArchivePolicy) -> Option<&'static str> {
    let said: BTreeSet<_> = puids.iter().map(|puid| policy.receives(puid) as u8).collect();
    let worst = [(Reception::Refused, "format-refused"), (Reception::Unlisted, "format-unlisted")];
    worst.into_iter().find(|(reception, _)| said.contains(&(*reception as u8))).map(|(_, code)| code)
}

fn pdfa(row: &mut Row) {
    if let Some(screen) = &row.pdfa
        && !screen.findings.is_empty()
        && let Some(declared) = &screen.declared
    {
        let detail = format!("PDF/A-{declared}: {}", screen.findings.len());
        add(&mut row.findings, "pdfa-findings", Some(detail));
    }
    let outside = row.pdfa.iter().flat_map(|screen| &screen.findings).any(|found| found.check == "font-embedded");
    if outside {
        add(&mut row.findings, "fonts-outside", None);
    }
    if let Some(passes) = row.verapdf {
        add(&mut row.findings, if passes { "verapdf-pass" } else { "verapdf-fail" }, None);
    }
}

fn take_ai(row: &mut Row, examined: &Examined) {
    let has = |flag: &str| examined.flags.contains_key(flag);
    let image = examined.image.as_ref();
    row.ai = Ai {
        origin: image.map(|image| image.origin).unwrap_or_default(),
        source_type: image.and_then(source_type),
        system: image.filter(|image| image.origin.is_ai()).and_then(|image| image.generator.clone()),
        labelled: image.filter(|image| image.origin.is_ai()).map(|image| image.labelled),
        c2pa: image.map(|image| image.c2pa.present),
        disclosed: has(flags::AI_DISCLOSED),
        traces: has(flags::AI_TRACE),
        original: None,
    };
    match image.filter(|image| image.origin.is_ai()).map(Provenance::lacks_label) {
        Some(true) => add(&mut row.findings, "ai-unlabelled", row.ai.system.clone()),
        Some(false) => add(&mut row.findings, "ai-made", row.ai.system.clone()),
        None => {}
    }
    if row.ai.disclosed {
        add(&mut row.findings, "ai-disclosed", None);
    } else if row.ai.traces {
        add(&mut row.findings, "ai-undisclosed", None);
    }
}

/// The strongest statement of AI's part that is a source type.
fn source_type(image: &Provenance) -> Option<String> {
    let states = |evidence: &&Evidence| evidence.marker == Marker::SourceType && evidence.says >= Says::AiEdited;
    image.evidence.iter().find(states)?.detail.clone()
}

fn is_official(examined: &Examined) -> bool {
    examined.flags.contains_key(flags::OFFICIAL_RECORD)
}

/// Dates that cannot be true: of the future, before files had dates, changed before made.
fn dates(row: &mut Row, survey: &Survey, now: Timestamp) {
    let tomorrow = day_of(now.saturating_add(jiff::SignedDuration::from_hours(24)).unwrap_or(now));
    let modified = row.modified.map(day_of);
    let first = (1980, 1, 2);
    let of_document = survey.created.into_iter().chain(survey.modified);
    let found = [
        ("date-future", modified.into_iter().chain(of_document).any(|day| day > tomorrow)),
        ("date-early", modified.is_some_and(|day| day < first) && row.sha256.is_some()),
        ("date-order", survey.created.zip(survey.modified).is_some_and(|(made, changed)| changed < made)),
    ];
    for (code, _) in found.into_iter().filter(|(_, is)| *is) {
        add(&mut row.findings, code, None);
    }
}

fn day_of(moment: Timestamp) -> Day {
    let day = moment.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    (day.year(), day.month(), day.day())
}

/// What the diary and the plan say, and what they should say.
fn registry(row: &mut Row, path: &str, survey: &Survey, official: bool, context: &Context<'_>) {
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

fn planned(row: &mut Row, path: &str, plan: &Plan) {
    let Some(line) = plan.line(path) else {
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

/// Contents that are the same, and texts that nearly are.
fn duplicates(rows: &mut [Row], alike: &BTreeMap<usize, usize>) {
    let mut first: HashMap<String, usize> = HashMap::new();
    for index in 0..rows.len() {
        let Some(sha256) = rows[index].sha256.clone().filter(|_| rows[index].size > 0) else { continue };
        let earlier = *first.entry(sha256).or_insert(index);
        if earlier != index {
            rows[index].same_as = Some(earlier);
            let other = visible(&rows[earlier].path);
            add(&mut rows[index].findings, "duplicate", Some(other));
        }
    }
    for (&index, &earlier) in alike {
        if rows[index].sha256 != rows[earlier].sha256 {
            let other = visible(&rows[earlier].path);
            add(&mut rows[index].findings, "near-duplicate", Some(other));
        }
    }
}

/// Names that tell a version of another file in the same folder.
fn versions(rows: &mut [Row]) {
    let split = |row: &Row| {
        let path = visible(&row.path);
        let (folder, name) = path.rsplit_once('/').map_or((String::new(), path.clone()), |(f, n)| (f.into(), n.into()));
        let whole = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_lowercase();
        (folder, similar::stem(&name), whole)
    };
    let split: Vec<_> = rows.iter().map(split).collect();
    let mut stems: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (index, (folder, stem, whole)) in split.iter().enumerate() {
        stems.entry((folder, stem.as_deref().unwrap_or(whole))).or_default().push(index);
    }
    for group in stems.values().filter(|group| group.len() > 1) {
        for &index in group.iter().filter(|index| split[**index].1.is_some()) {
            let other = group.iter().find(|other| **other != index).map(|other| visible(&rows[*other].path));
            add(&mut rows[index].findings, "version", other);
        }
    }
}

/// The originals of labelled copies: kept beside as `NAME.orig`, or under the same name elsewhere.
fn originals(rows: &mut [Row], files: &[Seen]) {
    let image = |index: usize| files[index].read.as_ref().ok()?.examined.as_ref()?.image.as_ref();
    let is_copy = |index: usize| image(index).is_some_and(|image| image.labelled.visible);
    let mut named: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (index, seen) in files.iter().enumerate().filter(|(index, _)| image(*index).is_some()) {
        let name = seen.path.rsplit(|byte| *byte == b'/').next().unwrap_or(&seen.path);
        named.entry(name.strip_suffix(b".orig").unwrap_or(name)).or_default().push(index);
    }
    for group in named.values() {
        for &copy in group.iter().filter(|index| is_copy(**index)) {
            let size = image(copy).and_then(|image| image.size);
            let fits = |other: &&usize| !is_copy(**other) && image(**other).is_some_and(|image| image.size == size);
            match group.iter().find(fits) {
                Some(original) => rows[copy].ai.original = Some(visible(&files[*original].path)),
                None => add(&mut rows[copy].findings, "ai-original-missing", None),
            }
        }
    }
}

fn empty_folder(folder: &[u8]) -> Beside {
    beside(visible(folder), "empty-folder", None)
}

fn beside(about: String, code: &str, detail: Option<String>) -> Beside {
    Beside { about, finding: Finding { code: code.to_owned(), level: Level::Info, detail, accepted: None } }
}

/// Matters without a file, and matters of which the diary says too little.
fn diary_findings(diary: &Diary, rows: &[Row]) -> Vec<Beside> {
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
