//! What is memoized: bodies that count how often they run.

use std::cell::Cell;
use std::hint::black_box;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

thread_local! {
    static RUNS: Cell<u64> = const { Cell::new(0) };
}

/// How many bodies this thread has run. Of each thread by itself, for a counter that threads share would be what is measured.
pub fn runs() -> u64 {
    RUNS.get()
}

/// Next to nothing.
#[inline(never)]
pub fn number(key: u64) -> u64 {
    RUNS.set(RUNS.get() + 1);
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[inline(never)]
pub fn text(name: &str, n: u32) -> Arc<str> {
    RUNS.set(RUNS.get() + 1);
    format!("{name}:{n}").into()
}

/// So long that all who call at the same time are there before it ends.
pub fn slow(key: u64) -> u64 {
    RUNS.set(RUNS.get() + 1);
    thread::sleep(Duration::from_millis(50));
    black_box(key)
}
