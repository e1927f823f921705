//! AI's part in a file, as the file, the register of labels and the ledger tell it, and the
//! originals of labelled copies.

use std::collections::HashMap;

use jiff::Timestamp;

use super::super::check::{Examined, Read, Seen};
use super::super::finding::Finding;
use super::{Ai, Context, Registered, Row, add};
use crate::image::provenance::{Evidence, Labelled, Marker, Says};
use crate::image::{Origin, Provenance};
use crate::judge::flags;
use crate::ledger::register::{Entry, Known, Match, Side};
use crate::record::{Flags, Record};
use crate::report::escape::visible;

/// Signs of AI in a content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// What made the picture.
    pub origin: Origin,
    /// Whether the text says that AI was used.
    pub disclosed: bool,
    /// Whether the text bears traces of a chat assistant.
    pub traces: bool,
}

/// What the ledger remembers of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    /// What a scan found in the very same content; `None` when none read it.
    pub same: Option<Signs>,
    /// What a scan found in other content that lay in the same place, and when that scan began.
    pub earlier: Option<(Signs, Timestamp)>,
}

impl Signs {
    /// What a record tells.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        Self::told(&record.flags, record.image.as_ref())
    }

    fn told(flags: &Flags, image: Option<&Provenance>) -> Self {
        Self {
            origin: image.map(|image| image.origin).unwrap_or_default(),
            disclosed: flags.contains_key(flags::AI_DISCLOSED),
            traces: flags.contains_key(flags::AI_TRACE),
        }
    }

    /// Whether there are any.
    #[must_use]
    pub fn any(self) -> bool {
        self.origin.is_ai() || self.disclosed || self.traces
    }
}

/// What is known of AI's part in a file that was read, and what is found in that.
pub(super) fn take_ai(row: &mut Row, read: &Read, context: &Context<'_>) {
    row.ai = read.examined.as_ref().map(of_file).unwrap_or_default();
    let remembered = context.remembered.get(&row.path).copied().unwrap_or_default();
    remember(&mut row.ai, remembered.same);
    if let Some(known) = context.register {
        look_up(&mut row.ai, known, read);
    }
    findings(&mut row.findings, &row.ai, row.kind.is_image());
    if let Some((_, at)) = remembered.earlier.filter(|(signs, _)| signs.any() && !has_part(&row.ai)) {
        add(&mut row.findings, "ai-earlier", Some(at.strftime("%Y-%m-%d").to_string()));
    }
}

fn of_file(examined: &Examined) -> Ai {
    let image = examined.image.as_ref();
    let by_ai = image.filter(|image| image.origin.is_ai());
    let Signs { origin, disclosed, traces } = Signs::told(&examined.flags, image);
    Ai {
        origin,
        source_type: image.and_then(source_type),
        system: by_ai.and_then(|image| image.generator.clone()),
        labelled: by_ai.map(|image| image.labelled),
        c2pa: image.map(|image| image.c2pa.present),
        disclosed,
        traces,
        ..Ai::default()
    }
}

/// Adds what a scan found in the same content and this check did not: a scan reads words in pictures, too.
fn remember(ai: &mut Ai, same: Option<Signs>) {
    let Some(same) = same else { return };
    let before = (ai.origin, ai.disclosed, ai.traces);
    ai.origin = ai.origin.max(same.origin);
    ai.disclosed |= same.disclosed;
    ai.traces |= same.traces;
    ai.from_ledger = before != (ai.origin, ai.disclosed, ai.traces);
}

/// Adds what the register knows of the content, or of a picture that looks like it.
fn look_up(ai: &mut Ai, known: &Known, read: &Read) {
    let Some(found) = known.find(&read.sha256, read.survey.likeness.as_ref()) else { return };
    let (number, of, candidate) = match found {
        Match::Same { number, side } => (number, side, false),
        Match::Candidate { number, side, .. } => (number, side, true),
    };
    ai.register = Some(Registered { number, of, candidate });
    // What only looks alike proves nothing: its origin stays unknown.
    if let Some(entry) = known.entry(number).filter(|_| !candidate) {
        ai.origin = ai.origin.max(if entry.edited { Origin::AiEdited } else { Origin::Ai });
        ai.system = ai.system.take().or_else(|| entry.ai_system.clone());
        let written = if of == Side::After { layers(entry) } else { Labelled::default() };
        let own = ai.labelled.unwrap_or_default();
        ai.labelled = Some(Labelled {
            visible: own.visible || written.visible,
            xmp: own.xmp || written.xmp,
            c2pa: own.c2pa || written.c2pa,
        });
    }
}

