//! A program that knows the runtime by another name.

use memo::memoize;

/// Bare.
#[must_use]
#[memoize(crate = memo)]
pub fn square(x: u64) -> u64 {
    x * x
}

/// By the path of a re-export.
#[must_use]
#[memoize(crate = crate::ours, maxsize = 10, ttl = "30s", cache_if = |it| *it > 0)]
pub fn length(text: &str, more: Option<&str>) -> usize {
    text.len() + more.map_or(0, str::len)
}

#[memoize(crate = ::memo, unbounded)]
fn fallible(x: u64) -> Result<u64, String> {
    x.checked_add(1).ok_or_else(|| "too much".to_owned())
}

/// After a while.
#[memoize(crate = memo, ttl = "1s")]
pub async fn awaited(x: u64) -> u64 {
    std::future::ready(x).await
}

/// Those who re-export us.
pub mod ours {
    pub use memo::*;
}

/// Uses them.
#[must_use]
pub fn run() -> u64 {
    let _: Option<u64> = square::cache_peek(3);
    square(3) + fallible(1).unwrap_or_default()
}
