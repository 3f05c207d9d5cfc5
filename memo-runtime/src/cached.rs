//! The memos of a function, as its static holds them.
//!
//! The macro cannot name the types of key and value; the compiler finds them ([`probe`](crate::probe)). So the static
//! holds its memo without its type, and each use, which knows the types, asks for it as what it is. What can be done without
//! them is done so: there are many uses, and the compiler looks at each.

use crate::contain::contain;
use crate::erased::Erased;
use crate::key::{KeyOf, Lookup};
use crate::memo::{Borrowed, Entry, Limits, Memo, Options, Owned, Place};
#[cfg(feature = "memwatch")]
use crate::owner::OwnerId;
use crate::policy::Order;
use crate::registry::{Caches, Listed, Shared, listed_as};
use crate::scope::{Global, OtherThreads, ThisThread};
use crate::stats::{CacheInfo, CacheParameters, CacheReport, Policy, Scope};
use crate::sync::Arc;
use crate::value::Shape;
use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// A cache that can be made where the types of its memo are known.
pub trait Made<K, S, T>: Sized {
    /// Makes it, and then, once nothing of the user's runs any more, puts it on the list.
    fn make(place: Place, limits: Limits) -> impl FnOnce(&mut Caches) -> Self;
}

/// A memo for all threads.
pub struct Cached {
    memo: Erased,
    listed: &'static Shared,
}

const ONE_TYPE: &str = "the key has one type: a `key` expression cannot declare a type of its own";

impl<K, S, T> Made<K, S, T> for Cached
where
    K: Send + Sync + 'static,
    S: Shape<Value: Send + Sync, Failure: Send>,
    T: Options<Scope = Global, Hasher: Send + Sync>,
{
    // It is not asked whether a memo of such types is `Send`: the answer takes the compiler a tenth of all that a function
    // takes it, and follows from those that are asked.
    /// It stays: a static is never dropped, and neither is what it refers to.
    fn make(place: Place, limits: Limits) -> impl FnOnce(&mut Caches) -> Self {
        let (order, hasher) = (T::Order::default(), T::Hasher::default());
        let memo =
            Memo::<K, S::Value, S::Failure, T>::with(limits, place, order, hasher, <_>::default());
        |caches| {
            let memo: &'static _ = Box::leak(Box::new(memo));
            caches.add_static(memo);
            Self {
                memo: Erased::new(memo),
                listed: memo,
            }
        }
    }
}

impl Cached {
    /// The place in the memo of a call with these arguments.
    ///
    /// # Panics
    ///
    /// If it is a memo of other types.
    #[inline]
    pub fn entry<'l, T, L, S>(
        &'static self,
        lookup: &'l L,
        _: S,
    ) -> Entry<'l, Borrowed<'static>, L, S, T>
    where
        T: Options<Scope = Global>,
        L: Lookup,
        S: Shape,
    {
        Entry::of(self.memo.downcast().expect(ONE_TYPE), lookup)
    }

    fn listed(&self) -> &dyn Listed {
        self.listed
    }
}

/// A memo for each thread.
pub struct CachedForOne(&'static ByThread);

/// What the memos of one function have in common.
struct ByThread {
    place: Place,
    limits: Limits,
    policy: Policy,
    /// Of their place in each thread.
    index: usize,
    /// How often all of them were cleared.
    clears: Arc<AtomicU64>,
    /// Makes one.
    make: fn(&Self) -> Own,
}

/// A thread's own memo.
#[derive(Clone)]
struct Own {
    memo: Rc<dyn Any>,
    listed: Rc<dyn Listed>,
}

thread_local! {
    /// Dropped with the thread; who calls then computes for itself.
    static OWN: OfThread = const { OfThread(RefCell::new(Vec::new())) };
}

/// A thread's memos, by the index of their functions.
struct OfThread(RefCell<Vec<Option<Own>>>);

/// Here a panic would be the end of the process, and the other memos are to be dropped all the same. Two panics in one memo
/// are the end, as in any collection.
impl Drop for OfThread {
    fn drop(&mut self) {
        for own in self.0.take() {
            contain(|| drop(own));
        }
    }
}

impl<K, S, T> Made<K, S, T> for CachedForOne
where
    K: 'static,
    S: Shape,
    T: Options<Scope = ThisThread>,
{
    /// Makes what they have in common.
    fn make(place: Place, limits: Limits) -> impl FnOnce(&mut Caches) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        move |caches| {
            let shared: &'static _ = Box::leak(Box::new(ByThread {
                place,
                limits,
                policy: T::Order::default().policy(),
                index: NEXT.fetch_add(1, Ordering::Relaxed),
                clears: Arc::default(),
                make: |shared| {
                    let (limits, place) = (shared.limits, shared.place.clone());
                    let clears = OtherThreads::new(shared.clears.clone());
                    let (order, hasher) = (T::Order::default(), T::Hasher::default());
                    let memo = Memo::<K, S::Value, S::Failure, T>::with(
                        limits, place, order, hasher, clears,
                    );
                    let memo = Rc::new(memo);
                    Own {
                        memo: memo.clone(),
                        listed: memo,
                    }
                },
            }));
            caches.add_static(shared);
            Self(shared)
        }
    }
}

