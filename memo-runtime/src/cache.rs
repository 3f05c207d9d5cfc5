//! A cache that its user owns, whose options are chosen when the program runs.

use crate::expiry::After;
use crate::key::{ByRef, KeyOf, Lookup};
use crate::memo::{Borrowed, Claim, Entry, Memo, Place};
use crate::policy::AnyOrder;
use crate::registry::{self, Listed, listed_as};
use crate::stats::{CacheInfo, CacheParameters, Policy};
use crate::sync::Arc;
use crate::value::{OkOnly, Shape, Whole};
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::panic::Location;
use std::time::Duration;

/// What `#[memoize]` puts behind a function, to own: as a field, so that each instance has its own and drops it, or without any
/// function.
///
/// ```
/// use memo_runtime::{Cache, memoize};
/// use std::time::Duration;
///
/// struct Shop {
///     prices: Cache<(String, u32), u64>,
/// }
///
/// impl Shop {
///     #[memoize(store = self.prices)] // `self` is no part of the key: the cache is this shop's
///     fn price(&self, sku: &str, quantity: u32) -> u64 {
///         sku.len() as u64 * u64::from(quantity) // something slow
///     }
/// }
///
/// let shop = Shop { prices: Cache::builder().maxsize(100).ttl(Duration::from_secs(30)).build() };
/// shop.price("a-1", 3);
/// assert_eq!(shop.price_cache_info().misses, 1);
/// assert_eq!(shop.prices.len(), 1);
/// ```
///
/// The key of a function is the tuple of its arguments, owned, or the argument itself if there is one. Keys are looked up in
/// borrowed form where their type has one: a `Cache<String, _>` by `&str`.
///
/// Everything that holds for a memoized function holds here: it is bounded by 128 entries unless the builder says otherwise,
/// one caller computes for all who want a key at the same time, nobody waits for itself, counters are exact, and what leaves
/// is dropped after the lock is released. One thing does not: an error is its caller's own, even if it could be shared; who
/// waits tries again, and for no more than two that fail. Threads share a cache by reference or in an `Arc`. It is listed by
/// [`caches`](crate::caches), and cleared by [`clear_all`](crate::clear_all) and its group, while it lives.
pub struct Cache<K, V: Clone> {
    /// Before the memo is gone, it is off the list.
    listed: Option<registry::Place>,
    memo: Arc<Chosen<K, V>>,
}

type Chosen<K, V> = Memo<K, V, Infallible, Choices>;

/// What is chosen when the program runs.
type Choices = (AnyOrder, Option<After>, foldhash::fast::RandomState);

/// Sets up a [`Cache`]; made by [`Cache::builder`].
#[derive(Debug, Clone)]
#[must_use = "there is no cache before `build`"]
pub struct CacheBuilder<K, V> {
    maxsize: Option<usize>,
    ttl: Option<Duration>,
    policy: Option<Policy>,
    patience: Option<Duration>,
    name: Option<String>,
    group: Option<&'static str>,
    makes: PhantomData<fn() -> (K, V)>,
}

