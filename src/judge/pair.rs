//! Terms that say something together only: who operates a knee is ill, who
//! operates a harbour is not.

use super::genre;
use super::sentence;
use super::view::View;
use crate::detect::terms::Hit;

/// Whether `hit` needs no other half, or has one near.
pub(super) fn is_whole(view: &View, hit: &Hit) -> bool {
    let wanted = &hit.group().beside;
    wanted.is_empty() || halves(view, hit).any(|other| wanted.contains(&other.group().id))
}

/// As [`is_whole`], of a term in a column header: the other half stands there too, or in the title.
pub(super) fn is_whole_header(view: &View, hit: &Hit, header: &[Hit]) -> bool {
    let wanted = &hit.group().beside;
    let is_half = |other: &Hit| wanted.contains(&other.group().id);
    let title = |other: &&Hit| {
        view.text.blocks.get(other.block).is_some_and(|block| genre::is_title(view.text, other.block, block))
    };
    wanted.is_empty() || header.iter().any(is_half) || view.hits.iter().filter(title).any(is_half)
}

/// The terms near `hit` in its sentence or row.
fn halves<'a>(view: &'a View, hit: &'a Hit) -> impl Iterator<Item = &'a Hit> {
    let in_row = view.is_row(hit.block);
    // A row is one statement, however long.
    let reach = if in_row { usize::MAX } else { hit.group().reach };
    let near = move |other: &&Hit| {
        let apart =
            other.range.start.saturating_sub(hit.range.end).max(hit.range.start.saturating_sub(other.range.end));
        other.block == hit.block && apart <= reach
    };
    let stretches = sentence::around(view.text, hit.block, &hit.range);
    stretches.into_iter().flat_map(|(block, range)| view.hits_in(block, &range)).filter(near)
}

#[cfg(test)]
mod tests {
    use crate::judge::Policy;
    use crate::judge::sample::judge_sample;

    #[track_caller]
    fn check(text: &str, rule: &str, expected: bool) {
        let judgement = judge_sample(&Policy::default(), text);
        assert_eq!(judgement.reasons.iter().any(|reason| reason.rule == rule), expected, "{text}");
    }

    #[test]
    fn halves_count_together_only() {
        check("Elev: Elias Lund\nElias bröt handleden på rasten.", "health", true);
        check("Elev: Elias Lund\nElias bröt mot reglerna. Handleden syns på bilden.", "health", false);
        check("Elev: Elias Lund\nElias har ont i vänster knä.", "health", true);
        check("Elev: Elias Lund\nElias räckte upp en hand.", "health", false);
        check("Elias Lund gick med i Kommunal i fjol.", "union", true);
        check("Elias Lund undervisar i Kommunal ekonomi.", "union", false);
    }
}
