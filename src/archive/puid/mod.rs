//! What format a file is, by PRONOM's signatures: the names archives use.
//!
//! The signatures are The National Archives' own, read from the XML that DROID
//! uses, so a newer release needs no newer program. Matching follows DROID: byte
//! sequences from the start and the end of a file, then what lies in a container,
//! then the priorities between formats, and the extension only where several or
//! none are left.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, LazyLock};

use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};
use thiserror::Error;

mod container;
mod load;
mod pattern;
mod sequence;

use container::{Container, ContainerKind};
use sequence::{Sequence, Window};

/// Why a signature file cannot be used.
#[derive(Debug, Error)]
pub enum PronomError {
    /// The XML is not well formed or not a signature file.
    #[error("not a PRONOM signature file: {0}")]
    Xml(&'static str),
    /// A byte sequence that is not understood.
    #[error("signature {0}: the byte sequence is not understood")]
    Sequence(String),
    /// The file could not be read.
    #[error("the signature file could not be read")]
    Io(#[from] io::Error),
}

/// What an identification rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Byte sequences in the file.
    Signature,
    /// What lies in a ZIP or OLE container.
    Container,
    /// The file name's extension alone: a guess.
    Extension,
    /// Nothing but characters in it: plain text, told by the program's own reading.
    Text,
    /// Nothing matched.
    None,
}

/// The formats a file may be of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identification {
    /// PRONOM unique identifiers, such as `fmt/276`; several mean doubt, none unknown.
    pub puids: Vec<String>,
    /// What they rest on.
    pub basis: Basis,
    /// The extension is none that PRONOM knows for the formats found.
    pub extension_mismatch: bool,
}

/// What a file's content says of its format, before its extension is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hits {
    /// As in [`Identification::puids`].
    pub puids: Vec<String>,
    /// As in [`Identification::basis`]; never the extension.
    pub basis: Basis,
}

/// A format of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    /// PRONOM unique identifier.
    pub puid: String,
    /// Name, such as `Acrobat PDF 1.4`.
    pub name: String,
    /// Version, or empty.
    pub version: String,
    /// Media type, or empty.
    pub mime: String,
    /// Extensions, lower case, without the dot.
    pub extensions: Vec<String>,
    signatures: Vec<u32>,
    outranks: Vec<u32>,
}

/// Bytes looked at from each end of a file. PDF/A's XMP, which some signatures ask for, sits deep.
const WINDOW: usize = 16 << 20;

/// A compiled set of PRONOM signatures.
#[derive(Debug)]
pub struct Signatures {
    formats: HashMap<u32, Format>,
    internal: Vec<(u32, Vec<Sequence>)>,
    by_signature: HashMap<u32, Vec<u32>>,
    by_puid: HashMap<String, u32>,
    containers: Vec<Container>,
}

static SHIPPED: LazyLock<Arc<Signatures>> = LazyLock::new(|| {
    let signatures = Signatures::read(GzDecoder::new(FORMATS), GzDecoder::new(CONTAINERS));
    Arc::new(signatures.expect("the shipped signatures are tested"))
});

/// The release of PRONOM that ships.
pub const SHIPPED_RELEASE: &str = "PRONOM 118";

const FORMATS: &[u8] = include_bytes!("../../../data/pronom/DROID_SignatureFile_V118.xml.gz");

/// The container signatures that ship, as gzipped XML.
pub(super) const CONTAINERS: &[u8] = include_bytes!("../../../data/pronom/container-signature-20240501.xml.gz");

