//! `cached` as it is when it is asked to compute each key once.

use crate::body;
use crate::contestant::{Contestant, Functions, Role, names, numbers};
use cached::macros::cached;
use std::sync::Arc;

pub fn contestant() -> Contestant {
    Contestant {
        name: "cached, by key",
        role: Role::Shared,
        functions: Functions {
            small: numbers(small),
            large: numbers(large),
            huge: numbers(huge),
            timed: numbers(timed),
            timed_large: numbers(timed_large),
            named: names(named),
            named_large: names(named_large),
            slow: numbers(slow),
            fibonacci: numbers(fibonacci),
        },
    }
}

#[cached(max_size = 1024, sync_writes = "by_key")]
fn small(key: u64) -> u64 {
    body::number(key)
}

#[cached(max_size = 16384, sync_writes = "by_key")]
fn large(key: u64) -> u64 {
    body::number(key)
}

#[cached(max_size = 100000, sync_writes = "by_key")]
fn huge(key: u64) -> u64 {
    body::number(key)
}

#[cached(max_size = 1024, ttl_secs = 3600, sync_writes = "by_key")]
fn timed(key: u64) -> u64 {
    body::number(key)
}

#[cached(max_size = 16384, ttl_secs = 3600, sync_writes = "by_key")]
fn timed_large(key: u64) -> u64 {
    body::number(key)
}

#[cached(max_size = 1024, sync_writes = "by_key")]
fn named(name: &str, n: u32) -> Arc<str> {
    body::text(name, n)
}

#[cached(max_size = 16384, sync_writes = "by_key")]
fn named_large(name: &str, n: u32) -> Arc<str> {
    body::text(name, n)
}

#[cached(max_size = 1024, sync_writes = "by_key")]
fn slow(key: u64) -> u64 {
    body::slow(key)
}

#[cached(max_size = 1024, sync_writes = "by_key")]
fn fibonacci(n: u64) -> u64 {
    if n < 2 {
        n
    } else {
        fibonacci(n - 1) + fibonacci(n - 2)
    }
}
