//! What counts: findings as they are, and of the terms those that have beside
//! them what they need.

use std::ops::Range;

use super::genre::{self, Genre};
use super::grades;
use super::pair;
use super::resemblance::Resemblance;
use super::rule::Rule;
use super::tie::{self, Tie};
use super::view::View;
use crate::detect::terms::{self, Cue, Hit, Meaning, Needs};
use crate::document::Part;
use crate::finding::{Confidence, Entity, Finding, mask};

/// Something that a rule can rest on.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    pub(super) finding: Finding,
    /// The group of the term; `None` when a detector of its own found it.
    pub(super) group: Option<&'static str>,
    /// What makes it different from others: the term, or the value.
    pub(super) key: Key,
    /// How telling it is, 1 to 3.
    pub(super) weight: u32,
    /// Whether it counts only persons of a small group.
    pub(super) small_cell: bool,
}

/// What two findings share when they are the same thing found twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Term(usize),
    Value(String),
}

/// The detector's name in findings of terms.
pub(super) const DETECTOR: &str = "terms";

/// Everything that counts, in reading order.
pub(super) fn evidence(view: &View) -> Vec<Evidence> {
    let told = view.findings.iter().filter(|finding| !is_greeting(view, finding));
    let mut evidence: Vec<Evidence> = told.map(found).collect();
    evidence.extend(view.hits.iter().filter_map(|hit| counted(view, hit)));
    evidence.extend(columns(view));
    evidence.extend(headers(view));
    evidence.extend(view.persons.labelled().map(|at| pointed_out(view, "label", at)));
    if !view.is_any(TOPICS) && !view.is(Genre::Published) {
        evidence.extend(view.persons.described().map(|at| pointed_out(view, "described", at)));
    }
    evidence.extend(view.persons.singled().take(CELLS).map(|at| pointed_out(view, "quasi-identifiers", at)));
    evidence.extend(grades::grades(view).into_iter().map(|at| grade(view, at)));
    evidence.sort_by_key(place_of);
    evidence
}

/// Groups of evidence that no lexicon lists.
pub(super) const GROUPS: &[&str] = &[grades::GROUP];

/// What points out a person without a name; rules ask for them as for detectors.
pub(super) const POINTERS: &[&str] = &["label", "described", "quasi-identifiers"];

fn place_of(evidence: &Evidence) -> (usize, usize, usize, Entity) {
    let (block, range) = &evidence.finding.at;
    (*block, range.start, range.end, evidence.finding.entity)
}

fn found(finding: &Finding) -> Evidence {
    let value = finding.value.clone().unwrap_or_default();
    Evidence { finding: finding.clone(), group: None, key: Key::Value(value), weight: 3, small_cell: false }
}

fn counted(view: &View, hit: &Hit) -> Option<Evidence> {
    let Meaning::Entity(entity) = hit.group().meaning else { return None };
    if !pair::is_whole(view, hit) {
        return None;
    }
    let weight = hit.group().weight;
    let (confidence, small_cell) = match hit.group().needs {
        Needs::Nothing => (sure(weight >= 3), false),
        Needs::Person | Needs::Named => match tie::tie(view, hit) {
            Some(Tie::Beside) => (sure(weight >= 3), false),
            Some(Tie::Letter) => (Confidence::Medium, false),
            None if is_small_cell(view, hit) => (Confidence::Medium, true),
            None => return None,
        },
        Needs::Column => return None,
        Needs::Scene => (Confidence::Medium, false),
        Needs::Standalone => (is_marking(view, hit).then_some(Confidence::High)?, false),
        Needs::Title => (is_title_term(view, hit).then_some(Confidence::Medium)?, false),
        Needs::Value => ((has_code(view, hit) || heads_codes(view, hit)).then_some(Confidence::High)?, false),
    };
    let finding = finding(view, entity, confidence, (hit.block, hit.range.clone()));
    Some(Evidence { finding, group: Some(&hit.group().id), key: Key::Term(hit.term), weight, small_cell })
}

fn sure(strong: bool) -> Confidence {
    if strong { Confidence::High } else { Confidence::Medium }
}

/// A finding of a term, or of the cell below a header that is one.
fn finding(view: &View, entity: Entity, confidence: Confidence, at: (usize, Range<usize>)) -> Finding {
    let block = view.text.blocks.get(at.0);
    let value = block.and_then(|block| block.text.get(at.1.clone())).unwrap_or_default();
    Finding {
        detector: DETECTOR.to_owned(),
        entity,
        place: block.map(|block| block.place.clone()).unwrap_or_default(),
        confidence,
        masked: mask(value),
        value: Some(value.to_owned()),
        at,
    }
}

