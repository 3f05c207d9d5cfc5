//! `quick_cache`, by hand: each key is computed once. It has no ttl, so an entry knows when it was stored.

use super::by_hand::{Borrowed, Store, functions};
use crate::contestant::{Contestant, Name, Role};
use quick_cache::sync::Cache;
use std::convert::Infallible;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

pub fn contestant() -> Contestant {
    Contestant {
        name: "quick_cache",
        role: Role::Shared,
        functions: functions::<Cache<u64, u64>, Timed, Cache<Name, Arc<str>>>(fibonacci),
    }
}

struct Timed(Cache<u64, (Instant, u64)>);

impl Store<u64, u64> for Cache<u64, u64> {
    fn with_room_for(entries: usize) -> Self {
        Cache::new(entries)
    }

    fn get_or_compute(&self, key: u64, compute: impl FnOnce() -> u64) -> u64 {
        let Ok(value) = self.get_or_insert_with(&key, || Ok::<_, Infallible>(compute()));
        value
    }
}

impl Store<u64, u64> for Timed {
    fn with_room_for(entries: usize) -> Self {
        Self(Cache::new(entries))
    }

    fn get_or_compute(&self, key: u64, compute: impl FnOnce() -> u64) -> u64 {
        match self.0.get(&key) {
            Some((stored, value)) if stored.elapsed() < Duration::from_secs(3600) => value,
            _ => {
                let value = compute();
                self.0.insert(key, (Instant::now(), value));
                value
            }
        }
    }
}

impl Store<Borrowed<'_>, Arc<str>> for Cache<Name, Arc<str>> {
    fn with_room_for(entries: usize) -> Self {
        Cache::new(entries)
    }

    fn get_or_compute(&self, key: Borrowed<'_>, compute: impl FnOnce() -> Arc<str>) -> Arc<str> {
        self.get(&key).unwrap_or_else(|| {
            let Ok(value) =
                self.get_or_insert_with(&key.to_owned(), || Ok::<_, Infallible>(compute()));
            value
        })
    }
}

fn fibonacci(n: u64) -> u64 {
    static STORE: LazyLock<Cache<u64, u64>> = LazyLock::new(|| Cache::new(1024));
    STORE.get_or_compute(n, || {
        if n < 2 {
            n
        } else {
            fibonacci(n - 1) + fibonacci(n - 2)
        }
    })
}
