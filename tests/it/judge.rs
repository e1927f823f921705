//! The judgement on situations of municipal life, on the guidelines themselves,
//! and the guidelines' words as the rules quote them.

use std::fs;
use std::path::{Path, PathBuf};

use aktsam::examine::Examiner;
use aktsam::finding::Entity;
use aktsam::judge::{Policy, sample};
use aktsam::record::Verdict;
use serde::Deserialize;

use crate::scan::Ground;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    set: Set,
    verdict: Verdict,
    /// Verdicts that a careful officer could also give.
    #[serde(default)]
    alt: Vec<Verdict>,
    /// The rule that must be among the reasons.
    rule: Option<String>,
    text: String,
}

/// Every second case was set aside when the cases were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Set {
    Seen,
    Held,
    /// Written after the first score, in plainer words, and not tuned to.
    Late,
    /// The third batch, before any of it was judged: the half that is learnt from.
    Fresh,
    /// The third batch's other half, which nothing is tuned to.
    Sealed,
    /// A batch written after the third, and learnt from.
    Later,
    /// Written by someone who had seen neither rules nor terms: the half that is learnt from.
    Other,
    /// The other half of those.
    OtherSealed,
    /// Written later by yet another, to measure with: nothing learns from it.
    Apart,
}

fn cases() -> Vec<Case> {
    let mut files: Vec<PathBuf> = fs::read_dir("fixtures/judge").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().flat_map(|file| toml::from_str::<Cases>(&fs::read_to_string(file).unwrap()).unwrap().case).collect()
}

#[derive(Default)]
struct Score {
    cases: usize,
    right: usize,
    reasoned: usize,
    unsafe_: usize,
    open: usize,
    blocked: usize,
}

fn score(set: Set, cases: &[Case], policy: &Policy) -> Score {
    let mut score = Score::default();
    for case in cases.iter().filter(|case| case.set == set) {
        let judgement = sample::judge_sample(policy, &case.text);
        let reasoned = case.rule.iter().all(|rule| judgement.reasons.iter().any(|reason| reason.rule == *rule));
        let right = judgement.verdict == case.verdict || case.alt.contains(&judgement.verdict);
        score.cases += 1;
        score.right += usize::from(right);
        score.reasoned += usize::from(reasoned && right);
        score.open += usize::from(case.verdict == Verdict::Open);
        score.blocked += usize::from(case.verdict == Verdict::Open && judgement.verdict != Verdict::Open);
        score.unsafe_ += usize::from(case.verdict >= Verdict::Personal && judgement.verdict == Verdict::Open);
        if (!right || !reasoned)
            && (matches!(set, Set::Seen | Set::Late | Set::Fresh | Set::Later | Set::Other)
                || std::env::var_os("AKTSAM_SHOW_HELD").is_some())
        {
            let rules: Vec<&str> = judgement.reasons.iter().map(|reason| reason.rule.as_str()).collect();
            println!(
                "  {}: expected {:?} {:?}, got {:?} {rules:?}",
                case.name, case.verdict, case.rule, judgement.verdict
            );
        }
    }
    println!(
        "{set:?}: {} cases, verdict {}, with its reason {}, unsafe {}, blocked {} of {} open",
        score.cases, score.right, score.reasoned, score.unsafe_, score.blocked, score.open
    );
    score
}

