//! What the companions of a function do to its memo: a few lines each, on top of the store.

use super::call::A_FEW;
use super::lock::{Inside, Later};
use super::{Entry, Handle, Memo, Options};
use crate::key::{Fingerprint, Lookup};
#[cfg(feature = "memwatch")]
use crate::owner::OwnerId;
use crate::registry::Listed;
use crate::scope::{Clears, Scope};
use crate::stats::{CacheInfo, CacheParameters, CacheReport};
use crate::sync::Arc;
use crate::value::Shape;
use std::any::Any;

/// What can be asked of an entry. The companions that ask have one function in common: to the compiler, finding an entry is
/// nearly all of each.
#[derive(Debug)]
pub enum Asked<R> {
    /// Whether there is one.
    Contains,
    /// To remove it.
    Remove,
    /// Its result.
    Peek,
    /// To store this result.
    Insert(R),
}

/// The answer.
#[derive(Debug)]
pub struct Told<R> {
    /// Whether there was a live entry, of who asked that.
    pub is_live: bool,
    /// What was stored, of who asked that.
    pub stored: Option<R>,
}

impl<H: Handle, L: Lookup, S: Shape, T: Options> Entry<'_, H, L, S, T> {
    /// Does what is asked of it; of what is to be stored, if `accept` does.
    #[must_use]
    pub fn ask(
        self,
        asked: Asked<S::Return>,
        accept: impl FnOnce(&S::Value) -> bool,
    ) -> Told<S::Return> {
        let (is_live, stored) = match asked {
            Asked::Contains => (self.contains(), None),
            Asked::Remove => (self.remove(), None),
            Asked::Peek => (false, self.peek()),
            Asked::Insert(returned) => (false, self.insert(returned, accept)),
        };
        Told { is_live, stored }
    }

    /// A live entry's result, which counts as a hit.
    pub fn get(self) -> Option<S::Return> {
        let memo = &*self.memo;
        memo.catch_up();
        if let Some(value) = Self::at_once(memo, self.lookup, self.print) {
            return Some(S::returned(value));
        }
        let mut inside = memo.enter(memo.now(), A_FEW)?;
        let now = inside.now;
        let found = self.find(&inside);
        let hit = found.and_then(|at| inside.hit(at, now));
        inside.is_calm = hit.is_some(); // that was but a look
        drop(inside);
        hit.map(S::returned)
    }

    /// A live entry's result. Neither promotes nor counts.
    pub fn peek(self) -> Option<S::Return> {
        let inside = self.memo.inside()?;
        let live = self.live(&inside).cloned();
        drop(inside);
        live.map(S::returned)
    }

    /// Whether there is a live entry. Neither promotes nor counts.
    #[must_use]
    pub fn contains(self) -> bool {
        let inside = self.memo.inside();
        inside.is_some_and(|inside| self.live(&inside).is_some())
    }

    /// Stores a result without computing it, if `accept` does; what it replaced.
    pub fn insert(
        self,
        returned: S::Return,
        accept: impl FnOnce(&S::Value) -> bool,
    ) -> Option<S::Return> {
        let _entered = self.memo.owner.enter();
        let value = S::into_value(returned).filter(accept)?;
        let (print, key) = (self.print, self.lookup.to_key());
        let matches = |stored: &L::Key, _: &L::Key| self.lookup.matches(stored);
        match self.memo.try_insert(print, key, value, matches) {
            Ok(before) => before.map(S::returned),
            Err((key, value)) => {
                let insert = Later::Insert(print, key, value, L::are_equal);
                self.memo.later(insert);
                None
            }
        }
    }

    /// Removes the entry; whether there was a live one.
    pub fn remove(self) -> bool {
        let matches = |stored: &L::Key| self.lookup.matches(stored);
        let removed = self.memo.try_remove(self.print, matches);
        removed.unwrap_or_else(|| {
            let key = self.lookup.to_key();
            self.memo
                .later(Later::Remove(self.print, key, L::are_equal));
            false
        })
    }

    fn live<'a>(
        &self,
        inside: &'a Inside<'_, L::Key, S::Value, S::Failure, T>,
    ) -> Option<&'a S::Value> {
        let at = self.find(inside)?;
        inside.store.live(at, inside.now)
    }
}

/// What needs the lock. None of it is done where that cannot be had.
impl<K, V: Clone, F, T: Options> Memo<K, V, F, T> {
    /// Removes the entries whose key `keep` refuses; how many went. `keep` runs under the lock.
    pub(crate) fn retain(&self, keep: impl FnMut(&K) -> bool) -> usize {
        let inside = self.inside();
        inside.map_or(0, |mut inside| inside.store.retain(keep))
    }

