//! The one place that reads the time: a monotonic clock as nanoseconds since its first use.

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

/// The time by the machine's monotonic clock.
#[inline]
pub(crate) fn real() -> Tick {
    static ORIGIN: OnceLock<Instant> = OnceLock::new();
    let since = ORIGIN.get_or_init(Instant::now).elapsed();
    // Without the detour by way of 128 bits that `as_nanos` takes.
    Tick(since.as_secs() * 1_000_000_000 + u64::from(since.subsec_nanos()))
}
