//! Which files are no longer there. Only asked when the root was walked to its
//! end, and a file is gone only when the file system says so itself.

use rustix::fs::{AtFlags, FileType, statat};

use super::Pipeline;
use super::decide::{Decided, is_below};
use crate::ledger::{Ledger, LedgerError, Reader, Writer};
use crate::walk::join;

/// Files marked in a transaction.
const COMMIT_FILES: u64 = 1000;

/// Marks the files that are gone from folders that were listed, and those of
/// folders that were not, unless they lie below one that could not be read.
pub(super) fn mark(
    ledger: &mut Ledger,
    pipeline: &Pipeline<'_>,
    unread: &[Vec<u8>],
    decided: &Decided,
) -> Result<(), LedgerError> {
    let reader = ledger.reader()?;
    let mut writer = ledger.writer(pipeline.run);
    let mut marked = 0;
    reader.dirs(pipeline.id, |id, dir| {
        let gone = if decided.lacking.contains(&id) {
            in_folder(pipeline, &reader, &mut writer, unread, (id, dir))?
        } else if id > pipeline.id.newest_dir || decided.visited.contains(id) || is_below(dir, unread) {
            0
        } else {
            writer.folder_gone(id)?
        };
        pipeline.progress.lost(gone);
        marked += gone;
        if marked >= COMMIT_FILES {
            writer.commit()?;
            marked = 0;
        }
        Ok(())
    })?;
    writer.commit()
}

/// Marks the files of a folder that are gone or that the scope leaves out now.
fn in_folder(
    pipeline: &Pipeline<'_>,
    reader: &Reader,
    writer: &mut Writer<'_>,
    unread: &[Vec<u8>],
    (id, dir): (i64, &[u8]),
) -> Result<u64, LedgerError> {
    let root = pipeline.root;
    let Ok(folder) = root.folder(dir) else { return Ok(0) };
    let mut gone = 0;
    reader.files(id, |name, _| {
        let path = join(dir, name);
        let there = match statat(&folder, root.way(name), AtFlags::SYMLINK_NOFOLLOW) {
            Err(rustix::io::Errno::NOENT) => false,
            Err(_) => true,
            // A folder stands in the ledger as long as it cannot be read.
            Ok(stat) => match FileType::from_raw_mode(stat.st_mode) {
                FileType::Symlink => false,
                FileType::Directory => unread.contains(&path),
                _ => true,
            },
        };
        if !there || !root.scope().holds(&path) {
            gone += writer.gone(id, name)?;
        }
        Ok(())
    })?;
    Ok(gone)
}