/// The layers of a label; a document's property is its metadata.
fn layers(entry: &Entry) -> Labelled {
    let has = |layer: &str| entry.layers.iter().any(|own| own == layer);
    Labelled { visible: has("visible"), xmp: has("xmp") || has("property"), c2pa: has("c2pa") }
}

fn findings(findings: &mut Vec<Finding>, ai: &Ai, is_picture: bool) {
    if ai.origin.is_ai() {
        // On a document the label's place in the metadata is enough: a PDF can be given no other.
        let shown = ai.labelled.is_some_and(|labelled| labelled.visible || labelled.xmp && !is_picture);
        add(findings, if shown { "ai-made" } else { "ai-unlabelled" }, ai.system.clone());
    } else if let Some(Registered { number, .. }) = ai.register {
        add(findings, "ai-copy", Some(format!("nr {number}")));
    }
    if ai.disclosed {
        add(findings, "ai-disclosed", None);
    } else if ai.traces {
        add(findings, "ai-undisclosed", None);
    }
}

/// Whether anything is known of AI's part.
fn has_part(ai: &Ai) -> bool {
    ai.origin.is_ai() || ai.disclosed || ai.traces || ai.register.is_some()
}

/// The strongest statement of AI's part that is a source type.
fn source_type(image: &Provenance) -> Option<String> {
    let states = |evidence: &&Evidence| evidence.marker == Marker::SourceType && evidence.says >= Says::AiEdited;
    image.evidence.iter().find(states)?.detail.clone()
}

/// Links labelled copies to their originals: the content that the register names, or, of copies it
/// does not know, a picture kept beside as `NAME.orig` or under the same name elsewhere.
pub(super) fn originals(rows: &mut [Row], files: &[Seen], register: Option<&Known>) {
    let named = by_name(files);
    let known = by_content(rows);
    for copy in 0..rows.len() {
        if !is_copy(&rows[copy], &files[copy]) {
            continue;
        }
        let noted = before(&rows[copy], register);
        let original = match &noted {
            Some(sha256) => known.get(sha256).copied(),
            None => alike(copy, &named, files),
        };
        match original {
            Some(original) => {
                rows[copy].ai.original = Some(visible(&files[original].path));
                keep(&mut rows[original]);
            }
            None => add(&mut rows[copy].findings, "ai-original-missing", None),
        }
    }
}

/// An original whose labelled copy is in the folder needs no label of its own.
fn keep(row: &mut Row) {
    row.findings.retain(|finding| !matches!(finding.code.as_str(), "ai-unlabelled" | "ai-copy"));
    add(&mut row.findings, "ai-original", None);
}

fn is_copy(row: &Row, seen: &Seen) -> bool {
    let labelled = row.ai.register.is_some_and(|known| known.of == Side::After && !known.candidate);
    labelled || image(seen).is_some_and(|image| image.labelled.visible)
}

fn image(seen: &Seen) -> Option<&Provenance> {
    seen.read.as_ref().ok()?.examined.as_ref()?.image.as_ref()
}

/// SHA-256 of what a copy was made of, by the register.
fn before(copy: &Row, register: Option<&Known>) -> Option<String> {
    let entry = copy.ai.register.filter(|known| known.of == Side::After && !known.candidate)?;
    Some(register?.entry(entry.number)?.before.sha256.clone())
}

/// The first file of each content.
fn by_content(rows: &[Row]) -> HashMap<String, usize> {
    let hashed = rows.iter().enumerate().rev();
    hashed.filter_map(|(index, row)| Some((row.sha256.clone()?, index))).collect()
}

/// Pictures by their names, kept originals among the others.
fn by_name(files: &[Seen]) -> HashMap<&[u8], Vec<usize>> {
    let mut named: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (index, seen) in files.iter().enumerate().filter(|(_, seen)| image(seen).is_some()) {
        named.entry(bare_name(seen)).or_default().push(index);
    }
    named
}

fn bare_name(seen: &Seen) -> &[u8] {
    let name = seen.path.rsplit(|byte| *byte == b'/').next().unwrap_or(&seen.path);
    name.strip_suffix(b".orig").unwrap_or(name)
}

/// A picture of the same name and size that is no copy.
fn alike(copy: usize, named: &HashMap<&[u8], Vec<usize>>, files: &[Seen]) -> Option<usize> {
    let size = image(&files[copy])?.size;
    let fits = |other: &usize| image(&files[*other]).is_some_and(|image| !image.labelled.visible && image.size == size);
    named.get(bare_name(&files[copy]))?.iter().copied().find(fits)
}
