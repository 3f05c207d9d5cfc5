//! `clear_all` empties every cache of the process: what calls it is a program of its own, and its tests take turns.

use memo_runtime::{clear_all, memoize, testing};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Everything else waits until this is dropped.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    clear_all();
    turn
}

#[test]
fn it_clears_every_cache_and_says_how_many_entries_went() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }
    #[memoize(unbounded, group = "some")]
    fn length(x: &str) -> usize {
        x.len()
    }
    #[memoize(ttl = "30s", policy = fifo)]
    fn nothing() {}

    let _turn = alone();
    for x in 0..5 {
        double(x);
    }
    double(1);
    length("a");
    nothing();
    assert_eq!(clear_all(), 7);
    for info in [
        double::cache_info(),
        length::cache_info(),
        nothing::cache_info(),
    ] {
        assert_eq!((info.hits, info.misses, info.currsize), (0, 0, 0));
    }
    assert_eq!(clear_all(), 0);
    assert_eq!(double(1), 2);
    assert_eq!(double::cache_info().misses, 1);
}

#[test]
fn it_keeps_the_bounds() {
    #[memoize(maxsize = 2)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let _turn = alone();
    double(1);
    double::cache_resize(7);
    clear_all();
    assert_eq!(double::cache_info().maxsize, Some(7));
}

#[test]
fn what_has_expired_does_not_count() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let _turn = alone();
    let clock = testing::pause();
    double(1);
    clock.advance(Duration::from_secs(20));
    double(2);
    clock.advance(Duration::from_secs(10));
    assert_eq!(clear_all(), 1);
}

#[test]
fn a_body_that_calls_it_returns_its_value_and_nothing_is_stored() {
    #[memoize]
    fn double(x: u32) -> u32 {
        clear_all();
        2 * x
    }

    let _turn = alone();
    assert_eq!(double(1), 2);
    assert_eq!(double(1), 2);
    assert_eq!(double::cache_info().currsize, 0);
}

#[test]
fn a_value_may_call_it_as_it_leaves() {
    #[derive(Clone)]
    struct Caller;

    impl Drop for Caller {
        fn drop(&mut self) {
            if make::cache_info().currsize > 0 {
                clear_all();
            }
        }
    }

    #[memoize]
    fn make(_x: u32) -> Caller {
        Caller
    }

    let _turn = alone();
    make(1);
    make(2);
    make::cache_clear();
    assert_eq!(make::cache_info().currsize, 0);
}
