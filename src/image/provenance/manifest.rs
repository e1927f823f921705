//! Reading a C2PA manifest store without checking it: what its claims say of
//! the picture's making. JUMBF boxes (ISO/IEC 19566-5) with CBOR and JSON
//! content (C2PA technical specification 2.2, sections 8, 10 and 18).

use std::collections::BTreeMap;

use ciborium::Value;

use super::markers::{Says, named, source_type};
use crate::image::bytes::{be32, be64, slice, split_nul};

/// Deepest nesting of boxes, of CBOR and of ingredients that is followed.
const MAX_DEPTH: usize = 32;

/// The manifests of a store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store {
    manifests: BTreeMap<String, Manifest>,
    active: Option<String>,
}

/// What one manifest says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manifest {
    /// The program that made the claim.
    pub generator: Option<String>,
    actions: Vec<Action>,
    ingredients: Vec<Ingredient>,
    /// Source types outside actions (metadata assertions).
    declared: Vec<Says>,
}

#[derive(Clone, Debug, Default)]
struct Action {
    created: bool,
    source: Option<(&'static str, Says)>,
    agent: Option<String>,
}

#[derive(Clone, Debug, Default)]
struct Ingredient {
    parent: bool,
    manifest: Option<String>,
}

/// What a store says, with the names behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Statement {
    /// What it says; `None` when it says nothing of the picture's making.
    pub says: Option<Says>,
    /// The source type that decided, when one did.
    pub source_type: Option<&'static str>,
    /// The program that made the picture, as far as it is named.
    pub generator: Option<String>,
    /// Whether an ingredient decided, and not the picture's own manifest.
    pub by_ingredient: bool,
}

impl Store {
    /// Reads the boxes of a store, as far as they are sound.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut store = Self::default();
        for outer in boxes(bytes) {
            let Some((_, children)) = described(&outer) else { continue };
            for manifest in boxes(children) {
                let Some((label, content)) = described(&manifest) else { continue };
                store.manifests.insert(label.clone(), Manifest::read(content));
                store.active = Some(label);
            }
        }
        store
    }

    /// The active manifest: the last in the store.
    pub(crate) fn active(&self) -> Option<&Manifest> {
        self.manifests.get(self.active.as_ref()?)
    }

    /// What the active manifest and the chain of its ingredients say.
    pub(crate) fn statement(&self) -> Statement {
        self.active.as_ref().map(|label| self.follow(label, 0)).unwrap_or_default()
    }

    fn follow(&self, label: &str, depth: usize) -> Statement {
        let Some(manifest) = self.manifests.get(label).filter(|_| depth < MAX_DEPTH) else {
            return Statement::default();
        };
        let mut statement = manifest.statement();
        for ingredient in &manifest.ingredients {
            let Some(label) = &ingredient.manifest else { continue };
            let mut inner = self.follow(label, depth + 1);
            inner.by_ingredient = true;
            if !ingredient.parent {
                // A picture placed in this one makes this one partly AI's, and never a photograph.
                inner.says = inner.says.filter(|says| *says >= Says::AiEdited).map(|_| Says::AiEdited);
            }
            let made_by = statement.generator.take().or_else(|| inner.generator.clone());
            if inner.says > statement.says {
                statement = inner;
            } else {
                statement.generator = made_by;
            }
        }
        statement
    }
}

impl Manifest {
    fn read(content: &[u8]) -> Self {
        let mut manifest = Self::default();
        for part in boxes(content) {
            let Some((label, content)) = described(&part) else { continue };
            match label.as_str() {
                "c2pa.claim" | "c2pa.claim.v2" => manifest.claim(content),
                "c2pa.assertions" => manifest.assertions(content),
                _ => {}
            }
        }
        manifest
    }

    fn claim(&mut self, content: &[u8]) {
        let Some(claim) = value(content) else { return };
        let info = get(&claim, "claim_generator_info").and_then(|info| match info {
            Value::Array(list) => list.first(),
            info => Some(info),
        });
        let name = info.and_then(|info| text(get(info, "name")?));
        // Version 1 has a line like a user agent's; the library's own name tells nothing.
        let line = get(&claim, "claim_generator").and_then(text);
        self.generator = name.filter(|name| name != "c2pa-rs").or(line).filter(|name| !is_own(name));
    }

    fn assertions(&mut self, content: &[u8]) {
        for assertion in boxes(content) {
            let Some((label, content)) = described(&assertion) else { continue };
            let name = label.split("__").next().unwrap_or_default();
            if name.starts_with("c2pa.actions") {
                self.actions(content);
            } else if name.starts_with("c2pa.ingredient") {
                self.ingredients.extend(value(content).map(|value| ingredient(&value)));
            } else if name.contains("metadata") || name.starts_with("stds.") {
                self.declared(content);
            }
        }
    }

    fn actions(&mut self, content: &[u8]) {
        let Some(assertion) = value(content) else {
            // Damaged CBOR still names the type in plain bytes, and invalid is not "not AI".
            let source = in_plain_bytes(content);
            self.actions.push(Action { source, ..Action::default() });
            return;
        };
        for list in ["actions", "templates"].into_iter().filter_map(|key| get(&assertion, key)) {
            self.actions.extend(list.as_array().into_iter().flatten().map(action));
        }
    }