#[test]
fn situations_are_judged_as_an_officer_would() {
    let cases = cases();
    let policy = Policy::default();
    let seen = score(Set::Seen, &cases, &policy);
    let held = score(Set::Held, &cases, &policy);
    let late = score(Set::Late, &cases, &policy);
    let fresh = score(Set::Fresh, &cases, &policy);
    let sealed = score(Set::Sealed, &cases, &policy);
    let later = score(Set::Later, &cases, &policy);
    let other = score(Set::Other, &cases, &policy);
    let other_sealed = score(Set::OtherSealed, &cases, &policy);
    let apart = score(Set::Apart, &cases, &policy);
    assert!(cases.len() >= 150);
    assert!(seen.right * 100 >= seen.cases * 95, "seen: {} of {}", seen.right, seen.cases);
    assert!(held.right * 100 >= held.cases * 85, "held: {} of {}", held.right, held.cases);
    for (name, score) in [("late", &late), ("fresh", &fresh), ("later", &later)] {
        assert!(score.right * 100 >= score.cases * 90, "{name}: {} of {}", score.right, score.cases);
    }
    assert!(other.right * 100 >= other.cases * 85, "other: {} of {}", other.right, other.cases);
    assert!(other_sealed.right * 100 >= other_sealed.cases * 75, "sealed: {}", other_sealed.right);
    assert!(apart.right * 100 >= apart.cases * 90, "apart: {}", apart.right);
    assert!(sealed.right * 100 >= sealed.cases * 80, "sealed: {} of {}", sealed.right, sealed.cases);
    assert_eq!(seen.unsafe_ + held.unsafe_, 0, "called open what is protected");
}

/// A long text has words of everything somewhere, and a protected passage of four lines.
#[test]
fn long_documents_are_judged_by_what_stands_together() {
    let folder = Path::new("fixtures/long");
    let verdicts = fs::read_to_string(folder.join("verdicts.tsv")).unwrap();
    let (mut all, mut right, mut unsafe_, mut blocked) = (0, 0, 0, 0);
    for (name, verdict) in verdicts.lines().filter_map(|line| line.split_once('\t')) {
        let seen = Examiner::default().examine(&fs::read(folder.join(name)).unwrap()).verdict;
        let is_open = verdict == Verdict::Open.id();
        all += 1;
        right += usize::from(seen.id() == verdict);
        unsafe_ += usize::from(seen == Verdict::Open && !is_open && verdict != Verdict::Internal.id());
        blocked += usize::from(seen != Verdict::Open && is_open);
    }
    println!("Long: {all} documents, verdict {right}, unsafe {unsafe_}, blocked {blocked}");
    assert_eq!(all, 48);
    assert!(right >= 36 && unsafe_ <= 1 && blocked <= 4, "{right} right, {unsafe_} unsafe, {blocked} blocked");
}

/// The guidelines lie beside the project where it is developed; elsewhere the tests say that they skip.
fn guideline(name: &str) -> Option<String> {
    let text = fs::read_to_string(Path::new("../shared/guidelines").join(name))
        .or_else(|_| fs::read_to_string(Path::new("../../shared/guidelines").join(name)));
    if text.is_err() {
        eprintln!("SKIPPED: ../shared/guidelines/{name} is not here");
    }
    text.ok()
}

const GUIDELINES: &[(&str, &str)] = &[("ale", "ale-ai-riktlinje.md"), ("essunga", "essunga-ai-riktlinjer.txt")];

#[test]
fn the_guidelines_themselves_are_open() {
    for (_, name) in GUIDELINES {
        let Some(text) = guideline(name) else { continue };
        for policy in Policy::names() {
            let examiner = Examiner { policy: Policy::builtin(policy).unwrap(), ..Examiner::default() };
            let record = examiner.examine(text.as_bytes());
            assert_eq!(record.verdict, Verdict::Open, "{name} by {policy}: {:#?}", record.reasons);
        }
    }
}

#[test]
fn citations_quote_the_guidelines_word_for_word() {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let policy = Policy::default();
    for (source, name) in GUIDELINES {
        let Some(text) = guideline(name) else { continue };
        let text = words(&text);
        for citation in policy.citations().filter(|citation| citation.source == *source) {
            assert!(text.contains(&words(&citation.quote)), "{}", citation.id);
            assert!(!citation.quote.is_empty(), "{}", citation.id);
        }
    }
}

