//! A recursive function that remembers: 91 computations instead of some 9,000,000,000,000,000,000.
//!
//! `cargo run --release --example fibonacci` prints
//!
//! ```text
//! fib(90) = 2880067194370816120
//! CacheInfo(hits=88, misses=91, maxsize=None, currsize=91)
//! fib(90) = 2880067194370816120
//! CacheInfo(hits=89, misses=91, maxsize=None, currsize=91)
//! ```

use memo_runtime::memoize;

// With the default bound of 128 entries this would do as well; `unbounded` has to be asked for.
#[memoize(unbounded)]
fn fib(n: u64) -> u64 {
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}

fn main() {
    println!("fib(90) = {}", fib(90));
    println!("{}", fib::cache_info());

    println!("fib(90) = {}", fib(90)); // one hit, nothing computed
    println!("{}", fib::cache_info());
}