/// Who stands after a label such as "Elev:", also when the name is not known as one; who is
/// described so closely that no name is needed.
fn pointed_out(view: &View, detector: &str, at: (usize, Range<usize>)) -> Evidence {
    let finding =
        Finding { detector: detector.to_owned(), ..finding(view, Entity::PersonPrivate, Confidence::Medium, at) };
    found(&finding)
}

/// The words by which windows of a text resemble texts of a rule's verdict.
pub(super) fn resembling(view: &View, resemblance: &Resemblance<'_>, rule: &Rule) -> Vec<Finding> {
    let is_likely =
        |window: &usize| resemblance.percent(*window, rule.verdict).is_some_and(|percent| percent >= rule.when.likely);
    let windows = resemblance.windows().map(|(window, _)| window).filter(is_likely);
    let words = windows.flat_map(|window| resemblance.shown(window, rule.verdict));
    let word = |at| Finding {
        detector: "resemblance".to_owned(),
        ..finding(view, Entity::Resemblance, Confidence::Medium, at)
    };
    words.map(word).collect()
}

fn grade(view: &View, at: (usize, Range<usize>)) -> Evidence {
    let finding = finding(view, Entity::Assessment, Confidence::Medium, at);
    Evidence { group: Some(grades::GROUP), weight: 2, ..found(&finding) }
}

/// A first name alone in "Hej Karin!" or "/Per" points out no one outside the talk.
fn is_greeting(view: &View, finding: &Finding) -> bool {
    let value = finding.value.as_deref().unwrap_or_default();
    if finding.entity != Entity::PersonPrivate || value.contains(' ') {
        return false;
    }
    if is_colleague(view, finding) {
        return true;
    }
    let text = view.block(finding.at.0).trim();
    let begins = ["hej", "hälsningar", "mvh", "vänliga", "med vänlig", "/", "//", "hallå", "tack", "kram", "//"];
    text.len() <= value.len() + 25 && begins.iter().any(|word| text.to_lowercase().starts_with(word))
}

/// A first name alone in notes of one's own house, of which nothing else is told.
fn is_colleague(view: &View, finding: &Finding) -> bool {
    let notes = [Entity::InternalMeeting, Entity::Draft, Entity::Preliminary, Entity::Negotiation];
    let internal = view.hits.iter().any(|hit| {
        matches!(hit.group().meaning, Meaning::Entity(entity) if notes.contains(&entity)) && hit.group().weight >= 2
    });
    internal && !view.is_row(finding.at.0) && !view.persons.has_label() && {
        let stretches = super::sentence::around(view.text, finding.at.0, &finding.at.1);
        let told = [Cue::Pronoun, Cue::Relative, Cue::Role];
        let contact = view.findings.iter().any(|other| other.at.0 == finding.at.0 && other.entity == Entity::Phone);
        !contact && !told.iter().any(|cue| tie::has_cue(view, &stretches, *cue)) && !tells(view, &stretches)
    }
}

/// Whether a term that needs a person stands in the sentence.
fn tells(view: &View, stretches: &super::sentence::Stretches) -> bool {
    stretches.iter().any(|(block, range)| view.hits_in(*block, range).any(|hit| hit.group().needs == Needs::Person))
}

/// Most cells of one column that are taken up; the rest say the same.
const CELLS: usize = 200;

/// The cells below a header such as "Betyg" or "Specialkost", in rows about someone.
fn columns(view: &View) -> Vec<Evidence> {
    let headers: Vec<Vec<Vec<Hit>>> = view
        .text
        .tables
        .iter()
        .map(|table| table.headers.iter().map(|header| protected(view, &terms::scan_str(header))).collect())
        .collect();
    let mut taken = vec![0; headers.len()];
    let mut evidence = Vec::new();
    for (index, block) in view.text.blocks.iter().enumerate() {
        let Some(row) = &block.row else { continue };
        let Some(columns) = headers.get(row.table) else { continue };
        if columns.iter().all(Vec::is_empty) || taken.get(row.table).is_none_or(|n| *n >= CELLS) {
            continue;
        }
        for (hits, cell) in columns.iter().zip(&row.cells) {
            let fresh: Vec<Evidence> = hits.iter().filter_map(|hit| of_cell(view, hit, index, cell)).collect();
            if let Some(taken) = taken.get_mut(row.table) {
                *taken += fresh.len();
            }
            evidence.extend(fresh);
        }
    }
    evidence
}

