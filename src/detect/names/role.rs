//! Whether a person is named as a private one, in office, or from history.
//!
//! Titles, parties, headers and mailboxes vote; the nearest word of each kind
//! counts. Without a vote a person is private: that is the careful reading.

use std::collections::HashMap;
use std::ops::{AddAssign, Range};

use super::mail::Mailboxes;
use super::titles::{
    CLUB_TITLES, CLUBS, DELICATE_HEADERS, KNOWN, NOT_OFFICIAL, OFFICIAL, OFFICIAL_HEADERS, OFFICIAL_HEADINGS, PRIVATE,
    PRIVATE_HEADERS,
};
use super::{Name, candidates, gazetteer, opening};
use crate::detect::context::{Lexicon, Words, after, before, floor};
use crate::detect::digits;
use crate::detect::email::Mailbox;
use crate::document::{Part, Row, Text};

/// In what role a person is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Private,
    Official,
    Historical,
}

/// What speaks for each role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Votes {
    private: i32,
    official: i32,
    historical: i32,
}

impl AddAssign for Votes {
    fn add_assign(&mut self, other: Self) {
        self.private += other.private;
        self.official += other.official;
        self.historical += other.historical;
    }
}

impl Votes {
    /// The role with the most votes.
    pub(super) fn role(self) -> Role {
        if self.historical > self.private.max(self.official) {
            Role::Historical
        } else if self.official > self.private {
            Role::Official
        } else {
            Role::Private
        }
    }
}

/// A text of more blocks than this is no letter.
const LETTER: usize = 120;
/// How many blocks from the top tell whose paper it is.
const OPENING: usize = 4;
/// How far before a name a title or label is looked for, in bytes.
const NEAR: usize = 42;
/// How far after a name, behind a comma or bracket.
const BEHIND: usize = 44;

/// Words in which a person writes of the own health or absence.
static OWN_HEALTH: Lexicon = Lexicon::new(&[
    "sjuk",
    "sjukskriven",
    "sjukskrivning*",
    "migrän*",
    "läkare*",
    "läkarintyg*",
    "neurolog*",
    "behandling*",
    "diagnos*",
    "rehab*",
    "frånvaro*",
    "operation*",
    "opereras",
    "utmattning*",
    "utbränd*",
    "gravid*",
    "cancer*",
    "depression*",
    "ångest*",
    "missbruk*",
    "skilsmässa*",
    "psykolog*",
    "medicin*",
    "ont",
    "smärt*",
    "provsvar*",
    "vårdcentral*",
]);

/// Someone who writes of the own person.
static FIRST_PERSON: Lexicon = Lexicon::new(&["jag", "min", "mitt", "mig"]);
/// Labels of a mail's sender.
static SENDER: Lexicon = Lexicon::new(&["from", "från"]);
/// What a number of four digits counts when it is no year.
static UNITS: Lexicon = Lexicon::new(&["kr", "kronor", "m", "meter", "kvm", "st", "sek", "kg", "ha", "hektar", "mm"]);
/// What makes a century of a number.
static CENTURY: Lexicon = Lexicon::new(&["talet", "talets"]);
/// Words for persons who do not exist.
static INVENTED: Lexicon = Lexicon::new(&[
    "fiktiv*",
    "påhittad*",
    "testperson*",
    "exempelperson*",
    "platshållar*",
    "romanfigur*",
    "sagofigur*",
]);

/// What is known of the whole file.
pub(super) struct Document {
    mailboxes: Mailboxes,
    /// Someone writes of the own health: the writer is private, at work or not.
    confides: bool,
    /// The title tells of a year before 1900, and the text of none in living memory.
    of_old: bool,
    /// An association's, whose board are private persons.
    of_club: bool,
    /// Index of the last block, near which a letter is signed.
    last_block: usize,
    headings: Headings,
}

impl Document {
    pub(super) fn of(text: &Text, names: &[Name], mailboxes: Mailboxes) -> Self {
        let confides = !names.is_empty()
            && text.blocks.len() <= LETTER
            && text.blocks.iter().any(|block| {
                let words = Words::of(block.text.get(..floor(&block.text, 600)).unwrap_or_default());
                words.has(&FIRST_PERSON) && words.has(&OWN_HEALTH) && block.text.len() < 600
            });
        let of_old = tells_of_old(text);
        Self {
            mailboxes,
            confides,
            of_old,
            of_club: (0..text.blocks.len().min(OPENING)).any(|index| opening(text, index, 120).has(&CLUBS)),
            last_block: text.blocks.len().saturating_sub(1),
            headings: Headings::default(),
        }
    }

