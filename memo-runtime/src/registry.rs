//! The list of all caches of the process, and of everything else that declares a bound.

#[cfg(feature = "memwatch")]
use crate::owner::OwnerId;
use crate::stats::{CacheInfo, CacheParameters, CacheReport};
use crate::structures::Structure;
use crate::sync::{Mutex, MutexGuard, global};
use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::Weak;

/// What can be done with a cache without knowing its types.
pub(crate) trait Listed {
    /// Its counters and size.
    fn info(&self) -> CacheInfo;
    /// How it was set up.
    fn parameters(&self) -> CacheParameters;
    /// All there is to say; nothing if the thread has not used it yet and each has its own.
    fn report(&self) -> Option<CacheReport>;
    /// Whose its allocations are.
    #[cfg(feature = "memwatch")]
    fn owner(&self) -> OwnerId;
    /// The group it is cleared with.
    fn group(&self) -> Option<&'static str>;
    /// Empties it and starts its counters again; how many live entries went.
    fn clear(&self) -> usize;
    /// Changes its bound.
    fn resize(&self, maxsize: usize);
    /// Removes the entries whose key `keep` refuses; how many went.
    fn retain(&self, keep: &mut dyn FnMut(&dyn Any) -> bool) -> usize;
}

/// What can be done with a cache behind a function without knowing its types, as functions of their own: what expansions call
/// must not depend on which traits are in scope.
macro_rules! listed_as {
    ([$($generics:tt)*] $on:ty) => {
        impl<$($generics)*> $on {
            /// Counters and size.
            #[must_use]
            pub fn info(&self) -> $crate::stats::CacheInfo {
                self.listed().info()
            }
            /// How it was set up.
            #[must_use]
            pub fn parameters(&self) -> $crate::stats::CacheParameters {
                self.listed().parameters()
            }
            /// Empties it.
            pub fn clear(&self) {
                self.listed().clear();
            }
            /// Changes its bound.
            pub fn resize(&self, maxsize: usize) {
                self.listed().resize(maxsize);
            }
        }
    };
}
pub(crate) use listed_as;

/// What something is called: what it was named, or else by its place.
pub(crate) fn name(given: Option<Cow<'static, str>>, at: &Location<'_>) -> Cow<'static, str> {
    given.unwrap_or_else(|| format!("{}:{}", at.file(), at.line()).into())
}

/// Anything else that declares a bound.
pub(crate) trait Bounded: Send + Sync {
    /// All there is to say.
    fn structure(&self) -> Structure;
}

global! {
    /// In the order of first use. Those of functions stay, so they grow with the number the program declares; others leave
    /// when they are dropped.
    fn all() -> Mutex<Caches> = Caches { list: BTreeMap::new(), last: 0 };
}

/// The list, for who adds to it; nobody else does meanwhile.
pub(crate) fn caches_mut() -> MutexGuard<'static, Caches> {
    all().lock()
}

/// What is on it.
pub(crate) type Shared = dyn Listed + Send + Sync;

/// All of them.
pub struct Caches {
    list: BTreeMap<u64, Entry>,
    last: u64,
}

#[derive(Clone)]
enum Entry {
    Static(&'static Shared),
    Owned(Weak<Shared>),
    Other(Weak<dyn Bounded>),
}

impl Caches {
    /// Adds one that stays.
    pub(crate) fn add_static(&mut self, cache: &'static Shared) {
        self.add(Entry::Static(cache));
    }

    fn add(&mut self, entry: Entry) -> u64 {
        self.last += 1;
        self.list.insert(self.last, entry);
        self.last
    }
}

/// A place on the list, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place(u64);

impl Place {
    pub(crate) fn of(cache: Weak<Shared>) -> Self {
        Self(caches_mut().add(Entry::Owned(cache)))
    }

    pub(crate) fn of_other(structure: Weak<dyn Bounded>) -> Self {
        Self(caches_mut().add(Entry::Other(structure)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let entry = caches_mut().list.remove(&self.0);
        drop(entry);
    }
}

/// A report on every cache that has been used, in the order of first use.
///
/// ```
/// use memo_runtime::memoize;
///
/// #[memoize(maxsize = 10, name = "squares")]
/// fn square(x: u64) -> u64 { x * x }
///
/// square(2);
/// let report = memo_runtime::caches().into_iter().find(|cache| cache.name == "squares").unwrap();
/// assert_eq!(report.parameters.maxsize, Some(10));
/// assert_eq!(report.info.misses, 1);
/// ```
///
/// Takes each cache's lock for a moment, one after the other: every report is exact, the list as a whole is not one
/// moment's.
#[must_use]
pub fn caches() -> Vec<CacheReport> {
    snapshot(Listed::report).flatten().collect()
}

/// Clears every cache and says how many entries went.
///
/// Counters start again. What was being computed is handed to its callers and not stored. With `scope = thread` other threads'
/// caches are empty when these call next, and only the calling thread's entries are among those that went.
pub fn clear_all() -> usize {
    snapshot(Listed::clear).sum()
}

/// Clears every cache declared with `group = "name"` and says how many entries went; 0 if there is no such group. The same
/// as [`clear_all`] otherwise.
///
/// ```
/// use memo_runtime::{clear_group, memoize};
///
/// #[memoize(group = "catalogue")]
/// fn price(sku: &str) -> usize { sku.len() }
///
/// price("a-1");
/// assert_eq!(clear_group("catalogue"), 1); // the data were loaded again
/// ```
#[expect(clippy::must_use_candidate, reason = "it does something")]
pub fn clear_group(name: &str) -> usize {
    let clear = |cache: &(dyn Listed + 'static)| match cache.group() {
        Some(group) if group == name => cache.clear(),
        _ => 0,
    };
    snapshot(clear).sum()
}

/// What each of the caches says that there are now. They are asked without the registry's lock.
fn snapshot<R>(ask: impl Fn(&(dyn Listed + 'static)) -> R) -> impl Iterator<Item = R> {
    entries().into_iter().filter_map(move |cache| match cache {
        Entry::Static(cache) => Some(ask(cache)),
        Entry::Owned(cache) => cache.upgrade().map(|cache| ask(&*cache)),
        Entry::Other(_) => None,
    })
}

/// What each of all structures says that there are now. They are asked without the registry's lock.
pub(crate) fn all_structures() -> Vec<Structure> {
    let ask = |entry| match entry {
        Entry::Static(cache) => Structure::of_cache(cache),
        Entry::Owned(cache) => Structure::of_cache(&*cache.upgrade()?),
        Entry::Other(other) => Some(other.upgrade()?.structure()),
    };
    entries().into_iter().filter_map(ask).collect()
}

fn entries() -> Vec<Entry> {
    all().lock().list.values().cloned().collect()
}
