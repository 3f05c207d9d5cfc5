//! What a memoized function can do, and so can whatever it is compared with.

use crate::operation::Run;
use memo_runtime::CacheInfo;
use std::time::Duration;

/// A cache from keys below 64 to values.
///
/// A body that runs returns how many have run before it, so values tell which run they are from.
pub(crate) trait Cache {
    /// The stored value, or that of this run of the body.
    fn call(&mut self, key: u8, run: Run) -> u32;
    /// The value of this run of the body.
    fn refresh(&mut self, key: u8, run: Run) -> u32;
    fn peek(&mut self, key: u8) -> Option<u32>;
    fn contains(&mut self, key: u8) -> bool;
    fn insert(&mut self, key: u8, value: u32) -> Option<u32>;
    fn remove(&mut self, key: u8) -> bool;
    /// Keeps the entries whose key is a bit of `keys`.
    fn retain(&mut self, keys: u64) -> usize;
    fn resize(&mut self, bound: usize);
    fn clear(&mut self);
    fn advance(&mut self, by: Duration);
    fn info(&mut self) -> CacheInfo;
    /// The keys of the entries, each a bit.
    fn keys(&mut self) -> u64;
}

/// What a memoized function is compared with.
pub(crate) trait Oracle: Cache {
    /// How long it is until the next entry dies, if any ever does.
    fn next_death(&self) -> Option<Duration>;
}
