//! What the companions of a function do to its memo: a few lines each, on top of the store.

use super::{Finish, Kinds, Memo, Seat, State};
use crate::expiry::Expiry;
use crate::key::{Fingerprint, Lookup};
use crate::policy::Order;
use crate::registry::Listed;
use crate::removal::Departures;
use crate::stats::{CacheInfo, CacheParameters, CacheReport, Scope};
use crate::value::Shape;

impl<M: Kinds> Memo<M> {
    /// A seat for a call that computes whatever is stored; a miss.
    pub fn refresh<L, S>(&self, lookup: &L, _: S) -> Seat<'_, M, S>
    where
        L: Lookup<Key = M::Key>,
        S: Shape<Value = M::Value>,
    {
        let print = Fingerprint::of(&self.hasher, lookup);
        let mut key = Some(lookup.to_key());
        let mut left = Departures::new();
        let (mut state, _) = self.enter(&mut left);
        let found = state.store.find(print, lookup);
        let ticket = state.store.claim(found, print, &mut key);
        state.info.misses += 1;
        Seat::new(self, ticket, Finish::Always)
    }

    /// A live entry's value. Neither promotes nor counts.
    pub fn peek<L, S>(&self, lookup: &L, _: S) -> Option<S::Return>
    where
        L: Lookup<Key = M::Key>,
        S: Shape<Value = M::Value>,
    {
        let print = Fingerprint::of(&self.hasher, lookup);
        let mut left = Departures::new();
        let (state, now) = self.enter(&mut left);
        let value = state
            .store
            .find(print, lookup)
            .and_then(|at| state.store.live(at, now))
            .cloned();
        drop(state);
        drop(left);
        value.map(S::returned)
    }

    /// Whether there is a live entry. Neither promotes nor counts.
    pub fn contains<L: Lookup<Key = M::Key>>(&self, lookup: &L) -> bool {
        let print = Fingerprint::of(&self.hasher, lookup);
        let mut left = Departures::new();
        let (state, now) = self.enter(&mut left);
        let found = state.store.find(print, lookup);
        found.is_some_and(|at| state.store.live(at, now).is_some())
    }

    /// Stores a result without computing it, if `accept` does; what it replaced.
    pub fn insert<L, S>(
        &self,
        lookup: &L,
        _: S,
        returned: S::Return,
        accept: impl FnOnce(&M::Value) -> bool,
    ) -> Option<S::Return>
    where
        L: Lookup<Key = M::Key>,
        S: Shape<Value = M::Value>,
    {
        let value = S::into_value(returned)?;
        if !accept(&value) {
            return None;
        }
        let print = Fingerprint::of(&self.hasher, lookup);
        let mut key = Some(lookup.to_key());
        let mut left = Departures::new();
        let (mut state, now) = self.enter(&mut left);
        let before = state
            .store
            .insert(print, lookup, &mut key, value, now, &mut left);
        state.count(&mut left);
        drop(state);
        drop(left);
        before.map(S::returned)
    }

    /// Removes an entry; whether there was a live one.
    pub fn remove<L: Lookup<Key = M::Key>>(&self, lookup: &L) -> bool {
        let print = Fingerprint::of(&self.hasher, lookup);
        let mut left = Departures::new();
        let (mut state, now) = self.enter(&mut left);
        state.store.remove(print, lookup, now, &mut left)
    }

    /// Removes the entries whose key `keep` refuses; how many went. `keep` runs under the lock.
    pub fn retain(&self, keep: impl FnMut(&M::Key) -> bool) -> usize {
        let mut left = Departures::new();
        let (mut state, _) = self.enter(&mut left);
        state.store.retain(keep, &mut left)
    }
}

impl<M: Kinds> Listed for Memo<M> {
    fn info(&self) -> CacheInfo {
        let mut left = Departures::new();
        let (state, _) = self.enter(&mut left);
        state.info()
    }

    fn parameters(&self) -> CacheParameters {
        self.state.lock().parameters()
    }

    fn report(&self) -> CacheReport {
        let mut left = Departures::new();
        let (state, _) = self.enter(&mut left);
        CacheReport {
            name: self.place.name.to_owned(),
            file: self.place.file,
            line: self.place.line,
            group: self.place.group,
            parameters: state.parameters(),
            info: state.info(),
        }
    }

    fn group(&self) -> Option<&'static str> {
        self.place.group
    }

    fn clear(&self) -> usize {
        let mut left = Departures::new();
        let (mut state, _) = self.enter(&mut left);
        let went = state.store.len();
        state.info = CacheInfo {
            maxsize: state.info.maxsize,
            ..CacheInfo::default()
        };
        let entries = state.store.clear();
        drop(state);
        drop(entries);
        went
    }

    fn resize(&self, maxsize: usize) {
        let mut left = Departures::new();
        let (mut state, _) = self.enter(&mut left);
        state.info.maxsize = Some(maxsize);
        state.store.resize(maxsize, &mut left);
        state.count(&mut left);
    }
}

impl<M: Kinds> State<M> {
    fn info(&self) -> CacheInfo {
        CacheInfo {
            currsize: self.store.len(),
            ..self.info
        }
    }

    fn parameters(&self) -> CacheParameters {
        CacheParameters {
            maxsize: self.info.maxsize,
            ttl: self.store.expiry().ttl(),
            policy: M::Order::POLICY,
            scope: Scope::Global,
            single_flight: None,
        }
    }
}