    fn declared(&mut self, content: &[u8]) {
        let Some(Value::Map(fields)) = value(content) else { return };
        let source = |(key, value): &(Value, Value)| {
            let named = key.as_text().is_some_and(|key| key.ends_with("DigitalSourceType"));
            named.then(|| source_type(value.as_text()?)).flatten()
        };
        self.declared.extend(fields.iter().filter_map(source).map(|(_, says)| says));
    }

    /// What this manifest says by itself.
    fn statement(&self) -> Statement {
        let mut best = Statement { generator: self.generator.clone(), ..Statement::default() };
        for action in &self.actions {
            let by_name = action.agent.as_deref().and_then(named);
            let says = action.source.map(|(_, says)| says).max(by_name.map(|(_, says)| says));
            // AI in a later step changes a picture; only the first step makes it.
            let says = says.map(|says| if says == Says::Ai && !action.created { Says::AiEdited } else { says });
            if says > best.says {
                best.says = says;
                best.source_type = action.source.map(|(name, _)| name);
                best.generator = action.agent.clone().or_else(|| self.generator.clone());
            }
        }
        let declared = self.declared.iter().copied().max();
        let opened = self.ingredients.iter().any(|ingredient| ingredient.parent);
        let by_name = self.generator.as_deref().and_then(named).map(|(_, says)| says).filter(|_| !opened);
        best.says = best.says.max(declared).max(by_name);
        best
    }
}

/// Whether this is the program that labels, which makes no pictures.
fn is_own(name: &str) -> bool {
    name == env!("CARGO_PKG_NAME") || name.starts_with(concat!(env!("CARGO_PKG_NAME"), "/"))
}

fn action(value: &Value) -> Action {
    let name = get(value, "action").and_then(Value::as_text).unwrap_or_default();
    let agent = get(value, "softwareAgent").and_then(|agent| text(agent).or_else(|| text(get(agent, "name")?)));
    let source = get(value, "digitalSourceType").and_then(Value::as_text).and_then(source_type);
    Action { created: name == "c2pa.created", source, agent: agent.filter(|agent| !is_own(agent)) }
}

fn ingredient(value: &Value) -> Ingredient {
    let parent = get(value, "relationship").and_then(Value::as_text) == Some("parentOf");
    // Version 3 says activeManifest, versions 1 and 2 c2pa_manifest.
    let link = get(value, "activeManifest").or_else(|| get(value, "c2pa_manifest"));
    let url = link.and_then(|link| text(get(link, "url")?));
    Ingredient { parent, manifest: url.and_then(|url| url.rsplit('/').next().map(str::to_owned)) }
}

/// The CBOR or JSON content of a described box.
fn value(content: &[u8]) -> Option<Value> {
    boxes(content).find_map(|inner| match &inner.name {
        b"cbor" => ciborium::de::from_reader_with_recursion_limit(inner.content, MAX_DEPTH * 4).ok(),
        b"json" => serde_json::from_slice(inner.content).ok(),
        _ => None,
    })
}

fn get<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    value.as_map()?.iter().find(|(k, _)| k.as_text() == Some(key)).map(|(_, value)| value)
}

fn text(value: &Value) -> Option<String> {
    value.as_text().map(str::to_owned)
}

/// A source type that stands as text in bytes that could not be parsed.
fn in_plain_bytes(bytes: &[u8]) -> Option<(&'static str, Says)> {
    let word = b"digitalsourcetype/";
    let start = memchr::memmem::find(bytes, word)? + word.len();
    let rest = bytes.get(start..)?;
    let end = rest.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(rest.len());
    source_type(std::str::from_utf8(rest.get(..end)?).ok()?)
}

struct Box<'a> {
    name: [u8; 4],
    content: &'a [u8],
}

/// The boxes that stand one after the other in `bytes`.
fn boxes(bytes: &[u8]) -> impl Iterator<Item = Box<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let name: [u8; 4] = slice(bytes, at + 4, 4)?.try_into().ok()?;
        let (header, length) = match be32(bytes, at)? {
            0 => (8, bytes.len() - at),
            1 => (16, usize::try_from(be64(bytes, at + 8)?).ok()?),
            length => (8, usize::try_from(length).ok()?),
        };
        // A box that claims more than there is ends with the bytes.
        let end = at.checked_add(length)?.min(bytes.len());
        let content = bytes.get(at + header..end)?;
        at = end;
        Some(Box { name, content })
    })
}

/// The label of a superbox and the boxes after its description.
fn described<'a>(outer: &Box<'a>) -> Option<(String, &'a [u8])> {
    if &outer.name != b"jumb" {
        return None;
    }
    let length = usize::try_from(be32(outer.content, 0)?).ok()?;
    let description = slice(outer.content, 8, length.checked_sub(8)?)?;
    // Sixteen bytes of type, one of toggles, then the label.
    let (label, _) = split_nul(description.get(17..)?)?;
    Some((String::from_utf8_lossy(label).into_owned(), outer.content.get(length..)?))
}
