//! The pictures that are named on the command line, in folders too, and working through them on every core.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use aktsam::report::escape;
use crossbeam_channel::{Receiver, Sender, bounded};
use indicatif::{ProgressBar, ProgressStyle};
use walkdir::{DirEntry, WalkDir};

use crate::replace;

/// A file to work on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Its path below the folder that was named, or its own name.
    pub below: PathBuf,
    /// Whether it was named itself, and so must be answered for whatever it is.
    pub named: bool,
}

impl Found {
    /// The path as it can be shown anywhere.
    pub(crate) fn shown(&self) -> String {
        shown(&self.path)
    }
}

/// A path as it can be shown anywhere, whatever its name holds.
pub(crate) fn shown(path: &Path) -> String {
    escape::visible(path.as_os_str().as_encoded_bytes())
}

/// The files found, and what could not be listed.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub files: Vec<Found>,
    /// Each with its cause, as it can be shown anywhere.
    pub unread: Vec<String>,
}

/// The files named, and every file in the folders named, in order of their
/// names. In folders, backups and unfinished files of earlier runs are left out,
/// and so is the folder `output`.
pub(crate) fn files(paths: &[PathBuf], output: Option<&Path>) -> Listing {
    let output = output.and_then(|folder| folder.canonicalize().ok());
    let is_output =
        |entry: &DirEntry| entry.file_type().is_dir() && output.is_some() && entry.path().canonicalize().ok() == output;
    let mut listing = Listing::default();
    for path in paths {
        let walk = WalkDir::new(path).sort_by_file_name();
        for entry in walk.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_output(entry)) {
            match entry {
                Ok(entry) => listing.files.extend(found(path, entry)),
                Err(error) => listing.unread.push(unlisted(&error)),
            }
        }
    }
    listing
}

fn unlisted(error: &walkdir::Error) -> String {
    let cause = error.io_error().map_or_else(|| "a loop of links".to_owned(), ToString::to_string);
    error.path().map_or(cause.clone(), |path| format!("{}: {cause}", shown(path)))
}

/// `None` for what only stands in a folder and is not to be touched.
fn found(root: &Path, entry: DirEntry) -> Option<Found> {
    let named = entry.depth() == 0;
    let kind = entry.file_type();
    // What is named itself is kept whatever it is, so that it is answered for.
    let wanted = if named { !kind.is_dir() } else { kind.is_file() && !replace::is_leftover(entry.file_name()) };
    let below = match entry.path().strip_prefix(root) {
        Ok(below) if !named => below.to_owned(),
        _ => entry.file_name().into(),
    };
    wanted.then(|| Found { path: entry.into_path(), below, named })
}

/// How many threads can work at a time.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Turns at working, as many at a time as there are cores. Who waits for the disk gives his back, so that
/// another works meanwhile, and no more pictures are decoded at a time than there are cores.
pub(crate) struct Turns {
    taken: Sender<()>,
    given: Receiver<()>,
}

/// A turn; given back when it is dropped.
pub(crate) struct Turn<'a>(&'a Receiver<()>);

impl Turns {
    pub(crate) fn new() -> Self {
        let (taken, given) = bounded(cores());
        Self { taken, given }
    }

    /// Waits for a turn.
    pub(crate) fn take(&self) -> Turn<'_> {
        // Both ends live as long as this does.
        let _ = self.taken.send(());
        Turn(&self.given)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let _ = self.0.try_recv();
    }
}

/// Does `work` for every file, on so many threads, and hands the results to `show` in
/// the files' order as soon as they are there. A bar on a terminal follows.
///
/// # Errors
///
/// The first error of `show`, which ends the work.
pub(crate) fn each<T: Send>(
    files: &[Found],
    threads: usize,
    work: impl Fn(&Found) -> T + Sync,
    mut show: impl FnMut(&Found, T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let threads = threads.clamp(1, files.len().max(1));
    let next = AtomicUsize::new(0);
    // ProgressBar draws nothing when standard error is no terminal.
    let bar = ProgressBar::new(files.len() as u64).with_style(style());
    let (sender, results) = bounded(2 * threads);
    thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                while let Some((index, file)) = take(files, next) {
                    if sender.send((index, work(file))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut shown = 0;
        for (index, result) in results {
            early.insert(index, result);
            while let Some(result) = early.remove(&shown) {
                bar.suspend(|| show(&files[shown], result))?;
                shown += 1;
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        Ok(())
    })
}

fn take<'a>(files: &'a [Found], next: &AtomicUsize) -> Option<(usize, &'a Found)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    Some((index, files.get(index)?))
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {pos}/{len} {wide_bar} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_files() {
        let file = |number: usize| Found { path: number.to_string().into(), below: PathBuf::new(), named: false };
        let files: Vec<Found> = (0..200).map(file).collect();
        let mut shown = Vec::new();
        let work = |file: &Found| file.path.clone();
        each(&files, 4, work, |file, result| {
            assert_eq!(file.path, result);
            shown.push(result);
            Ok(())
        })
        .unwrap();
        assert_eq!(shown.len(), 200);
    }

    #[test]
    fn no_more_have_a_turn_than_there_are_cores() {
        let (turns, working, most) = (Turns::new(), AtomicUsize::new(0), AtomicUsize::new(0));
        let file = Found { path: "a".into(), below: "a".into(), named: true };
        let work = |_: &Found| {
            let _turn = turns.take();
            most.fetch_max(working.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::yield_now();
            working.fetch_sub(1, Ordering::SeqCst);
        };
        each(&vec![file; 500], 4 * cores(), work, |_, ()| Ok(())).unwrap();
        assert!(most.into_inner() <= cores());
    }

    #[test]
    fn an_error_of_the_reader_ends_the_work() {
        let files = vec![Found { path: "a".into(), below: "a".into(), named: true }; 1000];
        let mut shown = 0;
        let ended = each(
            &files,
            2,
            |_| (),
            |_, ()| {
                shown += 1;
                anyhow::bail!("closed")
            },
        );
        assert!(ended.is_err() && shown == 1);
    }
}