    /// What the surroundings of `name` say.
    pub(super) fn votes(&mut self, text: &Text, name: &Name) -> Votes {
        let Some(block) = text.blocks.get(name.block) else { return Votes::default() };
        let mut votes = Votes::default();
        self.by_mailbox(name, &mut votes);
        if self.confides && self.signs(text, name) {
            votes.private += 20;
        }
        by_words(&block.text, name, &mut votes);
        if !self.of_club && present(&block.text, name) {
            votes.official += 2;
        }
        if let Some(row) = &block.row {
            by_table(text, row, &block.text, name, &mut votes);
        } else {
            by_neighbours(text, name, &mut self.headings, &mut votes);
        }
        by_time(text, name, &mut votes);
        votes.historical += 6 * i32::from(self.of_old);
        votes
    }

    fn by_mailbox(&self, name: &Name, votes: &mut Votes) {
        match self.mailboxes.of_name(name) {
            Some(Mailbox::Work) => votes.official += 4,
            Some(Mailbox::Private) => votes.private += 3,
            _ => {}
        }
    }

    /// Whether the name signs the text: the sender's header, or a line of its own at the end.
    fn signs(&self, text: &Text, name: &Name) -> bool {
        let Some(block) = text.blocks.get(name.block) else { return false };
        let words = Words::of(block.text.get(..name.range.start).unwrap_or_default());
        let sender = words.nearest(&SENDER).is_some_and(|at| at < 8);
        let alone = block.text.trim_matches(|c: char| !c.is_alphanumeric()).len() <= name.range.len() + 2;
        sender || (alone && block.place.part != Part::MailHeader && name.block + 6 > self.last_block)
    }
}

fn by_words(block: &str, name: &Name, votes: &mut Votes) {
    let head = before(block, name.range.start);
    let head = head.get(floor(head, head.len().saturating_sub(NEAR))..).unwrap_or(head);
    let cell = head.rfind(['\t', ';']).map_or(head, |at| &head[at + 1..]);
    let title = Words::of(title_window(cell));
    let cell = Words::of(cell);
    match (nearest_official(&title), cell.nearest(&PRIVATE)) {
        (Some(official), Some(private)) if official <= private => votes.official += 3,
        (Some(_) | None, Some(_)) => votes.private += 3,
        (Some(_), None) => votes.official += 3,
        (None, None) => {}
    }
    let tail = after(block, name.range.end);
    let around = Words::of(&format!("{} {tail}", before(block, name.range.start)));
    if around.has(&CLUBS) && around.has(&CLUB_TITLES) {
        votes.private += 4;
    }
    if around.has(&CONTACTS) {
        votes.official += 2;
    }
    if cell.nearest(&MAKERS) == Some(0) && around.has(&WORKS) {
        votes.official += 3;
    }
    let bracket = tail.trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')'));
    if bracket.is_some_and(|(party, _)| candidates::is_party(party)) {
        votes.official += 4;
    }
    if let Some(post) = tail.strip_prefix(" till ").or_else(|| tail.strip_prefix(" som ")) {
        // "utser Eva Ek till ordförande": chosen for an office.
        let post = Words::of(post.get(..floor(post, POST)).unwrap_or_default());
        votes.official += 3 * i32::from(around.has(&CHOSEN) && nearest_official(&post).is_some());
    }
    if tail.trim_start_matches(' ').starts_with([',', '(', '–', '-', '\n', '|', '/']) {
        behind(tail, votes);
    }
}

/// Whether a line lists who is at a meeting, before the name: "Runt bordet: Eva Ek, Bo By".
fn present(block: &str, name: &Name) -> bool {
    let head = block.get(..name.range.start).unwrap_or_default();
    // Asked of every name: of a long block only its beginning may be looked at.
    let colon = head.bytes().take(LEAD + 1).position(|byte| byte == b':');
    let Some((lead, rest)) = colon.filter(|_| head.len() <= MEETING).map(|at| (&head[..at], &head[at + 1..])) else {
        return false;
    };
    !rest.contains(['.', ':']) && Words::of(lead).has(&PRESENT)
}

/// Longest words before a list of who is at a meeting, in bytes.
const LEAD: usize = 40;

/// Longest list of them.
const MEETING: usize = 4_000;

/// Before the list of who is at a meeting of the house.
static PRESENT: Lexicon = Lexicon::new(&[
    "närvarande",
    "runt bordet",
    "på plats",
    "med på mötet",
    "mötesdeltagare",
    "deltog",
    "frånvarande",
    "vid tangenterna",
    "anmält förhinder",
    "förhinder",
    "ej närvarande",
]);

/// Contacts that a job advertisement names.
static CONTACTS: Lexicon = Lexicon::new(&[
    "facklig företrädare",
    "fackliga företrädare",
    "fackliga kontaktpersoner",
    "facklig kontakt",
    "frågor besvaras av",
    "frågor om tjänsten",
    "upplysningar om tjänsten",
]);

