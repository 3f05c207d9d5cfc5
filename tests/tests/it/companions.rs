//! What there is besides calling the function.

use memo_runtime::memoize;
use std::sync::atomic::{AtomicU32, Ordering};

#[test]
fn uncached_neither_reads_stores_nor_counts() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize]
    fn double(x: u32) -> u32 {
        RUNS.fetch_add(1, Ordering::Relaxed);
        2 * x
    }

    assert_eq!(double::uncached(1), 2);
    assert!(!double::cache_contains(1));
    double::cache_insert(1, 7);
    let before = double::cache_info();
    assert_eq!(double::uncached(1), 2);
    assert_eq!(double::cache_info(), before);
    assert_eq!(double::cache_peek(1), Some(7));
    assert_eq!(RUNS.load(Ordering::Relaxed), 2);
}

#[test]
fn a_look_neither_promotes_nor_counts() {
    #[memoize(maxsize = 2)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    double(1);
    double(2);
    let before = double::cache_info();
    assert_eq!(double::cache_peek(1), Some(2));
    assert!(double::cache_contains(1));
    assert_eq!(double::cache_peek(3), None);
    assert!(!double::cache_contains(3));
    assert_eq!(double::cache_info(), before);
    double(3);
    assert!(!double::cache_contains(1)); // the least recent, though looked at last
    assert!(double::cache_contains(2));
}

#[test]
fn a_removed_entry_is_computed_again() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }

    double(1);
    double(2);
    assert!(double::cache_remove(1));
    assert_eq!(double::cache_info().currsize, 1);
    miss!(double(1), 2);
    hit!(double(2), 4);
}

#[test]
fn removing_what_is_not_there_says_so() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }

    assert!(!double::cache_remove(1));
    double(1);
    assert!(!double::cache_remove(2));
    assert!(double::cache_remove(1));
    assert!(!double::cache_remove(1));
}

#[test]
fn a_removal_is_neither_an_eviction_nor_an_expiration() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }

    for x in 0..4 {
        double(x);
    }
    double::cache_remove(1);
    double::cache_insert(2, 7);
    double::cache_retain(|x| *x != 3);
    let info = double::cache_info();
    assert_eq!((info.evictions, info.expirations), (0, 0));
    assert_eq!((info.hits, info.misses, info.currsize), (0, 4, 2));
}

#[test]
fn retain_drops_what_the_predicate_refuses_and_says_how_many() {
    #[memoize]
    fn price(sku: &str, quantity: u32) -> u32 {
        u32::try_from(sku.len()).unwrap() * quantity
    }

    for quantity in 1..=3 {
        price("a-1", quantity);
        price("bb-1", quantity);
    }
    let went = price::cache_retain(|sku: &str, quantity: &u32| sku.len() == 3 && *quantity > 1);
    assert_eq!(went, 4);
    hit!(price("a-1", 2), 6);
    hit!(price("a-1", 3), 9);
    miss!(price("a-1", 1), 3);
    miss!(price("bb-1", 3), 12);
    assert_eq!(price::cache_retain(|_, _| true), 0);
}

#[test]
fn retain_sees_each_entry_once() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }

    assert_eq!(double::cache_retain(|_| false), 0);
    for x in 0..100 {
        double(x);
    }
    let mut seen = Vec::new();
    double::cache_retain(|x| {
        seen.push(*x);
        *x % 2 == 0
    });
    seen.sort_unstable();
    assert!(seen.into_iter().eq(0..100));
    assert_eq!(double::cache_info().currsize, 50);
}

#[test]
fn an_inserted_result_is_a_hit() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }

    assert_eq!(double::cache_insert(1, 7), None);
    let info = double::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (0, 0, 1));
    hit!(double(1), 7);
}

#[test]
fn inserting_over_an_entry_replaces_and_promotes_it_and_evicts_nobody() {
    #[memoize(maxsize = 2)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    double(1);
    double(2);
    assert_eq!(double::cache_insert(1, 7), Some(2));
    let info = double::cache_info();
    assert_eq!((info.currsize, info.evictions), (2, 0));
    double(3);
    assert_eq!(double::cache_peek(1), Some(7));
    assert!(!double::cache_contains(2));
}

#[test]
fn inserting_into_a_full_store_evicts_exactly_one() {
    #[memoize(maxsize = 2)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    double(1);
    double(2);
    assert_eq!(double::cache_insert(3, 7), None);
    let info = double::cache_info();
    assert_eq!((info.currsize, info.evictions), (2, 1));
    assert!(!double::cache_contains(1));
    hit!(double(2), 4);
    hit!(double(3), 7);
}

#[test]
fn resizing_to_fewer_drops_the_least_recent_first() {
    #[memoize(maxsize = 5)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    for x in [1, 2, 3, 4, 5, 1, 2] {
        double(x);
    }
    double::cache_resize(3);
    let info = double::cache_info();
    assert_eq!((info.maxsize, info.currsize), (Some(3), 3));
    assert_eq!(info.evictions, 2);
    for (x, is_there) in [(1, true), (2, true), (3, false), (4, false), (5, true)] {
        assert_eq!(double::cache_contains(x), is_there);
    }
    double(6);
    assert_eq!(double::cache_info().currsize, 3);
}

#[test]
fn resizing_to_more_keeps_all() {
    #[memoize(maxsize = 2)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    double(1);
    double(2);
    double::cache_resize(4);
    let info = double::cache_info();
    assert_eq!(
        (info.maxsize, info.currsize, info.evictions),
        (Some(4), 2, 0)
    );
    double(3);
    double(4);
    for x in 1..=4 {
        hit!(double(x), 2 * x);
    }
    miss!(double(5), 10);
    assert_eq!(double::cache_info().currsize, 4);
}

#[test]
fn an_unbounded_cache_can_be_given_a_bound() {
    #[memoize(unbounded)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    for x in 0..10 {
        double(x);
    }
    double::cache_resize(3);
    let info = double::cache_info();
    assert_eq!((info.maxsize, info.currsize), (Some(3), 3));
    for x in 7..10 {
        hit!(double(x), 2 * x);
    }
}

#[test]
fn a_clear_keeps_a_bound_that_was_changed() {
    #[memoize(maxsize = 2)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    double::cache_resize(7);
    double::cache_clear();
    assert_eq!(double::cache_info().maxsize, Some(7));
    assert_eq!(double::cache_parameters().maxsize, Some(7));
}

#[test]
fn a_refresh_computes_and_stores_whatever_is_there_and_is_a_miss() {
    static TARIFF: AtomicU32 = AtomicU32::new(2);

    #[memoize]
    fn price(quantity: u32) -> u32 {
        TARIFF.load(Ordering::Relaxed) * quantity
    }

    miss!(price(3), 6);
    TARIFF.store(5, Ordering::Relaxed);
    hit!(price(3), 6);
    assert_eq!(price::cache_refresh(3), 15);
    let info = price::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (1, 2, 1));
    hit!(price(3), 15);
    assert_eq!(price::cache_refresh(4), 20);
    hit!(price(4), 20);
}

#[test]
fn a_refresh_promotes() {
    #[memoize(maxsize = 2)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    double(1);
    double(2);
    double::cache_refresh(1);
    double(3);
    assert!(double::cache_contains(1));
    assert!(!double::cache_contains(2));
}
