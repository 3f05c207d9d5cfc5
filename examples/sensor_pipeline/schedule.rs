//! How unusual a reading has to be to raise an alert: revised on a schedule, so remembered until the next revision.

use crate::random::Random;
use jiff::civil::{DateTime, date};
use memo_runtime::{memoize, testing};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// How often the body of [`threshold`] ran, counted by itself and not by the cache.
pub(crate) static RUNS: AtomicU64 = AtomicU64::new(0);

/// Thresholds are revised at 00:00, 06:00, 12:00 and 18:00.
const SHIFT: Duration = Duration::from_secs(SECONDS as u64);

const SECONDS: u32 = 6 * 60 * 60;

/// The score above which a reading of this sensor is an alert.
///
/// The shift is not part of the key: that an old threshold is not used in a new shift is the work of the ttl.
#[memoize(maxsize = 1024, ttl = SHIFT)]
pub(crate) fn threshold(sensor: &str, #[memo(skip)] shift: Shift) -> Threshold {
    RUNS.fetch_add(1, Relaxed);
    let Shift(number) = shift;
    let usual = if number.rem_euclid(4) == 0 { 3.5 } else { 4.5 }; // stricter at night
    let revision = Random::seeded(&format!("{sensor} {number}")).between(-0.5, 0.5);
    Threshold {
        score: usual + revision,
        shift,
    }
}

/// Begins anew.
pub(crate) fn forget() {
    threshold::cache_clear();
    RUNS.store(0, Relaxed);
}

/// What [`threshold`] answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Threshold {
    pub(crate) score: f64,
    /// The shift it was made for.
    pub(crate) shift: Shift,
}

/// Six hours, counted from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shift(i64);

impl Shift {
    /// The one that a moment falls into.
    pub(crate) fn of(at: DateTime) -> Self {
        let seconds = at.duration_since(date(1970, 1, 1).at(0, 0, 0, 0)).as_secs();
        Self(seconds.div_euclid(i64::from(SECONDS)))
    }

    fn since(self, earlier: Self) -> Duration {
        // Not 2^32 shifts: the input is held to three centuries.
        SHIFT * u32::try_from(self.0 - earlier.0).unwrap_or(u32::MAX)
    }
}

/// The clock the thresholds live by, moved by the readings' own timestamps.
///
/// It goes from one revision to the next: between two of them nothing may expire, so what is stored during a shift
/// is stored at its beginning and dead at its end. A late reading does not move it back.
pub(crate) struct Clock {
    paused: testing::Clock,
    now: Option<Shift>,
}

impl Clock {
    /// Stops time for this thread until the clock is dropped.
    pub(crate) fn stopped() -> Self {
        Self {
            paused: testing::pause(),
            now: None,
        }
    }

    /// Goes on to the shift of `at`, and returns the shift it now is.
    pub(crate) fn follow(&mut self, at: DateTime) -> Shift {
        let then = self.now.unwrap_or(Shift::of(at));
        let now = then.max(Shift::of(at));
        if now > then {
            self.paused.advance(now.since(then));
        }
        self.now = Some(now);
        now
    }
}
