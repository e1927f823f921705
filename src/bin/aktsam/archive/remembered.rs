//! What earlier scans found of AI in the files of a folder, as the ledger remembers it.

use std::collections::BTreeMap;
use std::path::Path;

use aktsam::archive::assess::{Remembered, Signs};
use aktsam::archive::check::{Found, Seen};
use aktsam::ledger::{LedgerError, Reader, RootRow};
use aktsam::walk::Root;
use jiff::Timestamp;

/// Opens the ledger to read; `None` when there is none yet.
pub(super) fn ledger(path: &Path) -> Result<Option<Reader>, LedgerError> {
    if path.exists() { Reader::open(path).map(Some) } else { Ok(None) }
}

/// What it remembers of each file that was read, by path.
pub(super) fn of(ledger: &Reader, root: &Root, found: &Found) -> Result<BTreeMap<Vec<u8>, Remembered>, LedgerError> {
    let roots = ledger.roots()?;
    let mut all = BTreeMap::new();
    for seen in &found.files {
        let remembered = of_file(ledger, &roots, root, seen)?;
        if remembered != Remembered::default() {
            all.insert(seen.path.clone(), remembered);
        }
    }
    Ok(all)
}

fn of_file(ledger: &Reader, roots: &[RootRow], root: &Root, seen: &Seen) -> Result<Remembered, LedgerError> {
    let Ok(read) = &seen.read else { return Ok(Remembered::default()) };
    let same = ledger.latest(&read.sha256)?.map(|record| Signs::of(&record)).filter(|signs| signs.any());
    let path = [root.path().as_os_str().as_encoded_bytes(), b"/", &seen.path].concat();
    let earlier = earlier(ledger, roots, &path, &read.sha256)?;
    Ok(Remembered { same, earlier })
}

/// The last signs in other content that lay at the path.
fn earlier(
    ledger: &Reader,
    roots: &[RootRow],
    path: &[u8],
    now: &str,
) -> Result<Option<(Signs, Timestamp)>, LedgerError> {
    let Some(file) = ledger.locate_in(roots, path)? else { return Ok(None) };
    for event in ledger.history(&file)?.iter().rev() {
        let Some(sha256) = event.sha256.as_deref().filter(|sha256| *sha256 != now) else { continue };
        let signs = ledger.latest(sha256)?.map(|record| Signs::of(&record)).filter(|signs| signs.any());
        if let Some(found) = signs.zip(Timestamp::from_millisecond(event.started_ms).ok()) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
