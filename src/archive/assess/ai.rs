//! AI's part in a file, as the file itself tells it, and the originals of labelled copies.

use std::collections::HashMap;

use super::super::check::{Examined, Seen};
use super::{Ai, Row, add};
use crate::image::Provenance;
use crate::image::provenance::{Evidence, Marker, Says};
use crate::judge::flags;
use crate::report::escape::visible;

pub(super) fn take_ai(row: &mut Row, examined: &Examined) {
    let has = |flag: &str| examined.flags.contains_key(flag);
    let image = examined.image.as_ref();
    row.ai = Ai {
        origin: image.map(|image| image.origin).unwrap_or_default(),
        source_type: image.and_then(source_type),
        system: image.filter(|image| image.origin.is_ai()).and_then(|image| image.generator.clone()),
        labelled: image.filter(|image| image.origin.is_ai()).map(|image| image.labelled),
        c2pa: image.map(|image| image.c2pa.present),
        disclosed: has(flags::AI_DISCLOSED),
        traces: has(flags::AI_TRACE),
        original: None,
    };
    match image.filter(|image| image.origin.is_ai()).map(Provenance::lacks_label) {
        Some(true) => add(&mut row.findings, "ai-unlabelled", row.ai.system.clone()),
        Some(false) => add(&mut row.findings, "ai-made", row.ai.system.clone()),
        None => {}
    }
    if row.ai.disclosed {
        add(&mut row.findings, "ai-disclosed", None);
    } else if row.ai.traces {
        add(&mut row.findings, "ai-undisclosed", None);
    }
}

/// The strongest statement of AI's part that is a source type.
fn source_type(image: &Provenance) -> Option<String> {
    let states = |evidence: &&Evidence| evidence.marker == Marker::SourceType && evidence.says >= Says::AiEdited;
    image.evidence.iter().find(states)?.detail.clone()
}

/// The originals of labelled copies: kept beside as `NAME.orig`, or under the same name elsewhere.
pub(super) fn originals(rows: &mut [Row], files: &[Seen]) {
    let image = |index: usize| files[index].read.as_ref().ok()?.examined.as_ref()?.image.as_ref();
    let is_copy = |index: usize| image(index).is_some_and(|image| image.labelled.visible);
    let mut named: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (index, seen) in files.iter().enumerate().filter(|(index, _)| image(*index).is_some()) {
        let name = seen.path.rsplit(|byte| *byte == b'/').next().unwrap_or(&seen.path);
        named.entry(name.strip_suffix(b".orig").unwrap_or(name)).or_default().push(index);
    }
    for group in named.values() {
        for &copy in group.iter().filter(|index| is_copy(**index)) {
            let size = image(copy).and_then(|image| image.size);
            let fits = |other: &&usize| !is_copy(**other) && image(**other).is_some_and(|image| image.size == size);
            match group.iter().find(fits) {
                Some(original) => rows[copy].ai.original = Some(visible(&files[*original].path)),
                None => add(&mut rows[copy].findings, "ai-original-missing", None),
            }
        }
    }
}
