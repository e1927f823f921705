//! `aktsam report --per-owner`: a report of its own for each who answers for
//! files, with the words of the mail it goes with.

use std::path::Path;

use aktsam::ledger::Reader;
use aktsam::report::{Head, mail, words};

use crate::report::{Files, each_row};
use crate::reports::{Place, Reports};

/// Characters of an owner's name that its folder is called by.
const NAME: usize = 60;

/// Writes the reports of every owner in a folder of its own below `folder`; says where they lie.
///
/// An owner without files gets them too, so that none of an earlier day is taken
/// for news. Files that nobody answers for have theirs when there are any.
pub(crate) fn write(
    reader: &Reader,
    head: &Head,
    files: &Files,
    owners: &[String],
    formats: &[&str],
    folder: &Path,
) -> anyhow::Result<Vec<String>> {
    let nobody = words::page("owner.none", head.lang).unwrap_or_default();
    let names: Vec<&str> = owners.iter().map(String::as_str).chain([nobody]).collect();
    let heads: Vec<Head> = names.iter().map(|name| Head { owner: Some((*name).to_owned()), ..head.clone() }).collect();
    let folders = folder_names(&names);
    let mut reports: Vec<Option<Reports<'_>>> = Vec::new();
    for (head, name) in heads.iter().zip(&folders).take(owners.len()) {
        reports.push(Some(Reports::begin(head, formats, &folder.join(name))?));
    }
    reports.push(None);
    each_row(reader, files, |row| {
        let owner = owners.iter().position(|owner| row.owner.as_ref() == Some(owner)).unwrap_or(owners.len());
        match &mut reports[owner] {
            Some(reports) => reports.row(row),
            none => none.insert(Reports::begin(&heads[owner], formats, &folder.join(&folders[owner]))?).row(row),
        }
    })?;
    let mut written = Vec::new();
    for ((reports, head), name) in reports.into_iter().zip(&heads).zip(&folders) {
        let Some(reports) = reports else { continue };
        let (totals, paths) = reports.finish()?;
        written.extend(paths);
        written.push(Place::of(&folder.join(name), "mail.txt").fill(&mail::body(head, &totals))?);
    }
    Ok(written)
}

/// What folders are called after names: letters and digits alone, and no two
/// alike even where case does not part them.
fn folder_names(names: &[&str]) -> Vec<String> {
    let mut taken: Vec<String> = Vec::new();
    for name in names {
        let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let plain: String = words.join("-").chars().take(NAME).collect();
        let is_free = |name: &String| taken.iter().all(|other| other.to_lowercase() != name.to_lowercase());
        let numbered = (2..).map(|number| format!("{plain}-{number}"));
        let free = std::iter::once(plain.clone()).filter(|name| !name.is_empty()).chain(numbered).find(is_free);
        taken.push(free.unwrap_or_default());
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_safe_and_apart() {
        let names = ["Socialförvaltningen", "../etc", "socialförvaltningen", "Bygg & miljö", "??", "a/b", "a b"];
        let expected = ["Socialförvaltningen", "etc", "socialförvaltningen-2", "Bygg-miljö", "-2", "a-b", "a-b-2"];
        assert_eq!(folder_names(&names), expected);
    }
}
