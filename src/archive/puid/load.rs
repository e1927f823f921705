//! DROID's two XML files into compiled signatures.

use std::collections::{BTreeMap, HashMap};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::container::{Container, ContainerKind, Member};
use super::pattern::{Place, parse};
use super::sequence::{Piece, Sequence};
use super::{Format, PronomError, Signatures};

/// No upper bound on a gap.
const FAR: usize = usize::MAX / 4;

/// An element of the file with its attributes, text and children. The files are small and trusted.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.attribute(name).parse().ok()
    }

    fn all(&self, name: &'static str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    fn text_of(&self, name: &'static str) -> &str {
        self.all(name).next().map_or("", |child| child.text.trim())
    }

    /// Every element of that name, however deep.
    fn deep<'a>(&'a self, name: &str, found: &mut Vec<&'a Element>) {
        for child in &self.children {
            if child.name == name {
                found.push(child);
            } else {
                child.deep(name, found);
            }
        }
    }

    fn every(&self, name: &str) -> Vec<&Element> {
        let mut found = Vec::new();
        self.deep(name, &mut found);
        found
    }
}

/// The internal signatures and formats of DROID's signature file.
pub(super) fn droid(xml: &str) -> Result<Signatures, PronomError> {
    let root = tree(xml)?;
    let mut internal = Vec::new();
    for signature in root.every("InternalSignature") {
        let id = signature.attribute("ID").parse().map_err(|_| PronomError::Xml("a signature without a number"))?;
        internal.push((id, sequences(signature, false)?));
    }
    let formats: HashMap<u32, Format> = root.every("FileFormat").into_iter().filter_map(format).collect();
    if internal.is_empty() || formats.is_empty() {
        return Err(PronomError::Xml("no signatures or no formats"));
    }
    let mut by_signature: HashMap<u32, Vec<u32>> = HashMap::new();
    for (id, format) in &formats {
        for signature in &format.signatures {
            by_signature.entry(*signature).or_default().push(*id);
        }
    }
    let by_puid = formats.iter().map(|(id, format)| (format.puid.clone(), *id)).collect();
    Ok(Signatures { formats, internal, by_signature, by_puid, containers: Vec::new() })
}

fn format(element: &Element) -> Option<(u32, Format)> {
    let numbers = |name| element.all(name).filter_map(|e| e.text.trim().parse().ok()).collect();
    let format = Format {
        puid: element.attribute("PUID").to_owned(),
        name: element.attribute("Name").to_owned(),
        version: element.attribute("Version").to_owned(),
        mime: element.attribute("MIMEType").split(',').next().unwrap_or_default().trim().to_owned(),
        extensions: element.all("Extension").map(|e| e.text.trim().to_lowercase()).collect(),
        signatures: numbers("InternalSignatureID"),
        outranks: numbers("HasPriorityOverFileFormatID"),
    };
    Some((element.attribute("ID").parse().ok()?, format))
}

/// The container signatures, each with the format it stands for.
pub(super) fn containers(xml: &str) -> Result<Vec<Container>, PronomError> {
    let root = tree(xml)?;
    let mut puids: HashMap<&str, &str> = HashMap::new();
    let mappings = root.every("FileFormatMapping");
    for mapping in &mappings {
        puids.entry(mapping.attribute("signatureId")).or_insert(mapping.attribute("Puid"));
    }
    root.every("ContainerSignature").into_iter().map(|element| container(element, &puids)).collect()
}

fn container(element: &Element, puids: &HashMap<&str, &str>) -> Result<Container, PronomError> {
    let kind = if element.attribute("ContainerType") == "ZIP" { ContainerKind::Zip } else { ContainerKind::Ole };
    let puid = (*puids.get(element.attribute("Id")).unwrap_or(&"")).to_owned();
    let member = |file: &&Element| {
        let sequences = file.every("InternalSignature").into_iter().map(|s| sequences(s, true));
        let sequences: Result<Vec<_>, _> = sequences.collect();
        Ok(Member { path: file.text_of("Path").to_owned(), sequences: sequences?.concat() })
    };
    let members: Result<Vec<Member>, PronomError> = element.every("File").iter().map(member).collect();
    Ok(Container { kind, puid, members: members? })
}

fn sequences(signature: &Element, in_container: bool) -> Result<Vec<Sequence>, PronomError> {
    let unknown = || PronomError::Sequence(signature.attribute("ID").to_owned());
    signature.all("ByteSequence").map(|element| sequence(element, in_container).ok_or_else(unknown)).collect()
}

