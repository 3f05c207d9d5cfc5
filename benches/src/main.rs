//! Side by side with two peers: `cargo run --release` in this folder prints a table.

mod kinds;
mod measure;

use measure::{compare, compare_hits, shuffled, sum, sum_named, sum_of_two};
use std::sync::atomic::{AtomicU64, Ordering};

fn main() {
    let small: Vec<u64> = (0..4096).map(|n| n % 10).collect();
    let large = shuffled(10_000);
    let named = |keys: &[u64]| -> Vec<(String, u32)> {
        keys.iter()
            .map(|key| (format!("sensor/region-7/{key:08}"), (key % 7) as u32))
            .collect()
    };
    compare_hits(
        "hit, u64, 10 keys",
        &small,
        &[
            ("memo-runtime", |keys| sum(keys, ours::small)),
            ("cached", |keys| sum(keys, cached_4::small)),
            ("quick_cache", |keys| sum(keys, quick::small)),
        ],
    );
    compare_hits(
        "hit, u64, 10,000 keys",
        &large,
        &[
            ("memo-runtime", |keys| sum(keys, ours::large)),
            ("cached", |keys| sum(keys, cached_4::large)),
            ("quick_cache", |keys| sum(keys, quick::large)),
        ],
    );
    compare_hits(
        "hit, (&str, u32) to Arc<str>, 10 keys",
        &named(&small),
        &[
            ("memo-runtime", |keys| sum_named(keys, ours::named)),
            ("cached", |keys| sum_named(keys, cached_4::named)),
            ("quick_cache", |keys| sum_named(keys, quick::named)),
        ],
    );
    compare_hits(
        "hit, (&str, u32) to Arc<str>, 10,000 keys",
        &named(&large),
        &[
            ("memo-runtime", |keys| sum_named(keys, ours::named_large)),
            ("cached", |keys| sum_named(keys, cached_4::named_large)),
            ("quick_cache", |keys| sum_named(keys, quick::named_large)),
        ],
    );
    compare_hits(
        "hit with a ttl of an hour, u64, 10 keys",
        &small,
        &[
            ("memo-runtime", |keys| sum(keys, ours::timed)),
            ("cached", |keys| sum(keys, cached_4::timed)),
        ],
    );
    // So long that starting the threads does not count.
    let one: Vec<u64> = vec![1; 200_000];
    compare_hits(
        "hit of each of two threads, u64, one key",
        &one,
        &[
            ("memo-runtime", |keys| sum_of_two(keys, ours::small)),
            ("cached", |keys| sum_of_two(keys, cached_4::small)),
            ("quick_cache", |keys| sum_of_two(keys, quick::small)),
        ],
    );
    compare_hits(
        "hit of each of two threads, u64, 10,000 keys",
        &large.repeat(20),
        &[
            ("memo-runtime", |keys| sum_of_two(keys, ours::large)),
            ("cached", |keys| sum_of_two(keys, cached_4::large)),
            ("quick_cache", |keys| sum_of_two(keys, quick::large)),
        ],
    );
    compare_hits(
        "hit by kind of function, u64, 10 keys",
        &small,
        &[
            ("free function", |keys| sum(keys, kinds::free)),
            ("method", |keys| sum(keys, kinds::method)),
            ("generic", |keys| sum(keys, kinds::generic::<u64>)),
            ("a cache of its own", |keys| sum(keys, kinds::owned)),
            ("scope = thread", |keys| sum(keys, kinds::thread)),
            ("async", |keys| sum(keys, kinds::task)),
        ],
    );
    // A round of its own for each key, so that nothing is there yet: 91 misses, 88 hits.
    let rounds: Vec<u64> = (0..200).collect();
    compare(
        "fib(90), cold",
        &rounds,
        &[
            ("memo-runtime", |rounds| {
                sum(rounds, |_| ours::fib(next_round(), 90))
            }),
            ("cached", |rounds| {
                sum(rounds, |_| cached_4::fib(next_round(), 90))
            }),
            ("no single-flight", |rounds| {
                sum(rounds, |_| ours::fib_alone(next_round(), 90))
            }),
        ],
    );
}

fn next_round() -> u64 {
    static ROUND: AtomicU64 = AtomicU64::new(0);
    ROUND.fetch_add(1, Ordering::Relaxed)
}

