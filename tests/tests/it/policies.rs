//! Who goes when the store is full.

use crate::secs;
use memo_runtime::{Policy, memoize, testing};
use std::time::Duration;

#[test]
fn a_full_store_with_an_expired_entry_evicts_nobody() {
    #[memoize(maxsize = 3, ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    double(1);
    clock.advance(secs(10));
    double(2);
    double(3);
    clock.advance(secs(20));
    miss!(double(4), 8);
    let info = double::cache_info();
    assert_eq!((info.evictions, info.expirations), (0, 1));
    assert!(!double::cache_contains(1));
    for x in 2..=4 {
        hit!(double(x), 2 * x);
    }
}

#[test]
fn with_policy_lru_too_the_expired_go_first() {
    #[memoize(maxsize = 3, ttl = "30s", policy = lru)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    double(1);
    clock.advance(secs(10));
    double(2);
    double(3);
    clock.advance(secs(19));
    hit!(double(1), 2); // the most recent now
    clock.advance(secs(1));
    miss!(double(4), 8);
    let info = double::cache_info();
    assert_eq!((info.evictions, info.expirations), (0, 1));
    assert!(!double::cache_contains(1));
}

#[test]
fn with_a_ttl_the_soonest_to_expire_goes() {
    #[memoize(maxsize = 3, ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    for x in 1..=3 {
        double(x);
        clock.advance(secs(1));
    }
    hit!(double(1), 2);
    double::cache_insert(2, 4); // lives longer than the others now
    miss!(double(4), 8);
    assert!(!double::cache_contains(1)); // though it was just used
    miss!(double(5), 10);
    assert!(!double::cache_contains(3));
    assert!(double::cache_contains(2));
    assert_eq!(double::cache_info().evictions, 2);
    assert_eq!(double::cache_parameters().policy, Policy::SoonestToExpire);
}

#[test]
fn entries_of_one_moment_go_in_the_order_they_came() {
    #[memoize(maxsize = 3, ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let _clock = testing::pause();
    for x in 1..=4 {
        double(x);
    }
    assert!(!double::cache_contains(1));
    double(5);
    assert!(!double::cache_contains(2));
}

#[test]
fn with_a_ttl_and_policy_lru_the_least_recent_goes() {
    #[memoize(maxsize = 3, ttl = "30s", policy = lru)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    for x in 1..=3 {
        double(x);
        clock.advance(secs(1));
    }
    hit!(double(1), 2);
    miss!(double(4), 8);
    assert!(double::cache_contains(1));
    assert!(!double::cache_contains(2));
    assert_eq!(double::cache_parameters().policy, Policy::Lru);
}

#[test]
fn with_policy_fifo_the_oldest_goes_however_often_it_was_used() {
    #[memoize(maxsize = 3, policy = fifo)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    for x in 1..=3 {
        double(x);
    }
    hit!(double(1), 2);
    miss!(double(4), 8);
    assert!(!double::cache_contains(1));
    assert!(double::cache_contains(2));
    assert_eq!(double::cache_parameters().policy, Policy::Fifo);
}

#[test]
fn the_default_policy_is_lru() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }

    assert_eq!(double::cache_parameters().policy, Policy::Lru);
    miss!(double(1), 2);
}

#[test]
fn under_each_policy_the_bound_holds_over_resizes() {
    #[memoize(maxsize = 8)]
    fn lru(x: usize) -> usize {
        x
    }
    #[memoize(maxsize = 8, policy = fifo, ttl = "1s")]
    fn fifo(x: usize) -> usize {
        x
    }
    #[memoize(maxsize = 8, ttl = "1s")]
    fn soonest(x: usize) -> usize {
        x
    }

    macro_rules! holds {
        ($f:ident) => {
            let clock = testing::pause();
            for x in 0..2_000 {
                let bound = x / 7 % 9;
                $f::cache_resize(bound);
                assert_eq!($f(x * x % 23), x * x % 23);
                let info = $f::cache_info();
                assert_eq!(info.maxsize, Some(bound));
                assert!(info.currsize <= bound);
                clock.advance(Duration::from_millis(90));
            }
        };
    }
    holds!(lru);
    holds!(fifo);
    holds!(soonest);
}

#[test]
fn with_clock_pro_a_scan_leaves_what_is_used_all_the_time() {
    #[memoize(maxsize = 100, policy = clock_pro)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    (0..10).for_each(|_| (0..50).for_each(|x| assert_eq!(double(x), 2 * x)));
    (1_000..3_000).for_each(|x| assert_eq!(double(x), 2 * x));
    let held = (0..50).filter(|&x| double::cache_contains(x)).count();
    assert!(held >= 48, "{held}");
    assert_eq!(double::cache_info().currsize, 100);
    assert_eq!(double::cache_parameters().policy, Policy::ClockPro);
}

#[test]
fn with_clock_pro_the_expired_go_first() {
    #[memoize(maxsize = 3, ttl = "30s", policy = clock_pro)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    double(1);
    clock.advance(secs(10));
    double(2);
    double(3);
    clock.advance(secs(20));
    miss!(double(4), 8);
    let info = double::cache_info();
    assert_eq!((info.evictions, info.expirations), (0, 1));
    double::cache_resize(1);
    assert_eq!(double::cache_info().currsize, 1);
    double::cache_clear();
    miss!(double(4), 8);
}
