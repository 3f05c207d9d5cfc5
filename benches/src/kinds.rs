//! One function of each kind.

use memo_runtime::{Cache, memoize};
use std::hash::Hash;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

#[memoize]
pub fn free(x: u64) -> u64 {
    3 * x
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shop(u64);

impl Shop {
    #[memoize]
    fn price(&self, x: u64) -> u64 {
        self.0 * x
    }
}

pub fn method(x: u64) -> u64 {
    Shop(3).price(x)
}

#[memoize]
pub fn generic<T: Into<u64> + Clone + Eq + Hash + Send + Sync + 'static>(x: T) -> u64 {
    3 * x.into()
}

static CACHE: LazyLock<Cache<u64, u64>> = LazyLock::new(|| Cache::builder().build());

#[memoize(store = CACHE)]
pub fn owned(x: u64) -> u64 {
    3 * x
}

#[memoize(scope = thread)]
pub fn thread(x: u64) -> u64 {
    3 * x
}

#[memoize]
async fn awaited(x: u64) -> u64 {
    3 * x
}

/// Polled by hand: what a runtime adds is the same for any function.
pub fn task(x: u64) -> u64 {
    match pin!(awaited(x)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("there is nothing to wait for"),
    }
}
