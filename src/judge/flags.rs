//! Signs that are reported beside the verdict and never change it.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{Evidence, Key};
use super::genre::Genre;
use super::view::View;
use crate::finding::Entity;
use crate::record::Flags;

/// Signs of an official record (allmän handling): a protocol, a stamp, a decision on delegation.
pub const OFFICIAL_RECORD: &str = "official-record";
/// A diarienummer stands in the file.
pub const DIARIENUMMER: &str = "diarienummer";
/// Signs of an official record, but no diarienummer.
pub const DIARIENUMMER_MISSING: &str = "diarienummer-missing";
/// Residues that chat assistants leave in text.
pub const AI_TRACE: &str = "ai-trace";
/// Such residues, and no word that AI was used.
pub const AI_TRACE_UNDISCLOSED: &str = "ai-trace-undisclosed";
/// The file says that AI was used.
pub const AI_DISCLOSED: &str = "ai-disclosed";
/// AI made the picture, or a part of it.
pub const AI_IMAGE: &str = "ai-image";
/// AI made the picture or a part of it, and nothing shows that it carries a visible label.
pub const AI_IMAGE_UNLABELLED: &str = "ai-image-unlabelled";
/// AI products are named.
pub const AI_SYSTEM: &str = "ai-system";
/// What begins the flag of each AI product that is named; its identifier follows, see [`crate::detect::terms::systems`].
pub const AI_SYSTEM_OF: &str = "ai-system:";
/// AI products are named in an agreement, an order or another paper by which something is bought.
pub const AI_AGREEMENT: &str = "ai-agreement";
/// The file claims copyright.
pub const COPYRIGHT: &str = "copyright";

/// How many different signs make an official record: one word alone is everyday speech.
const RECORD_SIGNS: u32 = 2;

/// The flags of a text, each with how many findings speak for it.
pub(super) fn flags(view: &View, evidence: &[Evidence]) -> Flags {
    let mut flags = Flags::new();
    let mut set = |flag: &str, count: u32| {
        if count > 0 {
            flags.insert(flag.to_owned(), count);
        }
    };
    let signs = distinct(evidence, Entity::OfficialRecord);
    let numbers = count(evidence, Entity::Diarienummer);
    let record = if signs >= RECORD_SIGNS || (signs > 0 && numbers > 0) { signs } else { 0 };
    set(OFFICIAL_RECORD, record);
    set(DIARIENUMMER, numbers);
    set(DIARIENUMMER_MISSING, u32::from(record > 0 && numbers == 0));
    let traces = count(evidence, Entity::AiTrace);
    let disclosed = count(evidence, Entity::AiDisclosure);
    set(AI_TRACE, traces);
    set(AI_TRACE_UNDISCLOSED, if disclosed == 0 { traces } else { 0 });
    set(AI_DISCLOSED, disclosed);
    set(AI_SYSTEM, count(evidence, Entity::AiSystem));
    let systems = systems(evidence);
    set(AI_AGREEMENT, u32::from(!systems.is_empty() && view.is(Genre::Agreement)));
    for (system, count) in systems {
        set(system, count);
    }
    set(COPYRIGHT, count(evidence, Entity::Copyright) + signs_of_copyright(view));
    flags
}

/// Whether findings of an entity are shown in the record for a flag's sake.
pub(super) fn is_shown(entity: Entity) -> bool {
    matches!(entity, Entity::AiTrace | Entity::AiDisclosure | Entity::AiSystem | Entity::Copyright)
}

fn count(evidence: &[Evidence], entity: Entity) -> u32 {
    let count = evidence.iter().filter(|one| one.finding.entity == entity).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// How often each AI product is named, by its flag.
fn systems(evidence: &[Evidence]) -> BTreeMap<&'static str, u32> {
    let mut systems = BTreeMap::new();
    for group in evidence.iter().filter_map(|one| one.group).filter(|group| group.starts_with(AI_SYSTEM_OF)) {
        *systems.entry(group).or_default() += 1;
    }
    systems
}

fn distinct(evidence: &[Evidence], entity: Entity) -> u32 {
    let keys: BTreeSet<&Key> = evidence.iter().filter(|one| one.finding.entity == entity).map(|one| &one.key).collect();
    u32::try_from(keys.len()).unwrap_or(u32::MAX)
}

/// The sign © itself.
fn signs_of_copyright(view: &View) -> u32 {
    let count = view.text.blocks.iter().filter(|block| block.text.contains('©')).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}
