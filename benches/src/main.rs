//! Hits side by side with two peers: `cargo run --release` in this folder prints a table.
//!
//! Contestants take turns, round by round, each starting in its turn; a figure is the median over the rounds, so that what else the machine does hits all
//! alike. Keys are warmed before, and the count of bodies run meanwhile must stay 0: every call timed is a hit.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How often a body has run.
static BODIES: AtomicU64 = AtomicU64::new(0);

/// About as long as one turn of one contestant.
const TURN: Duration = Duration::from_millis(4);
const ROUNDS: usize = 101;

fn main() {
    let small: Vec<u64> = (0..4096).map(|n| n % 10).collect();
    let large = shuffled(10_000);
    let named = |keys: &[u64]| -> Vec<(String, u32)> {
        keys.iter().map(|key| (format!("sensor/region-7/{key:08}"), (key % 7) as u32)).collect()
    };
    compare("hit, u64, 10 keys", &small, &[
        ("memo-runtime", |keys| sum(keys, ours::small)),
        ("cached", |keys| sum(keys, cached_4::small)),
        ("quick_cache", |keys| sum(keys, quick::small)),
    ]);
    compare("hit, u64, 10,000 keys", &large, &[
        ("memo-runtime", |keys| sum(keys, ours::large)),
        ("cached", |keys| sum(keys, cached_4::large)),
        ("quick_cache", |keys| sum(keys, quick::large)),
    ]);
    compare("hit, (&str, u32) to Arc<str>, 10 keys", &named(&small), &[
        ("memo-runtime", |keys| sum_named(keys, ours::named)),
        ("cached", |keys| sum_named(keys, cached_4::named)),
        ("quick_cache", |keys| sum_named(keys, quick::named)),
    ]);
    compare("hit, (&str, u32) to Arc<str>, 10,000 keys", &named(&large), &[
        ("memo-runtime", |keys| sum_named(keys, ours::named_large)),
        ("cached", |keys| sum_named(keys, cached_4::named_large)),
        ("quick_cache", |keys| sum_named(keys, quick::named_large)),
    ]);
    compare("hit with a ttl of an hour, u64, 10 keys", &small, &[
        ("memo-runtime", |keys| sum(keys, ours::timed)),
        ("cached", |keys| sum(keys, cached_4::timed)),
    ]);
}

type Contestant<K> = (&'static str, fn(&[K]) -> u64);

/// Lets the contestants take turns over the same keys and prints their medians, the first of them being us.
fn compare<K>(title: &str, keys: &[K], contestants: &[Contestant<K>]) {
    let passes: Vec<u32> = contestants
        .iter()
        .map(|(_, run)| {
            black_box(run(keys)); // warms the cache
            let start = Instant::now();
            black_box(run(keys));
            (TURN.as_nanos() / start.elapsed().as_nanos().max(1)).clamp(1, 10_000) as u32
        })
        .collect();
    let bodies = BODIES.load(Ordering::Relaxed);
    let mut nanos: Vec<Vec<f64>> = vec![Vec::new(); contestants.len()];
    for round in 0..ROUNDS {
        for turn in 0..contestants.len() {
            let who = (round + turn) % contestants.len();
            let start = Instant::now();
            for _ in 0..passes[who] {
                black_box(contestants[who].1(black_box(keys)));
            }
            let calls = f64::from(passes[who]) * keys.len() as f64;
            nanos[who].push(start.elapsed().as_nanos() as f64 / calls);
        }
    }
    assert_eq!(BODIES.load(Ordering::Relaxed), bodies, "{title}: a call that was to be a hit ran its body");
    let medians: Vec<f64> = nanos.iter_mut().map(|nanos| median(nanos)).collect();
    println!("{title}");
    for ((name, _), nanos) in contestants.iter().zip(&medians) {
        println!("  {name:<14} {nanos:>8.2} ns a call   ours takes {:.2} of it", medians[0] / nanos);
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn sum(keys: &[u64], call: impl Fn(u64) -> u64) -> u64 {
    keys.iter().fold(0, |sum, key| sum ^ call(*key))
}

fn sum_named(keys: &[(String, u32)], call: impl Fn(&str, u32) -> std::sync::Arc<str>) -> u64 {
    keys.iter().fold(0, |sum, (name, n)| sum + black_box(call(name, *n)).len() as u64)
}

/// 0 to `n`, in an order no prefetcher guesses.
fn shuffled(n: u64) -> Vec<u64> {
    let mut keys: Vec<u64> = (0..n).collect();
    let mut random = 1_u64;
    for at in (1..keys.len()).rev() {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        keys.swap(at, (random >> 33) as usize % (at + 1));
    }
    keys
}

#[inline(never)]
fn body(key: u64) -> u64 {
    BODIES.fetch_add(1, Ordering::Relaxed);
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[inline(never)]
fn named_body(name: &str, n: u32) -> std::sync::Arc<str> {
    BODIES.fetch_add(1, Ordering::Relaxed);
    format!("{name}:{n}").into()
}

mod ours {
    use memo_runtime::memoize;
    use std::sync::Arc;

    #[memoize(maxsize = 1024)]
    pub fn small(key: u64) -> u64 {
        super::body(key)
    }
    #[memoize(maxsize = 16384)]
    pub fn large(key: u64) -> u64 {
        super::body(key)
    }
    #[memoize(maxsize = 1024, ttl = "1h")]
    pub fn timed(key: u64) -> u64 {
        super::body(key)
    }
    #[memoize(maxsize = 1024)]
    pub fn named(name: &str, n: u32) -> Arc<str> {
        super::named_body(name, n)
    }
    #[memoize(maxsize = 16384)]
    pub fn named_large(name: &str, n: u32) -> Arc<str> {
        super::named_body(name, n)
    }
}

/// As `cached`'s README has it; it owns its key on every call.
mod cached_4 {
    use cached::macros::cached;
    use std::sync::Arc;

    #[cached(max_size = 1024)]
    pub fn small(key: u64) -> u64 {
        super::body(key)
    }
    #[cached(max_size = 16384)]
    pub fn large(key: u64) -> u64 {
        super::body(key)
    }
    #[cached(max_size = 1024, ttl_secs = 3600)]
    pub fn timed(key: u64) -> u64 {
        super::body(key)
    }
    #[cached(max_size = 1024)]
    pub fn named(name: &str, n: u32) -> Arc<str> {
        super::named_body(name, n)
    }
    #[cached(max_size = 16384)]
    pub fn named_large(name: &str, n: u32) -> Arc<str> {
        super::named_body(name, n)
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
        static CACHE: LazyLock<Cache<(String, u32), Arc<str>>> = LazyLock::new(|| Cache::new(16384));
        get_named(&CACHE, name, n)
    }

    fn get(cache: &Cache<u64, u64>, key: u64) -> u64 {
        cache.get(&key).unwrap_or_else(|| {
            let value = super::body(key);
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
            let value = super::named_body(name, n);
            cache.insert((name.to_owned(), n), value.clone());
            value
        })
    }
}
