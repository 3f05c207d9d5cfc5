//! One store for all combinations of policy and expiry: a swiss table of indices into a slab of slots.
//!
//! It knows no lock and reads no clock: its caller holds the one and passes the other as an argument.

mod computing;
#[cfg(test)]
mod inspection;
mod promises;
mod runs;
mod slab;

pub(crate) use self::promises::Promises;
pub(crate) use self::runs::Ticket;

use self::runs::{CallOff, Runs};
use self::slab::Slab;
use crate::clock::{Lately, Tick};
use crate::expiry::Expiry;
use crate::flight::{Flight, Run};
use crate::key::Fingerprint;
use crate::policy::{Order, Room};
use crate::removal::{Departures, Given, Removal};
use crate::sync::Arc;
use hashbrown::HashTable;

/// Entries by key, at most `bound` of them, ordered by `O`, dead when `E` says so.
#[derive(Debug)]
pub(crate) struct Store<K, V, F, O, E> {
    /// Indices of the slots that have a key.
    table: HashTable<u32>,
    slab: Slab<K, V>,
    /// What is being computed, beside what the slots themselves know of. A slot without an entry is there for a computation.
    runs: Runs<V, F>,
    /// Knows the slots that hold an entry, and no others. The same goes for `expiry`.
    pub(crate) order: O,
    pub(crate) expiry: E,
    /// How many slots hold an entry; expired ones count until [`purge`](Self::purge). Never more than `bound`.
    pub(crate) len: usize,
    bound: usize,
    /// For whoever holds the lock to take along and drop without it.
    pub(crate) left: Departures<K, V>,
    /// Likewise, to land or to lose.
    pub(crate) ended: Vec<Arc<Flight<V, F>>>,
    pub(crate) evictions: u64,
    pub(crate) expirations: u64,
}

/// What to do about a value that has been stored while another was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)] // a byte among words is slow to read back: a sixth of a miss
pub(crate) enum Finish {
    /// It stays.
    IfVacant,
    /// It is replaced.
    Always,
}

/// With so few slots, an empty store keeps its memory: it is likely to be filled again.
const WORTH_FREEING: u32 = 128;

/// A table of so few is half empty at most: what is removed from a crowded one leaves marks, and searches go past them until
/// there are so many that it is made anew. A miss took a fifth longer. Larger ones would take too much memory, and cache.
const ROOMY: usize = 2048;

impl<K, V, F, O: Order, E: Expiry> Store<K, V, F, O, E> {
    pub(crate) fn new(bound: usize, mut order: O, expiry: E) -> Self {
        order.resize(bound);
        Self {
            table: HashTable::new(),
            slab: Slab::default(),
            runs: Runs::default(),
            order,
            expiry,
            len: 0,
            bound,
            left: Departures::default(),
            ended: Vec::new(),
            evictions: 0,
            expirations: 0,
        }
    }

    /// The slot that has this key, whatever else is in it.
    #[inline]
    pub(crate) fn find(&self, print: Fingerprint, matches: impl Fn(&K) -> bool) -> Option<u32> {
        let is_wanted = |&at: &u32| self.slab.key_is(at, &matches);
        self.table.find(print.hash(), is_wanted).copied()
    }

    /// The slot that holds an entry with this key, and the value.
    #[inline]
    pub(crate) fn find_held(
        &self,
        print: Fingerprint,
        matches: impl Fn(&K) -> bool,
    ) -> Option<(u32, &V)> {
        let is_wanted = |&at: &u32| self.slab.held(at).is_some_and(|(key, _)| matches(key));
        let at = *self.table.find(print.hash(), is_wanted)?;
        let (_, value) = self.slab.held(at)?;
        Some((at, value))
    }

    /// The value in the slot, if that is a live entry.
    #[inline]
    pub(crate) fn live(&self, at: u32, now: Tick) -> Option<&V> {
        self.slab.value(at).filter(|_| self.expiry.is_live(at, now))
    }

