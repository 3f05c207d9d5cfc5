//! Hits of the work tree side by side with those of an earlier commit: `./run COMMIT` prints a table.

#[path = "../../src/measure.rs"]
mod measure;

use measure::{compare_hits, shuffled, sum, sum_named};

/// The same functions, memoized by one or the other.
macro_rules! functions {
    ($name:ident: $memoize:path, $krate:path) => {
        mod $name {
            use $memoize as memoize;
            use std::sync::Arc;

            #[memoize(maxsize = 1024, crate = $krate)]
            pub fn small(key: u64) -> u64 {
                crate::measure::body(key)
            }
            #[memoize(maxsize = 16384, crate = $krate)]
            pub fn large(key: u64) -> u64 {
                crate::measure::body(key)
            }
            #[memoize(maxsize = 1024, ttl = "1h", crate = $krate)]
            pub fn timed(key: u64) -> u64 {
                crate::measure::body(key)
            }
            #[memoize(maxsize = 1024, crate = $krate)]
            pub fn named(name: &str, n: u32) -> Arc<str> {
                crate::measure::named_body(name, n)
            }
            #[memoize(maxsize = 16384, crate = $krate)]
            pub fn named_large(name: &str, n: u32) -> Arc<str> {
                crate::measure::named_body(name, n)
            }
        }
    };
}
functions!(ours: memo_runtime::memoize, ::memo_runtime);
functions!(before: before::memoize, ::before);

fn main() {
    let small: Vec<u64> = (0..4096).map(|n| n % 10).collect();
    let large = shuffled(10_000);
    let named = |keys: &[u64]| -> Vec<(String, u32)> {
        keys.iter().map(|key| (format!("sensor/region-7/{key:08}"), (key % 7) as u32)).collect()
    };
    compare_hits("hit, u64, 10 keys", &small, &[
        ("ours", |keys| sum(keys, ours::small)),
        ("before", |keys| sum(keys, before::small)),
    ]);
    compare_hits("hit, u64, 10,000 keys", &large, &[
        ("ours", |keys| sum(keys, ours::large)),
        ("before", |keys| sum(keys, before::large)),
    ]);
    compare_hits("hit, (&str, u32) to Arc<str>, 10 keys", &named(&small), &[
        ("ours", |keys| sum_named(keys, ours::named)),
        ("before", |keys| sum_named(keys, before::named)),
    ]);
    compare_hits("hit, (&str, u32) to Arc<str>, 10,000 keys", &named(&large), &[
        ("ours", |keys| sum_named(keys, ours::named_large)),
        ("before", |keys| sum_named(keys, before::named_large)),
    ]);
    compare_hits("hit with a ttl of an hour, u64, 10 keys", &small, &[
        ("ours", |keys| sum(keys, ours::timed)),
        ("before", |keys| sum(keys, before::timed)),
    ]);
}