/// A byte sequence in matching order, as DROID's documentation reads its attributes.
fn sequence(element: &Element, in_container: bool) -> Option<Sequence> {
    let reference = element.attribute("Reference");
    let mut parts: Vec<&Element> = element.all("SubSequence").collect();
    parts.sort_by_key(|part| part.number("Position").unwrap_or(1));
    if reference.starts_with("EOF") {
        return Some(Sequence { from_end: true, pieces: backwards(&parts)? });
    }
    let mut pieces = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let mut own = pieces_of(part)?;
        let first = own.first_mut()?;
        first.least = part.number("SubSeqMinOffset").unwrap_or(0);
        first.most = part.number("SubSeqMaxOffset").unwrap_or(FAR);
        match (reference.starts_with("BOF"), index) {
            // Inside a container a first piece without a bound stands exactly at its offset or later.
            (true, 0) if part.number("SubSeqMaxOffset").is_none() && !in_container => first.most = first.least,
            (true, _) => {}
            (false, 0) => (first.least, first.most) = (0, FAR),
            (false, _) => first.most = FAR,
        }
        // Some container signatures give only the least offset and leave the most at zero.
        first.most = first.most.max(first.least);
        pieces.append(&mut own);
    }
    Some(Sequence { from_end: false, pieces })
}

/// The pieces of a sequence that is counted from the end, reversed in order and in bytes.
fn backwards(parts: &[&Element]) -> Option<Vec<Piece>> {
    let mut forward = Vec::new();
    let mut tail = (0, FAR);
    for part in parts {
        let mut own = pieces_of(part)?;
        let first = own.first_mut()?;
        (first.least, first.most) = tail;
        let least = part.number("SubSeqMinOffset").unwrap_or(0);
        tail = (least, part.number("SubSeqMaxOffset").unwrap_or(FAR));
        forward.append(&mut own);
    }
    if parts.last()?.number("SubSeqMaxOffset").is_none() {
        tail.1 = tail.0;
    }
    let mut pieces = Vec::with_capacity(forward.len());
    for piece in forward.into_iter().rev() {
        let gap = (piece.least, piece.most);
        let reversed = |mut places: Vec<Place>| {
            places.reverse();
            places
        };
        let alternatives = piece.alternatives.into_iter().map(reversed).collect();
        pieces.push(Piece { least: tail.0, most: tail.1, alternatives });
        tail = gap;
    }
    Some(pieces)
}

/// The left fragments, the sequence itself and the right fragments, with the gaps between them.
fn pieces_of(part: &Element) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut gap = (0, 0);
    for (_, (next_gap, alternatives)) in fragments(part, "LeftFragment")?.into_iter().rev() {
        pieces.push(Piece { least: gap.0, most: gap.1, alternatives });
        gap = next_gap;
    }
    let alternatives = vec![parse(part.text_of("Sequence"))?];
    pieces.push(Piece { least: gap.0, most: gap.1, alternatives });
    for (_, ((least, most), alternatives)) in fragments(part, "RightFragment")? {
        pieces.push(Piece { least, most, alternatives });
    }
    Some(pieces)
}

type Fragments = BTreeMap<usize, ((usize, usize), Vec<Vec<Place>>)>;

/// Fragments by position; those of one position are alternatives, with the widest gap of them all.
fn fragments(part: &Element, name: &'static str) -> Option<Fragments> {
    let mut fragments = Fragments::new();
    for fragment in part.all(name) {
        let least = fragment.number("MinOffset").unwrap_or(0);
        let most = fragment.number("MaxOffset").unwrap_or(0);
        let position = fragment.number("Position").unwrap_or(1);
        let (gap, alternatives) = fragments.entry(position).or_insert(((least, most), Vec::new()));
        *gap = (gap.0.min(least), gap.1.max(most));
        alternatives.push(parse(fragment.text.trim())?);
    }
    Some(fragments)
}

fn tree(xml: &str) -> Result<Element, PronomError> {
    let mut reader = Reader::from_str(xml);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().map_err(|_| PronomError::Xml("not well formed"))? {
            Event::Start(start) => open.push(element(&start)),
            Event::Empty(start) => adopt(&mut open, element(&start)),
            Event::End(_) => {
                let done = open.pop().unwrap_or_default();
                adopt(&mut open, done);
            }
            Event::Text(text) => append(&mut open, &text.xml10_content()),
            Event::GeneralRef(name) => {
                let known = quick_xml::escape::resolve_xml_entity(&name).unwrap_or("");
                append(&mut open, known);
            }
            Event::Eof => return open.pop().ok_or(PronomError::Xml("empty")),
            _ => {}
        }
    }
}

fn adopt(open: &mut [Element], child: Element) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(child);
    }
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn element(start: &BytesStart<'_>) -> Element {
    let attributes = start.attributes().flatten().map(|attribute| {
        let name = attribute.key.local_name().as_ref().to_string();
        let value =
            quick_xml::escape::unescape(&attribute.value).map_or_else(|_| String::new(), std::borrow::Cow::into_owned);
        (name, value)
    });
    Element { name: start.local_name().as_ref().to_string(), attributes: attributes.collect(), ..Element::default() }
}
