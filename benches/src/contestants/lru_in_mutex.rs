//! `lru` behind a mutex of `parking_lot`, by hand. Bodies run without the lock. It has no ttl, so an entry knows when it was
//! stored; and it looks up owned tuples only.

use super::by_hand::{Borrowed, Store, functions};
use crate::contestant::{Contestant, Name, Role};
use lru::LruCache;
use parking_lot::Mutex;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

pub fn contestant() -> Contestant {
    Contestant {
        name: "`Mutex<LruCache>`",
        role: Role::Shared,
        functions: functions::<Mutex<LruCache<u64, u64>>, Timed, Mutex<LruCache<Name, Arc<str>>>>(
            fibonacci,
        ),
    }
}

struct Timed(Mutex<LruCache<u64, (Instant, u64)>>);

fn with_room_for<K: Hash + Eq, V>(entries: usize) -> Mutex<LruCache<K, V>> {
    Mutex::new(LruCache::new(
        NonZeroUsize::new(entries).expect("a bound is not 0"),
    ))
}

impl Store<u64, u64> for Mutex<LruCache<u64, u64>> {
    fn with_room_for(entries: usize) -> Self {
        with_room_for(entries)
    }

    fn get_or_compute(&self, key: u64, compute: impl FnOnce() -> u64) -> u64 {
        if let Some(value) = self.lock().get(&key) {
            return *value;
        }
        let value = compute();
        self.lock().put(key, value);
        value
    }
}

impl Store<u64, u64> for Timed {
    fn with_room_for(entries: usize) -> Self {
        Self(with_room_for(entries))
    }

    fn get_or_compute(&self, key: u64, compute: impl FnOnce() -> u64) -> u64 {
        let found = self.0.lock().get(&key).copied();
        match found {
            Some((stored, value)) if stored.elapsed() < Duration::from_secs(3600) => value,
            _ => {
                let value = compute();
                self.0.lock().put(key, (Instant::now(), value));
                value
            }
        }
    }
}

impl Store<Borrowed<'_>, Arc<str>> for Mutex<LruCache<Name, Arc<str>>> {
    fn with_room_for(entries: usize) -> Self {
        with_room_for(entries)
    }

    fn get_or_compute(&self, key: Borrowed<'_>, compute: impl FnOnce() -> Arc<str>) -> Arc<str> {
        let key = key.to_owned();
        if let Some(value) = self.lock().get(&key) {
            return value.clone();
        }
        let value = compute();
        self.lock().put(key, value.clone());
        value
    }
}

fn fibonacci(n: u64) -> u64 {
    static STORE: LazyLock<Mutex<LruCache<u64, u64>>> = LazyLock::new(|| with_room_for(1024));
    STORE.get_or_compute(n, || {
        if n < 2 {
            n
        } else {
            fibonacci(n - 1) + fibonacci(n - 2)
        }
    })
}
