//! Time as tests drive it, and time that behaves as it should not.

use crate::secs;
use memo_runtime::{memoize, testing};
use std::thread;
use std::time::Duration;

#[test]
fn a_paused_clock_stands_still() {
    #[memoize(ttl = "1ns")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let _clock = testing::pause();
    miss!(double(2), 4);
    for _ in 0..1_000 {
        hit!(double(2), 4);
    }
}

#[test]
fn time_goes_on_when_the_clock_is_dropped() {
    #[memoize(ttl = "1h")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    {
        let clock = testing::pause();
        clock.advance(secs(2 * 3_600));
        miss!(double(2), 4);
        hit!(double(2), 4);
    }
    // The machine's clock is two hours behind the paused one, which is as if it had stepped back.
    miss!(double(2), 4);
    hit!(double(2), 4);
}

#[test]
fn a_thread_that_enters_a_clock_goes_by_it() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    miss!(double(2), 4);
    thread::scope(|scope| {
        scope.spawn(|| {
            let _entered = clock.enter();
            hit!(double(2), 4);
            clock.advance(secs(30));
            miss!(double(2), 4);
        });
    });
    hit!(double(2), 4);
}

#[test]
fn a_pause_within_a_pause_goes_first() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    miss!(double(1), 2);
    {
        let inner = testing::pause();
        hit!(double(1), 2);
        inner.advance(secs(30));
        miss!(double(2), 4);
        double::cache_clear();
    }
    miss!(double(1), 2);
    clock.advance(secs(30));
    miss!(double(1), 2);
}

#[test]
fn a_clock_that_steps_back_serves_nothing_past_its_ttl() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    clock.advance(secs(3_600));
    miss!(double(1), 2);
    // How old the entry is nobody can say any more: it is taken for dead.
    clock.step_back(secs(1));
    miss!(double(1), 2);
    hit!(double(1), 2);
    clock.advance(secs(30));
    miss!(double(1), 2);
}

#[test]
fn a_clock_that_steps_back_behind_no_entry_does_no_harm() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    clock.advance(secs(3_600));
    miss!(double(1), 2);
    clock.advance(secs(20));
    clock.step_back(secs(15));
    hit!(double(1), 2);
    clock.advance(secs(25));
    miss!(double(1), 2);
}

#[test]
fn a_clock_that_steps_back_during_a_body_does_no_harm() {
    #[memoize(ttl = "30s")]
    fn slow(x: u32, #[memo(skip)] clock: &testing::Clock) -> u32 {
        clock.step_back(secs(60));
        2 * x
    }

    let clock = testing::pause();
    clock.advance(secs(3_600));
    miss!(slow(1, &clock), 2);
    hit!(slow(1, &clock), 2);
    miss!(slow(2, &clock), 4);
    hit!(slow(2, &clock), 4);
    clock.advance(secs(30));
    miss!(slow(2, &clock), 4);
}

#[test]
fn what_a_clock_was_seen_to_step_back_behind_is_not_served_past_its_ttl() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    clock.advance(secs(3_600));
    double(1);
    clock.step_back(secs(60));
    double(2); // which sees it
    clock.advance(secs(60));
    miss!(double(1), 2); // stored a minute ago
}

#[test]
fn every_companion_bears_a_clock_that_steps_back() {
    #[memoize(ttl = "30s", maxsize = 3)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    clock.advance(secs(3_600));
    let after_a_step = |companion: &dyn Fn()| {
        for x in 0..3 {
            double(x);
        }
        clock.step_back(secs(60));
        companion();
        assert!(double::cache_info().currsize <= 3);
        assert!(!double::cache_contains(2));
    };
    after_a_step(&|| assert_eq!(double::cache_peek(1), None));
    after_a_step(&|| assert!(!double::cache_contains(1)));
    after_a_step(&|| assert!(!double::cache_remove(1)));
    after_a_step(&|| assert_eq!(double::cache_insert(1, 7), None));
    after_a_step(&|| assert_eq!(double::cache_refresh(1), 2));
    after_a_step(&|| assert!(double::cache_retain(|_| false) <= 3));
    after_a_step(&|| double::cache_resize(2));
    after_a_step(&double::cache_clear);
}

#[test]
fn the_end_of_time_is_no_end() {
    #[memoize(ttl = "30s", maxsize = 2)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    miss!(double(1), 2);
    clock.advance(Duration::MAX);
    miss!(double(1), 2);
    clock.advance(Duration::MAX);
    hit!(double(1), 2);
    for x in 2..10 {
        miss!(double(x), 2 * x);
        assert!(double::cache_info().currsize <= 2);
    }
}

#[test]
fn a_clock_can_step_back_to_the_beginning_of_time() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    clock.advance(secs(60));
    miss!(double(1), 2);
    clock.step_back(Duration::MAX);
    miss!(double(1), 2);
    hit!(double(1), 2);
    clock.advance(secs(30));
    miss!(double(1), 2);
}

#[test]
fn after_a_step_back_no_entry_from_the_future_lives_again() {
    #[memoize(ttl = "30s", maxsize = 1_000)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    clock.advance(secs(1_000));
    for x in 0..100 {
        miss!(double(x), 2 * x);
    }
    clock.step_back(secs(29));
    miss!(double(1_000), 2_000); // a call frees a few, but all of these
    clock.advance(secs(54));
    assert_eq!((0..100).filter(|&x| double::cache_contains(x)).count(), 0);
}

#[test]
fn a_clock_that_steps_back_by_little_makes_an_entry_as_dead_as_by_much() {
    #[memoize(ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    clock.advance(Duration::from_secs(1));
    double(1);
    clock.step_back(Duration::from_nanos(1));
    assert!(!double::cache_contains(1));
    double(1);
    assert_eq!(double::cache_info().misses, 2);
}
