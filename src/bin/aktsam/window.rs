//! When a run ends before it is done, and how far it steps back for other work.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use aktsam::config::TimeOfDay;
use aktsam::scan::Stop;
use anyhow::Context;
use jiff::ZonedDateTime;
use jiff::civil::Time;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

/// The next time it is so late here.
pub(crate) fn next(time: TimeOfDay) -> anyhow::Result<Instant> {
    let time = Time::new(time.hour, time.minute, 0, 0)?;
    let now = ZonedDateTime::now();
    let today = now.with().time(time).build()?;
    let next = if today > now { today } else { now.tomorrow()?.with().time(time).build()? };
    Ok(Instant::now() + next.duration_since(&now).unsigned_abs())
}

/// Lets signals end the run in good order; the second of a kind ends it at once.
pub(crate) fn listen(stop: &Stop) -> io::Result<()> {
    for (signal, wish, code) in
        [(SIGINT, Stop::INTERRUPT, 130), (SIGHUP, Stop::INTERRUPT, 130), (SIGTERM, Stop::WINDOW, 75)]
    {
        let again = Arc::new(AtomicBool::new(false));
        flag::register_conditional_shutdown(signal, code, Arc::clone(&again))?;
        flag::register(signal, again)?;
        flag::register_usize(signal, stop.wish(), wish)?;
    }
    Ok(())
}

/// Lets other work on the machine go first, as `nice(1)`; the workers do likewise.
pub(crate) fn step_back(nice: Option<u8>) -> anyhow::Result<()> {
    if let Some(nice) = nice {
        rustix::process::nice(i32::from(nice.min(19))).context("the system does not let the run step back")?;
    }
    Ok(())
}