/// Before the name of who made or performs a work.
static MAKERS: Lexicon = Lexicon::new(&["av", "med"]);

/// Works that are shown, and the occasions: who makes them does so in public.
static WORKS: Lexicon = Lexicon::new(&[
    "film",
    "filmen",
    "*film",
    "pjäs*",
    "*teater",
    "teater*",
    "*föreställning",
    "*konsert",
    "konsert*",
    "föredrag*",
    "föreläsning*",
    "*roman",
    "romanen",
    "boken",
    "*bok",
    "deckar*",
    "thriller*",
    "diktsamling*",
    "novellsamling*",
    "utställning*",
    "sagostund*",
    "opera*",
    "författarkväll*",
    "författarbesök*",
    "boksläpp*",
    "poesi*",
]);

/// How far the office stands behind "till", in bytes.
const POST: usize = 30;

/// Words by which someone is given an office.
static CHOSEN: Lexicon = Lexicon::new(&[
    "utser",
    "utse",
    "utsåg",
    "utses",
    "utsågs",
    "väljer",
    "valde",
    "väljs",
    "valdes",
    "entledigar",
    "entledigas",
    "nominerar",
]);

/// The words before a name that can be its bearer's title: the last two, or
/// more before a colon or `är` (`Handläggare i ärendet är …`).
fn title_window(head: &str) -> &str {
    let trimmed = head.trim_end();
    let far = trimmed.ends_with(':') || trimmed.ends_with(" är");
    let words = if far { 6 } else { 2 };
    let start = trimmed.rmatch_indices(|c: char| c.is_whitespace()).nth(words - 1).map_or(0, |(at, _)| at);
    let window = trimmed.get(start..).unwrap_or(trimmed);
    // "Ringde chefen om Eva": the title is another's.
    let last = window.rsplit(char::is_whitespace).next().unwrap_or_default();
    if !far && LINKS.contains(&last) { "" } else { window }
}

/// Words that part a title from the name that follows.
const LINKS: &[&str] = &["om", "till", "med", "för", "av", "från", "hos", "åt", "mot", "och", "att", "på"];

/// What stands behind a comma: a title, an age, a home.
fn behind(tail: &str, votes: &mut Votes) {
    let tail = tail.get(..floor(tail, BEHIND)).unwrap_or(tail);
    let tail =
        if tail.trim_start().starts_with('(') { tail.split_once(')').map_or(tail, |(inside, _)| inside) } else { tail };
    let words = Words::of(tail);
    if digits::runs(tail)
        .next()
        .is_some_and(|run| run.len() <= 3 && tail.get(run.end..).is_some_and(|rest| rest.starts_with(" år")))
    {
        votes.private += 3;
    } else if nearest_official(&words).is_some() {
        votes.official += 3;
    } else if words.has(&PRIVATE) {
        votes.private += 2;
    } else if digits::runs(tail).next().is_some_and(|run| run.len() >= 6) {
        votes.private += 1;
    }
}

fn nearest_official(words: &Words) -> Option<usize> {
    words.nearest(&OFFICIAL).filter(|_| !words.has(&NOT_OFFICIAL))
}

fn by_table(text: &Text, row: &Row, block: &str, name: &Name, votes: &mut Votes) {
    let column = row.cells.iter().position(|cell| cell.start <= name.range.start && name.range.end <= cell.end);
    let header = Words::of(column.and_then(|column| text.header(row, column)).unwrap_or_default());
    if header.has(&OFFICIAL_HEADERS) {
        votes.official += 3;
    }
    if header.has(&PRIVATE_HEADERS) {
        votes.private += 3;
    }
    let headers = text.tables.get(row.table).map(|table| table.headers.join(" ")).unwrap_or_default();
    if Words::of(&headers).has(&DELICATE_HEADERS) {
        votes.private += 2;
    }
    let others = row.cells.iter().enumerate().filter(|(index, _)| Some(*index) != column);
    if others
        .filter_map(|(_, cell)| block.get(cell.clone()))
        .any(|cell| cell.len() < 60 && nearest_official(&Words::of(cell)).is_some())
    {
        votes.official += 2;
    }
}

/// The line below a name in a signature, and the heading above a list.
fn by_neighbours(text: &Text, name: &Name, headings: &mut Headings, votes: &mut Votes) {
    let Some(block) = text.blocks.get(name.block) else { return };
    let alone = block.text.len() <= name.range.len() + 24;
    if !alone {
        return;
    }
    let below = text.blocks.get(name.block + 1).filter(|below| below.text.len() <= 90 && !below.text.contains(':'));
    if below.is_some() && nearest_official(&opening(text, name.block + 1, 60)).is_some() {
        votes.official += 4;
    }
    match headings.over(text, name.block) {
        Some(Heading::Official) => votes.official += 2,
        Some(Heading::Private) => votes.private += 2,
        None => {}
    }
}