impl<K, V> CacheBuilder<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// The most entries ever held; 0 stores nothing. 128 unless this or [`unbounded`](Self::unbounded) is said.
    pub fn maxsize(mut self, entries: usize) -> Self {
        self.maxsize = Some(entries);
        self
    }

    /// No bound at all.
    pub fn unbounded(mut self) -> Self {
        self.maxsize = None;
        self
    }

    /// An entry is dead that long after it was stored; zero stores nothing. Without, entries live for good.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Some(ttl);
        self
    }

    /// Who goes when the cache is full: the least recently used, or with a ttl the soonest to expire, unless this is said.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// How long a call waits for another's computation of the same key before it computes too; `None` if it does not wait at
    /// all. One second unless this is said.
    pub fn single_flight(mut self, patience: Option<Duration>) -> Self {
        self.patience = patience;
        self
    }

    /// The name in reports; file and line unless this is said.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The name for [`clear_group`](crate::clear_group).
    pub fn group(mut self, group: &'static str) -> Self {
        self.group = Some(group);
        self
    }

    /// The cache. Reserves nothing for entries before there are any.
    ///
    /// # Panics
    ///
    /// If the policy is [`Policy::SoonestToExpire`] and there is no ttl: nothing expires then, so nobody could go.
    #[must_use]
    #[track_caller]
    pub fn build(self) -> Cache<K, V> {
        let at = Location::caller();
        let usual = match self.ttl {
            Some(_) => Policy::SoonestToExpire,
            None => Policy::Lru,
        };
        let policy = self.policy.unwrap_or(usual);
        assert!(
            self.ttl.is_some() || policy != Policy::SoonestToExpire,
            "a cache whose soonest to expire goes needs a `ttl`"
        );
        let place = Place {
            name: registry::name(self.name.map(Cow::Owned), at),
            at,
            group: self.group,
        };
        let (order, hasher) = (AnyOrder::of(policy), <_>::default());
        let memo = Memo::new(self.maxsize, self.ttl, self.patience, place, order, hasher);
        let memo: Arc<Chosen<K, V>> = Arc::new(memo);
        let listed: Arc<registry::Shared> = memo.clone();
        Cache {
            listed: Some(registry::Place::of(Arc::downgrade(&listed))),
            memo,
        }
    }
}

impl<K, V> Cache<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    const WHOLE: Whole<V> = Whole(PhantomData);

    /// Begins to set up a cache. Without a word more it holds 128 entries at most, and the least recently used goes.
    pub fn builder() -> CacheBuilder<K, V> {
        CacheBuilder {
            maxsize: Some(128),
            ttl: None,
            policy: None,
            patience: Some(Duration::from_secs(1)),
            name: None,
            group: None,
            makes: PhantomData,
        }
    }

    /// The stored value, or else what `compute` returns, which is stored. Callers of one key compute once: the others wait.
    ///
    /// ```
    /// let lengths = memo_runtime::Cache::<String, usize>::builder().build();
    /// assert_eq!(lengths.get_or_insert_with("four", || "four".len()), 4);
    /// assert_eq!(lengths.get_or_insert_with("four", || unreachable!("it is stored")), 4);
    /// ```
    ///
    /// A hit counts as one, and `compute` is a miss. If it panics, nothing is stored, and one who waits computes. It may use
    /// the cache itself. The key is owned, by a clone, only on a miss.
    pub fn get_or_insert_with<Q>(&self, key: &Q, compute: impl FnOnce() -> V) -> V
    where
        Q: ?Sized + Hash + Eq + ToOwned<Owned = K>,
    {
        match self.memo.entry(&ByRef(key), Self::WHOLE).claim() {
            Claim::Ready(value) => value,
            Claim::Vacant(seat) => seat.fill(compute(), |_| true),
        }
    }

    /// The same for what can fail: an error is returned and not stored.
    ///
    /// # Errors
    ///
    /// What `compute` returns.
    ///
    /// ```
    /// let numbers = memo_runtime::Cache::<String, i32>::builder().build();
    /// assert!(numbers.get_or_try_insert_with("one", || "one".parse()).is_err());
    /// assert_eq!(numbers.get_or_try_insert_with("1", || "1".parse()), Ok(1));
    /// assert_eq!(numbers.len(), 1);
    /// ```
    pub fn get_or_try_insert_with<Q, E>(
        &self,
        key: &Q,
        compute: impl FnOnce() -> Result<V, E>,
    ) -> Result<V, E>
    where
        Q: ?Sized + Hash + Eq + ToOwned<Owned = K>,
    {
        let shape = OkOnly::<V, E, Infallible>(PhantomData);
        match self.memo.entry(&ByRef(key), shape).claim() {
            Claim::Ready(value) => value,
            Claim::Vacant(seat) => seat.fill(compute(), |_| true),
        }
    }

    /// The stored value, which counts as a hit. If there is none, nothing is counted, and nobody is waited for.
    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        Q: ?Sized + Hash + Eq + ToOwned<Owned = K>,
    {
        self.memo.entry(&ByRef(key), Self::WHOLE).get()
    }

    /// The stored value. Neither promotes nor counts.
    pub fn peek<Q>(&self, key: &Q) -> Option<V>
    where
        Q: ?Sized + Hash + Eq + ToOwned<Owned = K>,
    {
        self.memo.entry(&ByRef(key), Self::WHOLE).peek()
    }

    /// Whether there is a live entry. Neither promotes nor counts.
    pub fn contains<Q>(&self, key: &Q) -> bool
    where
        Q: ?Sized + Hash + Eq + ToOwned<Owned = K>,
    {
        self.memo.entry(&ByRef(key), Self::WHOLE).contains()
    }

    /// Stores a value; the one it replaces.
    #[expect(clippy::needless_pass_by_value, reason = "as every map does")]
    pub fn insert(&self, key: K, value: V) -> Option<V> {
        self.memo
            .entry(&ByRef(&key), Self::WHOLE)
            .insert(value, |_| true)
    }

    /// Removes an entry; whether there was a live one. What is being computed for the key will not be stored.
    pub fn remove<Q>(&self, key: &Q) -> bool
    where
        Q: ?Sized + Hash + Eq + ToOwned<Owned = K>,
    {
        self.memo.entry(&ByRef(key), Self::WHOLE).remove()
    }

    /// Removes the entries whose key `keep` refuses; how many went. `keep` runs under the lock.
    pub fn retain(&self, keep: impl FnMut(&K) -> bool) -> usize {
        self.memo.retain(keep)
    }

    /// Removes all entries and starts the counters again. What is being computed will not be stored.
    pub fn clear(&self) {
        Listed::clear(&*self.memo);
    }

    /// Changes the bound; to fewer, those next in line go.
    pub fn resize(&self, maxsize: usize) {
        Listed::resize(&*self.memo, maxsize);
    }

    /// Counters and size.
    #[must_use]
    pub fn info(&self) -> CacheInfo {
        Listed::info(&*self.memo)
    }

    /// How it was set up.
    #[must_use]
    pub fn parameters(&self) -> CacheParameters {
        Listed::parameters(&*self.memo)
    }

    /// Live entries held now.
    #[must_use]
    pub fn len(&self) -> usize {
        self.info().currsize
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The live entries as of now, in no order: clones of all of them, made under the lock.
    #[must_use]
    pub fn iter(&self) -> std::vec::IntoIter<(K, V)> {
        let mut entries = Vec::new();
        self.memo
            .for_each(|key, value| entries.push((key.clone(), value.clone())));
        entries.into_iter()
    }
}

