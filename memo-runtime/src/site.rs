//! The static behind a memoized function: built on first use, and a hit pays one load for it.
//!
//! The macro cannot name the types of key and value; the compiler finds them ([`probe`](crate::probe)). So the static
//! holds its memo [`Erased`], and each use, which knows the types, asks for it as what it is.

use crate::erased::Erased;
use crate::expiry::Expiry;
use crate::key::{KeyOf, Lookup};
use crate::memo::{Config, Found, Memo, Place};
use crate::policy::Order;
use crate::registry::{self, Listed};
use crate::stats::{CacheInfo, CacheParameters};
use crate::sync::OnceBox;
use crate::value::Shape;
use std::any::Any;
use std::hash::BuildHasher;
use std::marker::PhantomData;
use std::time::Duration;

/// A place for a memo, in a static of its own.
pub struct Site<O, E, H> {
    place: Place,
    cache: OnceBox<Cached<O, E, H>>,
}

/// What is known when a memo is first used: the types of key and value, the bound and the ttl.
type Made<K, S> = (Option<KeyOf<K>>, S, Option<usize>, Option<Duration>);

/// Policy, expiry and hasher, which those who use the memo need not say again.
type Options<O, E, H> = PhantomData<fn() -> (O, E, H)>;

/// A memo whose key and value types are known only to those who use it.
pub struct Cached<O, E, H> {
    memo: Erased,
    listed: &'static dyn Listed,
    options: Options<O, E, H>,
}

impl<O: Order, E: Expiry, H: BuildHasher + Default + Send + Sync + 'static> Site<O, E, H> {
    /// An empty place, for what is known when it is compiled.
    #[must_use]
    pub const fn new(
        name: &'static str,
        file: &'static str,
        line: u32,
        group: Option<&'static str>,
    ) -> Self {
        Self {
            place: Place {
                name,
                file,
                line,
                group,
            },
            cache: OnceBox::new(),
        }
    }

    /// The memo, made on first use.
    #[inline]
    pub fn cache<K, S>(&'static self, make: impl FnOnce() -> Made<K, S>) -> &'static Cached<O, E, H>
    where
        K: Send + Sync + 'static,
        S: Shape,
    {
        match self.cache.get() {
            Some(cache) => cache,
            None => self.build(make),
        }
    }

    #[cold]
    fn build<K, S>(&'static self, make: impl FnOnce() -> Made<K, S>) -> &'static Cached<O, E, H>
    where
        K: Send + Sync + 'static,
        S: Shape,
    {
        // User code, so before the registry's lock: an option's expression may well call a memoized function.
        let (_, _, maxsize, ttl) = make();
        let (config, hasher) = (Config { maxsize, ttl }, H::default());
        // The registry lets one in at a time, so exactly one memo is made and listed.
        registry::add(|| {
            if self.cache.get().is_some() {
                return None;
            }
            // A static is never dropped, and neither is what it refers to.
            let memo: &'static Memo<K, S::Value, O, E, H> =
                Box::leak(Box::new(Memo::new(config, self.place, hasher)));
            let cached = Cached {
                memo: Erased::new(memo),
                listed: memo,
                options: PhantomData,
            };
            self.cache
                .set(Box::new(cached))
                .ok()
                .map(|()| memo as &dyn Listed)
        });
        self.cache
            .get()
            .expect("it was set above, by this thread or another")
    }
}

impl<O: Order, E: Expiry, H: BuildHasher + Send + Sync + 'static> Cached<O, E, H> {
    /// See [`Memo::claim`].
    #[inline]
    pub fn claim<L, S>(&'static self, lookup: &L, shape: S) -> Found<'static, L::Key, O, E, H, S>
    where
        L: Lookup,
        S: Shape,
    {
        self.memo(lookup, shape).claim(lookup, shape)
    }

    /// The memo as what it is.
    #[inline]
    #[must_use]
    pub fn memo<L: Lookup, S: Shape>(
        &'static self,
        _: &L,
        _: S,
    ) -> &'static Memo<L::Key, S::Value, O, E, H> {
        self.typed()
    }

    /// The memo as what it is, by the name of its key's type.
    #[must_use]
    pub fn memo_of<K, S>(
        &'static self,
        _: Option<KeyOf<K>>,
        _: S,
    ) -> &'static Memo<K, S::Value, O, E, H>
    where
        K: Send + Sync + 'static,
        S: Shape,
    {
        self.typed()
    }

    #[inline]
    fn typed<T: Any>(&'static self) -> &'static T {
        self.memo
            .downcast()
            .expect("the key has one type: a `key` expression cannot declare a type of its own")
    }

    /// The counters and the size.
    #[must_use]
    pub fn info(&self) -> CacheInfo {
        self.listed.info()
    }

    /// How it was set up.
    #[must_use]
    pub fn parameters(&self) -> CacheParameters {
        self.listed.parameters()
    }

    /// Empties it and starts the counters again.
    pub fn clear(&self) {
        self.listed.clear();
    }

    /// Changes the bound.
    pub fn resize(&self, maxsize: usize) {
        self.listed.resize(maxsize);
    }
}