    /// Shows each live entry, under the lock.
    pub(crate) fn for_each(&self, with: impl FnMut(&K, &V)) {
        if let Some(inside) = self.inside() {
            inside.store.for_each(inside.now, with);
        }
    }

    pub(super) fn try_insert(
        &self,
        print: Fingerprint,
        key: K,
        value: V,
        matches: impl Fn(&K, &K) -> bool,
    ) -> Result<Option<V>, (K, V)> {
        let Some(mut inside) = self.inside() else {
            return Err((key, value));
        };
        let mut found = inside.store.find(print, |stored| matches(stored, &key));
        if found.is_some_and(|at| inside.store.is_slot_awaited(at)) {
            // Those who wait get it too. A copy is user code, so it is made without the lock.
            drop(inside);
            let outcome = Some(Ok(Arc::new(value.clone())));
            let Some(again) = self.inside() else {
                return Err((key, value));
            };
            inside = again;
            inside.outcome = outcome;
            found = inside.store.find(print, |stored| matches(stored, &key));
        }
        let now = inside.now;
        let before = inside.store.insert(found, print, key, value, now);
        drop(inside);
        Ok(before)
    }

    pub(super) fn try_remove(
        &self,
        print: Fingerprint,
        matches: impl Fn(&K) -> bool,
    ) -> Option<bool> {
        let mut inside = self.inside()?;
        let (now, found) = (inside.now, inside.store.find(print, matches));
        Some(found.is_some_and(|at| inside.store.remove(at, now)))
    }

    pub(crate) fn try_clear(&self) -> Option<usize> {
        let mut inside = self.inside()?;
        let went = inside.store.len;
        (inside.hits, inside.coalesced, inside.misses) = (0, 0, 0);
        (inside.store.evictions, inside.store.expirations) = (0, 0);
        let entries = inside.store.clear();
        drop(inside);
        drop(entries);
        Some(went)
    }

    pub(super) fn try_resize(&self, maxsize: usize) -> Option<()> {
        let mut inside = self.inside()?;
        *self.maxsize.lock() = Some(maxsize);
        inside.store.resize(maxsize);
        Some(())
    }

    /// Within the lock, when all that has expired is gone.
    pub(super) fn inside(&self) -> Option<Inside<'_, K, V, F, T>> {
        self.catch_up();
        self.enter(self.now(), usize::MAX)
    }
}

impl<K: 'static, V: Clone + 'static, F: 'static, T: Options> Listed for Memo<K, V, F, T> {
    fn info(&self) -> CacheInfo {
        let inside = self.inside();
        let maxsize = *self.maxsize.lock();
        let counts = inside.map(|inside| CacheInfo {
            hits: inside.hits,
            misses: inside.misses,
            maxsize,
            currsize: inside.store.len,
            evictions: inside.store.evictions,
            expirations: inside.store.expirations,
            coalesced: inside.coalesced,
        });
        counts.unwrap_or(CacheInfo {
            maxsize,
            ..CacheInfo::default()
        })
    }

    fn parameters(&self) -> CacheParameters {
        CacheParameters {
            maxsize: *self.maxsize.lock(),
            ttl: self.ttl,
            policy: self.policy,
            scope: T::Scope::SCOPE,
            single_flight: self.patience,
        }
    }

    fn report(&self) -> Option<CacheReport> {
        let info = self.info();
        Some(CacheReport {
            name: self.place.name.clone().into_owned(),
            file: self.place.at.file(),
            line: self.place.at.line(),
            group: self.place.group,
            parameters: CacheParameters {
                maxsize: info.maxsize,
                ..self.parameters()
            },
            info,
        })
    }

    #[cfg(feature = "memwatch")]
    fn owner(&self) -> OwnerId {
        self.owner
    }

    fn group(&self) -> Option<&'static str> {
        self.place.group
    }

    fn clear(&self) -> usize {
        self.clears.tell();
        self.try_clear().unwrap_or_else(|| {
            self.later(Later::Clear);
            0
        })
    }

    fn resize(&self, maxsize: usize) {
        if self.try_resize(maxsize).is_none() {
            self.later(Later::Resize(maxsize));
        }
    }

    fn retain(&self, keep: &mut dyn FnMut(&dyn Any) -> bool) -> usize {
        self.retain(|key| keep(key))
    }
}