impl<K, V> IntoIterator for &Cache<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Says where it is on the list of all caches; of its entries nothing, for that would take the lock.
/// What it holds goes at once and in this thread, whoever else is just looking at it on the list.
impl<K, V: Clone> Drop for Cache<K, V> {
    fn drop(&mut self) {
        drop(self.listed.take());
        self.memo.try_clear();
    }
}

impl<K, V: Clone> fmt::Debug for Cache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("listed", &self.listed)
            .finish_non_exhaustive()
    }
}

/// A cache that a memoized function finds in an expression.
#[derive(Debug)]
pub struct Stored<'m, K, V: Clone>(&'m Cache<K, V>);

impl<'m, K: 'static, V: Clone + 'static> Stored<'m, K, V> {
    /// This one.
    #[must_use]
    pub fn of(cache: &'m Cache<K, V>) -> Self {
        Self(cache)
    }

    /// The place in it of a call with these arguments.
    #[inline]
    pub fn entry<'l, L, S>(&self, lookup: &'l L, shape: S) -> Entry<'l, Borrowed<'m>, L, S, Choices>
    where
        L: Lookup<Key = K>,
        S: Shape<Value = V, Failure = Infallible>,
    {
        self.0.memo.entry(lookup, shape)
    }

    /// Removes the entries whose key `keep` refuses; how many went.
    pub fn retain(&self, _: Option<KeyOf<K>>, keep: impl FnMut(&K) -> bool) -> usize {
        self.0.memo.retain(keep)
    }

    fn listed(&self) -> &dyn Listed {
        &*self.0.memo
    }
}

listed_as!(['m, K: 'static, V: Clone + 'static] Stored<'m, K, V>);
