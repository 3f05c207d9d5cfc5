//! A service: a thousand requests at once for what takes a while and does not change too often.
//!
//! `cargo run --release --example service` prints
//!
//! ```text
//! 1000 requests, 3 of them cancelled: the backend was asked 2 times
//! CacheInfo(hits=996, misses=2, maxsize=100, currsize=1)
//! refreshed: EUR/USD as of request 3
//! an outage is no answer: Err(Unavailable), Err(Unavailable)
//! the worker's own: [3, 3, 5] CacheInfo(hits=1, misses=1, maxsize=128, currsize=1)
//! ```

use memo_runtime::memoize;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;
use tokio::task::yield_now;
use tokio::time::sleep;

static REQUESTS: AtomicU32 = AtomicU32::new(0);

#[derive(Debug, Clone)]
struct Unavailable;

/// From a backend.
#[memoize(ttl = "30s", maxsize = 100)]
async fn rate(from: &str, to: &str) -> Result<Arc<str>, Unavailable> {
    let request = 1 + REQUESTS.fetch_add(1, SeqCst);
    sleep(Duration::from_millis(20)).await;
    if from == to {
        return Err(Unavailable);
    }
    Ok(format!("{from}/{to} as of request {request}").into())
}

/// Of a kind that stays in its thread.
#[memoize(scope = thread)]
fn layout(text: &str) -> Rc<[usize]> {
    text.split(' ').map(str::len).collect()
}

#[tokio::main(flavor = "current_thread")] // so that the first is the first
async fn main() -> Result<(), Unavailable> {
    let mut clients: Vec<_> = (0..1000)
        .map(|_| tokio::spawn(rate("EUR", "USD")))
        .collect();
    while rate::cache_info().misses == 0 {
        yield_now().await;
    }
    // One of those who wait takes over from the first, should it be among these.
    clients.drain(..3).for_each(|client| client.abort());
    for client in clients {
        client.await.expect("nobody else is cancelled")?;
    }
    println!(
        "1000 requests, 3 of them cancelled: the backend was asked {} times",
        REQUESTS.load(SeqCst)
    );
    println!("{}", rate::cache_info());

    println!("refreshed: {}", rate::cache_refresh("EUR", "USD").await?);

    let (one, other) = tokio::join!(rate("X", "X"), rate("X", "X"));
    println!("an outage is no answer: {one:?}, {other:?}");

    let worker = || {
        layout("one two three");
        (layout("one two three").to_vec(), layout::cache_info())
    };
    let (widths, info) = std::thread::spawn(worker)
        .join()
        .expect("it does not panic");
    println!("the worker's own: {widths:?} {info}");
    Ok(())
}
