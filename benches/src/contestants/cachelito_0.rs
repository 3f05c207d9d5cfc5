//! `cachelito` with one cache for all threads, as it is by default.

use crate::body;
use crate::contestant::{Contestant, Functions, Role, names, numbers};
use cachelito::cache;
use std::sync::Arc;

pub fn contestant() -> Contestant {
    Contestant {
        name: "cachelito",
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

#[cache(limit = 1024, policy = "lru")]
fn small(key: u64) -> u64 {
    body::number(key)
}

#[cache(limit = 16384, policy = "lru")]
fn large(key: u64) -> u64 {
    body::number(key)
}

#[cache(limit = 100000, policy = "lru")]
fn huge(key: u64) -> u64 {
    body::number(key)
}

#[cache(limit = 1024, policy = "lru", ttl = 3600)]
fn timed(key: u64) -> u64 {
    body::number(key)
}

#[cache(limit = 16384, policy = "lru", ttl = 3600)]
fn timed_large(key: u64) -> u64 {
    body::number(key)
}

#[cache(limit = 1024, policy = "lru")]
fn named(name: &str, n: u32) -> Arc<str> {
    body::text(name, n)
}

#[cache(limit = 16384, policy = "lru")]
fn named_large(name: &str, n: u32) -> Arc<str> {
    body::text(name, n)
}

#[cache(limit = 1024, policy = "lru")]
fn slow(key: u64) -> u64 {
    body::slow(key)
}

#[cache(limit = 1024, policy = "lru")]
fn fibonacci(n: u64) -> u64 {
    if n < 2 {
        n
    } else {
        fibonacci(n - 1) + fibonacci(n - 2)
    }
}
