//! Reading no faster than is allowed, so that those who work on the share do not notice the scan.

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use super::Stop;
use crate::config::Rate;

/// How long is waited before it is looked whether the run is to end.
const LOOK: Duration = Duration::from_millis(100);

/// Most time that may be saved up while nothing is read.
const SAVED: Duration = Duration::from_secs(1);

/// The pace of a root, kept by all that read it together.
#[derive(Debug, Default)]
pub(super) struct Pace {
    files: Option<Meter>,
    bytes: Option<Meter>,
}

impl Pace {
    pub(super) fn of(rate: Rate) -> Self {
        let files = rate.files_per_second.map(|number| Meter::new(u64::from(number.get())));
        let bytes = rate.megabytes_per_second.map(|number| Meter::new(u64::from(number.get()) * 1_000_000));
        Self { files, bytes }
    }

    /// Whether nothing is ever waited for.
    pub(super) fn is_free(&self) -> bool {
        self.files.is_none() && self.bytes.is_none()
    }

    /// Waits until one more file of so many bytes may be read, or the run is to end.
    pub(super) fn wait(&self, bytes: u64, stop: &Stop) {
        let due = [(&self.files, 1), (&self.bytes, bytes)].into_iter();
        let due = due.filter_map(|(meter, units)| meter.as_ref().map(|meter| meter.take(units, Instant::now())));
        let Some(due) = due.max() else { return };
        loop {
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() || stop.is_set() {
                return;
            }
            thread::sleep(left.min(LOOK));
        }
    }
}

/// Says when units may be used so that there are so many a second, over time.
#[derive(Debug)]
struct Meter {
    per_second: u64,
    /// When everything taken so far is paid for.
    paid: Mutex<Option<Instant>>,
}

impl Meter {
    fn new(per_second: u64) -> Self {
        Self { per_second, paid: Mutex::new(None) }
    }

    /// Takes units at `now` and says from when they may be used. What is taken is paid for
    /// afterwards: a file larger than a second's share goes, and the next one waits.
    fn take(&self, units: u64, now: Instant) -> Instant {
        let Ok(mut paid) = self.paid.lock() else { return now };
        let from = paid.unwrap_or(now).max(now.checked_sub(SAVED).unwrap_or(now));
        let nanoseconds = u128::from(units) * 1_000_000_000 / u128::from(self.per_second);
        *paid = Some(from + Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX)));
        from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_spread_over_time() {
        let meter = Meter::new(10);
        let now = Instant::now();
        let due = |units: u64| meter.take(units, now).saturating_duration_since(now).as_millis();
        assert_eq!([due(1), due(1), due(5), due(1)], [0, 100, 200, 700]);
        // A pause saves up a second's share and no more.
        let later = now + Duration::from_mins(1);
        let due = |units: u64| meter.take(units, later).saturating_duration_since(later).as_millis();
        assert_eq!([due(10), due(1), due(1)], [0, 0, 100]);
    }

    #[test]
    fn without_a_rate_nothing_waits() {
        let started = Instant::now();
        Pace::default().wait(u64::MAX, &Stop::default());
        assert!(started.elapsed() < Duration::from_secs(1));
    }
}
