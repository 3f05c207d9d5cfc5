//! Caches that their user owns: as the store of a function, and without any.

use crate::{must_return, secs};
use memo_runtime::{Cache, Policy, caches, clear_group, memoize, testing};
use memo_tests::crowd::{Awaited, all_at_once};
use std::cell::Cell;
use std::error::Error;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, LazyLock};

struct Shop {
    city: &'static str,
    prices: Cache<(String, u32), usize>,
    addresses: Arc<Cache<u32, String>>,
}

impl Shop {
    fn new(city: &'static str) -> Self {
        Self {
            city,
            prices: Cache::builder().maxsize(2).group("prices").build(),
            addresses: Arc::new(Cache::builder().build()),
        }
    }

    #[memoize(store = self.prices)]
    fn price(&self, sku: &str, quantity: u32) -> usize {
        self.city.len() + sku.len() * quantity as usize
    }

    #[memoize(store = self.prices, cache_if = |price| *price > 0)]
    fn checked(&self, sku: &str, quantity: u32) -> Result<usize, Box<dyn Error>> {
        Ok(sku.parse::<usize>()? * quantity as usize * self.city.len() / 3)
    }

    #[memoize(store = self.addresses)]
    fn address(&self, number: u32) -> String {
        format!("{} {number}", self.city)
    }
}

#[test]
fn each_instance_has_a_cache_of_its_own() {
    let (here, there) = (Shop::new("Köln"), Shop::new("Ulm"));
    assert_eq!(
        (here.address(1), there.address(1)),
        ("Köln 1".into(), "Ulm 1".into())
    );
    assert_eq!(here.address(1), "Köln 1");
    let info = here.address_cache_info();
    assert_eq!((info.hits, info.misses), (1, 1));
    assert_eq!(there.address_cache_info().hits, 0);
    assert_eq!(here.addresses.peek(&1), Some("Köln 1".to_owned()));
}

#[test]
fn every_companion_is_the_instances() {
    let (shop, other) = (Shop::new("Ulm"), Shop::new("Ulm"));
    assert_eq!(shop.price("a-1", 2), 9);
    assert!(shop.price_cache_contains("a-1", 2));
    assert!(!other.price_cache_contains("a-1", 2));
    assert_eq!(shop.price_cache_peek("a-1", 2), Some(9));
    assert_eq!(shop.price_cache_insert("a-1", 2, 7), Some(9));
    assert_eq!(shop.price_cache_refresh("a-1", 2), 9);
    assert_eq!(shop.price_uncached("a-1", 3), 12);
    shop.price("b", 1);
    shop.price("c", 1);
    assert_eq!(shop.price_cache_info().evictions, 1);
    assert_eq!(shop.price_cache_retain(|sku, _| sku == "c"), 1);
    assert!(shop.price_cache_remove("c", 1));
    shop.price_cache_resize(1);
    assert_eq!(shop.price_cache_parameters().maxsize, Some(1));
    assert_eq!(other.price_cache_parameters().maxsize, Some(2));
    shop.price_cache_clear();
    assert_eq!(shop.price_cache_info().misses, 0);
}

#[test]
fn two_functions_may_share_a_cache() {
    let shop = Shop::new("Ulm");
    assert_eq!(shop.price("12", 1), 5);
    assert_eq!(shop.checked("12", 1).unwrap(), 5); // what the other has stored
    assert!(shop.checked("x", 1).is_err());
    assert_eq!(shop.checked("0", 1).unwrap(), 0);
    assert_eq!(shop.prices.len(), 1);
}

#[test]
fn a_function_without_a_receiver_may_have_a_cache_of_somebody_elses() {
    static SQUARES: LazyLock<Cache<u64, u64>> =
        LazyLock::new(|| Cache::builder().maxsize(3).name("squares of mine").build());

    #[memoize(store = SQUARES)]
    fn square(x: u64) -> u64 {
        x * x
    }

    miss!(square(2), 4);
    hit!(square(2), 4);
    assert_eq!(SQUARES.get(&2), Some(4));
    assert!(square::cache_remove(2));
    assert!(caches().iter().any(|cache| cache.name == "squares of mine"));
}

#[test]
fn a_cache_is_listed_and_cleared_with_its_group_while_it_lives() {
    let listed = || caches().into_iter().filter(|it| it.name == "owned").count();
    let cache = Cache::<u32, u32>::builder()
        .name("owned")
        .group("owned")
        .build();
    cache.insert(1, 1);
    assert_eq!(listed(), 1);
    assert_eq!(clear_group("owned"), 1);
    assert!(cache.is_empty());
    drop(cache);
    assert_eq!(listed(), 0);
    assert_eq!(clear_group("owned"), 0);
}

