//! What might hang or abort: each of these tests runs in a process of its own, under watch.

mod circles;
mod endings;
mod patience;
mod pools;

use memo_runtime::{clear_group, memoize};
use memo_tests::crowd::all_at_once;
use memo_tests::watched::watched;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;

/// So many in a release build, and as many as do not take long in a debug build.
const fn rounds(release: u64, debug: u64) -> u64 {
    if cfg!(debug_assertions) {
        debug
    } else {
        release
    }
}

#[test]
fn no_call_returns_a_value_from_before_the_last_clear() {
    const ROUNDS: u64 = rounds(1_000_000, 50_000);
    const KEYS: u64 = 4;
    /// What the body returns.
    static NOW: AtomicU64 = AtomicU64::new(0);
    /// What a call that begins now returns at least.
    static CLEARED: AtomicU64 = AtomicU64::new(0);
    static DONE: AtomicBool = AtomicBool::new(false);

    #[memoize(single_flight = "1h", group = "epochs")]
    fn epoch(key: u64) -> u64 {
        let now = NOW.load(SeqCst);
        if key == 0 {
            thread::yield_now(); // so that there is time to be cleared
        }
        now
    }

    fn call() {
        for n in 0.. {
            if DONE.load(SeqCst) {
                return;
            }
            let cleared = CLEARED.load(SeqCst);
            let returned = epoch(n % KEYS);
            assert!(
                returned >= cleared,
                "{returned} after {cleared} was cleared"
            );
        }
    }

    fn clear() {
        for round in 1..=ROUNDS {
            NOW.store(round, SeqCst);
            match round % 4 {
                0 => epoch::cache_clear(),
                1 => drop(clear_group("epochs")),
                2 => drop(epoch::cache_retain(|_| false)),
                _ => {
                    for key in 0..KEYS {
                        epoch::cache_remove(key);
                    }
                }
            }
            CLEARED.store(round, SeqCst);
            if round % 16 == 0 {
                thread::yield_now(); // so that there is time to store something
            }
        }
        DONE.store(true, SeqCst);
    }

    watched(|| {
        all_at_once(5, |thread| if thread == 0 { clear() } else { call() });
    });
}

#[test]
fn a_recursion_is_right_from_wherever_64_threads_enter_it() {
    const ROUNDS: u64 = rounds(1_000, 100);
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[memoize(single_flight = "1h")]
    fn fib(n: u64) -> u64 {
        RUNS.fetch_add(1, SeqCst);
        match n {
            0 | 1 => n,
            _ => fib(n - 1) + fib(n - 2),
        }
    }

    watched(|| {
        for round in 0..ROUNDS {
            fib::cache_clear();
            RUNS.store(0, SeqCst);
            let entered = all_at_once(64, |thread| {
                let n = scrambled(64 * round + thread) % 90;
                assert_eq!(fib(n), fibonacci(n));
                n
            });
            let highest = entered.into_iter().max().expect("there are 64");
            assert_eq!(RUNS.load(SeqCst), highest + 1);
        }
    });
}

/// The plain function.
fn fibonacci(n: u64) -> u64 {
    let (at_n, _) = (0..n).fold((0, 1), |(one, next), _| (next, one + next));
    at_n
}

/// A number that looks random.
fn scrambled(n: u64) -> u64 {
    let n = (n ^ n >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ n >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ n >> 31
}