#[test]
fn ai_products_in_agreements_are_listed() {
    let ground = Ground::new();
    ground.put("Avtal/licens.txt", "Licensavtal\nKommunen köper 200 licenser för Microsoft 365 Copilot.".as_bytes());
    ground.put("Nytt/veckobrev.txt", "Veckobrev\nVi har provat ChatGPT. Claude hälsade på i klassen.".as_bytes());
    ground.scan(&["share"]);
    let output = ground.aktsam(["report", "--ledger", "state/ledger.db", "--systems"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().take(3).map(str::trim_end).collect();
    assert_eq!(
        lines,
        [
            "Microsoft Copilot (Microsoft)  1 fil, 1 i avtal eller beställning",
            "  Avtal/licens.txt",
            "ChatGPT (OpenAI)               1 fil, 0 i avtal eller beställning",
        ],
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(!text.contains("Claude"), "a name of a person is no product: {text}");
}

#[test]
fn an_explanation_is_for_its_reader() {
    let ground = Ground::new();
    let file = ground.put(
        "anmälan.txt",
        "Orosanmälan gällande: Alva Nyqvist\nFlickan har blåmärken och är rädd för pappa. Skyddsbedömning görs idag."
            .as_bytes(),
    );
    let explained = |reader: &[&str]| {
        let args = ["explain".as_ref(), file.as_os_str()].into_iter().chain(reader.iter().map(AsRef::as_ref));
        String::from_utf8(ground.aktsam(args).output().unwrap().stdout).unwrap()
    };
    for (reader, holds, lacks) in [
        (&["--for", "employee"][..], "Att göra", "omvänt skaderekvisit"),
        (&["--for", "officer"][..], "omvänt skaderekvisit", "Att göra"),
        (&["--for", "archivist"][..], "För arkivarien", "omvänt skaderekvisit"),
        (&[][..], "För arkivarien", "Nyqvist"),
    ] {
        let text = explained(reader);
        assert!(text.contains(holds) && !text.contains(lacks), "{reader:?}: {text}");
        assert!(text.contains("Trolig sekretess") && !text.contains("Alva"), "{reader:?}: {text}");
    }
}

#[test]
fn records_are_the_same_whatever_the_jobs() {
    let scanned = |jobs: &str| {
        let ground = Ground::new();
        for (index, case) in cases().iter().enumerate() {
            ground.put(format!("{index:04}.txt"), case.text.as_bytes());
        }
        let mut records = ground.records(&["--jobs", jobs]);
        for record in records.values_mut() {
            record.as_object_mut().unwrap().remove("timings");
        }
        serde_json::to_string(&records).unwrap()
    };
    assert_eq!(scanned("1"), scanned("4"));
}

#[test]
fn a_third_municipality_writes_its_own_policy() {
    let ground = Ground::new();
    let own = "name = \"vik\"\ntitle = \"Viks riktlinje\"\nversion = \"1\"\nextends = \"base\"\nwithout = [\"internal-words\"]\n";
    let tested = |text: &str| {
        fs::write(ground.path().join("vik.toml"), text).unwrap();
        ground.aktsam(["rules", "test", "--policy", "vik.toml"]).output().unwrap()
    };
    assert_eq!(tested(own).status.code(), Some(0));
    let wrong = tested(&own.replace("internal-words", "internal-wrds"));
    assert_eq!(wrong.status.code(), Some(2));
    let said = String::from_utf8(wrong.stderr).unwrap();
    assert!(said.contains("vik.toml:5: no rule `internal-wrds`"), "{said}");
}

/// Law names no one: no number in it is a person's, a company's, a card's or a car's.
#[test]
fn a_statute_is_open_and_without_numbers_of_anyone() {
    let text = fs::read("fixtures/statute/utdrag_open.txt").unwrap();
    for name in Policy::names() {
        let examiner = Examiner { policy: Policy::builtin(name).unwrap(), ..Examiner::default() };
        let record = examiner.examine(&text);
        assert_eq!(record.verdict, Verdict::Open, "{name}: {:#?}", record.reasons);
        let signs = [Entity::OslReference, Entity::OfficialRecord, Entity::Copyright];
        let others: Vec<_> = record.counts.keys().filter(|entity| !signs.contains(entity)).collect();
        assert!(others.is_empty(), "{name}: {others:?}");
    }
}
