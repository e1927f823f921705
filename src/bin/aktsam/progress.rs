//! What a run is doing, on a terminal and nowhere else.

use std::io::{self, IsTerminal};
use std::thread;
use std::time::{Duration, Instant};

use aktsam::judge::explain::Language;
use aktsam::report::terminal;
use aktsam::scan::Progress;
use crossbeam_channel::{RecvTimeoutError, bounded};
use indicatif::{ProgressBar, ProgressStyle};

/// How often the line is drawn anew.
const TICK: Duration = Duration::from_millis(200);

/// Runs `work` while a line on standard error follows it; without a terminal, just runs it.
pub(crate) fn show<T>(progress: &Progress, language: Language, work: impl FnOnce() -> T) -> T {
    if !io::stderr().is_terminal() {
        return work();
    }
    let (ended, until_ended) = bounded::<()>(0);
    thread::scope(|scope| {
        scope.spawn(move || {
            let line = ProgressBar::new_spinner().with_style(style());
            let started = Instant::now();
            while until_ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                let counts = progress.counts();
                let folder = progress.folder();
                let folder = folder.as_os_str().as_encoded_bytes();
                let said = terminal::progress(counts.finished, counts.expected, folder, started.elapsed(), language);
                line.set_message(said);
                line.tick();
            }
            line.finish_and_clear();
        });
        let result = work();
        drop(ended);
        result
    })
}

/// `wide_msg` cuts the line at the terminal's width.
fn style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner())
}
