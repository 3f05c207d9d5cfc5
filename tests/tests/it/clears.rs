//! What becomes of a computation whose key is cleared, removed or stored by others while it runs.

use crate::must_return;
use memo_runtime::{clear_group, memoize};
use memo_tests::crowd::{Awaited, Gate, all_at_once};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::thread;

#[test]
fn a_clear_during_a_computation_lets_63_who_wait_have_its_value_and_none_is_stored() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);

    #[memoize(single_flight = "1h")]
    fn double(x: &Awaited) -> u32 {
        if RUNS.fetch_add(1, Relaxed) == 0 {
            x.until_awaited(63);
            double::cache_clear();
        }
        2 * x.number
    }

    let key = Awaited::new(21);
    let again = key.clone();
    let values = must_return(move || all_at_once(64, |_| double(&key)));
    assert_eq!(values, [42; 64]);
    assert_eq!(RUNS.load(Relaxed), 1);
    assert_eq!(double::cache_info().currsize, 0);
    miss!(double(&again), 42);
}

/// Asserts that computations begun before and after the key was forgotten like this have nothing to do with each other,
/// and that the value of the later stays.
macro_rules! forgotten_while_computed {
    (group: $group:literal, |$key:ident| $forget:expr) => {{
        static RUNS: AtomicUsize = AtomicUsize::new(0);
        static COMPUTING: Gate = Gate::new();
        static BEFORE: Gate = Gate::new();
        static AFTER: Gate = Gate::new();

        #[memoize(single_flight = "1h", group = $group)]
        fn number(_x: &Awaited) -> usize {
            let run = RUNS.fetch_add(1, Relaxed);
            COMPUTING.open();
            [&BEFORE, &AFTER][run].pass();
            run
        }

        must_return(|| {
            let $key = &Arc::new(Awaited::new(7));
            let call = || {
                let key = $key.clone();
                thread::spawn(move || number(&key))
            };
            let before = [call(), call()];
            COMPUTING.pass();
            $key.until_awaited(1);
            let _ = $forget;
            let after = [call(), call()];
            $key.until_awaited(2);
            BEFORE.open();
            assert_eq!(before.map(|it| it.join().unwrap()), [0, 0]);
            assert!(!number::cache_contains($key));
            AFTER.open();
            assert_eq!(after.map(|it| it.join().unwrap()), [1, 1]);
            assert_eq!(number::cache_peek($key), Some(1));
        });
    }};
}

#[test]
fn a_call_after_a_clear_computes_though_a_computation_from_before_goes_on() {
    forgotten_while_computed!(group: "clears: all", |key| number::cache_clear());
}

#[test]
fn a_call_after_a_removal_computes_though_a_computation_from_before_goes_on() {
    forgotten_while_computed!(group: "clears: one", |key| number::cache_remove(key));
}

#[test]
fn a_call_after_its_key_was_not_retained_computes_though_a_computation_from_before_goes_on() {
    forgotten_while_computed!(group: "clears: some", |key| number::cache_retain(|_| false));
}

#[test]
fn a_call_after_its_group_was_cleared_computes_though_a_computation_from_before_goes_on() {
    forgotten_while_computed!(group: "clears: group", |key| clear_group("clears: group"));
}

#[test]
fn what_is_inserted_during_a_computation_is_what_all_its_callers_get() {
    static GO_ON: Gate = Gate::new();

    #[memoize(single_flight = "1h")]
    fn double(x: &Awaited) -> u32 {
        GO_ON.pass();
        2 * x.number
    }

    must_return(|| {
        let key = Awaited::new(21);
        thread::scope(|scope| {
            let first = scope.spawn(|| double(&key));
            let second = scope.spawn(|| double(&key));
            key.until_awaited(1);
            assert_eq!(double::cache_insert(&key, 7), None);
            while !first.is_finished() && !second.is_finished() {
                thread::yield_now(); // the one who waits has the value while the other computes
            }
            GO_ON.open();
            assert_eq!((first.join().unwrap(), second.join().unwrap()), (7, 7));
        });
        assert_eq!(double::cache_peek(&key), Some(7));
    });
}

#[test]
fn what_is_inserted_after_a_clear_is_not_overwritten_by_a_computation_from_before() {
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
        double::cache_clear();
        double::cache_insert(1, 7);
        GO_ON.open();
        assert_eq!(computing.join().unwrap(), 2);
        hit!(double(1), 7);
    });
}

#[test]
fn what_is_inserted_during_a_refresh_is_newer_than_it() {
    #[memoize]
    fn number(x: u32, #[memo(skip)] meanwhile: fn()) -> u32 {
        meanwhile();
        x
    }

    let insert = || assert_eq!(number::cache_insert(1, 99), None);
    assert_eq!(number::cache_refresh(1, insert), 99);
    assert_eq!(number::cache_peek(1), Some(99));
}

#[test]
fn of_two_refreshes_the_later_stays_whichever_ends_last() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[memoize]
    fn runs(#[memo(skip)] meanwhile: fn()) -> u64 {
        let run = RUNS.fetch_add(1, Relaxed);
        meanwhile();
        run
    }

    let again = || assert_eq!(runs::cache_refresh(|| ()), 1);
    assert_eq!(runs::cache_refresh(again), 1);
    assert_eq!(runs::cache_peek(), Some(1));
}

#[test]
fn what_was_overtaken_is_not_stored_when_the_newer_value_is_gone() {
    #[memoize(maxsize = 1)]
    fn number(x: u32, #[memo(skip)] meanwhile: fn()) -> u32 {
        meanwhile();
        x
    }

    let insert_and_evict = || {
        number::cache_insert(1, 99);
        number(2, || ());
    };
    assert_eq!(number(1, insert_and_evict), 1);
    assert_eq!(number::cache_peek(1), None);
    assert_eq!(number::cache_peek(2), Some(2));
}

#[test]
fn a_refresh_is_stored_though_its_entry_has_been_evicted() {
    #[memoize(maxsize = 1)]
    fn number(x: u32, #[memo(skip)] meanwhile: fn()) -> u32 {
        meanwhile();
        x
    }

    number(1, || ());
    let evict = || assert_eq!(number(2, || ()), 2);
    assert_eq!(number::cache_refresh(1, evict), 1);
    assert_eq!(number::cache_peek(1), Some(1));
}
