//! What became of files since an earlier run than the one before the last.

use std::collections::HashMap;

use aktsam::ledger::{Change, Difference, Reader, Row};

/// Files that are otherwise now than after a run, by root and path.
pub(crate) struct News(HashMap<(i64, Vec<u8>), Difference>);

impl News {
    /// What runs after `run` changed.
    pub(crate) fn since(reader: &Reader, run: i64) -> anyhow::Result<Self> {
        let mut news = HashMap::new();
        reader.differences(run, i64::MAX, |difference| {
            news.insert((difference.root, difference.path.clone()), difference);
            Ok(())
        })?;
        Ok(Self(news))
    }

    /// The file, with its change told from that run; `None` of one that came and went since.
    pub(crate) fn told(&self, row: Row) -> Option<Row> {
        let found = self.0.get(&(row.root, row.path.clone()));
        if found.is_none() && row.change == Change::Gone {
            return None;
        }
        let (change, previous) = found.map_or((Change::Same, None), |found| (found.change, found.before));
        Some(Row { change, previous, ..row })
    }
}
