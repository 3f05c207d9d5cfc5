//! The functions of a store that comes without an attribute: a static, and a look into it, as one writes them by hand.

use crate::body;
use crate::contestant::{Calls, Functions, Name, names, numbers};
use equivalent::Equivalent;
use std::sync::{Arc, LazyLock};

/// A store that has a value or computes it.
pub trait Store<K, V>: Send + Sync + Sized + 'static {
    fn with_room_for(entries: usize) -> Self;

    fn get_or_compute(&self, key: K, compute: impl FnOnce() -> V) -> V;
}

/// A name that need not be owned to be looked up.
#[derive(Hash, Clone, Copy)]
pub struct Borrowed<'a>(pub &'a str, pub u32);

impl Borrowed<'_> {
    pub fn to_owned(self) -> Name {
        (self.0.to_owned(), self.1)
    }
}

impl Equivalent<Name> for Borrowed<'_> {
    fn equivalent(&self, key: &Name) -> bool {
        self.0 == key.0 && self.1 == key.1
    }
}

/// All of them, over a store for numbers, one with a ttl and one for names.
pub fn functions<Plain, Timed, Named>(fibonacci: fn(u64) -> u64) -> Functions
where
    Plain: Store<u64, u64>,
    Timed: Store<u64, u64>,
    Named: for<'a> Store<Borrowed<'a>, Arc<str>>,
{
    Functions {
        small: over::<Plain>(1024, body::number),
        large: over::<Plain>(16384, body::number),
        huge: over::<Plain>(100_000, body::number),
        timed: over::<Timed>(1024, body::number),
        timed_large: over::<Timed>(16384, body::number),
        named: over_names::<Named>(1024),
        named_large: over_names::<Named>(16384),
        slow: over::<Plain>(1024, body::slow),
        fibonacci: numbers(fibonacci),
    }
}

// The stores are built on first use, as statics are.

fn over<S: Store<u64, u64>>(
    entries: usize,
    body: impl Fn(u64) -> u64 + Send + Sync + 'static,
) -> Option<Calls<u64>> {
    let store = LazyLock::new(move || S::with_room_for(entries));
    numbers(move |key| store.get_or_compute(key, || body(key)))
}

fn over_names<S>(entries: usize) -> Option<Calls<Name>>
where
    S: for<'a> Store<Borrowed<'a>, Arc<str>>,
{
    let store = LazyLock::new(move || S::with_room_for(entries));
    names(move |name, n| store.get_or_compute(Borrowed(name, n), || body::text(name, n)))
}
