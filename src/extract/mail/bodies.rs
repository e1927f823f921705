//! The bodies of a mail: most mails say the same twice, as text and as a page,
//! and reading both would double every finding.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::document::{Cause, Part, Place, Text, TextBuilder};
use crate::extract::embedded::is_sealed;
use crate::extract::{html, unsaid, wrapped};
use crate::limits::Limits;

/// Reads the text where it says all, the page where it says more, and both
/// where each says something of its own.
pub(in crate::extract) fn read(plain: &[Cow<str>], pages: &[Cow<str>], limits: &Limits, builder: &mut TextBuilder) {
    if plain.iter().chain(pages).any(|body| is_sealed(body.as_bytes())) {
        builder.gap(Cause::EmbeddedEncrypted, Place::default());
    }
    for body in plain.iter().chain(pages) {
        wrapped::read(body, limits, builder);
        unsaid::look(body.as_bytes(), builder);
    }
    let laid_out = pages_text(pages, limits);
    let shown = laid_out.blocks.iter().filter(|block| !is_aside(block.place.part)).map(|block| &*block.text);
    let page_words = words(shown);
    let plain_words = words(plain.iter().map(|body| &**body));
    if page_words.is_subset(&plain_words) {
        plain.iter().fold(0, |number, body| paragraphs(body, number, builder));
        return asides(&laid_out, &plain_words, builder);
    }
    if !plain_words.is_subset(&page_words) {
        plain.iter().fold(0, |number, body| paragraphs(body, number, builder));
    }
    for page in pages {
        html::read(page, limits, builder);
    }
}

/// Adds the paragraphs of a text, numbered on from `number`; returns the last number.
/// Lines are wrapped by the sender's program, so only an empty line ends one.
fn paragraphs(body: &str, mut number: u32, builder: &mut TextBuilder) -> u32 {
    let mut paragraph = String::new();
    for line in body.lines().map(str::trim_end).chain([""]) {
        if !line.is_empty() {
            paragraph.push_str(line);
            paragraph.push('\n');
        } else if !paragraph.is_empty() {
            number += 1;
            builder.block(Place::paragraph(number), &paragraph);
            paragraph.clear();
        }
    }
    number
}

/// Adds what the page says beside its shown text and the text does not say.
fn asides(page: &Text, said: &HashSet<String>, builder: &mut TextBuilder) {
    for block in page.blocks.iter().filter(|block| is_aside(block.place.part)) {
        if !words([&*block.text].into_iter()).is_subset(said) {
            builder.block(block.place.clone(), &block.text);
        }
    }
    for gap in &page.gaps {
        builder.gap(gap.cause, gap.place.clone());
    }
}

fn is_aside(part: Part) -> bool {
    part != Part::Body
}

fn pages_text(pages: &[Cow<str>], limits: &Limits) -> Text {
    let mut builder = TextBuilder::new(limits);
    for page in pages {
        html::read(page, limits, &mut builder);
    }
    builder.finish()
}

fn words<'a>(texts: impl Iterator<Item = &'a str>) -> HashSet<String> {
    let split = |text: &'a str| text.split(|c: char| !c.is_alphanumeric());
    texts.flat_map(split).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}
