//! What the companions of a function do to its memo: a few lines each, on top of the store.

use super::{Entry, Inside, Memo, Options, Seat, State};
use crate::expiry::Expiry;
use crate::key::Lookup;
use crate::policy::Order;
use crate::registry::Listed;
use crate::stats::{CacheInfo, CacheParameters, CacheReport, Scope};
use crate::store::Finish;
use crate::value::Shape;

impl<'m, L: Lookup, S: Shape, T: Options> Entry<'m, '_, L, S, T> {
    /// A seat for a call that computes whatever is stored; a miss.
    pub fn refresh(self) -> Seat<'m, L::Key, S, T> {
        let key = self.lookup.to_key();
        let inside = self.memo.inside();
        let found = self.find(&inside);
        self.seat(inside, found, key, Finish::Always)
    }

    /// A live entry's result. Neither promotes nor counts.
    pub fn peek(self) -> Option<S::Return> {
        let inside = self.memo.inside();
        let live = self.live(&inside).cloned();
        drop(inside);
        live.map(S::returned)
    }

    /// Whether there is a live entry. Neither promotes nor counts.
    #[must_use]
    pub fn contains(self) -> bool {
        self.live(&self.memo.inside()).is_some()
    }

    /// Stores a result without computing it, if `accept` does; what it replaced.
    pub fn insert(
        self,
        returned: S::Return,
        accept: impl FnOnce(&S::Value) -> bool,
    ) -> Option<S::Return> {
        let value = S::into_value(returned).filter(accept)?;
        let key = self.lookup.to_key();
        let mut inside = self.memo.inside();
        let (now, found) = (inside.now, self.find(&inside));
        let at = inside.store.promise(found, self.print, key);
        let before = inside.store.insert(at, value, now);
        drop(inside);
        before.map(S::returned)
    }

    /// Removes the entry; whether there was a live one.
    pub fn remove(self) -> bool {
        let mut inside = self.memo.inside();
        let (now, found) = (inside.now, self.find(&inside));
        found.is_some_and(|at| inside.store.remove(at, now))
    }

    fn live<'a>(&self, inside: &'a Inside<'_, L::Key, S::Value, T>) -> Option<&'a S::Value> {
        let at = self.find(inside)?;
        inside.store.live(at, inside.now)
    }
}

impl<K, V: Clone, T: Options> Memo<K, V, T> {
    /// Removes the entries whose key `keep` refuses; how many went. `keep` runs under the lock.
    pub fn retain(&self, keep: impl FnMut(&K) -> bool) -> usize {
        self.inside().store.retain(keep)
    }

    /// Takes the lock and frees all that has expired.
    fn inside(&self) -> Inside<'_, K, V, T> {
        self.enter(T::Expiry::now(), usize::MAX)
    }
}

impl<K, V, T> Listed for Memo<K, V, T>
where
    K: Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    T: Options,
{
    fn info(&self) -> CacheInfo {
        self.inside().info()
    }

    fn parameters(&self) -> CacheParameters {
        self.state.lock().parameters()
    }

    fn report(&self) -> CacheReport {
        let inside = self.inside();
        CacheReport {
            name: self.place.name.to_owned(),
            file: self.place.at.file(),
            line: self.place.at.line(),
            group: self.place.group,
            parameters: inside.parameters(),
            info: inside.info(),
        }
    }

    fn group(&self) -> Option<&'static str> {
        self.place.group
    }

    fn clear(&self) -> usize {
        let mut inside = self.inside();
        let went = inside.store.len;
        (inside.hits, inside.misses) = (0, 0);
        (inside.store.evictions, inside.store.expirations) = (0, 0);
        let entries = inside.store.clear();
        drop(inside);
        drop(entries);
        went
    }

    fn resize(&self, maxsize: usize) {
        let mut inside = self.inside();
        inside.maxsize = Some(maxsize);
        inside.store.resize(maxsize);
    }
}

impl<K, V: Clone, T: Options> State<K, V, T> {
    fn info(&self) -> CacheInfo {
        CacheInfo {
            hits: self.hits,
            misses: self.misses,
            maxsize: self.maxsize,
            currsize: self.store.len,
            evictions: self.store.evictions,
            expirations: self.store.expirations,
            coalesced: 0,
        }
    }

    fn parameters(&self) -> CacheParameters {
        CacheParameters {
            maxsize: self.maxsize,
            ttl: self.store.expiry.ttl(),
            policy: T::Order::POLICY,
            scope: Scope::Global,
            single_flight: None,
        }
    }
}
