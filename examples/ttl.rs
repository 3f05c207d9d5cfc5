//! Entries that expire, and the clock that tests drive: nothing here sleeps.
//!
//! `cargo run --release --example ttl` prints
//!
//! ```text
//! at  0 s: fetched
//! at 29 s: remembered
//! at 30 s: fetched
//! at 59 s: remembered
//! at 90 s: fetched
//! CacheInfo(hits=2, misses=3, maxsize=100, currsize=1)
//! ```

use memo_runtime::{memoize, testing};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

static FETCHES: AtomicU32 = AtomicU32::new(0);

#[memoize(maxsize = 100, ttl = "30s")]
fn exchange_rate(currency: &str) -> f64 {
    FETCHES.fetch_add(1, Relaxed); // stands for a slow request
    if currency == "EUR" { 1.08 } else { 1.0 }
}

fn main() {
    // Without this line the functions of this thread live in real time.
    let clock = testing::pause();

    let mut now = 0;
    for at in [0, 29, 30, 59, 90] {
        clock.advance(Duration::from_secs(at - now));
        now = at;

        let before = FETCHES.load(Relaxed);
        exchange_rate("EUR");
        let fetched = FETCHES.load(Relaxed) > before;
        println!(
            "at {at:2} s: {}",
            if fetched { "fetched" } else { "remembered" }
        );
    }
    println!("{}", exchange_rate::cache_info());
}
