//! The static behind a memoized function: built on first use, and a hit pays one load for it.
//!
//! The macro cannot name the types of key and value; the compiler finds them ([`probe`](crate::probe)). So the static
//! holds its memo [`Erased`], and each use, which knows the types, asks for it as what it is.

use crate::erased::Erased;
use crate::key::{KeyOf, Lookup};
use crate::memo::{Entry, Memo, Options, Place};
use crate::registry::{self, Listed};
use crate::sync::OnceBox;
use crate::value::Shape;
use std::marker::PhantomData;
use std::ops::Deref;
use std::panic::Location;
use std::time::Duration;

/// A place for a memo, in a static of its own.
pub struct Site<T> {
    place: Place,
    cache: OnceBox<Cached<T>>,
}

/// What is known when a memo is first used: the types of key and value, the bound and the ttl.
type Made<K, S> = (
    Option<KeyOf<K>>,
    S,
    Option<usize>,
    Option<Duration>,
    Option<Duration>,
);

/// A memo whose key and value types are known only to those who use it. Its options they need not say again.
pub struct Cached<T> {
    memo: Erased,
    listed: &'static dyn Listed,
    options: PhantomData<fn() -> T>,
}

impl<T: Options> Site<T> {
    /// Empty. Where it is written is where the cache is declared.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str, group: Option<&'static str>) -> Self {
        let at = Location::caller();
        Self {
            place: Place { name, at, group },
            cache: OnceBox::new(),
        }
    }

    /// The memo, made on first use.
    #[inline]
    pub fn cache<K, S>(&'static self, make: impl FnOnce() -> Made<K, S>) -> &'static Cached<T>
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
    fn build<K, S>(&'static self, make: impl FnOnce() -> Made<K, S>) -> &'static Cached<T>
    where
        K: Send + Sync + 'static,
        S: Shape,
    {
        // User code, so before the registry's lock: an option's expression may well call a memoized function.
        let (_, _, maxsize, ttl, patience) = make();
        let hasher = T::Hasher::default();
        // The registry lets one in at a time, so exactly one memo is made and listed.
        registry::add(|| {
            if self.cache.get().is_some() {
                return None;
            }
            // A static is never dropped, and neither is what it refers to.
            let memo: &'static Memo<K, S::Value, S::Failure, T> = Box::leak(Box::new(Memo::new(
                maxsize, ttl, patience, self.place, hasher,
            )));
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

impl<T: Options> Cached<T> {
    /// The place in the memo of a call with these arguments.
    #[inline]
    pub fn entry<'l, L, S>(&'static self, lookup: &'l L, shape: S) -> Entry<'static, 'l, L, S, T>
    where
        L: Lookup,
        S: Shape,
    {
        self.memo_of::<L::Key, S>(None, shape).entry(lookup, shape)
    }

    /// The memo as what it is, by the name of its key's type.
    ///
    /// # Panics
    ///
    /// If that is not the type it was made with.
    #[inline]
    #[must_use]
    pub fn memo_of<K, S>(
        &'static self,
        _: Option<KeyOf<K>>,
        _: S,
    ) -> &'static Memo<K, S::Value, S::Failure, T>
    where
        K: Send + Sync + 'static,
        S: Shape,
    {
        self.memo
            .downcast()
            .expect("the key has one type: a `key` expression cannot declare a type of its own")
    }
}

/// What can be done without knowing the types.
impl<T> Deref for Cached<T> {
    type Target = dyn Listed;

    fn deref(&self) -> &Self::Target {
        self.listed
    }
}
