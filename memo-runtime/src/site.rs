//! The static behind a memoized function: built on first use, and a hit pays one load for it.
//!
//! The macro cannot name the types of key and value; the compiler finds them ([`probe`](crate::probe)). So the static
//! holds its memo [`Erased`], and each use, which knows the types, asks for it as what it is.

use crate::erased::Erased;
use crate::key::{KeyOf, Lookup};
use crate::memo::{Claim, Memo, Options, Place, Seat};
use crate::registry::{self, Listed};
use crate::sync::OnceBox;
use crate::value::Shape;
use std::any::Any;
use std::marker::PhantomData;
use std::ops::Deref;
use std::time::Duration;

/// A place for a memo, in a static of its own.
pub struct Site<T> {
    place: Place,
    cache: OnceBox<Cached<T>>,
}

/// The memo for keys `K` and results of the shape `S`.
type MemoOf<K, S, T> = Memo<(K, <S as Shape>::Value, T)>;

/// What a call finds in it.
type Found<L, S, T> =
    Claim<<S as Shape>::Return, Seat<'static, (<L as Lookup>::Key, <S as Shape>::Value, T), S>>;

/// What is known when a memo is first used: the types of key and value, the bound and the ttl.
type Made<K, S> = (Option<KeyOf<K>>, S, Option<usize>, Option<Duration>);

/// A memo whose key and value types are known only to those who use it. Its options they need not say again.
pub struct Cached<T> {
    memo: Erased,
    listed: &'static dyn Listed,
    options: PhantomData<fn() -> T>,
}

impl<T: Options> Site<T> {
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
        let (_, _, maxsize, ttl) = make();
        let hasher = T::Hasher::default();
        // The registry lets one in at a time, so exactly one memo is made and listed.
        registry::add(|| {
            if self.cache.get().is_some() {
                return None;
            }
            // A static is never dropped, and neither is what it refers to.
            let memo: &'static Memo<(K, S::Value, T)> =
                Box::leak(Box::new(Memo::new(maxsize, ttl, self.place, hasher)));
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
    /// See [`Memo::claim`].
    #[inline]
    pub fn claim<L: Lookup, S: Shape>(&'static self, lookup: &L, shape: S) -> Found<L, S, T> {
        self.memo(lookup, shape).claim(lookup, shape)
    }

    /// The memo as what it is.
    #[inline]
    #[must_use]
    pub fn memo<L: Lookup, S: Shape>(&'static self, _: &L, _: S) -> &'static MemoOf<L::Key, S, T> {
        self.typed()
    }

    /// The memo as what it is, by the name of its key's type.
    #[must_use]
    pub fn memo_of<K, S>(&'static self, _: Option<KeyOf<K>>, _: S) -> &'static MemoOf<K, S, T>
    where
        K: Send + Sync + 'static,
        S: Shape,
    {
        self.typed()
    }

    #[inline]
    fn typed<A: Any>(&'static self) -> &'static A {
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
