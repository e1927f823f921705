//! Files that are the same, nearly the same, or versions of each other.

use std::collections::{BTreeMap, HashMap};

use super::super::similar;
use super::{Row, add};
use crate::report::escape::visible;

/// Contents that are the same, and texts that nearly are.
pub(super) fn duplicates(rows: &mut [Row], alike: &BTreeMap<usize, usize>) {
    let mut first: HashMap<String, usize> = HashMap::new();
    for index in 0..rows.len() {
        let Some(sha256) = rows[index].sha256.clone().filter(|_| rows[index].size > 0) else { continue };
        let earlier = *first.entry(sha256).or_insert(index);
        if earlier != index {
            rows[index].same_as = Some(earlier);
            let other = visible(&rows[earlier].path);
            add(&mut rows[index].findings, "duplicate", Some(other));
        }
    }
    for (&index, &earlier) in alike {
        if rows[index].sha256 != rows[earlier].sha256 {
            let other = visible(&rows[earlier].path);
            add(&mut rows[index].findings, "near-duplicate", Some(other));
        }
    }
}

/// Names that tell a version of another file in the same folder.
pub(super) fn versions(rows: &mut [Row]) {
    let split = |row: &Row| {
        let path = visible(&row.path);
        let (folder, name) = path.rsplit_once('/').map_or((String::new(), path.clone()), |(f, n)| (f.into(), n.into()));
        let whole = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_lowercase();
        (folder, similar::stem(&name), whole)
    };
    let split: Vec<_> = rows.iter().map(split).collect();
    let mut stems: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (index, (folder, stem, whole)) in split.iter().enumerate() {
        stems.entry((folder, stem.as_deref().unwrap_or(whole))).or_default().push(index);
    }
    for group in stems.values().filter(|group| group.len() > 1) {
        for &index in group.iter().filter(|index| split[**index].1.is_some()) {
            let other = group.iter().find(|other| **other != index).map(|other| visible(&rows[*other].path));
            add(&mut rows[index].findings, "version", other);
        }
    }
}