mod ours {
    use memo_runtime::memoize;
    use std::sync::Arc;

    #[memoize(maxsize = 1024)]
    pub fn small(key: u64) -> u64 {
        crate::measure::body(key)
    }
    #[memoize(maxsize = 16384)]
    pub fn large(key: u64) -> u64 {
        crate::measure::body(key)
    }
    #[memoize(maxsize = 1024, ttl = "1h")]
    pub fn timed(key: u64) -> u64 {
        crate::measure::body(key)
    }
    #[memoize(maxsize = 1024)]
    pub fn named(name: &str, n: u32) -> Arc<str> {
        crate::measure::named_body(name, n)
    }
    #[memoize(maxsize = 16384)]
    pub fn named_large(name: &str, n: u32) -> Arc<str> {
        crate::measure::named_body(name, n)
    }
    #[memoize(maxsize = 1024)]
    pub fn fib(round: u64, n: u64) -> u64 {
        if n < 2 {
            n
        } else {
            fib(round, n - 1) + fib(round, n - 2)
        }
    }
    #[memoize(maxsize = 1024, single_flight = false)]
    pub fn fib_alone(round: u64, n: u64) -> u64 {
        if n < 2 {
            n
        } else {
            fib_alone(round, n - 1) + fib_alone(round, n - 2)
        }
    }
}

/// As `cached`'s README has it; it owns its key on every call.
mod cached_4 {
    use cached::macros::cached;
    use std::sync::Arc;

    #[cached(max_size = 1024)]
    pub fn small(key: u64) -> u64 {
        crate::measure::body(key)
    }
    #[cached(max_size = 16384)]
    pub fn large(key: u64) -> u64 {
        crate::measure::body(key)
    }
    #[cached(max_size = 1024, ttl_secs = 3600)]
    pub fn timed(key: u64) -> u64 {
        crate::measure::body(key)
    }
    #[cached(max_size = 1024)]
    pub fn named(name: &str, n: u32) -> Arc<str> {
        crate::measure::named_body(name, n)
    }
    #[cached(max_size = 16384)]
    pub fn named_large(name: &str, n: u32) -> Arc<str> {
        crate::measure::named_body(name, n)
    }
    #[cached(max_size = 1024)]
    pub fn fib(round: u64, n: u64) -> u64 {
        if n < 2 {
            n
        } else {
            fib(round, n - 1) + fib(round, n - 2)
        }
    }
}

/// By hand, with the lookup by borrowed key that makes it fastest.
mod quick {
    use quick_cache::{Equivalent, sync::Cache};
    use std::sync::{Arc, LazyLock};

    pub fn small(key: u64) -> u64 {
        static CACHE: LazyLock<Cache<u64, u64>> = LazyLock::new(|| Cache::new(1024));
        get(&CACHE, key)
    }
    pub fn large(key: u64) -> u64 {
        static CACHE: LazyLock<Cache<u64, u64>> = LazyLock::new(|| Cache::new(16384));
        get(&CACHE, key)
    }
    pub fn named(name: &str, n: u32) -> Arc<str> {
        static CACHE: LazyLock<Cache<(String, u32), Arc<str>>> = LazyLock::new(|| Cache::new(1024));
        get_named(&CACHE, name, n)
    }
    pub fn named_large(name: &str, n: u32) -> Arc<str> {
        static CACHE: LazyLock<Cache<(String, u32), Arc<str>>> =
            LazyLock::new(|| Cache::new(16384));
        get_named(&CACHE, name, n)
    }

    fn get(cache: &Cache<u64, u64>, key: u64) -> u64 {
        cache.get(&key).unwrap_or_else(|| {
            let value = crate::measure::body(key);
            cache.insert(key, value);
            value
        })
    }

    #[derive(Hash)]
    struct Borrowed<'a>(&'a str, u32);

    impl Equivalent<(String, u32)> for Borrowed<'_> {
        fn equivalent(&self, key: &(String, u32)) -> bool {
            self.0 == key.0 && self.1 == key.1
        }
    }

    fn get_named(cache: &Cache<(String, u32), Arc<str>>, name: &str, n: u32) -> Arc<str> {
        cache.get(&Borrowed(name, n)).unwrap_or_else(|| {
            let value = crate::measure::named_body(name, n);
            cache.insert((name.to_owned(), n), value.clone());
            value
        })
    }
}