impl Signatures {
    /// The signatures that ship with the program: PRONOM 118.
    #[must_use]
    pub fn shipped() -> &'static Arc<Self> {
        &SHIPPED
    }

    /// Reads DROID's signature file and container signature file, both as XML.
    ///
    /// # Errors
    ///
    /// When either is no signature file or holds a sequence that is not understood.
    pub fn read(mut droid: impl Read, mut container: impl Read) -> Result<Self, PronomError> {
        let mut xml = String::new();
        droid.read_to_string(&mut xml)?;
        let mut signatures = load::droid(&xml)?;
        xml.clear();
        container.read_to_string(&mut xml)?;
        signatures.containers = load::containers(&xml)?;
        Ok(signatures)
    }

    /// The format of an identifier.
    #[must_use]
    pub fn format(&self, puid: &str) -> Option<&Format> {
        self.formats.get(self.by_puid.get(puid)?)
    }

    /// Identifies an open file by its content, and by `extension` (lower case, without dot) where that leaves doubt.
    ///
    /// # Errors
    ///
    /// When the file cannot be read. A broken container counts as what its own bytes say.
    pub fn identify<R: Read + Seek>(&self, file: &mut R, extension: &str) -> io::Result<Identification> {
        Ok(self.settle(&self.hits(file)?, extension))
    }

    /// What the content alone says: the name may be known elsewhere only.
    ///
    /// # Errors
    ///
    /// As [`Signatures::identify`].
    pub fn hits<R: Read + Seek>(&self, file: &mut R) -> io::Result<Hits> {
        let window = read_window(file)?;
        let mut hits = self.internal_hits(&window);
        let mut basis = if hits.is_empty() { Basis::None } else { Basis::Signature };
        let inside = self.container_hits(&hits, file);
        if !inside.is_empty() {
            hits = inside;
            basis = Basis::Container;
        }
        self.drop_outranked(&mut hits);
        let mut puids: Vec<String> = hits.iter().map(|id| self.formats[id].puid.clone()).collect();
        puids.sort();
        Ok(Hits { puids, basis })
    }

    /// The formats that the content's hits leave for a file of that extension (lower case, without dot).
    #[must_use]
    pub fn settle(&self, content: &Hits, extension: &str) -> Identification {
        let mut basis = content.basis;
        let mut hits: BTreeSet<u32> = content.puids.iter().filter_map(|puid| self.by_puid.get(puid)).copied().collect();
        let mismatch = !hits.is_empty() && !hits.iter().any(|id| self.fits(*id, extension));
        self.ask_extension(&mut hits, &mut basis, extension);
        let mut puids: Vec<String> = hits.iter().map(|id| self.formats[id].puid.clone()).collect();
        puids.sort();
        Identification { puids, basis, extension_mismatch: mismatch }
    }

    fn internal_hits(&self, window: &Window) -> BTreeSet<u32> {
        let matching = self.internal.iter().filter(|(_, sequences)| sequences.iter().all(|s| s.matches(window)));
        matching.flat_map(|(id, _)| self.by_signature.get(id).into_iter().flatten().copied()).collect()
    }

    fn container_hits<R: Read + Seek>(&self, hits: &BTreeSet<u32>, file: &mut R) -> BTreeSet<u32> {
        let has = |puid: &str| self.by_puid.get(puid).is_some_and(|id| hits.contains(id));
        let kind = if has("x-fmt/263") || has("fmt/189") {
            ContainerKind::Zip
        } else if has("fmt/111") {
            ContainerKind::Ole
        } else {
            return BTreeSet::new();
        };
        let puids = container::matching(kind, &self.containers, file);
        puids.iter().filter_map(|puid| self.by_puid.get(*puid).copied()).collect()
    }

    fn drop_outranked(&self, hits: &mut BTreeSet<u32>) {
        let outranked: BTreeSet<u32> = hits.iter().flat_map(|id| self.formats[id].outranks.iter().copied()).collect();
        hits.retain(|id| !outranked.contains(id));
    }

    fn fits(&self, id: u32, extension: &str) -> bool {
        let known = &self.formats[&id].extensions;
        known.is_empty() || known.iter().any(|known| known == extension)
    }

    /// Chooses among several formats, or guesses where none matched and the extension has one without signatures.
    fn ask_extension(&self, hits: &mut BTreeSet<u32>, basis: &mut Basis, extension: &str) {
        let named = |id: &u32| self.formats[id].extensions.iter().any(|known| known == extension);
        if hits.len() > 1 && hits.iter().any(named) {
            hits.retain(named);
        }
        if hits.is_empty() && !extension.is_empty() {
            let mut candidates = self.formats.keys().filter(|id| named(id));
            if let (Some(only), None) = (candidates.next(), candidates.next())
                && self.formats[only].signatures.is_empty()
            {
                hits.insert(*only);
                *basis = Basis::Extension;
            }
        }
    }
}

fn read_window<R: Read + Seek>(file: &mut R) -> io::Result<Window> {
    let length = file.seek(SeekFrom::End(0))?;
    let most = usize::try_from(length).unwrap_or(usize::MAX).min(WINDOW);
    file.rewind()?;
    let mut start = Vec::with_capacity(most);
    file.by_ref().take(most as u64).read_to_end(&mut start)?;
    let mut end = start.clone();
    if length > most as u64 {
        file.seek(SeekFrom::Start(length - most as u64))?;
        end.clear();
        file.by_ref().take(most as u64).read_to_end(&mut end)?;
    }
    end.reverse();
    Ok(Window { start, reversed_end: end })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn check(bytes: &[u8], extension: &str, puids: &[&str], basis: Basis) {
        let found = Signatures::shipped().identify(&mut Cursor::new(bytes), extension).unwrap();
        assert_eq!((found.puids.iter().map(String::as_str).collect::<Vec<_>>(), found.basis), (puids.to_vec(), basis));
    }

    #[test]
    fn identifies_by_bytes_then_extension() {
        check(b"%PDF-1.4\n%\n1 0 obj\n%%EOF\n", "pdf", &["fmt/18"], Basis::Signature);
        check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0IEND\xaeB`\x82", "png", &["fmt/11"], Basis::Signature);
        check(b"Hej", "csv", &["x-fmt/18"], Basis::Extension);
        check(b"Hej", "", &[], Basis::None);
        check(b"", "", &[], Basis::None);
    }

    #[test]
    fn an_extension_that_does_not_fit_is_said() {
        let found = Signatures::shipped().identify(&mut Cursor::new(b"%PDF-1.4\n%%EOF"), "docx").unwrap();
        assert!(found.extension_mismatch);
    }

    #[test]
    fn names_formats() {
        assert_eq!(Signatures::shipped().format("fmt/18").map(|f| f.version.as_str()), Some("1.4"));
    }
}
