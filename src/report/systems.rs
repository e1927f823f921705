//! Which AI products the files name, for the register that a municipality keeps
//! of "system och applikationer som kommunen har avtal med som innehåller AI" (Ale § 7).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape::visible;
use super::words::{counted, terminal};
use super::{Change, Row};
use crate::detect::terms::systems;
use crate::judge::explain::Language;
use crate::judge::flags::{AI_AGREEMENT, AI_SYSTEM_OF};

/// Papers of a product that are listed by name; the rest are counted.
const SHOWN: usize = 10;

/// The AI products that files name, as the files pass by.
#[derive(Clone, Debug, Default)]
pub struct Systems(BTreeMap<String, Mentions>);

/// Where a product is named.
#[derive(Clone, Debug, Default)]
struct Mentions {
    files: u64,
    agreements: u64,
    /// The first papers by which it was bought.
    papers: Vec<Vec<u8>>,
}

impl Systems {
    /// Takes up what one file names. Files that are gone count no more.
    pub fn add(&mut self, row: &Row) {
        if row.change == Change::Gone {
            return;
        }
        let flags = &row.record.flags;
        for id in flags.keys().filter_map(|flag| flag.strip_prefix(AI_SYSTEM_OF)) {
            let mentions = self.0.entry(id.to_owned()).or_default();
            mentions.files += 1;
            if flags.contains_key(AI_AGREEMENT) {
                mentions.agreements += 1;
                if mentions.papers.len() < SHOWN {
                    mentions.papers.push(row.path.clone());
                }
            }
        }
    }

    /// A list for people: the products in agreements first, each with its papers.
    #[must_use]
    pub fn to_text(&self, lang: Language) -> String {
        let say = |key| terminal(key, lang);
        if self.0.is_empty() {
            return format!("{}\n", say("systems.none"));
        }
        let mut named: Vec<(&str, &str, &Mentions)> = self.0.iter().map(|(id, found)| described(id, found)).collect();
        named.sort_by_key(|(name, _, found)| (std::cmp::Reverse(found.agreements.min(1)), name.to_lowercase()));
        let width = named.iter().map(|(name, vendor, _)| name.chars().count() + vendor.chars().count() + 3).max();
        let width = width.unwrap_or(0);
        let mut text = String::new();
        for (name, vendor, found) in named {
            let label = format!("{name} ({vendor})");
            let _ = writeln!(
                text,
                "{label:width$}  {} {}, {} {}",
                found.files,
                counted("files", found.files, lang),
                found.agreements,
                say("systems.agreements"),
            );
            for paper in &found.papers {
                let _ = writeln!(text, "  {}", visible(paper));
            }
            if let Some(left @ 1..) = found.agreements.checked_sub(found.papers.len() as u64) {
                let _ = writeln!(text, "  {} {left}", say("more"));
            }
        }
        let _ = write!(text, "\n{}\n", say("systems.note"));
        text
    }
}

/// The name and vendor of a product; its identifier when a later version dropped it.
fn described<'a>(id: &'a str, found: &'a Mentions) -> (&'a str, &'a str, &'a Mentions) {
    let known = systems().iter().find(|system| system.id == id);
    known.map_or((id, "?", found), |system| (system.name.as_str(), system.vendor.as_str(), found))
}