/// The words of a case among the headers of a table, each placed at the table's first row.
fn headers(view: &View) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for (table, first) in view.text.tables.iter().zip(view.text.first_rows()) {
        let Some(first) = first else { continue };
        for hit in table.headers.iter().flat_map(|header| terms::scan_str(header)) {
            let Meaning::Entity(entity) = hit.group().meaning else { continue };
            if hit.group().needs == Needs::Scene {
                let finding = finding(view, entity, Confidence::Medium, (first, 0..0));
                let (group, weight) = (Some(hit.group().id.as_str()), hit.group().weight);
                evidence.push(Evidence { finding, group, key: Key::Term(hit.term), weight, small_cell: false });
            }
        }
    }
    evidence
}

fn protected(view: &View, hits: &[Hit]) -> Vec<Hit> {
    let needs = |hit: &&Hit| matches!(hit.group().needs, Needs::Person | Needs::Named | Needs::Column);
    let says = |hit: &&Hit| matches!(hit.group().meaning, Meaning::Entity(_)) && pair::is_whole_header(view, hit, hits);
    hits.iter().filter(needs).filter(says).cloned().collect()
}

/// The cell as a finding of its header's term, when it says something of someone.
fn of_cell(view: &View, hit: &Hit, block: usize, cell: &Range<usize>) -> Option<Evidence> {
    let value = view.block(block).get(cell.clone())?.trim();
    if is_nothing(value) {
        return None;
    }
    let Meaning::Entity(entity) = hit.group().meaning else { return None };
    let here = Hit { block, range: cell.clone(), ..hit.clone() };
    let small_cell = match tie::tie(view, &here) {
        Some(Tie::Beside) => false,
        _ if is_small_count(value) && !view.is_any(TOPICS) => true,
        _ => return None,
    };
    let finding = finding(view, entity, Confidence::Medium, (block, cell.clone()));
    let group = Some(hit.group().id.as_str());
    Some(Evidence { finding, group, key: Key::Term(hit.term), weight: hit.group().weight, small_cell })
}

/// An empty cell, a dash, or a no.
fn is_nothing(value: &str) -> bool {
    let lower = value.to_lowercase();
    let lower = lower.trim_matches([' ', '.', '-', '–', '—']);
    ["", "nej", "ingen", "inga", "inget", "saknas", "n/a", "0"].contains(&lower)
}

/// Genres that speak of a subject, not of someone.
const TOPICS: &[Genre] = &[Genre::Guideline, Genre::Training, Genre::Statute, Genre::Form];

/// Fewest persons in a cell that hide the one: Swedish statistics suppress counts below five.
const HIDING: u32 = 5;

fn is_small_count(value: &str) -> bool {
    value.parse::<u32>().is_ok_and(|count| (1..HIDING).contains(&count))
}

/// "Två elever i klassen har epilepsi": so few that they can be told.
fn is_small_cell(view: &View, hit: &Hit) -> bool {
    if hit.group().weight < 3 || view.is_any(TOPICS) {
        return false;
    }
    let Some(block) = view.text.blocks.get(hit.block) else { return false };
    if block.row.is_some() {
        let cells = block.row.iter().flat_map(|row| &row.cells);
        return cells.into_iter().any(|cell| is_small_count(block.text.get(cell.clone()).unwrap_or_default()));
    }
    let stretches = super::sentence::around(view.text, hit.block, &hit.range);
    if tie::has_cue(view, &stretches, Cue::Generic) || tie::has_cue(view, &stretches, Cue::Norm) {
        return false;
    }
    stretches.iter().any(|(index, range)| counts_few(view, *index, range)) && names_group(view, &stretches)
}

/// A small number right before a word for persons.
fn counts_few(view: &View, index: usize, range: &Range<usize>) -> bool {
    let people = view.hits_in(index, range).filter(|hit| hit.group().meaning == Meaning::Cue(Cue::People));
    let mut people = people.map(|hit| view.block(index).get(range.start..hit.range.start).unwrap_or_default());
    people.any(|before| {
        let words: Vec<String> = before.split_whitespace().rev().take(3).map(str::to_lowercase).collect();
        let small = |word: &String| is_small_count(word) || ["två", "tre", "fyra", "enda"].contains(&word.as_str());
        let near = words.iter().take(2).any(small);
        near && !words.iter().any(|word| ["av", "procent", "kap", "§", "årskurs", "åk"].contains(&word.as_str()))
    })
}

/// A class, a unit, a village: a group where a few can be told.
fn names_group(view: &View, stretches: &super::sentence::Stretches) -> bool {
    let groups = [
        "klass",
        "avdelning",
        "enhet",
        "skola",
        "gruppen",
        "arbetslag",
        "boende",
        "teamet",
        "byn",
        "hemmet",
        "arbetsplats",
    ];
    stretches.iter().any(|(index, range)| {
        let sentence = view.block(*index).get(range.clone()).unwrap_or_default().to_lowercase();
        groups.iter().any(|group| sentence.contains(group))
    })
}

