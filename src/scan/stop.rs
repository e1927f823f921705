//! Ending a run before its end: the file in hand is finished, the rest waits for the next run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use crate::ledger::RunOutcome;

/// A wish to end the run, which signals, the clock and failures may speak.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    wish: Arc<AtomicUsize>,
    failed: Arc<AtomicBool>,
    until: Option<Instant>,
}

impl Stop {
    /// The value that means that the operator interrupts the run.
    pub const INTERRUPT: usize = 1;
    /// The value that means that the time of the run is up.
    pub const WINDOW: usize = 2;

    /// A run that ends at `until` at the latest.
    #[must_use]
    pub fn new(until: Option<Instant>) -> Self {
        Self { until, ..Self::default() }
    }

    /// Where a signal handler puts [`Stop::INTERRUPT`] or [`Stop::WINDOW`].
    #[must_use]
    pub fn wish(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.wish)
    }

    /// Whether nothing more should be begun.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.failed.load(Ordering::Relaxed) || self.outcome().is_some()
    }

    /// Why the run was stopped; `None` when it was not.
    #[must_use]
    pub fn outcome(&self) -> Option<RunOutcome> {
        match self.wish.load(Ordering::Relaxed) {
            0 if self.until.is_some_and(|until| Instant::now() >= until) => Some(RunOutcome::Window),
            0 => None,
            Self::WINDOW => Some(RunOutcome::Window),
            _ => Some(RunOutcome::Interrupted),
        }
    }

    /// Ends the run because a part of it failed.
    pub(super) fn fail(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }
}
