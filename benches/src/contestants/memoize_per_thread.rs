//! `memoize` as it is by default, with a cache for each thread. Its arguments have to be owned.

use crate::body;
use crate::contestant::{Contestant, Functions, Role, names, numbers};
use memoize::memoize;
use std::sync::Arc;
use std::time::Duration;

pub fn contestant() -> Contestant {
    Contestant {
        name: "memoize (per thread)",
        role: Role::PerThread,
        functions: Functions {
            small: numbers(small),
            large: numbers(large),
            huge: numbers(huge),
            timed: numbers(timed),
            timed_large: numbers(timed_large),
            named: names(|name, n| named(name.to_owned(), n)),
            named_large: names(|name, n| named_large(name.to_owned(), n)),
            slow: numbers(slow),
            fibonacci: numbers(fibonacci),
        },
    }
}

#[memoize(Capacity: 1024)]
fn small(key: u64) -> u64 {
    body::number(key)
}

#[memoize(Capacity: 16384)]
fn large(key: u64) -> u64 {
    body::number(key)
}

#[memoize(Capacity: 100000)]
fn huge(key: u64) -> u64 {
    body::number(key)
}

#[memoize(Capacity: 1024, TimeToLive: Duration::from_secs(3600))]
fn timed(key: u64) -> u64 {
    body::number(key)
}

#[memoize(Capacity: 16384, TimeToLive: Duration::from_secs(3600))]
fn timed_large(key: u64) -> u64 {
    body::number(key)
}

#[memoize(Capacity: 1024)]
fn named(name: String, n: u32) -> Arc<str> {
    body::text(&name, n)
}

#[memoize(Capacity: 16384)]
fn named_large(name: String, n: u32) -> Arc<str> {
    body::text(&name, n)
}

#[memoize(Capacity: 1024)]
fn slow(key: u64) -> u64 {
    body::slow(key)
}

#[memoize(Capacity: 1024)]
fn fibonacci(n: u64) -> u64 {
    if n < 2 {
        n
    } else {
        fibonacci(n - 1) + fibonacci(n - 2)
    }
}
