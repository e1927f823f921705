//! Trains what texts resemble: `cargo run --release --example train_resemblance [-- --out FILE]`.
//!
//! Learns from the situations under `data/situations` and those under `fixtures/judge`
//! that nothing is set aside of, prints how it does on a fifth that it has not seen,
//! five times over, and writes the weights to FILE.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a program does I/O")]

use std::error::Error;
use std::path::PathBuf;

use aktsam::detect::detect;
use aktsam::judge::resemblance::{BUCKETS, Model, VERDICTS, bag, softmax, weight_of, words};
use aktsam::judge::sample::parse;
use aktsam::record::Verdict;
use serde::Deserialize;

/// Times over the texts.
const ROUNDS: usize = 40;
/// How far a step goes at first.
const STEP: f32 = 0.05;
/// How much shorter steps grow each time over the texts.
const SLOWER: f32 = 0.93;
/// What weights cost: one over the number of texts.
const PENALTY: f32 = 6e-4;
/// How many parts the texts are cut into for the figures.
const FOLDS: usize = 5;
/// Sets under `fixtures/judge` that nothing learns from.
const ASIDE: &[&str] = &["sealed", "other-sealed", "apart"];

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    set: Option<String>,
    verdict: Verdict,
    text: String,
}

/// A text as the model sees it.
struct Lesson {
    pieces: Vec<usize>,
    class: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let lessons = lessons()?;
    let mut right = 0;
    for fold in 0..FOLDS {
        let (asked, taught): (Vec<_>, Vec<_>) =
            lessons.iter().enumerate().partition(|(index, _)| index % FOLDS == fold);
        let model = train(&taught.into_iter().map(|(_, lesson)| lesson).collect::<Vec<_>>());
        right += asked.iter().filter(|(_, lesson)| guess(&model, lesson) == lesson.class).count();
    }
    println!("{} texts, {:.3} of those not seen right", lessons.len(), share(right, lessons.len()));
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() == Some("--out") {
        let model = train(&lessons.iter().collect::<Vec<_>>());
        std::fs::write(args.next().ok_or("--out wants a file")?, model.write())?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts of texts")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// Every text that is long enough, in the order of the files.
fn lessons() -> Result<Vec<Lesson>, Box<dyn Error>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in ["data/situations", "fixtures/judge"] {
        let entries = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
        files.extend(entries.collect::<Result<Vec<_>, _>>()?);
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let mut lessons = Vec::new();
    for file in files {
        let cases: Cases = toml::from_str(&std::fs::read_to_string(file)?)?;
        let taught = cases.case.iter().filter(|case| !case.set.as_deref().is_some_and(|set| ASIDE.contains(&set)));
        lessons.extend(taught.filter_map(lesson));
    }
    Ok(lessons)
}

fn lesson(case: &Case) -> Option<Lesson> {
    let text = parse(&case.text);
    let words = words(&text, &detect(&text))?;
    let class = VERDICTS.iter().position(|verdict| *verdict == case.verdict)?;
    Some(Lesson { pieces: bag(&words), class })
}

fn guess(model: &Model, lesson: &Lesson) -> usize {
    let likelihoods = model.likelihoods(&lesson.pieces);
    (0..VERDICTS.len()).max_by(|a, b| likelihoods[*a].total_cmp(&likelihoods[*b])).unwrap_or(0)
}

/// Multinomial logistic regression with an L2 penalty, by stochastic gradient steps. The penalty
/// shrinks all weights at each step, and so is kept as one factor of them all.
fn train(lessons: &[&Lesson]) -> Model {
    let classes = VERDICTS.len();
    let mut weights = vec![0.0_f32; BUCKETS * classes];
    let mut factor = 1.0_f32;
    let mut order: Vec<usize> = (0..lessons.len()).collect();
    let (mut random, mut step) = (1_u64, STEP);
    for _ in 0..ROUNDS {
        shuffle(&mut order, &mut random);
        for lesson in order.iter().map(|index| lessons[*index]) {
            let weight = weight_of(lesson.pieces.len());
            let mut sums = [0.0_f32; 5];
            for bucket in &lesson.pieces {
                (0..classes).for_each(|class| sums[class] += weights[bucket * classes + class]);
            }
            let likelihoods = softmax(sums.map(|sum| sum * weight * factor));
            factor *= 1.0 - step * PENALTY;
            for bucket in &lesson.pieces {
                for class in 0..classes {
                    let missed = likelihoods[class] - f32::from(u8::from(class == lesson.class));
                    weights[bucket * classes + class] -= step * missed * weight / factor;
                }
            }
        }
        step *= SLOWER;
    }
    Model::new(&weights.iter().map(|weight| weight * factor).collect::<Vec<_>>())
}

/// Fisher–Yates with a xorshift generator, the same each time.
fn shuffle(order: &mut [usize], random: &mut u64) {
    for last in (1..order.len()).rev() {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        let other = usize::try_from(*random % (last as u64 + 1)).unwrap_or(0);
        order.swap(last, other);
    }
}
