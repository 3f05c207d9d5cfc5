//! The one place that reads the time: a monotonic clock as nanoseconds since its first use.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod coarse;

use crate::sync::OnceLock;
use std::time::Duration;

/// Where the standard library's does nothing but panic, that of the browser.
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub(crate) use std::time::Instant;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
pub(crate) use web_time::Instant;

/// A moment, in nanoseconds since the first reading of the clock. Good for 584 years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Tick(u64);

impl Tick {
    /// The first moment there is; what a cache without a ttl passes around instead of reading the clock.
    pub const ZERO: Self = Self(0);

    #[cfg(any(test, feature = "test-util"))]
    pub(crate) const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    #[cfg(feature = "test-util")]
    pub(crate) const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Nanoseconds from `earlier` to here; none if `earlier` is later.
    #[inline]
    pub(crate) const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A length of time in nanoseconds; what is too long to say is `u64::MAX`.
#[inline]
pub(crate) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The time, by this thread's test clock if it has one.
#[inline]
pub(crate) fn now() -> Tick {
    #[cfg(feature = "test-util")]
    if let Some(paused) = crate::testing::paused() {
        return paused;
    }
    real()
}

/// Whose time [`now`] tells: ticks of one timeline can be compared, of two not.
#[inline]
pub(crate) fn timeline() -> usize {
    #[cfg(feature = "test-util")]
    if let Some(paused) = crate::testing::timeline() {
        return paused;
    }
    0
}

/// A time that has just been.
#[derive(Debug, Clone, Copy)]
pub struct Lately {
    pub(crate) at: Tick,
    /// How long ago that usually is, at most, in nanoseconds.
    pub(crate) lag: u64,
}

impl Lately {
    /// The present.
    pub(crate) const fn now(at: Tick) -> Self {
        Self { at, lag: 0 }
    }
}

/// Twice the time between two ticks of a slow system.
pub(crate) const MOST_LAG: u64 = 20_000_000;

/// What time it has lately been, at a fraction of the price of [`now`]. By a test clock it is the present.
#[inline]
pub(crate) fn lately() -> Lately {
    #[cfg(feature = "test-util")]
    if let Some(paused) = crate::testing::paused() {
        return Lately::now(paused);
    }
    #[cfg(any(target_os = "linux", target_os = "android"))]
    return Lately {
        at: Tick(coarse::nanos().saturating_sub(origin().coarse)),
        lag: MOST_LAG,
    };
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    Lately::now(real())
}

/// What ticks are counted from.
struct Origin {
    precise: Instant,
    #[cfg(any(target_os = "linux", target_os = "android"))]
    coarse: u64,
}

#[inline]
fn origin() -> &'static Origin {
    static ORIGIN: OnceLock<Origin> = OnceLock::new();
    ORIGIN.get_or_init(|| Origin {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        coarse: coarse::nanos(),
        precise: Instant::now(),
    })
}

/// The time by the machine's monotonic clock.
#[inline]
pub(crate) fn real() -> Tick {
    let since = origin().precise.elapsed();
    // Without the detour by way of 128 bits that `as_nanos` takes.
    Tick(since.as_secs() * 1_000_000_000 + u64::from(since.subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lately_is_not_long_ago() {
        for _ in 0..1_000 {
            let before = now();
            let lately = lately().at;
            // Ahead by no more than it was behind at the origin; and a machine may be stopped at any moment.
            assert!(lately.since(now()) < 100_000_000, "{lately:?}, {before:?}");
            assert!(
                before.since(lately) < 10_000_000_000,
                "{lately:?}, {before:?}"
            );
        }
    }
}
