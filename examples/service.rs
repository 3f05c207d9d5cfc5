//! A service: a thousand requests at once for what takes a while and does not change too often.
//!
//! `cargo run --release --example service` prints
//!
//! ```text
//! 1000 requests, 3 of them cancelled: the backend was asked 2 times
//! CacheInfo(hits=996, misses=2, maxsize=100, currsize=1)
//! refreshed: EUR/USD as of request 3
//! an outage is no answer: (Err("unavailable"), Err("unavailable"))
//! ```

use memo_runtime::memoize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;
use tokio::{task::yield_now, time::sleep};

static REQUESTS: AtomicU32 = AtomicU32::new(0);

/// From a backend.
#[memoize(ttl = "30s", maxsize = 100)]
async fn rate(from: &str, to: &str) -> Result<Arc<str>, &'static str> {
    let request = 1 + REQUESTS.fetch_add(1, SeqCst);
    sleep(Duration::from_millis(20)).await;
    let answer = format!("{from}/{to} as of request {request}");
    (from != to).then(|| answer.into()).ok_or("unavailable")
}

#[tokio::main(flavor = "current_thread")] // so that the first is the first
async fn main() -> Result<(), &'static str> {
    let request = || tokio::spawn(rate("EUR", "USD"));
    let mut clients: Vec<_> = (0..1000).map(|_| request()).collect();
    while rate::cache_info().misses == 0 {
        yield_now().await;
    }
    // One of those who wait takes over from the first, should it be among these.
    clients.drain(..3).for_each(|client| client.abort());
    for client in clients {
        client.await.expect("nobody else is cancelled")?;
    }
    let asked = REQUESTS.load(SeqCst);
    println!("1000 requests, 3 of them cancelled: the backend was asked {asked} times");
    println!("{}", rate::cache_info());
    println!("refreshed: {}", rate::cache_refresh("EUR", "USD").await?);
    let both = tokio::join!(rate("X", "X"), rate("X", "X"));
    println!("an outage is no answer: {both:?}");
    Ok(())
}
