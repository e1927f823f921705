//! A file's format, and whether the archive receives it.

use std::collections::BTreeSet;

use super::super::policy::{ArchivePolicy, Reception};
use super::super::puid::{Basis, Identification, Signatures};
use super::super::survey::{Survey, extension};
use super::{Context, Row, add};
use crate::document::Kind;

pub(super) fn format(row: &mut Row, path: &str, survey: &Survey, context: &Context<'_>) {
    let Some(hits) = &survey.format else {
        return add(&mut row.findings, "format-unknown", None);
    };
    // The kept original of a labelled picture.
    let extension = extension(path.strip_suffix(".orig").unwrap_or(path));
    let mut found = context.signatures.settle(hits, &extension);
    if found.puids.is_empty() && row.kind == Kind::Text {
        found = Identification { puids: vec![PLAIN_TEXT.into()], basis: Basis::Text, extension_mismatch: false };
    }
    if found.extension_mismatch {
        add(&mut row.findings, "extension-mismatch", Some(format!(".{extension}")));
    }
    // These have a sign at their end, without which PRONOM does not know them.
    let ends = matches!(row.kind, Kind::Pdf | Kind::Jpeg | Kind::Png | Kind::Gif);
    match found.puids.as_slice() {
        [] if ends => add(&mut row.findings, "broken", None),
        [] => add(&mut row.findings, "format-unknown", None),
        [only] => row.format_name = name_of(context.signatures, only),
        several => add(&mut row.findings, "format-doubt", Some(several.join(", "))),
    }
    if let Some(code) = received(&found.puids, context.policy) {
        let name = if row.format_name.is_empty() { String::new() } else { format!(", {}", row.format_name) };
        add(&mut row.findings, code, Some(format!("{}{name}", found.puids.join(", "))));
    }
    row.format = Some(found);
}

/// What a file is when it holds characters and nothing that tells more.
const PLAIN_TEXT: &str = "x-fmt/111";

/// A format's name and version.
#[must_use]
pub fn name_of(signatures: &Signatures, puid: &str) -> String {
    let format = signatures.format(puid);
    format.map_or_else(String::new, |format| format!("{} {}", format.name, format.version).trim_end().to_owned())
}

fn received(puids: &[String], policy: &ArchivePolicy) -> Option<&'static str> {
    let said: BTreeSet<_> = puids.iter().map(|puid| policy.receives(puid) as u8).collect();
    let worst = [(Reception::Refused, "format-refused"), (Reception::Unlisted, "format-unlisted")];
    worst.into_iter().find(|(reception, _)| said.contains(&(*reception as u8))).map(|(_, code)| code)
}
