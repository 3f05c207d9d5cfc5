//! The least recently used goes, and the counters say so.

use lru::LruCache;
use memo_runtime::memoize;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};

#[test]
fn a_fresh_function_has_counted_nothing() {
    #[memoize(maxsize = 20)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let info = double::cache_info();
    assert_eq!((info.hits, info.misses), (0, 0));
    assert_eq!((info.maxsize, info.currsize), (Some(20), 0));
    assert_eq!(
        (info.evictions, info.expirations, info.coalesced),
        (0, 0, 0)
    );
    miss!(double(2), 4);
}

#[test]
fn the_second_call_is_a_hit() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }

    miss!(double(2), 4);
    hit!(double(2), 4);
    miss!(double(3), 6);
    hit!(double(2), 4);
}

#[test]
fn hits_and_misses_are_the_calls_and_misses_are_the_runs() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[memoize(maxsize = 5)]
    fn square(x: u64) -> u64 {
        RUNS.fetch_add(1, Ordering::Relaxed);
        x * x
    }

    for (calls, x) in (1..).zip(numbers(13).take(2_000)) {
        assert_eq!(square(x), x * x);
        let info = square::cache_info();
        assert_eq!(info.hits + info.misses, calls);
        assert_eq!(info.misses, RUNS.load(Ordering::Relaxed));
        assert!(info.currsize <= 5);
    }
}

#[test]
fn a_hit_promotes() {
    #[memoize(maxsize = 3)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    for x in [1, 2, 3, 1, 4] {
        double(x);
    }
    assert!(!double::cache_contains(2));
    assert!(double::cache_contains(1));
    assert!(double::cache_contains(3));
    assert!(double::cache_contains(4));
}

#[test]
fn the_order_of_evictions_is_that_of_the_lru_crate() {
    #[memoize(maxsize = 7)]
    fn double(x: u64) -> u64 {
        2 * x
    }

    let mut oracle = LruCache::new(NonZeroUsize::new(7).unwrap());
    for x in numbers(17).take(5_000) {
        double(x);
        oracle.get_or_insert(x, || 2 * x);
        for y in 0..17 {
            assert_eq!(double::cache_contains(y), oracle.contains(&y));
        }
    }
}

/// Where all calls are hits for long, they are noted beside the order, and not in it.
#[test]
fn the_order_of_evictions_is_that_of_the_lru_crate_after_many_hits() {
    #[memoize(maxsize = 200)]
    fn double(x: u64) -> u64 {
        2 * x
    }

    let mut oracle = LruCache::new(NonZeroUsize::new(200).unwrap());
    let (mut random, mut misses) = (1_u64, 0);
    for round in 0..300 {
        for call in 0..1_000 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            // Long runs of hits, of one to many keys, and in between some misses, too.
            let is_new = call < round % 7;
            let key = if is_new {
                1_000_000 + random % 1_000
            } else {
                let known = (random >> 33) as usize % (1 + round % 200).min(oracle.len().max(1));
                oracle.iter().nth(known).map_or(0, |(&key, ())| key)
            };
            double(key);
            if oracle.get(&key).is_none() {
                oracle.put(key, ());
                misses += 1;
            }
        }
        assert_eq!(double::cache_info().misses, misses, "{round}");
    }
    assert!(misses > 500, "{misses}");
}

/// Whichever way a hit is served, it counts, and whoever asks sees those that are over.
#[test]
fn hits_of_many_threads_are_all_counted() {
    #[memoize(maxsize = 200)]
    fn double(x: u64) -> u64 {
        2 * x
    }
    const THREADS: u64 = 8;
    const CALLS: u64 = 20_000;

    (0..100).for_each(|x| assert_eq!(double(x), 2 * x));
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                for call in 0..CALLS {
                    let x = (call * (thread + 1)) % 100;
                    assert_eq!(double(x), 2 * x);
                    if call % 5_000 == 0 {
                        let hits = double::cache_info().hits;
                        assert!(hits >= call, "{hits} at {call}");
                    }
                }
            });
        }
    });
    let info = double::cache_info();
    assert_eq!((info.hits, info.misses), (THREADS * CALLS, 100));
}

#[test]
fn no_option_at_all_means_128_entries() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }

    for x in 0..200 {
        double(x);
    }
    let info = double::cache_info();
    assert_eq!((info.maxsize, info.currsize), (Some(128), 128));
    assert_eq!(info.evictions, 72);
}

#[test]
fn unbounded_keeps_all() {
    #[memoize(unbounded)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    for x in 0..10_000 {
        double(x);
    }
    let info = double::cache_info();
    assert_eq!((info.maxsize, info.currsize), (None, 10_000));
    assert_eq!(info.evictions, 0);
}

#[test]
fn a_clear_empties_it_and_starts_the_counters_again() {
    #[memoize(maxsize = 2)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    for x in [1, 2, 3, 3] {
        double(x);
    }
    for _twice_in_a_row in 0..2 {
        double::cache_clear();
        let info = double::cache_info();
        assert_eq!((info.hits, info.misses, info.evictions), (0, 0, 0));
        assert_eq!((info.maxsize, info.currsize), (Some(2), 0));
    }
    miss!(double(3), 6);
    hit!(double(3), 6);
}

#[test]
fn of_two_alternating_keys_a_maxsize_of_one_keeps_none() {
    #[memoize(maxsize = 1)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    for _ in 0..10 {
        miss!(double(1), 2);
        miss!(double(2), 4);
    }
    for _ in 0..10 {
        hit!(double(2), 4);
    }
    assert_eq!(double::cache_info().evictions, 19);
}

#[test]
fn the_bound_is_any_expression_and_asked_for_once() {
    static ASKED: AtomicU64 = AtomicU64::new(0);

    fn bound() -> usize {
        ASKED.fetch_add(1, Ordering::Relaxed);
        3
    }

    #[memoize(maxsize = bound() + 1)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    for x in 0..10 {
        double(x);
    }
    assert_eq!(double::cache_info().currsize, 4);
    assert_eq!(ASKED.load(Ordering::Relaxed), 1);
}

/// Numbers below `end`, in no order, the small ones more often.
fn numbers(end: u64) -> impl Iterator<Item = u64> {
    let step = |seed: &u64| {
        Some(
            seed.wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407),
        )
    };
    let seeds = std::iter::successors(Some(1), step);
    seeds.map(move |seed| ((seed >> 33) % end).min((seed >> 13) % end))
}