impl CachedForOne {
    /// The place in the thread's memo of a call with these arguments.
    ///
    /// # Panics
    ///
    /// If it is a memo of other types.
    #[inline]
    pub fn entry<'l, T, L, S>(&'static self, lookup: &'l L, _: S) -> Entry<'l, Owned, L, S, T>
    where
        T: Options<Scope = ThisThread>,
        L: Lookup,
        S: Shape,
    {
        let memo = self.0.own(|own| own.memo.clone());
        let memo = memo.unwrap_or_else(|| self.0.begin().memo);
        Entry::of(memo.downcast().expect(ONE_TYPE), lookup)
    }

    fn listed(&self) -> &dyn Listed {
        self.0
    }
}

impl ByThread {
    /// Asks the thread's memo, if it has one.
    #[inline]
    fn own<R>(&self, ask: impl FnOnce(&Own) -> R) -> Option<R> {
        let find = |own: &OfThread| own.0.borrow().get(self.index)?.as_ref().map(ask);
        OWN.try_with(find).ok().flatten()
    }

    /// The thread's memo, which it has not used before. One for this call alone if the thread is being torn down.
    #[cold]
    fn begin(&self) -> Own {
        let new = (self.make)(self);
        let put = |all: &OfThread| {
            let mut all = all.0.borrow_mut();
            let len = all.len().max(self.index + 1);
            all.resize(len, None);
            // What was made may have called the function.
            all[self.index].get_or_insert_with(|| new.clone()).clone()
        };
        OWN.try_with(put).unwrap_or(new)
    }

    fn listed(&self) -> Option<Rc<dyn Listed>> {
        self.own(|own| own.listed.clone())
    }
}

/// The calling thread's.
impl Listed for ByThread {
    fn info(&self) -> CacheInfo {
        let unused = CacheInfo {
            maxsize: self.limits.0,
            ..CacheInfo::default()
        };
        self.listed().map_or(unused, |own| own.info())
    }

    fn parameters(&self) -> CacheParameters {
        let (maxsize, ttl, single_flight) = self.limits;
        let unused = CacheParameters {
            maxsize,
            ttl,
            policy: self.policy,
            scope: Scope::Thread,
            single_flight,
        };
        self.listed().map_or(unused, |own| own.parameters())
    }

    fn report(&self) -> Option<CacheReport> {
        self.listed()?.report()
    }

    #[cfg(feature = "memwatch")]
    fn owner(&self) -> OwnerId {
        OwnerId::of(&self.place.name, self.place.at)
    }

    fn group(&self) -> Option<&'static str> {
        self.place.group
    }

    fn clear(&self) -> usize {
        let Some(own) = self.listed() else {
            self.clears.fetch_add(1, Ordering::AcqRel);
            return 0;
        };
        own.clear()
    }

    fn resize(&self, maxsize: usize) {
        let own = self.listed().unwrap_or_else(|| self.begin().listed);
        own.resize(maxsize);
    }

    fn retain(&self, keep: &mut dyn FnMut(&dyn Any) -> bool) -> usize {
        self.listed().map_or(0, |own| own.retain(keep))
    }
}

/// What companions ask of a cache, of its keys' type at most.
macro_rules! listed_with_keys {
    ($on:ty) => {
        listed_as!([] $on);

        impl $on {
            /// Removes the entries whose key `keep` refuses; how many went.
            pub fn retain<K: 'static>(
                &'static self,
                _: Option<KeyOf<K>>,
                mut keep: impl FnMut(&K) -> bool,
            ) -> usize {
                self.listed()
                    .retain(&mut |key| keep(key.downcast_ref().expect(ONE_TYPE)))
            }
        }
    };
}

listed_with_keys!(Cached);
listed_with_keys!(CachedForOne);
