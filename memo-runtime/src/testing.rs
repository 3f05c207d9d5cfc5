//! A clock that tests drive: time stands still until it is told to go on.
//!
//! Behind the feature `test-util`, which belongs into `[dev-dependencies]`.
//!
//! ```
//! use memo_runtime::{memoize, testing};
//! use std::time::Duration;
//!
//! #[memoize(ttl = "30s")]
//! fn rate(currency: &str) -> f64 { currency.len() as f64 }
//!
//! let clock = testing::pause();
//! rate("EUR");
//! clock.advance(Duration::from_secs(29));
//! assert!(rate::cache_contains("EUR"));
//! clock.advance(Duration::from_secs(1));
//! assert!(!rate::cache_contains("EUR"));
//! ```

use crate::clock::{self, Tick};
use crate::sync::Arc;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

type Time = Arc<AtomicU64>;

thread_local! {
    /// The clocks this thread has entered and not left; it goes by the last, and by the machine's if there is none.
    static TIMES: RefCell<Vec<Time>> = const { RefCell::new(Vec::new()) };
}

/// Stops time for this thread, at the present moment, until the returned clock is dropped.
///
/// Pausing again while paused stacks: the thread goes by the last clock. Other threads keep their own time unless they
/// [`enter`](Clock::enter). Two threads that go by different times and call the same function share its cache: entries
/// from the other's future, a fiftieth of a second on or more, are not seen, those that are over by one's own time are freed. So give tests that run in
/// parallel functions of their own.
#[must_use = "time goes on as soon as the clock is dropped"]
pub fn pause() -> Clock {
    let time = Arc::new(AtomicU64::new(clock::now().as_nanos()));
    Clock {
        entered: Entered::with(time.clone()),
        time,
    }
}

/// A clock that stands still until [`advance`](Clock::advance); made by [`pause`].
#[derive(Debug)]
pub struct Clock {
    time: Time,
    #[expect(
        dead_code,
        reason = "held for its drop, which gives the thread its own time back"
    )]
    entered: Entered,
}

impl Clock {
    /// Moves time forward for every thread that goes by this clock. It stops at the end of time, some 584 years on.
    pub fn advance(&self, by: Duration) {
        self.set(|now| now.saturating_add(clock::nanos(by)));
    }

    /// Moves time back, as no monotonic clock should but some machines do. It stops at the beginning.
    pub fn step_back(&self, by: Duration) {
        self.set(|now| now.saturating_sub(clock::nanos(by)));
    }

    fn set(&self, then: impl Fn(u64) -> u64) {
        let (set, fetch) = (Ordering::AcqRel, Ordering::Acquire);
        // The closure always says yes, so there is always an answer.
        let _ = self.time.fetch_update(set, fetch, |now| Some(then(now)));
    }

    /// Lets the calling thread go by this clock until the returned guard is dropped.
    #[must_use = "the thread goes back to its own time as soon as this is dropped"]
    pub fn enter(&self) -> Entered {
        Entered::with(self.time.clone())
    }
}

/// While it lives, its thread goes by a paused clock; made by [`Clock::enter`].
#[derive(Debug)]
pub struct Entered {
    time: Time,
    /// Belongs to its thread: dropped elsewhere it would change the time there.
    not_send: PhantomData<std::sync::MutexGuard<'static, ()>>,
}

impl Entered {
    fn with(time: Time) -> Self {
        TIMES.with(|times| times.borrow_mut().push(time.clone()));
        Self {
            time,
            not_send: PhantomData,
        }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        // A thread that is being torn down has no time left. Clocks need not be left in the order they were entered.
        let _ = TIMES.try_with(|times| {
            let mut times = times.borrow_mut();
            if let Some(at) = times.iter().rposition(|time| Arc::ptr_eq(time, &self.time)) {
                times.remove(at);
            }
        });
    }
}

/// This thread's paused time, if it has one.
#[inline]
pub(crate) fn paused() -> Option<Tick> {
    last(|time| Tick::from_nanos(time.load(Ordering::Acquire)))
}

/// What tells this thread's paused clock from all others, if it has one.
#[inline]
pub(crate) fn timeline() -> Option<usize> {
    last(|time| Arc::as_ptr(time).addr())
}

#[inline]
fn last<R>(of: impl Fn(&Time) -> R) -> Option<R> {
    let last = |times: &RefCell<Vec<Time>>| times.borrow().last().map(of);
    TIMES.try_with(last).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_goes_by_the_last_clock_it_entered_and_has_not_left() {
        let first = pause();
        let second = pause();
        second.advance(Duration::from_secs(5));
        let ahead = paused();
        drop(first);
        assert_eq!(paused(), ahead);
        drop(second);
        assert_eq!(paused(), None);
    }
}