/// Whether a term such as "utkast" marks the document instead of being spoken of.
fn is_marking(view: &View, hit: &Hit) -> bool {
    let Some(block) = view.text.blocks.get(hit.block) else { return false };
    let in_word = view.hits_in(hit.block, &(hit.range.start..hit.range.end)).any(|other| {
        other.group().id == "not-internal" && other.range.start <= hit.range.start && other.range.end >= hit.range.end
    });
    if in_word || !genre::is_line(block) {
        return false;
    }
    let value = block.text.get(hit.range.clone()).unwrap_or_default();
    let after = block.text.get(hit.range.end..).unwrap_or_default();
    let before = block.text.get(..hit.range.start).unwrap_or_default().trim_end();
    let begins = before.chars().all(|c| !c.is_alphanumeric()) && value.starts_with(char::is_uppercase);
    let led = before.ends_with(['–', '-', '(', '[', '|', ':', ',', '.', '/']);
    let apart = led && (ends(after) || (before.ends_with('–') && hit.group().id == "house-title"));
    match block.place.part {
        Part::Header | Part::Footer | Part::TextBox | Part::Annotation | Part::Property | Part::MailHeader => {
            block.text.len() <= 160
        }
        Part::Body | Part::Hidden | Part::Ocr => {
            let title = genre::is_title(view.text, hit.block, block);
            let alone = block.text.len() <= value.len() + 25;
            is_shouted(value) || ((alone || title) && (begins || apart))
        }
        _ => false,
    }
}

/// Whether nothing follows but a mark or the number of a version or a date.
fn ends(after: &str) -> bool {
    after
        .trim_matches(|c: char| matches!(c, ' ' | '.' | ')' | '!' | ']' | '*' | '-' | ':') || c.is_ascii_digit())
        .is_empty()
}

/// Written in capitals only, with letters enough to tell.
fn is_shouted(value: &str) -> bool {
    let letters = value.chars().filter(|c| c.is_alphabetic());
    value.chars().filter(|c| c.is_alphabetic()).count() >= 5 && letters.into_iter().all(char::is_uppercase)
}

/// "EHT vecka 12", "Vårdplan": the words by which a document says what it is.
fn is_title_term(view: &View, hit: &Hit) -> bool {
    view.text.blocks.get(hit.block).is_some_and(|block| genre::is_title(view.text, hit.block, block))
}

/// How far after "larmkod" its digits may stand, in bytes.
const CODE_REACH: usize = 60;

/// Whether a code follows the term: "larmkod 4711", "lösenord: Sommar24!".
fn has_code(view: &View, hit: &Hit) -> bool {
    let text = view.block(hit.block);
    let after = text.get(hit.range.end..).unwrap_or_default();
    let near = after.get(..super::sentence::boundary(after, CODE_REACH)).unwrap_or_default();
    let near = near.split(". ").next().unwrap_or_default();
    let mut words = near.split([' ', '\t', ':', '=', '(', ',', '”', '"', '\'', '/']);
    words.any(|word| {
        let word = word.trim_matches(['.', ')', ';', '!']);
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let other = word.chars().filter(|c| !c.is_ascii_digit()).count();
        let code = digits >= 4 && other <= 2 && !is_year(word);
        let password = (digits >= 1 && other >= 4) && word.chars().any(char::is_uppercase);
        code || password || (digits >= 2 && word.contains('-') && digits + other >= 5 && digits <= 8)
    })
}

/// How many lines of codes make a list.
const CODES: usize = 2;

/// A title such as "Portkoder" over lines that end in codes: "Storgatan 4: 2580#".
fn heads_codes(view: &View, hit: &Hit) -> bool {
    let Some(block) = view.text.blocks.get(hit.block) else { return false };
    let below = view.text.blocks.iter().skip(hit.block + 1).take(CODE_LINES);
    genre::is_title(view.text, hit.block, block) && below.filter(|block| gives_code(&block.text)).count() >= CODES
}

/// How far below its title a list of codes is looked for, in lines.
const CODE_LINES: usize = 40;

/// A short line with a colon or a tab, and behind it four to six digits that are no year.
fn gives_code(line: &str) -> bool {
    let Some((_, value)) = line.rsplit_once([':', '\t']).filter(|_| line.len() <= 90) else { return false };
    let first = value.trim_start().split([',', ' ']).next().unwrap_or_default();
    let code = first.trim_end_matches(['#', '.']);
    (4..=6).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit()) && !is_year(code)
}

/// 1900 … 2099, alone or as the beginning of a date.
fn is_year(word: &str) -> bool {
    (word.starts_with("19") || word.starts_with("20")) && (word.len() == 4 || word.contains('-'))
}
