//! `aktsam archive package`: a checked folder as a package, whole or not at all.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use aktsam::archive::package::{PackageError, Parties, Request, Written, write};
use aktsam::archive::report::{FORMATS, readiness};
use aktsam::archive::survey::Depth;
use aktsam::judge::explain::Language;
use aktsam::report::escape::visible;
use aktsam::walk::Root;
use anyhow::{Context, bail};
use serde_json::Value;

use super::args::PackageArgs;
use super::check::{Checked, open_folder};
use crate::Outcome;
use crate::args::{Common, Lang};
use crate::output::{self, hinted};

pub(super) fn run(common: &Common, args: &PackageArgs) -> Outcome {
    let root = open_folder(&args.dir)?;
    if args.out.symlink_metadata().is_ok() {
        let message = format!("{}: is there already", args.out.display());
        return Ok(refused(&hinted(message, "name a package that is not there")));
    }
    let earlier = args.check.as_deref().map(earlier).transpose()?;
    let checked = Checked::of(common, &args.against, &root, Depth::Whole)?;
    if let Some(difference) = earlier.and_then(|earlier| differs(&earlier, &checked)) {
        return Ok(refused(&hinted(difference, "check the folder again, and see what has happened to it")));
    }
    match package(common, args, &root, &checked) {
        Ok(written) => {
            io::stdout().write_all(words(&written, args, common.lang).as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) if error.is_refusal() => Ok(refused(&with_hint(error))),
        Err(error) => Err(error.into()),
    }
}

/// Says why, and ends with the code of a refusal.
fn refused(error: &anyhow::Error) -> ExitCode {
    output::error(error);
    ExitCode::from(1)
}

fn with_hint(error: PackageError) -> anyhow::Error {
    if let PackageError::Blocked(blocking) = &error {
        blocking.iter().skip(1).take(19).for_each(|one| eprintln!("error: {one}"));
        return hinted(error, "mend the files, or accept each with `aktsam archive accept`");
    }
    error.into()
}

fn package(common: &Common, args: &PackageArgs, root: &Root, checked: &Checked) -> Result<Written, PackageError> {
    let lang = common.lang.language();
    let head = checked.head(root, lang);
    let mut documentation = Vec::new();
    for format in FORMATS {
        let mut content = Vec::new();
        (format.write)(&head, &checked.assessment, &checked.summary, &mut content)
            .map_err(|source| PackageError::Io { path: format.file.into(), source })?;
        documentation.push((format.file.to_owned(), content));
    }
    let folder = visible(root.path().file_name().unwrap_or_default().as_encoded_bytes());
    let policy = &checked.policy;
    write(&Request {
        root,
        assessment: &checked.assessment,
        signatures: &checked.signatures,
        pronom: &checked.pronom,
        list: &format!("{}, {} ({})", policy.name, policy.source, policy.date),
        readiness: &format!(
            "{} / {}",
            readiness(checked.summary.readiness, Language::Swedish),
            readiness(checked.summary.readiness, Language::English)
        ),
        parties: &Parties {
            organisation: args.organisation.clone(),
            organisation_number: args.organisation_number.clone(),
            person: args.person.clone(),
            agreement: args.agreement.clone(),
        },
        title: args.title.as_deref().unwrap_or(&folder),
        documentation: &documentation,
        checked: checked.started,
        target: &args.out,
        bagit: args.bagit,
    })
}

/// The checksums in an earlier check's JSON Lines, by path.
fn earlier(path: &Path) -> anyhow::Result<BTreeMap<String, Option<String>>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    let mut files = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let row: Value = serde_json::from_str(line).with_context(|| format!("{}:{}", path.display(), index + 1))?;
        if row.get("about").is_some() {
            continue;
        }
        let Some(name) = row["path"].as_str() else { bail!("{}:{}: no path", path.display(), index + 1) };
        files.insert(name.to_owned(), row["sha256"].as_str().map(str::to_owned));
    }
    Ok(files)
}

/// The first file that is not as an earlier check had it.
fn differs(earlier: &BTreeMap<String, Option<String>>, checked: &Checked) -> Option<String> {
    let now: BTreeMap<String, Option<String>> =
        checked.assessment.rows.iter().map(|row| (visible(&row.path), row.sha256.clone())).collect();
    let changed = now.iter().find(|(path, sha256)| earlier.get(*path).is_some_and(|before| before != *sha256));
    let new = || now.keys().find(|path| !earlier.contains_key(*path));
    let gone = || earlier.keys().find(|path| !now.contains_key(*path));
    changed
        .map(|(path, _)| format!("{path}: not as it was checked"))
        .or_else(|| new().map(|path| format!("{path}: new since the check")))
        .or_else(|| gone().map(|path| format!("{path}: gone since the check")))
}

fn words(written: &Written, args: &PackageArgs, lang: Lang) -> String {
    let say = |swedish: &'static str, english: &'static str| if lang == Lang::Sv { swedish } else { english };
    let (out, Written { files, bytes, mets, left_out }) = (args.out.display(), written);
    let mut text = format!("{out}: {files} {}, {bytes} byte\n", say("filer", "files"));
    for name in left_out {
        let _ = writeln!(text, "{}: {name}", say("godtaget och lämnat utanför", "accepted and left out"));
    }
    let note = say("METS.xml, för leveransnoten:", "METS.xml, for the note of delivery:");
    let _ = writeln!(text, "{note} SHA-256 {mets}");
    text
}