    /// The same, if that can be said by what time it has [lately](Expiry::is_surely_live) been.
    #[inline]
    pub(crate) fn surely_live(&self, at: u32, lately: Lately) -> Option<&V> {
        let value = self.slab.value(at);
        value.filter(|_| self.expiry.is_surely_live(at, lately))
    }

    /// Stores a value that nobody computed, in the slot that was found for the key or a new one; the live one it replaces.
    pub(crate) fn insert(
        &mut self,
        found: Option<u32>,
        print: Fingerprint,
        key: K,
        value: V,
        now: Tick,
    ) -> Option<V> {
        let at = if let Some(at) = found {
            self.left.add((Some(key), None));
            at
        } else {
            self.promise(print, key, None)
        };
        let moment = self.runs.moment();
        if self.live(at, now).is_none() {
            self.settle(at, value, now, moment);
            return None;
        }
        self.ended.extend(self.runs.overtake(at, moment));
        let before = self.slab.put(at, value);
        self.renew(at, now);
        before
    }

    /// Removes the entry; whether it was live. What is being computed for the key will not be stored.
    pub(crate) fn remove(&mut self, at: u32, now: Tick) -> bool {
        let was_live = self.live(at, now).is_some();
        self.take(at);
        self.rest();
        was_live
    }

    /// Removes the entries whose key `keep` refuses, and calls off computations for such keys; how many entries went.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&K) -> bool) -> usize {
        let before = self.len;
        for at in 0..self.slab.len() {
            if self.slab.key_is(at, |key| !keep(key)) {
                self.take(at);
            }
        }
        self.rest();
        before - self.len
    }

    /// Removes what is dead, but not more than so many.
    #[inline]
    pub(crate) fn purge(&mut self, now: Tick, at_most: usize) {
        if E::TIMED {
            self.purge_expired(now, at_most);
        }
    }

    fn purge_expired(&mut self, now: Tick, at_most: usize) {
        // After a clock has stepped back, all it is behind of: some would live again.
        let has_stepped_back = at_most > 0 && now < self.expiry.latest();
        let at_most = if has_stepped_back {
            usize::MAX
        } else {
            at_most
        };
        for _ in 0..at_most {
            let Some(at) = self.expiry.dead(now) else {
                break;
            };
            self.vacate(at, Removal::Expired);
        }
        self.rest();
    }

    /// Shows each live entry.
    pub(crate) fn for_each(&self, now: Tick, mut with: impl FnMut(&K, &V)) {
        for at in 0..self.slab.len() {
            if let Some(value) = self.live(at, now) {
                self.slab.key_is(at, |key| {
                    with(key, value);
                    true
                });
            }
        }
    }

    /// Empties the store, and frees its memory if that is much; what was in it is the caller's to drop. Nothing computed
    /// before is stored.
    pub(crate) fn clear(&mut self) -> impl Sized + use<K, V, F, O, E> {
        let room = if self.slab.len() > WORTH_FREEING {
            self.table = HashTable::new();
            Room::Freed
        } else {
            self.table.clear();
            Room::Kept
        };
        self.runs.call_off_all();
        self.order.clear(room);
        self.expiry.clear(room);
        self.len = 0;
        self.slab.clear(room)
    }

    /// Changes the bound; those next in line go until it holds.
    pub(crate) fn resize(&mut self, bound: usize) {
        self.bound = bound;
        self.order.resize(bound);
        self.shrink_to(bound);
        self.rest();
    }

    /// A new slot, which takes the key, and a computation for it.
    #[inline]
    fn promise(&mut self, print: Fingerprint, key: K, run: Option<Run>) -> u32 {
        let at = self.slab.promise(key, print, run, self.bound);
        let print_of = |&other: &u32| self.slab.fingerprint(other).hash();
        let len = self.table.len();
        if len < ROOMY && self.table.capacity() < 2 * len {
            self.table.reserve(len, print_of);
        }
        self.table.insert_unique(print.hash(), at, print_of);
        at
    }

    /// Stores a value that was begun at this moment in its slot, over what is there.
    fn settle(&mut self, at: u32, value: V, now: Tick, begun: u64) {
        if let Some(run) = self.slab.promised_to(at) {
            self.runs.add_first(at, run); // there is no room for it in a slot that holds an entry
        }
        // Whoever computes for the key has an outcome now.
        let begun = if self.is_void() { 0 } else { begun };
        self.ended.extend(self.runs.overtake(at, begun));
        if self.is_void() {
            self.left.add((None, Some(value)));
            return self.release(at);
        }
        if self.slab.value(at).is_none() {
            self.shrink_to(self.bound - 1);
            self.len += 1;
            self.slab.put(at, value);
            return self.admit(at, now);
        }
        // A dead entry that nobody has freed yet has expired all the same.
        let why = match self.live(at, now) {
            Some(_) => Removal::Removed,
            None => Removal::Expired,
        };
        let before = self.slab.put(at, value);
        self.see_off(why, (None, before));
        self.renew(at, now);
    }

    /// Whether nothing can be stored at all.
    pub(crate) fn is_void(&self) -> bool {
        self.bound == 0 || self.expiry.is_void()
    }

    /// There is an entry in this slot now.
    #[inline]
    fn admit(&mut self, at: u32, now: Tick) {
        self.order.admit(at, self.slab.fingerprint(at));
        self.expiry.admit(at, now);
    }

    /// The entry in this slot is as good as new.
    fn renew(&mut self, at: u32, now: Tick) {
        self.order.renew(at);
        self.expiry.renew(at, now);
    }

    /// Frees the memory of a store that has nothing in it, once that is worth a thought.
    fn rest(&mut self) {
        if self.table.is_empty() && self.slab.len() > WORTH_FREEING {
            drop(self.clear()); // free slots: there is nothing of the user's in them
        }
    }

    fn shrink_to(&mut self, len: usize) {
        while self.len > len {
            let print_of = |at| self.slab.fingerprint(at);
            let Some(at) = self.order.victim(&self.expiry, print_of) else {
                debug_assert!(false, "a store that holds entries has a victim");
                return;
            };
            self.vacate(at, Removal::Evicted);
        }
    }

    /// The entry goes; its slot stays if somebody computes for it who was not overtaken.
    #[inline]
    fn vacate(&mut self, at: u32, why: Removal) {
        self.forget(at);
        if !self.runs.has_any(at) {
            return self.bury(at, why);
        }
        self.runs.call_off(at, CallOff::Overtaken);
        let Some(run) = self.runs.first(at) else {
            return self.bury(at, why);
        };
        let value = self.slab.give_value(at, run);
        self.see_off(why, (None, value));
    }

    /// Frees a slot without an entry, unless somebody computes for it.
    fn release(&mut self, at: u32) {
        if self.slab.value(at).is_none() && self.slab.promised_to(at).is_none() {
            self.bury(at, Removal::Removed);
        }
    }

    /// The slot goes, with or without an entry, whoever computes for it.
    fn take(&mut self, at: u32) {
        self.runs.call_off(at, CallOff::All);
        if self.slab.value(at).is_some() {
            self.forget(at);
        }
        self.bury(at, Removal::Removed);
    }

    /// The slot holds an entry no more.
    fn forget(&mut self, at: u32) {
        self.order.forget(at);
        self.expiry.forget(at);
        self.len -= 1;
    }

    /// Frees the slot, for which nobody computes, and takes it out of the table.
    fn bury(&mut self, at: u32, why: Removal) {
        let (print, given) = self.slab.give(at);
        // By index, not by key: a key whose hash or equality has changed since must go all the same.
        if let Ok(found) = self.table.find_entry(print.hash(), |&other| other == at) {
            found.remove();
        }
        self.see_off(why, given);
    }

    #[inline]
    fn see_off(&mut self, why: Removal, given: Given<K, V>) {
        match why {
            Removal::Evicted => self.evictions += 1,
            Removal::Expired => self.expirations += 1,
            Removal::Removed => {}
        }
        self.left.add(given);
    }
}