/// What a heading says of the names under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heading {
    Official,
    Private,
}

/// The headings over lists, remembered so that a long list is walked up once.
#[derive(Debug, Default)]
struct Headings(HashMap<usize, Option<Heading>>);

impl Headings {
    /// The heading over the list that block `index` stands in, when there is one.
    fn over(&mut self, text: &Text, index: usize) -> Option<Heading> {
        let above = (0..index).rev().take(25);
        let mut found = None;
        for at in above {
            if let Some(known) = self.0.get(&at) {
                found = *known;
                break;
            }
            let Some(block) = text.blocks.get(at).filter(|block| block.text.len() <= 80) else { break };
            found = heading(&block.text);
            if found.is_some() {
                break;
            }
        }
        self.0.insert(index, found);
        found
    }
}

fn heading(line: &str) -> Option<Heading> {
    let words = Words::of(line);
    if words.has(&OFFICIAL_HEADINGS) {
        return Some(Heading::Official);
    }
    (line.len() <= 40 && words.has(&PRIVATE_HEADERS)).then_some(Heading::Private)
}

/// What four digits number that are no year: Swedish flats are numbered from 1001.
static NUMBERED: Lexicon = Lexicon::new(&[
    "lgh",
    "lägenhet",
    "lägenhetsnr",
    "lägenhetsnummer",
    "kl",
    "rum",
    "ankn",
    "anknytning",
    "nr",
    "nummer",
    "plats",
]);

/// First year that living people tell of.
const LIVING: u32 = 1930;

/// Whether one of the first lines has a year before 1900, and no line a year of living memory.
fn tells_of_old(text: &Text) -> bool {
    let old = |block: &crate::document::Block| digits::runs(&block.text).any(|run| is_old_year(&block.text, &run));
    let late = |block: &crate::document::Block| {
        let years = digits::runs(&block.text).filter(|run| run.len() == 4);
        years.filter_map(|run| block.text.get(run)?.parse::<u32>().ok()).any(|year| (LIVING..2100).contains(&year))
    };
    text.blocks.iter().take(3).any(old) && !text.blocks.iter().any(late)
}

/// Whether `run` is a year from 1000 to 1899, or such a century.
fn is_old_year(window: &str, run: &Range<usize>) -> bool {
    let year = window.get(run.clone()).and_then(|year| year.parse::<u32>().ok());
    if run.len() != 4 || !year.is_some_and(|year| (1000..1900).contains(&year)) {
        return false;
    }
    let before = Words::of(window.get(floor(window, run.start.saturating_sub(12))..run.start).unwrap_or_default());
    let unit = Words::of(window.get(run.end..floor(window, run.end + 10)).unwrap_or_default());
    unit.has(&CENTURY) || (digits::stands_alone(window, run) && !unit.has(&UNITS) && !before.has(&NUMBERED))
}

/// "(1888–1979)": the years of someone who is dead.
fn has_lifespan(tail: &str) -> bool {
    let Some((inside, _)) = tail.trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')')) else {
        return false;
    };
    let inside = inside.trim_start_matches(|c: char| !c.is_ascii_digit());
    let years: Vec<&str> = inside.split(['–', '-', '—']).map(str::trim).collect();
    let year = |text: &&str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    years.len() == 2 && years.iter().all(year)
}

/// Years before 1900 beside a name, or a name that everybody knows or nobody bears.
fn by_time(text: &Text, name: &Name, votes: &mut Votes) {
    let Some(block) = text.blocks.get(name.block) else { return };
    let start = floor(&block.text, name.range.start.saturating_sub(160));
    let end = floor(&block.text, (name.range.end + 160).min(block.text.len()));
    let window = block.text.get(start..end).unwrap_or_default();
    if block.row.is_none() && digits::runs(window).any(|run| is_old_year(window, &run)) {
        // As much as a label such as `klient`, which then decides.
        votes.historical += 3;
    }
    if has_lifespan(block.text.get(name.range.end..).unwrap_or_default()) {
        votes.historical += 8;
    }
    let full = format!("{} {}", name.first, name.last);
    let invented = candidates::is_invented(&name.first) && name.last.ends_with("sson");
    let example = Words::of(window).has(&INVENTED);
    if KNOWN.contains(&full.as_str()) || (invented && !gazetteer::is_surname(&name.last)) || example {
        votes.historical += 8;
    }
}