#[test]
fn its_name_is_where_it_was_built_unless_it_has_one() {
    let cache = Cache::<u32, u32>::builder().unbounded().build();
    let line = line!() - 1;
    let name = format!("{}:{line}", file!());
    assert!(caches().iter().any(|it| it.name == name && it.line == line));
    assert_eq!(cache.parameters().maxsize, None);
}

#[test]
fn the_builder_says_all_there_is_to_say() {
    let usual = Cache::<u32, u32>::builder().build().parameters();
    assert_eq!(
        (usual.maxsize, usual.ttl, usual.policy),
        (Some(128), None, Policy::Lru)
    );
    assert_eq!(usual.single_flight, Some(secs(1)));

    let timed = Cache::<u32, u32>::builder()
        .ttl(secs(30))
        .single_flight(None)
        .build();
    assert_eq!(timed.parameters().policy, Policy::SoonestToExpire);
    assert_eq!(timed.parameters().single_flight, None);

    let first = Cache::<u32, u32>::builder()
        .maxsize(2)
        .policy(Policy::Fifo)
        .build();
    for key in [1, 2, 1, 3] {
        first.get_or_insert_with(&key, || key);
    }
    assert_eq!((first.contains(&1), first.contains(&2)), (false, true));

    let impossible = || {
        Cache::<u32, u32>::builder()
            .policy(Policy::SoonestToExpire)
            .build()
    };
    assert!(catch_unwind(AssertUnwindSafe(impossible)).is_err());
}

#[test]
fn an_entry_lives_until_its_ttl_and_a_clock_is_read_only_then() {
    let clock = testing::pause();
    let timed = Cache::<&str, u32>::builder().ttl(secs(30)).build();
    let forever = Cache::<&str, u32>::builder().build();
    for cache in [&timed, &forever] {
        cache.insert("a", 1);
        clock.advance(secs(29));
        assert_eq!(cache.get(&"a"), Some(1));
        clock.advance(secs(1));
    }
    assert_eq!((timed.get(&"a"), forever.get(&"a")), (None, Some(1)));
    assert_eq!(timed.info().expirations, 1);
}

#[test]
fn it_is_looked_up_in_borrowed_form_and_counts_what_it_computes() {
    let cache = Cache::<String, usize>::builder().build();
    assert_eq!(cache.get("ab"), None);
    assert_eq!(cache.get_or_insert_with("ab", || 2), 2);
    assert_eq!(cache.get_or_insert_with("ab", || 3), 2);
    assert_eq!(cache.get("ab"), Some(2));
    let info = cache.info();
    assert_eq!((info.hits, info.misses, info.currsize), (2, 1, 1));
    assert_eq!(cache.insert("ab".to_owned(), 4), Some(2));
    assert_eq!(cache.iter().collect::<Vec<_>>(), [("ab".to_owned(), 4)]);
    assert_eq!((&cache).into_iter().count(), 1);
    assert_eq!(cache.retain(String::is_empty), 1);
    assert!(!cache.remove("ab"));
    cache.resize(0);
    assert_eq!(cache.get_or_insert_with("ab", || 5), 5);
    assert!(cache.is_empty());
}

#[test]
fn an_error_is_returned_and_not_stored() {
    let cache = Cache::<u32, u32>::builder().build();
    assert_eq!(cache.get_or_try_insert_with(&1, || Err("no")), Err("no"));
    assert_eq!(cache.get_or_try_insert_with(&1, || Ok::<_, &str>(1)), Ok(1));
    assert_eq!(cache.get_or_try_insert_with(&1, || Err("no")), Ok(1));
    assert_eq!(cache.info().misses, 2);
}

#[test]
fn of_64_callers_of_a_cold_key_one_computes() {
    let cache = Cache::<Awaited, u32>::builder()
        .single_flight(Some(secs(3600)))
        .build();
    let runs = AtomicU32::new(0);
    let values = must_return(move || {
        let key = Awaited::new(21);
        let compute = || {
            key.until_awaited(63);
            runs.fetch_add(1, Relaxed);
            42
        };
        let values = all_at_once(64, |_| cache.get_or_insert_with(&key, compute));
        let info = cache.info();
        assert_eq!((info.hits, info.misses, info.coalesced), (63, 1, 63));
        assert_eq!(runs.load(Relaxed), 1);
        values
    });
    assert_eq!(values, [42; 64]);
}

