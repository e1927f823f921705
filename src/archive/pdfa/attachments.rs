//! Files in the file: how they are described, and in part 2 what they may be.

use lopdf::{Dictionary, Document, Object};

use super::graph::{as_dictionary, data};
use super::{Context, declaration};

/// Dictionaries that describe an embedded file.
fn specifications<'a>(context: &'a Context) -> impl Iterator<Item = &'a Dictionary> {
    context.graph.dictionaries.iter().copied().filter(|dictionary| dictionary.has(b"EF"))
}

/// Each has its name in both forms; in part 3 its relation, its type, and someone it belongs to.
pub(super) fn are_described(context: &Context) -> bool {
    specifications(context).all(|file| {
        let named = file.has(b"F") && file.has(b"UF");
        named && (!context.is_third() || file.has(b"AFRelationship") && has_type(context, file))
    })
}

fn has_type(context: &Context, file: &Dictionary) -> bool {
    let files = context.graph.dictionary(file, b"EF");
    let mut streams = files.into_iter().flat_map(|files| files.iter()).map(|(_, file)| context.graph.resolve(file));
    streams.all(|stream| as_dictionary(stream).is_some_and(|stream| stream.has(b"Subtype")))
}

/// In part 2 an embedded file declares PDF/A-1 or PDF/A-2 itself.
pub(super) fn are_archival(context: &Context) -> bool {
    context.is_third() || specifications(context).all(|file| embedded(context, file).is_none_or(is_archival))
}

fn embedded<'a>(context: &'a Context, file: &'a Dictionary) -> Option<&'a Object> {
    let files = context.graph.dictionary(file, b"EF")?;
    context.graph.get(files, b"F").or_else(|| context.graph.get(files, b"UF"))
}

fn is_archival(file: &Object) -> bool {
    let Ok(stream) = file.as_stream() else { return true };
    let bytes = data(stream);
    let declared = Document::load_mem(&bytes).ok().and_then(|document| declaration(&document));
    declared.is_some_and(|declared| declared.starts_with(['1', '2']))
}
