//! Who takes part: the same functions, memoized by each in its own way.

use std::hint::black_box;
use std::sync::Arc;

/// Calls a function with each of these keys.
pub type Calls<K> = Box<dyn Fn(&[K]) -> u64 + Send + Sync>;

/// A name of a sensor and a number.
pub type Name = (String, u32);

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Ours,
    /// One cache for all threads, as ours.
    Shared,
    /// A cache for each thread.
    PerThread,
    /// Ours, of another kind of function: nobody to compare with.
    Kind,
    /// A plain map that holds everything: no bound, no order, no lock. What a hit costs at least.
    Floor,
}

pub struct Contestant {
    pub name: &'static str,
    pub role: Role,
    pub functions: Functions,
}

/// What it has memoized. A floor has only some of them.
#[derive(Default)]
pub struct Functions {
    /// At most 1,024 entries.
    pub small: Option<Calls<u64>>,
    /// At most 16,384.
    pub large: Option<Calls<u64>>,
    /// At most 100,000.
    pub huge: Option<Calls<u64>>,
    /// At most 1,024, which live for an hour.
    pub timed: Option<Calls<u64>>,
    /// At most 16,384, which live for an hour.
    pub timed_large: Option<Calls<u64>>,
    /// At most 1,024, from `(&str, u32)` to `Arc<str>`.
    pub named: Option<Calls<Name>>,
    /// At most 16,384 of these.
    pub named_large: Option<Calls<Name>>,
    /// At most 1,024, of a body that takes 50 milliseconds.
    pub slow: Option<Calls<u64>>,
    /// At most 1,024, and the body calls the function twice.
    pub fibonacci: Option<Calls<u64>>,
}

pub fn numbers(call: impl Fn(u64) -> u64 + Send + Sync + 'static) -> Option<Calls<u64>> {
    Some(Box::new(move |keys| {
        keys.iter().fold(0, |sum, key| sum ^ call(*key))
    }))
}

pub fn names(call: impl Fn(&str, u32) -> Arc<str> + Send + Sync + 'static) -> Option<Calls<Name>> {
    Some(Box::new(move |keys| {
        keys.iter().fold(0, |sum, (name, n)| {
            sum + black_box(call(name, *n)).len() as u64
        })
    }))
}
