//! Callers of one key while it is computed: one computes, the others wait.
//!
//! With a patience of an hour, nothing that a test asserts depends on how fast the machine is.

use crate::{must_return, secs};
use memo_runtime::memoize;
use memo_tests::crowd::{Awaited, Gate, Tally, all_at_once};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::thread;

#[test]
fn of_64_callers_of_a_cold_key_one_computes_and_63_wait_for_its_value() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "1h")]
    fn double(x: &Awaited) -> u32 {
        RUNS.fetch_add(1, Relaxed);
        x.until_awaited(63);
        2 * x.number
    }

    let key = Awaited::new(21);
    let values = must_return(move || all_at_once(64, |_| double(&key)));
    assert_eq!(values, [42; 64]);
    assert_eq!(RUNS.load(Relaxed), 1);
    let info = double::cache_info();
    assert_eq!((info.hits, info.misses, info.coalesced), (63, 1, 63));
}

#[test]
fn callers_of_one_key_compute_once_by_default() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize]
    fn double(x: u32) -> u32 {
        RUNS.fetch_add(1, Relaxed);
        2 * x
    }

    let values = must_return(|| all_at_once(64, |_| double(21)));
    assert_eq!(values, [42; 64]);
    assert_eq!(RUNS.load(Relaxed), 1);
    let info = double::cache_info();
    assert_eq!((info.hits, info.misses), (63, 1));
    assert!(info.coalesced <= 63);
}

#[test]
fn a_thousand_keys_wanted_by_64_threads_are_computed_a_thousand_times() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[memoize(unbounded, single_flight = "1h")]
    fn double(x: u64) -> u64 {
        RUNS.fetch_add(1, Relaxed);
        thread::yield_now();
        2 * x
    }

    must_return(|| {
        all_at_once(64, |thread| {
            for n in 0..1_000 {
                let x = (n + thread % 4) % 1_000;
                assert_eq!(double(x), 2 * x);
            }
        })
    });
    assert_eq!(RUNS.load(Relaxed), 1_000);
    let info = double::cache_info();
    assert_eq!((info.hits, info.misses), (63_000, 1_000));
}

#[test]
fn hits_and_misses_are_the_calls_and_misses_the_runs_of_64_threads() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[memoize(maxsize = 4)]
    fn double(x: u64) -> u64 {
        RUNS.fetch_add(1, Relaxed);
        thread::yield_now();
        2 * x
    }

    must_return(|| {
        all_at_once(64, |thread| {
            for n in 0..500 {
                let x = (n * n + thread) % 7;
                assert_eq!(double(x), 2 * x);
            }
        })
    });
    let info = double::cache_info();
    assert_eq!(info.hits + info.misses, 64 * 500);
    assert_eq!(info.misses, RUNS.load(Relaxed));
    assert!(info.coalesced <= info.hits);
}

#[test]
fn whatever_does_not_want_the_key_that_is_computed_goes_on() {
    static COMPUTING: Gate = Gate::new();
    static GO_ON: Gate = Gate::new();

    #[memoize]
    fn double(x: u32) -> u32 {
        if x == 1 {
            COMPUTING.open();
            GO_ON.pass();
        }
        2 * x
    }

    must_return(|| {
        miss!(double(3), 6);
        let computing = thread::spawn(|| double(1));
        COMPUTING.pass();
        miss!(double(2), 4);
        hit!(double(3), 6);
        GO_ON.open();
        assert_eq!(computing.join().unwrap(), 2);
    });
}

#[test]
fn companions_do_not_wait_for_the_key_that_is_computed() {
    static COMPUTING: Gate = Gate::new();
    static GO_ON: Gate = Gate::new();

    #[memoize]
    fn double(x: u32) -> u32 {
        COMPUTING.open();
        GO_ON.pass();
        2 * x
    }

    must_return(|| {
        let computing = thread::spawn(|| double(1));
        COMPUTING.pass();
        assert_eq!(double::cache_peek(1), None);
        assert!(!double::cache_contains(1));
        assert_eq!(double::cache_retain(|_| true), 0);
        assert_eq!(double::cache_info().currsize, 0);
        GO_ON.open();
        assert_eq!(computing.join().unwrap(), 2);
        hit!(double(1), 2);
    });
}

#[test]
fn a_refresh_computes_though_another_computes_and_its_value_stays() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    static COMPUTING: Gate = Gate::new();
    static BOTH_COMPUTE: Barrier = Barrier::new(2);

    #[memoize(single_flight = "1h")]
    fn number(_x: u32) -> u32 {
        let run = RUNS.fetch_add(1, Relaxed);
        COMPUTING.open();
        BOTH_COMPUTE.wait();
        run
    }

    must_return(|| {
        let computing = thread::spawn(|| number(7));
        COMPUTING.pass();
        assert_eq!(number::cache_refresh(7), 1);
        assert!(computing.join().is_ok());
        assert_eq!(number::cache_peek(7), Some(1));
    });
}

#[test]
fn a_call_waits_for_a_refresh_too() {
    static COMPUTING: Gate = Gate::new();

    #[memoize(single_flight = "1h")]
    fn double(x: &Awaited) -> u32 {
        COMPUTING.open();
        x.until_awaited(1);
        2 * x.number
    }

    must_return(|| {
        let key = Awaited::new(21);
        thread::scope(|scope| {
            scope.spawn(|| double::cache_refresh(&key));
            COMPUTING.pass();
            assert_eq!(double(&key), 42);
        });
    });
    assert_eq!(double::cache_info().misses, 1);
}

#[test]
fn those_who_wait_too_long_compute_too_and_the_first_value_is_everybodys() {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    static RETURNED: Tally = Tally::new();

    #[memoize(single_flight = "10ms")]
    fn number(_x: u32) -> u64 {
        let run = RUNS.fetch_add(1, Relaxed);
        if run < 2 {
            RETURNED.until(62); // everybody but these two
        }
        run
    }

    let call = |_| {
        let value = number(7);
        RETURNED.add();
        value
    };
    let values = must_return(move || all_at_once(64, call));
    assert_eq!(values, [number::cache_peek(7).unwrap(); 64]);
    assert_eq!(number::cache_info().misses, RUNS.load(Relaxed));
}

#[test]
fn without_single_flight_nobody_waits() {
    static ALL_COMPUTE: Barrier = Barrier::new(64);

    #[memoize(single_flight = false)]
    fn double(x: u32) -> u32 {
        ALL_COMPUTE.wait();
        2 * x
    }

    let values = must_return(|| all_at_once(64, |_| double(21)));
    assert_eq!(values, [42; 64]);
    let info = double::cache_info();
    assert_eq!((info.misses, info.coalesced, info.currsize), (64, 0, 1));
}

#[test]
fn the_parameters_say_how_long_a_call_waits() {
    #[memoize]
    fn one() {}
    #[memoize(single_flight = true)]
    fn also_one() {}
    #[memoize(single_flight = "5s")]
    fn five() {}
    #[memoize(single_flight = false)]
    fn none() {}

    assert_eq!(one::cache_parameters().single_flight, Some(secs(1)));
    assert_eq!(also_one::cache_parameters().single_flight, Some(secs(1)));
    assert_eq!(five::cache_parameters().single_flight, Some(secs(5)));
    assert_eq!(none::cache_parameters().single_flight, None);
    for f in [one, also_one, five, none] {
        f();
    }
}
