//! The objects of a PDF that its catalog reaches: what lies unused does not count.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

/// Deepest nesting of direct objects that is followed.
const DEPTH: usize = 100;

/// What the catalog reaches.
pub(super) struct Graph<'a> {
    document: &'a Document,
    /// Every dictionary, also those of streams and those inside other objects.
    pub(super) dictionaries: Vec<&'a Dictionary>,
    /// Every stream.
    pub(super) streams: Vec<&'a Stream>,
    /// Every array.
    pub(super) arrays: Vec<&'a [Object]>,
    /// Every object that holds no other.
    pub(super) leaves: Vec<&'a Object>,
}

impl<'a> Graph<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let mut graph =
            Self { document, dictionaries: Vec::new(), streams: Vec::new(), arrays: Vec::new(), leaves: Vec::new() };
        let mut seen: HashSet<ObjectId> = HashSet::new();
        let mut waiting: Vec<(&Object, usize)> = document.trailer.iter().map(|(_, object)| (object, 0)).collect();
        while let Some((object, depth)) = waiting.pop() {
            match object {
                Object::Reference(id) if seen.insert(*id) => {
                    waiting.extend(document.objects.get(id).map(|object| (object, 0)));
                }
                Object::Reference(_) => {}
                _ if depth > DEPTH => {}
                Object::Array(items) => {
                    graph.arrays.push(items);
                    waiting.extend(items.iter().map(|item| (item, depth + 1)));
                }
                Object::Dictionary(dictionary) => graph.enter(dictionary, depth, &mut waiting),
                Object::Stream(stream) => {
                    graph.streams.push(stream);
                    graph.enter(&stream.dict, depth, &mut waiting);
                }
                leaf => graph.leaves.push(leaf),
            }
        }
        graph
    }

    fn enter(&mut self, dictionary: &'a Dictionary, depth: usize, waiting: &mut Vec<(&'a Object, usize)>) {
        self.dictionaries.push(dictionary);
        waiting.extend(dictionary.iter().map(|(_, object)| (object, depth + 1)));
    }

    /// The object behind references.
    pub(super) fn resolve(&self, object: &'a Object) -> &'a Object {
        self.document.dereference(object).map_or(object, |(_, object)| object)
    }

    /// The object behind references, of an object that is not the document's own.
    pub(super) fn resolved<'o>(&self, object: &'o Object) -> &'o Object
    where
        'a: 'o,
    {
        self.document.dereference(object).map_or(object, |(_, object)| object)
    }

    /// The value of a key, behind references.
    pub(super) fn get(&self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        dictionary.get(key).ok().map(|object| self.resolve(object))
    }

    /// The dictionary that a key holds, also that of a stream.
    pub(super) fn dictionary(&self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        as_dictionary(self.get(dictionary, key)?)
    }

    /// The name that a key holds.
    pub(super) fn name(&self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
        self.get(dictionary, key)?.as_name().ok()
    }

    /// The number that a key holds.
    pub(super) fn number(&self, dictionary: &'a Dictionary, key: &[u8]) -> Option<f32> {
        self.get(dictionary, key)?.as_float().ok()
    }

    /// The members of the array that a key holds, behind references; none when it holds no array.
    pub(super) fn items(&self, dictionary: &'a Dictionary, key: &[u8]) -> Vec<&'a Object> {
        let items = self.get(dictionary, key).and_then(|object| object.as_array().ok());
        items.into_iter().flatten().map(|item| self.resolve(item)).collect()
    }

    /// Dictionaries whose `key` holds the name `value`.
    pub(super) fn of_type(&self, key: &'static [u8], value: &'static [u8]) -> impl Iterator<Item = &'a Dictionary> {
        self.dictionaries.iter().copied().filter(move |dictionary| self.name(dictionary, key) == Some(value))
    }

    /// Annotations, by the pages that hold them.
    pub(super) fn annotations(&self) -> Vec<&'a Dictionary> {
        let of_page = |page: &'a Dictionary| self.items(page, b"Annots");
        self.of_type(b"Type", b"Page").flat_map(of_page).filter_map(as_dictionary).collect()
    }
}

/// What a stream holds, unpacked; as it lies there when it cannot be, or nothing packed it.
pub(super) fn data(stream: &Stream) -> Vec<u8> {
    // An empty list of filters is no filter, where the reader gives nothing at all.
    let packed = stream.filters().is_ok_and(|filters| !filters.is_empty());
    let unpacked = packed.then(|| stream.decompressed_content().ok()).flatten();
    unpacked.unwrap_or_else(|| stream.content.clone())
}

/// A dictionary, also that of a stream.
pub(super) fn as_dictionary(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}
