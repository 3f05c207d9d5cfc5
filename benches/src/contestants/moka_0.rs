//! `moka`, by hand: each key is computed once.

use super::by_hand::{Borrowed, Store, functions};
use crate::contestant::{Contestant, Name, Role};
use moka::sync::Cache;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

pub fn contestant() -> Contestant {
    Contestant {
        name: "moka",
        role: Role::Shared,
        functions: functions::<Cache<u64, u64>, Timed, Cache<Name, Arc<str>>>(fibonacci),
    }
}

struct Timed(Cache<u64, u64>);

impl Store<u64, u64> for Cache<u64, u64> {
    fn with_room_for(entries: usize) -> Self {
        Cache::new(entries as u64)
    }

    fn get_or_compute(&self, key: u64, compute: impl FnOnce() -> u64) -> u64 {
        self.get_with(key, compute)
    }
}

impl Store<u64, u64> for Timed {
    fn with_room_for(entries: usize) -> Self {
        Self(
            Cache::builder()
                .max_capacity(entries as u64)
                .time_to_live(Duration::from_secs(3600))
                .build(),
        )
    }

    fn get_or_compute(&self, key: u64, compute: impl FnOnce() -> u64) -> u64 {
        self.0.get_with(key, compute)
    }
}

impl Store<Borrowed<'_>, Arc<str>> for Cache<Name, Arc<str>> {
    fn with_room_for(entries: usize) -> Self {
        Cache::new(entries as u64)
    }

    fn get_or_compute(&self, key: Borrowed<'_>, compute: impl FnOnce() -> Arc<str>) -> Arc<str> {
        self.get(&key)
            .unwrap_or_else(|| self.get_with(key.to_owned(), compute))
    }
}

fn fibonacci(n: u64) -> u64 {
    static STORE: LazyLock<Cache<u64, u64>> = LazyLock::new(|| Cache::new(1024));
    STORE.get_with(n, || {
        if n < 2 {
            n
        } else {
            fibonacci(n - 1) + fibonacci(n - 2)
        }
    })
}