#[test]
fn a_computation_may_use_the_cache_it_is_for() {
    fn fib(cache: &Cache<u64, u64>, n: u64) -> u64 {
        cache.get_or_insert_with(&n, || {
            if n < 2 {
                n
            } else {
                fib(cache, n - 1) + fib(cache, n - 2)
            }
        })
    }

    let cache = Cache::builder().build();
    assert_eq!(fib(&cache, 90), 2_880_067_194_370_816_120);
    assert_eq!(cache.info().misses, 91);
}

#[test]
fn ten_thousand_of_them_leave_nothing_behind() {
    let value = Arc::new(());
    for _ in 0..10_000 {
        let cache = Cache::<u32, Arc<()>>::builder()
            .name("one of 10,000")
            .build();
        for key in 0..3 {
            cache.insert(key, value.clone());
        }
        cache.clear();
        cache.insert(0, value.clone());
    }
    assert_eq!(Arc::strong_count(&value), 1);
    assert!(!caches().iter().any(|cache| cache.name == "one of 10,000"));
}

static BY_TYPE: LazyLock<Cache<(Sized32, u32), u32>> = LazyLock::new(|| Cache::builder().build());

#[derive(Clone, PartialEq, Eq, Hash)]
struct Sized32(u32);

impl Sized32 {
    #[memoize(store = self::BY_TYPE)]
    fn plus(&self, x: u32) -> u32 {
        self.0 + x
    }
}

#[test]
fn a_cache_that_is_not_the_receivers_tells_receivers_apart() {
    assert_eq!((Sized32(1).plus(1), Sized32(100).plus(1)), (2, 101));
    assert!(BY_TYPE.contains(&(Sized32(100), 1)));
}

struct Shelves {
    is_left: bool,
    left: Arc<Cache<u32, u32>>,
    right: Cache<u32, u32>,
}

impl Shelves {
    fn shared(&self) -> Arc<Cache<u32, u32>> {
        self.left.clone()
    }

    #[memoize(store = if self.is_left { &*self.left } else { &self.right })]
    fn either(#[memo(skip)] &self, x: u32) -> u32 {
        x
    }

    #[memoize(store = self.shared())]
    fn applied<F: Fn(u32) -> u32>(&self, x: u32, #[memo(skip)] f: F) -> u32 {
        f(x)
    }
}

#[test]
fn a_cache_is_found_by_any_expression_over_the_receiver() {
    let shelves = |is_left| Shelves {
        is_left,
        left: Arc::new(Cache::builder().build()),
        right: Cache::builder().build(),
    };
    let (left, right) = (shelves(true), shelves(false));
    assert_eq!((left.either(1), right.either(2)), (1, 2));
    assert_eq!((left.left.len(), left.right.len()), (1, 0));
    assert_eq!((right.left.len(), right.right.len()), (0, 1));
    assert!(right.either_cache_remove(2));

    let plus = 3;
    assert_eq!(right.applied(1, |x| x + plus), 4);
    assert_eq!(right.left.peek(&1), Some(4));
    assert_eq!(right.applied_cache_info::<fn(u32) -> u32>().misses, 1);
}

#[test]
fn what_a_comparison_that_panics_asked_for_is_done_before_anything_is_got() {
    thread_local!(static ARMED: Cell<bool> = const { Cell::new(false) });
    static CACHE: LazyLock<Cache<Key, u32>> = LazyLock::new(|| Cache::builder().build());

    #[derive(Clone)]
    struct Key;
    impl Hash for Key {
        fn hash<H: Hasher>(&self, _: &mut H) {}
    }
    impl PartialEq for Key {
        fn eq(&self, _: &Self) -> bool {
            if ARMED.take() {
                CACHE.clear();
                panic!("broken");
            }
            true
        }
    }
    impl Eq for Key {}

    CACHE.insert(Key, 1);
    ARMED.set(true);
    assert!(catch_unwind(|| CACHE.get(&Key)).is_err());
    assert_eq!(CACHE.get(&Key), None);
}

/// As a mutex is that cannot be poisoned.
#[test]
fn a_cache_can_be_used_after_a_panic_was_caught() {
    fn is_unwind_safe<T: std::panic::UnwindSafe + std::panic::RefUnwindSafe>(_: &T) {}
    let cache: Cache<u32, u32> = Cache::builder().maxsize(2).build();
    is_unwind_safe(&cache);
}
