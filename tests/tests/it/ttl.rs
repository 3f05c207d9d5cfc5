//! An entry is dead a ttl after it was stored, to the nanosecond.

use crate::secs;
use memo_runtime::{memoize, testing};
use std::time::Duration;

const NANOSECOND: Duration = Duration::from_nanos(1);

fn just_short_of(time: Duration) -> Duration {
    time.saturating_sub(NANOSECOND)
}

#[test]
fn an_entry_lives_until_its_ttl_and_not_longer() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    miss!(double(2), 4);
    clock.advance(just_short_of(secs(30)));
    hit!(double(2), 4);
    clock.advance(NANOSECOND);
    miss!(double(2), 4);
}

#[test]
fn a_read_does_not_extend_a_life() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    miss!(double(2), 4);
    for _ in 0..29 {
        clock.advance(secs(1));
        hit!(double(2), 4);
        assert_eq!(double::cache_peek(2), Some(4));
    }
    clock.advance(secs(1));
    miss!(double(2), 4);
}

#[test]
fn storing_again_extends_a_life() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    double(1);
    double(2);
    clock.advance(secs(20));
    assert_eq!(double::cache_insert(1, 7), Some(2));
    assert_eq!(double::cache_refresh(2), 4);
    clock.advance(just_short_of(secs(30)));
    hit!(double(1), 7);
    hit!(double(2), 4);
    clock.advance(NANOSECOND);
    miss!(double(1), 2);
    miss!(double(2), 4);
}

#[test]
fn a_body_that_takes_three_ttls_yields_a_value_that_lives_a_whole_one() {
    #[memoize(ttl = "30s")]
    fn slow(x: u32, #[memo(skip)] clock: &testing::Clock) -> u32 {
        clock.advance(secs(90));
        2 * x
    }

    let clock = testing::pause();
    miss!(slow(2, &clock), 4);
    hit!(slow(2, &clock), 4);
    clock.advance(just_short_of(secs(30)));
    hit!(slow(2, &clock), 4);
    clock.advance(NANOSECOND);
    miss!(slow(2, &clock), 4);
}

#[test]
fn what_has_expired_is_not_there() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    for x in 0..5 {
        double(x);
    }
    clock.advance(secs(15));
    double(5);
    clock.advance(secs(15));
    assert_eq!(double::cache_info().currsize, 1);
    assert_eq!(double::cache_info().expirations, 5);
    assert_eq!(double::cache_peek(1), None);
    assert!(!double::cache_contains(1));
    assert!(!double::cache_remove(1));
    assert_eq!(double::cache_insert(1, 7), None);
    assert_eq!(double::cache_retain(|_| false), 2);
}

#[test]
fn each_companion_by_itself_sees_that_an_entry_has_expired() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    fn is_there() -> [bool; 6] {
        let clock = testing::pause();
        let after_a_ttl = |seen: &dyn Fn() -> bool| {
            double(1);
            clock.advance(secs(30));
            let seen = seen();
            double::cache_clear();
            seen
        };
        [
            after_a_ttl(&|| double::cache_peek(1).is_some()),
            after_a_ttl(&|| double::cache_contains(1)),
            after_a_ttl(&|| double::cache_remove(1)),
            after_a_ttl(&|| double::cache_insert(1, 7).is_some()),
            after_a_ttl(&|| double::cache_info().currsize > 0),
            after_a_ttl(&|| double::cache_retain(|_| false) > 0),
        ]
    }

    assert_eq!(is_there(), [false; 6]);
}

#[test]
fn ordinary_calls_reclaim_what_has_expired() {
    #[memoize(unbounded, ttl = "1s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    // A thousand keys a second, each used once: no more than those of the last second are held.
    let clock = testing::pause();
    for x in 0..20_000 {
        double(x);
        clock.advance(Duration::from_millis(1));
        let info = double::cache_info();
        assert!(info.currsize <= 1_000);
    }
    assert_eq!(double::cache_info().expirations, 19_001);
}

#[test]
fn storing_one_key_over_and_over_keeps_one_entry() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    for n in 0..10_000 {
        double::cache_insert(1, n);
        double::cache_refresh(2);
        clock.advance(NANOSECOND);
    }
    let info = double::cache_info();
    assert_eq!((info.currsize, info.evictions, info.expirations), (2, 0, 0));
    double(3);
    clock.advance(secs(30));
    assert_eq!(double::cache_info().expirations, 3);
}

#[test]
fn a_ttl_is_written_as_text_or_as_any_duration() {
    const HALF_A_MINUTE: Duration = Duration::from_secs(30);

    #[memoize(ttl = "1h 30m")]
    fn text(x: u32) -> u32 {
        x
    }
    #[memoize(ttl = "1.5s")]
    fn fraction(x: u32) -> u32 {
        x
    }
    #[memoize(ttl = HALF_A_MINUTE)]
    fn constant(x: u32) -> u32 {
        x
    }
    #[memoize(ttl = secs(2) * 3)]
    fn expression(x: u32) -> u32 {
        x
    }

    assert_eq!(text::cache_parameters().ttl, Some(secs(5_400)));
    assert_eq!(
        fraction::cache_parameters().ttl,
        Some(Duration::from_millis(1_500))
    );
    assert_eq!(constant::cache_parameters().ttl, Some(secs(30)));
    let clock = testing::pause();
    miss!(expression(1), 1);
    clock.advance(just_short_of(secs(6)));
    hit!(expression(1), 1);
    clock.advance(NANOSECOND);
    miss!(expression(1), 1);
    for x in [text(1), fraction(1), constant(1)] {
        assert_eq!(x, 1);
    }
}

#[test]
fn an_expired_entry_counts_as_one_whoever_comes_upon_it_first() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    for x in 0..100 {
        double(x);
    }
    clock.advance(secs(30));
    double(99); // the youngest: there are others to free first
    assert_eq!(double::cache_info().expirations, 100);
    assert_eq!(double::cache_info().currsize, 1);
}
