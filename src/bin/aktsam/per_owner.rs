//! `aktsam report --per-owner`: a report of its own for each who answers for
//! files, with the words of the mail it goes with.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use aktsam::ledger::Reader;
use aktsam::report::{Format, Head, mail, words};
use anyhow::Context;

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
    let list = Written::of(folder);
    list.note(&folders, formats)?;
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
    let (mut written, mut kept) = (Vec::new(), Vec::new());
    for ((reports, head), name) in reports.into_iter().zip(&heads).zip(&folders) {
        let Some(reports) = reports else { continue };
        kept.push(name.clone());
        let (totals, paths) = reports.finish()?;
        written.extend(paths);
        written.push(Place::of(&folder.join(name), "mail.txt").fill(&mail::body(head, &totals))?);
    }
    list.leave_only(&kept, formats)?;
    Ok(written)
}

/// The list of what was written below a folder, so that the reports of an owner who
/// is no longer one do not lie there with old names in them, and nothing else is touched.
struct Written {
    folder: PathBuf,
}

/// The list's own name.
const LIST: &str = ".aktsam-owners";

impl Written {
    fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Adds what is about to be written, so that a run that is ended leaves nothing unlisted.
    fn note(&self, names: &[String], formats: &[&str]) -> anyhow::Result<()> {
        let mut files: BTreeSet<String> = self.files().collect();
        files.extend(listed(names, formats));
        fs::create_dir_all(&self.folder).with_context(|| format!("{}: cannot be made", self.folder.display()))?;
        self.write(&files)
    }

    /// Removes what an earlier run wrote and this one did not.
    fn leave_only(&self, names: &[String], formats: &[&str]) -> anyhow::Result<()> {
        let new: BTreeSet<String> = listed(names, formats).collect();
        for old in self.files().filter(|old| !new.contains(old)) {
            let Some((owner, file)) = old.split_once('/') else { continue };
            let owner = self.folder.join(owner);
            if !owner.symlink_metadata().is_ok_and(|found| found.is_dir()) {
                continue;
            }
            match fs::remove_file(owner.join(file)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("{}: an old report cannot be removed", owner.display()));
                }
                _ => {}
            }
            // It stays as long as there is anything else in it.
            let _ = fs::remove_dir(&owner);
        }
        self.write(&new)
    }

    /// The files of the list, of which only those are believed that this program writes.
    fn files(&self) -> impl Iterator<Item = String> + use<> {
        let list = fs::read_to_string(self.folder.join(LIST)).unwrap_or_default();
        list.lines().filter(|line| is_ours(line)).map(str::to_owned).collect::<Vec<_>>().into_iter()
    }

    fn write(&self, files: &BTreeSet<String>) -> anyhow::Result<()> {
        let list: String = files.iter().flat_map(|file| [file, "\n"]).collect();
        Place::of(&self.folder, LIST).fill(&list).map(drop)
    }
}

/// The files of every owner's folder.
fn listed(names: &[String], formats: &[&str]) -> impl Iterator<Item = String> {
    names.iter().flat_map(move |name| {
        let reports = formats.iter().map(move |format| format!("{name}/report.{format}"));
        reports.chain([format!("{name}/mail.txt")])
    })
}

/// Whether a line of the list names a report or a mail in a folder that is called after an owner.
fn is_ours(line: &str) -> bool {
    line.split_once('/').is_some_and(|(owner, file)| {
        let report = file.strip_prefix("report.").is_some_and(|format| Format::named(format).is_some());
        owner.chars().all(|c| c.is_alphanumeric() || c == '-') && !owner.is_empty() && (report || file == "mail.txt")
    })
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
    fn only_what_this_program_writes_is_removed() {
        let folder = tempfile::TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        let fill = |name: &str| {
            fs::create_dir_all(at(name).parent().unwrap()).unwrap();
            fs::write(at(name), "x").unwrap();
        };
        let list = Written::of(folder.path());
        list.note(&["Skola".into(), "Bygg".into(), "Vård".into()], &["html", "csv"]).unwrap();
        for name in ["Skola/report.html", "Bygg/report.html", "Bygg/mail.txt", "Bygg/egna.txt", "Vård/report.csv"] {
            fill(name);
        }
        fill("Annat/report.html");
        let forged = format!(
            "{}../x/report.html\nBygg/egna.txt\nAnnat/../Annat/report.html\n",
            fs::read_to_string(at(LIST)).unwrap()
        );
        fs::write(at(LIST), forged).unwrap();
        list.leave_only(&["Skola".into()], &["html"]).unwrap();
        let there = |name: &str| at(name).exists();
        assert!(there("Skola/report.html") && there("Bygg/egna.txt") && there("Annat/report.html"));
        assert!(!there("Bygg/report.html") && !there("Bygg/mail.txt") && !there("Vård"));
        let left: Vec<String> = list.files().collect();
        assert_eq!(left, ["Skola/mail.txt", "Skola/report.html"]);
    }

    #[test]
    fn folders_are_safe_and_apart() {
        let names = ["Socialförvaltningen", "../etc", "socialförvaltningen", "Bygg & miljö", "??", "a/b", "a b"];
        let expected = ["Socialförvaltningen", "etc", "socialförvaltningen-2", "Bygg-miljö", "-2", "a-b", "a-b-2"];
        assert_eq!(folder_names(&names), expected);
    }
}
