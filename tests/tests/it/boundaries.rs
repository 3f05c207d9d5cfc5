//! The least and the most that an option can say.

use crate::secs;
use memo_runtime::{memoize, testing};
use std::time::Duration;

#[test]
fn a_maxsize_that_is_zero_at_run_time_stores_nothing() {
    const NONE: usize = 0;

    #[memoize(maxsize = NONE)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    for _ in 0..3 {
        miss!(double(1), 2);
        assert!(!double::cache_contains(1));
    }
    assert_eq!(double::cache_insert(1, 7), None);
    assert_eq!(double::cache_refresh(1), 2);
    let info = double::cache_info();
    assert_eq!((info.maxsize, info.currsize), (Some(0), 0));
    assert_eq!((info.misses, info.evictions), (4, 0));
}

#[test]
fn a_ttl_that_is_zero_at_run_time_stores_nothing() {
    const NONE: Duration = Duration::ZERO;

    #[memoize(ttl = NONE)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let _clock = testing::pause();
    for _ in 0..3 {
        miss!(double(1), 2);
        assert!(!double::cache_contains(1));
    }
    assert_eq!(double::cache_insert(1, 7), None);
    assert_eq!(double::cache_info().currsize, 0);
    assert_eq!(double::cache_parameters().ttl, Some(Duration::ZERO));
}

#[test]
fn resizing_to_zero_and_back_works() {
    #[memoize(maxsize = 2)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    double(1);
    double::cache_resize(0);
    assert_eq!(double::cache_info().currsize, 0);
    miss!(double(1), 2);
    miss!(double(1), 2);
    double::cache_resize(1);
    miss!(double(1), 2);
    hit!(double(1), 2);
}

#[test]
fn the_largest_maxsize_works() {
    #[memoize(maxsize = usize::MAX)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    for x in 0..1_000 {
        miss!(double(x), 2 * x);
    }
    let info = double::cache_info();
    assert_eq!((info.maxsize, info.currsize), (Some(usize::MAX), 1_000));
}

#[test]
fn the_longest_ttl_does_not_end() {
    #[memoize(ttl = Duration::MAX)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    clock.advance(secs(1));
    miss!(double(2), 4);
    clock.advance(secs(100 * 365 * 86_400));
    hit!(double(2), 4);
    clock.advance(Duration::MAX);
    hit!(double(2), 4);
    assert_eq!(double::cache_parameters().ttl, Some(Duration::MAX));
}

#[test]
fn the_shortest_ttl_ends_with_the_nanosecond() {
    #[memoize(ttl = "1ns")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    miss!(double(2), 4);
    hit!(double(2), 4);
    clock.advance(Duration::from_nanos(1));
    miss!(double(2), 4);
}

#[test]
fn a_function_of_nothing_has_one_entry() {
    #[memoize]
    fn answer() -> u32 {
        42
    }

    miss!(answer(), 42);
    hit!(answer(), 42);
    assert!(answer::cache_contains());
    assert_eq!(answer::cache_peek(), Some(42));
    assert_eq!(answer::cache_insert(7), Some(42));
    hit!(answer(), 7);
    assert_eq!(answer::cache_retain(|| false), 1);
    assert!(!answer::cache_remove());
    miss!(answer(), 42);
}

#[test]
fn a_function_that_returns_nothing_runs_once() {
    #[memoize]
    fn announce(_name: &str) {}

    miss!(announce("a"), ());
    hit!(announce("a"), ());
    assert_eq!(announce::cache_peek("a"), Some(()));
}

#[test]
fn a_key_has_up_to_twelve_parts() {
    #[memoize]
    #[allow(
        clippy::many_single_char_names,
        clippy::too_many_arguments,
        reason = "there are twelve"
    )]
    fn sum(
        a: u8,
        b: u16,
        c: u32,
        d: u64,
        e: i8,
        f: i16,
        g: i32,
        h: i64,
        i: char,
        j: bool,
        k: &str,
        l: [u8; 0],
    ) -> usize {
        let numbers = [a.into(), b.into(), c.into(), d].iter().sum::<u64>();
        let signed = [e.into(), f.into(), g.into(), h].iter().sum::<i64>();
        let rest = i.len_utf8() + usize::from(j) + k.len() + l.len();
        usize::try_from(numbers + signed.unsigned_abs()).unwrap() + rest
    }

    miss!(sum(1, 2, 3, 4, 5, 6, 7, 8, 'i', true, "k", []), 39);
    hit!(sum(1, 2, 3, 4, 5, 6, 7, 8, 'i', true, "k", []), 39);
    miss!(sum(1, 2, 3, 4, 5, 6, 7, 8, 'i', false, "k", []), 38);
    miss!(sum(1, 2, 3, 4, 5, 6, 7, 8, 'i', true, "", []), 38);
}
