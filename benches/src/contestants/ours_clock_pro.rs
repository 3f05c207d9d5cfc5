//! This project's attribute with the policy for scans.

use crate::body;
use crate::contestant::{Contestant, Functions, Role, names, numbers};
use memo_runtime::memoize;
use std::sync::Arc;

pub fn contestant() -> Contestant {
    Contestant {
        name: "memo-runtime, clock_pro",
        role: Role::Ours,
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

#[memoize(maxsize = 1024, policy = clock_pro)]
fn small(key: u64) -> u64 {
    body::number(key)
}

#[memoize(maxsize = 16384, policy = clock_pro)]
fn large(key: u64) -> u64 {
    body::number(key)
}

#[memoize(maxsize = 100000, policy = clock_pro)]
fn huge(key: u64) -> u64 {
    body::number(key)
}

#[memoize(maxsize = 1024, ttl = "1h", policy = clock_pro)]
fn timed(key: u64) -> u64 {
    body::number(key)
}

#[memoize(maxsize = 16384, ttl = "1h", policy = clock_pro)]
fn timed_large(key: u64) -> u64 {
    body::number(key)
}

#[memoize(maxsize = 1024, policy = clock_pro)]
fn named(name: &str, n: u32) -> Arc<str> {
    body::text(name, n)
}

#[memoize(maxsize = 16384, policy = clock_pro)]
fn named_large(name: &str, n: u32) -> Arc<str> {
    body::text(name, n)
}

#[memoize(maxsize = 1024, policy = clock_pro)]
fn slow(key: u64) -> u64 {
    body::slow(key)
}

#[memoize(maxsize = 1024, policy = clock_pro)]
fn fibonacci(n: u64) -> u64 {
    if n < 2 {
        n
    } else {
        fibonacci(n - 1) + fibonacci(n - 2)
    }
}
