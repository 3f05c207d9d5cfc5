//! The `lru` crate as the oracle of what is least recently used.

use crate::cache::{Cache, Oracle};
use crate::operation::Run;
use lru::LruCache;
use memo_runtime::CacheInfo;
use std::num::NonZeroUsize;
use std::time::Duration;

/// An `LruCache` with counters, and a bound that may be 0: then it is kept empty. Its bodies take no time and do nothing.
pub(crate) struct LruCrate {
    entries: LruCache<u8, u32>,
    bound: usize,
    info: CacheInfo,
    runs: u32,
}

impl Default for LruCrate {
    fn default() -> Self {
        Self {
            entries: LruCache::unbounded(),
            bound: usize::MAX,
            info: CacheInfo::default(),
            runs: 0,
        }
    }
}

impl LruCrate {
    fn store(&mut self, key: u8, value: u32) -> Option<u32> {
        if self.bound == 0 {
            return None;
        }
        let replaces = self.entries.contains(&key);
        let (_, value) = self.entries.push(key, value)?;
        if replaces {
            return Some(value);
        }
        self.info.evictions += 1;
        None
    }
}

impl Cache for LruCrate {
    fn call(&mut self, key: u8, run: Run) -> u32 {
        if let Some(value) = self.entries.get(&key) {
            self.info.hits += 1;
            return *value;
        }
        self.refresh(key, run)
    }
    fn refresh(&mut self, key: u8, _: Run) -> u32 {
        self.info.misses += 1;
        let value = self.runs;
        self.runs += 1;
        self.store(key, value);
        value
    }
    fn peek(&mut self, key: u8) -> Option<u32> {
        self.entries.peek(&key).copied()
    }
    fn contains(&mut self, key: u8) -> bool {
        self.entries.contains(&key)
    }
    fn insert(&mut self, key: u8, value: u32) -> Option<u32> {
        self.store(key, value)
    }
    fn remove(&mut self, key: u8) -> bool {
        self.entries.pop(&key).is_some()
    }
    fn retain(&mut self, keys: u64) -> usize {
        let before = self.entries.len();
        self.entries.retain(|&key, _| keys >> key & 1 == 1);
        before - self.entries.len()
    }
    fn resize(&mut self, bound: usize) {
        let before = self.entries.len();
        match NonZeroUsize::new(bound) {
            Some(bound) => self.entries.resize(bound),
            None => self.entries.clear(),
        }
        self.bound = bound;
        self.info.evictions += (before - self.entries.len()) as u64;
    }
    fn clear(&mut self) {
        self.entries.clear();
        self.info = CacheInfo::default();
    }
    fn advance(&mut self, _: Duration) {}
    fn info(&mut self) -> CacheInfo {
        self.info.maxsize = Some(self.bound);
        self.info.currsize = self.entries.len();
        self.info
    }
    fn keys(&mut self) -> u64 {
        self.entries
            .iter()
            .fold(0, |keys, (&key, _)| keys | 1 << key)
    }
}

impl Oracle for LruCrate {
    fn next_death(&self) -> Option<Duration> {
        None
    }
}
