//! Trains the name tagger: `cargo run --example train_tagger -- CORPUS [OUT]`.
//!
//! CORPUS has a word and its tag a line and a blank line between sentences, as
//! klintan/swedish-ner-corpus (CC BY 4.0). Every tenth sentence is kept for the
//! figures that are printed; OUT gets the weights.

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr, reason = "a program does I/O")]

use std::collections::HashMap;
use std::error::Error;

use aktsam::detect::names::tagger::{Tagger, WEIGHTS, features, hash};

/// Times over the corpus.
const ROUNDS: usize = 8;

type Sentence = Vec<(String, bool)>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let corpus = args.next().ok_or("usage: train_tagger CORPUS [OUT]")?;
    let sentences = read(&std::fs::read_to_string(corpus)?);
    let (held, training): (Vec<_>, Vec<_>) = sentences.iter().enumerate().partition(|(index, _)| index % 10 == 9);
    let training: Vec<&Sentence> = training.into_iter().map(|(_, sentence)| sentence).collect();
    let mut tagger = Tagger { common: common(&training), weights: vec![0; WEIGHTS] };
    tagger.weights = train(&tagger, &training);
    report("training", &tagger, &training);
    report("held out", &tagger, &held.into_iter().map(|(_, sentence)| sentence).collect::<Vec<_>>());
    if let Some(out) = args.next() {
        std::fs::write(out, tagger.write())?;
    }
    Ok(())
}

fn read(corpus: &str) -> Vec<Sentence> {
    let mut sentences = vec![Vec::new()];
    for line in corpus.lines() {
        let mut parts = line.split_whitespace();
        match (parts.next(), parts.next()) {
            (Some(word), Some(tag)) => {
                if let Some(sentence) = sentences.last_mut() {
                    sentence.push((word.replace('\u{ad}', ""), tag == "PER"));
                }
            }
            _ => sentences.push(Vec::new()),
        }
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

/// Hashes of the words written small twice or more.
fn common(sentences: &[&Sentence]) -> Vec<u32> {
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for (word, person) in sentences.iter().flat_map(|sentence| sentence.iter()) {
        if !person && word.chars().all(char::is_lowercase) {
            *counts.entry(word).or_default() += 1;
        }
    }
    let mut common: Vec<u32> =
        counts.into_iter().filter(|(_, count)| *count >= 2).map(|(word, _)| hash(word)).collect();
    common.sort_unstable();
    common.dedup();
    common
}

/// Averaged perceptron: the mean of the weights after every word.
fn train(tagger: &Tagger, sentences: &[&Sentence]) -> Vec<i8> {
    let mut weights = vec![0.0_f64; WEIGHTS];
    let mut sums = vec![0.0_f64; WEIGHTS];
    let mut step = 1.0;
    for _ in 0..ROUNDS {
        for sentence in sentences {
            let words: Vec<&str> = sentence.iter().map(|(word, _)| word.as_str()).collect();
            for (at, (word, person)) in sentence.iter().enumerate() {
                if !word.starts_with(char::is_uppercase) {
                    continue;
                }
                let mut indices = Vec::new();
                features(tagger, &words, at, |index| indices.push(index));
                let score: f64 = indices.iter().map(|&index| weights[index]).sum();
                if (score > 0.0) != *person {
                    let change = if *person { 1.0 } else { -1.0 };
                    for index in indices {
                        weights[index] += change;
                        sums[index] += step * change;
                    }
                }
                step += 1.0;
            }
        }
    }
    let mean: Vec<f64> = weights.iter().zip(&sums).map(|(weight, sum)| weight - sum / step).collect();
    let most = mean.iter().fold(1.0_f64, |most, weight| most.max(weight.abs()));
    #[expect(clippy::cast_possible_truncation, reason = "scaled to the range of i8")]
    mean.iter().map(|weight| (weight / most * 127.0).round() as i8).collect()
}

fn report(name: &str, tagger: &Tagger, sentences: &[&Sentence]) {
    let (mut right, mut found, mut there) = (0_u32, 0_u32, 0_u32);
    for sentence in sentences {
        let words: Vec<&str> = sentence.iter().map(|(word, _)| word.as_str()).collect();
        for (at, (word, person)) in sentence.iter().enumerate() {
            let said = word.starts_with(char::is_uppercase) && tagger.score(&words, at) > 0;
            found += u32::from(said);
            there += u32::from(*person);
            right += u32::from(said && *person);
        }
    }
    let precision = f64::from(right) / f64::from(found.max(1));
    let recall = f64::from(right) / f64::from(there.max(1));
    println!("{name}: {} sentences, precision {precision:.3}, recall {recall:.3}", sentences.len());
}
