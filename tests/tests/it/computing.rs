//! A body that calls the function, or does something to its cache, while it runs.

use crate::must_return;
use memo_runtime::memoize;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

#[test]
fn recursion_runs_each_body_once() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize]
    fn fib(n: u64) -> u64 {
        RUNS.fetch_add(1, Relaxed);
        match n {
            0 | 1 => n,
            _ => fib(n - 1) + fib(n - 2),
        }
    }

    assert_eq!(fib(90), 2_880_067_194_370_816_120);
    assert_eq!(RUNS.load(Relaxed), 91);
    let info = fib::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (88, 91, 91));
}

#[test]
fn recursion_works_in_a_store_too_small_for_it() {
    #[memoize(maxsize = 1)]
    fn sum(n: u64) -> u64 {
        match n {
            0 => 0,
            _ => n + sum(n - 1),
        }
    }

    assert_eq!(sum(500), 125_250);
    let info = sum::cache_info();
    assert_eq!((info.misses, info.currsize), (501, 1));
    hit!(sum(500), 125_250);
}

#[test]
fn a_body_that_calls_its_own_key_computes_at_once() {
    thread_local!(static DEPTH: Cell<u32> = const { Cell::new(0) });

    #[memoize]
    fn dig(x: u32) -> u32 {
        DEPTH.set(DEPTH.get() + 1);
        if DEPTH.get() < 4 {
            assert_eq!(dig(x), 4);
        }
        DEPTH.get()
    }

    let _ = must_return(|| dig(7));
    let info = dig::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (0, 4, 1));
    hit!(dig(7), 4);
}

#[test]
fn of_two_results_for_one_key_the_first_stored_stays_and_is_returned() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize]
    fn number(x: u32) -> u32 {
        let run = RUNS.fetch_add(1, Relaxed);
        if run == 0 {
            assert_eq!(number(x), 1);
        }
        run
    }

    must_return(|| {
        assert_eq!(number(7), 1); // computed 0, and found the inner call's 1
        assert_eq!(number(7), 1);
    });
}

#[test]
fn two_functions_may_call_each_other() {
    #[memoize]
    fn is_even(n: u32) -> bool {
        n == 0 || is_odd(n - 1)
    }
    #[memoize]
    fn is_odd(n: u32) -> bool {
        n != 0 && is_even(n - 1)
    }

    assert!(is_even(100));
    assert_eq!(is_even::cache_info().misses, 51);
    assert_eq!(is_odd::cache_info().misses, 50);
}

#[test]
fn a_cycle_of_functions_ends_where_the_plain_functions_would() {
    thread_local!(static DEPTH: Cell<u32> = const { Cell::new(0) });

    #[memoize]
    fn f(x: u32) -> u32 {
        DEPTH.set(DEPTH.get() + 1);
        if DEPTH.get() > 5 { x } else { g(x) }
    }
    #[memoize]
    fn g(x: u32) -> u32 {
        f(x)
    }

    must_return(|| assert_eq!(f(3), 3));
    assert_eq!((f::cache_info().misses, g::cache_info().misses), (6, 5));
    hit!(f(3), 3);
    hit!(g(3), 3);
}

/// Asserts that a call whose body does this to its cache returns its value, and says how it counts and what is stored.
macro_rules! while_computing {
    (|$x:ident| $meddle:expr, stored: $stored:expr) => {{
        static MEDDLES: AtomicBool = AtomicBool::new(true);

        #[memoize(maxsize = 3)]
        fn double($x: u32) -> u32 {
            if MEDDLES.swap(false, Relaxed) {
                let _ = $meddle;
            }
            2 * $x
        }

        must_return(|| {
            assert_eq!(double(1), 2);
            assert_eq!(double::cache_peek(1), $stored);
            let info = double::cache_info();
            assert_eq!(info.currsize, usize::from(double::cache_contains(1)));
        });
        // Stored or not, from here on it is a function like any other.
        let before = double::cache_info();
        double(1);
        let hits = u64::from($stored.is_some());
        assert_eq!(double::cache_info().hits, before.hits + hits);
        assert_eq!(double::cache_info().misses, before.misses + 1 - hits);
        double(1);
        assert_eq!(double::cache_info().hits, before.hits + hits + 1);
    }};
}

