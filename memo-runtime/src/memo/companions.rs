//! What the companions of a function do to its memo: a few lines each, on top of the store.

use super::{Counters, Finish, Memo, Place, Seat};
use crate::expiry::Expiry;
use crate::key::{Fingerprint, Lookup};
use crate::policy::Order;
use crate::registry::Listed;
use crate::removal::Departures;
use crate::stats::{CacheInfo, CacheParameters, CacheReport, Scope};
use crate::value::Shape;
use std::hash::BuildHasher;

impl<K, V, O, E, H> Memo<K, V, O, E, H>
where
    K: Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    O: Order,
    E: Expiry,
    H: BuildHasher,
{
    /// A seat for a call that computes whatever is stored; a miss.
    pub fn refresh<L, S>(&self, lookup: &L, _: S) -> Seat<'_, K, V, O, E, H, S>
    where
        L: Lookup<Key = K>,
        S: Shape<Value = V>,
    {
        let print = Fingerprint::of(&self.hasher, lookup);
        let mut key = Some(lookup.to_key());
        let mut left = Departures::new();
        let (mut state, _) = self.enter(&mut left);
        state.counters.misses += 1;
        let ticket = state.store.claim(print, lookup, &mut key);
        Seat::new(self, ticket, Finish::Always)
    }

    /// A live entry's value. Neither promotes nor counts.
    pub fn peek<L, S>(&self, lookup: &L, _: S) -> Option<S::Return>
    where
        L: Lookup<Key = K>,
        S: Shape<Value = V>,
    {
        let print = Fingerprint::of(&self.hasher, lookup);
        let mut left = Departures::new();
        let (state, now) = self.enter(&mut left);
        let value = state
            .store
            .find(print, lookup, now)
            .and_then(|at| state.store.value(at))
            .cloned();
        drop(state);
        value.map(S::returned)
    }

    /// Whether there is a live entry. Neither promotes nor counts.
    pub fn contains<L: Lookup<Key = K>>(&self, lookup: &L) -> bool {
        let print = Fingerprint::of(&self.hasher, lookup);
        let mut left = Departures::new();
        let (state, now) = self.enter(&mut left);
        state.store.find(print, lookup, now).is_some()
    }

    /// Stores a result without computing it, if `accept` does; what it replaced.
    pub fn insert<L, S>(
        &self,
        lookup: &L,
        _: S,
        returned: S::Return,
        accept: impl FnOnce(&V) -> bool,
    ) -> Option<S::Return>
    where
        L: Lookup<Key = K>,
        S: Shape<Value = V>,
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
        state.counters.count(&mut left);
        drop(state);
        before.map(S::returned)
    }

    /// Removes an entry; whether there was a live one.
    pub fn remove<L: Lookup<Key = K>>(&self, lookup: &L) -> bool {
        let print = Fingerprint::of(&self.hasher, lookup);
        let mut left = Departures::new();
        let (mut state, _) = self.enter(&mut left);
        state.store.remove(print, lookup, &mut left)
    }

    /// Removes the entries whose key `keep` refuses; how many went. `keep` runs under the lock.
    pub fn retain(&self, keep: impl FnMut(&K) -> bool) -> usize {
        let mut left = Departures::new();
        let (mut state, _) = self.enter(&mut left);
        state.store.retain(keep, &mut left)
    }
}

impl<K, V, O, E, H> Listed for Memo<K, V, O, E, H>
where
    K: Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    O: Order,
    E: Expiry,
    H: BuildHasher + Send + Sync,
{
    fn info(&self) -> CacheInfo {
        let mut left = Departures::new();
        let (state, _) = self.enter(&mut left);
        let Counters {
            hits,
            misses,
            evictions,
            expirations,
        } = state.counters;
        let (maxsize, currsize) = (state.maxsize, state.store.len());
        CacheInfo {
            hits,
            misses,
            maxsize,
            currsize,
            evictions,
            expirations,
            coalesced: 0,
        }
    }

    fn parameters(&self) -> CacheParameters {
        let state = self.state.lock();
        CacheParameters {
            maxsize: state.maxsize,
            ttl: state.store.expiry().ttl(),
            policy: O::POLICY,
            scope: Scope::Global,
            single_flight: None,
        }
    }

    fn report(&self) -> CacheReport {
        let Place {
            name,
            file,
            line,
            group,
        } = self.place;
        CacheReport {
            name: name.to_owned(),
            file,
            line,
            group,
            parameters: self.parameters(),
            info: self.info(),
        }
    }

    fn group(&self) -> Option<&'static str> {
        self.place.group
    }

    fn clear(&self) -> usize {
        let mut left = Departures::new();
        let (mut state, _) = self.enter(&mut left);
        let went = state.store.len();
        state.counters = Counters::default();
        let entries = state.store.clear();
        drop(state);
        drop(entries);
        went
    }

    fn resize(&self, maxsize: usize) {
        let mut left = Departures::new();
        let (mut state, _) = self.enter(&mut left);
        state.maxsize = Some(maxsize);
        state.store.resize(maxsize, &mut left);
        state.counters.count(&mut left);
    }
}
