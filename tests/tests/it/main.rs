//! What a user may rely on, a module for each group of promises and a test for each promise.
//!
//! Functions are memoized inside the tests, so that each test has caches of its own. Time is the test clock.

/// Asserts that a call is a hit and what it returns.
macro_rules! hit {
    ($f:ident($($arg:expr),* $(,)?) $(.$await:tt)?, $expected:expr) => {
        call!($f($($arg),*) $(.$await)?, $expected, hits: 1, misses: 0)
    };
}

/// Asserts that a call is a miss and what it returns.
macro_rules! miss {
    ($f:ident($($arg:expr),* $(,)?) $(.$await:tt)?, $expected:expr) => {
        call!($f($($arg),*) $(.$await)?, $expected, hits: 0, misses: 1)
    };
}

/// Asserts what a call returns and how it counts.
macro_rules! call {
    ($f:ident($($arg:expr),*) $(.$await:tt)?, $expected:expr, hits: $hits:literal, misses: $misses:literal) => {{
        let before = $f::cache_info();
        let returned = $f($($arg),*) $(.$await)?;
        let after = $f::cache_info();
        assert_eq!(returned, $expected);
        assert_eq!(
            (after.hits, after.misses),
            (before.hits + $hits, before.misses + $misses),
            "hits and misses"
        );
    }};
}

mod blocks;
mod boundaries;
mod caches;
mod cancellation;
mod clears;
mod clock;
mod companions;
mod computing;
mod drops;
mod endings;
mod flight;
mod forever;
mod generics;
mod hygiene;
mod items;
mod keys;
mod late_clears;
mod lru;
mod memwatch;
mod methods;
mod names;
mod namesakes;
mod panics;
mod policies;
mod queue;
mod quiet;
mod reentry;
mod registry;
mod scopes;
mod stats;
mod structures;
mod task_circles;
mod task_items;
mod task_sends;
mod tasks;
mod threads;
mod ttl;
mod unruly_keys;
mod values;

use std::pin::Pin;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// Runs `work` in a thread of its own and fails if it does not come back: what would hang is not to hang the tests.
fn must_return<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, wait) = mpsc::channel();
    let worker = thread::spawn(move || {
        let _ = done.send(work());
    });
    match wait.recv_timeout(secs(20)) {
        Ok(returned) => returned,
        Err(RecvTimeoutError::Timeout) => panic!("it hangs"),
        Err(RecvTimeoutError::Disconnected) => match worker.join() {
            Ok(()) => unreachable!("it returned and sent nothing"),
            Err(panic) => std::panic::resume_unwind(panic),
        },
    }
}

/// The same for what the thread polls, and nobody else.
fn must_finish<F: Future<Output: Send> + Send + 'static>(work: F) -> F::Output {
    must_return(|| futures::executor::block_on(work))
}

/// Polls once, by hand: so a test says what happens when.
fn poll<T>(future: &mut Pin<Box<impl Future<Output = T> + ?Sized>>) -> Poll<T> {
    let mut context = Context::from_waker(Waker::noop());
    future.as_mut().poll(&mut context)
}