#[test]
fn a_body_that_clears_its_cache_returns_its_value_and_nothing_is_stored() {
    while_computing!(|x| double::cache_clear(), stored: None::<u32>);
}

#[test]
fn a_body_that_removes_its_own_key_returns_its_value_and_nothing_is_stored() {
    while_computing!(|x| assert!(!double::cache_remove(x)), stored: None::<u32>);
}

#[test]
fn a_body_whose_key_is_not_retained_returns_its_value_and_nothing_is_stored() {
    while_computing!(|x| assert_eq!(double::cache_retain(|_| false), 0), stored: None::<u32>);
}

#[test]
fn a_body_whose_key_is_retained_has_its_value_stored() {
    while_computing!(|x| double::cache_retain(|_| true), stored: Some(2));
}

#[test]
fn a_body_may_look_at_its_cache() {
    while_computing!(
        |x| {
            assert_eq!(double::cache_info().currsize, 0);
            assert!(!double::cache_contains(x));
            assert_eq!(double::cache_peek(x), None);
            double::cache_parameters()
        },
        stored: Some(2)
    );
}

#[test]
fn a_body_may_resize_its_cache() {
    while_computing!(|x| double::cache_resize(1), stored: Some(2));
    while_computing!(|x| { double::cache_resize(0); double::cache_resize(2) }, stored: Some(2));
}

#[test]
fn a_body_may_remove_and_compute_another_key() {
    while_computing!(|x| { double(x + 1); double::cache_remove(x + 1) }, stored: Some(2));
}

#[test]
fn what_a_body_inserts_for_its_own_key_is_not_overwritten_and_is_returned() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize]
    fn double(x: u32) -> u32 {
        RUNS.fetch_add(1, Relaxed);
        assert_eq!(double::cache_insert(x, 7), None);
        2 * x
    }

    must_return(|| miss!(double(1), 7));
    hit!(double(1), 7);
    assert_eq!(RUNS.load(Relaxed), 1);
}

#[test]
fn what_is_inserted_after_a_clear_is_not_overwritten_by_what_began_before() {
    #[memoize]
    fn double(x: u32) -> u32 {
        double::cache_clear();
        double::cache_insert(x, 7);
        2 * x
    }

    must_return(|| double(1));
    assert_eq!(double::cache_peek(1), Some(7));
    assert_eq!(double::cache_info().currsize, 1);
}

#[test]
fn what_is_computed_after_a_clear_is_not_overwritten_by_what_began_before() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize]
    fn number(x: u32) -> u32 {
        let run = RUNS.fetch_add(1, Relaxed);
        if run == 0 {
            number::cache_clear();
            assert_eq!(number(x), 1);
        }
        run
    }

    must_return(|| number(7));
    hit!(number(7), 1);
}

#[test]
fn a_refresh_within_the_body_of_its_key_is_stored() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize]
    fn number(x: u32) -> u32 {
        let run = RUNS.fetch_add(1, Relaxed);
        if run == 0 {
            assert_eq!(number::cache_refresh(x), 1);
        }
        run
    }

    must_return(|| assert_eq!(number(7), 1));
    assert_eq!(number::cache_info().misses, 2);
    hit!(number(7), 1);
}

#[test]
fn a_predicate_of_cache_if_may_call_the_function() {
    #[memoize(cache_if = |value| *value == 0 || double(*value / 2 - 1) < *value)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    must_return(|| assert_eq!(double(5), 10));
    assert_eq!(double::cache_info().misses, 6);
    for x in 0..=5 {
        hit!(double(x), 2 * x);
    }
}

#[test]
fn options_may_call_memoized_functions() {
    #[memoize(maxsize = 4)]
    fn bound(x: usize) -> usize {
        x + 1
    }
    #[memoize(maxsize = bound(2), hasher = std::hash::RandomState)]
    fn double(x: usize) -> usize {
        2 * x
    }

    must_return(|| assert_eq!(double(1), 2));
    assert_eq!(double::cache_info().maxsize, Some(3));
    hit!(bound(2), 3);
}
