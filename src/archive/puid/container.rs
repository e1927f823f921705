//! What lies in a ZIP or OLE container tells which of the many formats built on it a file is.

use std::collections::HashMap;
use std::io::{Read, Seek};

use globset::GlobBuilder;

use super::sequence::{Sequence, Window};

/// The two kinds of container that PRONOM looks into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContainerKind {
    Zip,
    Ole,
}

/// A container signature: the members that must be there, and what must stand in them.
#[derive(Clone, Debug)]
pub(super) struct Container {
    pub(super) kind: ContainerKind,
    pub(super) puid: String,
    pub(super) members: Vec<Member>,
}

/// A member that must be there.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// Its path, first taken literally, then as a glob.
    pub(super) path: String,
    /// What must stand in it; nothing means that being there is enough.
    pub(super) sequences: Vec<Sequence>,
}

/// Bytes of a member that are looked at.
const MEMBER_BYTES: u64 = 1 << 20;

/// The formats whose container signature matches. A container that cannot be read matches none.
pub(super) fn matching<'a, R: Read + Seek>(
    kind: ContainerKind,
    signatures: &'a [Container],
    file: &mut R,
) -> Vec<&'a str> {
    let opened = match kind {
        ContainerKind::Zip => Opened::zip(file),
        ContainerKind::Ole => Opened::ole(file),
    };
    let Some(mut opened) = opened else { return Vec::new() };
    let of_kind = signatures.iter().filter(|signature| signature.kind == kind);
    of_kind.filter(|signature| opened.holds(signature)).map(|signature| signature.puid.as_str()).collect()
}

/// An opened container: its members' names, and a way to read one.
struct Opened<'f> {
    names: Vec<String>,
    read: Box<dyn FnMut(usize) -> Vec<u8> + 'f>,
    windows: HashMap<usize, Window>,
}

impl<'f> Opened<'f> {
    fn zip<R: Read + Seek>(file: &'f mut R) -> Option<Self> {
        let mut archive = zip::ZipArchive::new(file).ok()?;
        let members = archive.len();
        let mut name = |at| archive.by_index_raw(at).map(|m| String::from_utf8_lossy(m.name_raw()).into_owned());
        let names = (0..members).map(|at| name(at).unwrap_or_default()).collect();
        let read = move |index| {
            let mut bytes = Vec::new();
            if let Ok(member) = archive.by_index(index) {
                // What stands before a broken end is still what the member begins with.
                let _ = member.take(MEMBER_BYTES).read_to_end(&mut bytes);
            }
            bytes
        };
        Some(Self { names, read: Box::new(read), windows: HashMap::new() })
    }

    fn ole<R: Read + Seek>(file: &'f mut R) -> Option<Self> {
        let mut compound = cfb::CompoundFile::open(file).ok()?;
        let paths: Vec<_> = compound.walk().filter(|e| !e.is_root()).map(|e| e.path().to_path_buf()).collect();
        let names = paths.iter().map(|path| ole_name(&path.to_string_lossy())).collect();
        let read = move |index: usize| {
            let mut bytes = Vec::new();
            if let Some(Ok(stream)) = paths.get(index).map(|path| compound.open_stream(path)) {
                let _ = stream.take(MEMBER_BYTES).read_to_end(&mut bytes);
            }
            bytes
        };
        Some(Self { names, read: Box::new(read), windows: HashMap::new() })
    }

    fn holds(&mut self, signature: &Container) -> bool {
        signature.members.iter().all(|member| {
            let named = self.named(member.path.trim_matches('/'));
            !named.is_empty()
                && (member.sequences.is_empty() || named.iter().any(|&at| self.has(at, &member.sequences)))
        })
    }

    /// The members of that literal path, or else those that fit it as a glob.
    fn named(&self, path: &str) -> Vec<usize> {
        let of = |fits: &dyn Fn(&str) -> bool| {
            self.names.iter().enumerate().filter(|(_, name)| fits(name)).map(|(at, _)| at).collect::<Vec<_>>()
        };
        let literal = of(&|name| name.trim_end_matches('/') == path);
        if !literal.is_empty() || !path.contains(['*', '[']) {
            return literal;
        }
        let Ok(glob) = GlobBuilder::new(path).literal_separator(false).build() else { return Vec::new() };
        let matcher = glob.compile_matcher();
        of(&|name| matcher.is_match(name))
    }

    fn has(&mut self, at: usize, sequences: &[Sequence]) -> bool {
        let read = &mut self.read;
        let window = self.windows.entry(at).or_insert_with(|| Window::whole(read(at)));
        sequences.iter().all(|sequence| sequence.matches(window))
    }
}

/// OLE names begin with control characters that the signatures leave out.
fn ole_name(path: &str) -> String {
    let parts = path.trim_start_matches('/').split('/');
    parts.map(|part| part.trim_start_matches(|c: char| c.is_control())).collect::<Vec<_>>().join("/")
}
