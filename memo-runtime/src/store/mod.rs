//! One store for all combinations of policy and expiry: a swiss table of indices into a slab of slots.
//!
//! It knows no lock and reads no clock: its caller holds the one and passes the other as an argument.

mod slab;

pub(crate) use self::slab::Ticket;

use self::slab::{Given, Slab};
use crate::clock::Tick;
use crate::expiry::Expiry;
use crate::key::{Fingerprint, Lookup};
use crate::policy::Order;
use crate::removal::{Departures, Removal};
use hashbrown::HashTable;

/// Entries by key, at most `bound` of them, ordered by `O`, dead when `E` says so.
#[derive(Debug)]
pub(crate) struct Store<K, V, O, E> {
    /// Indices of the slots that have a key.
    table: HashTable<u32>,
    slab: Slab<K, V>,
    /// Knows the slots that hold an entry, and no others. The same goes for `expiry`.
    order: O,
    expiry: E,
    /// How many slots hold an entry. Never more than `bound`.
    len: usize,
    bound: usize,
}

/// With so few slots, an empty store keeps its memory: it is likely to be filled again.
const WORTH_FREEING: u32 = 64;

impl<K, V, O: Order, E: Expiry> Store<K, V, O, E> {
    pub(crate) fn new(bound: usize, expiry: E) -> Self {
        Self {
            table: HashTable::new(),
            slab: Slab::default(),
            order: O::default(),
            expiry,
            len: 0,
            bound,
        }
    }

    pub(crate) fn expiry(&self) -> &E {
        &self.expiry
    }

    /// How many entries there are; expired ones count until [`purge`](Self::purge).
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The slot that has this key, whatever else is in it.
    #[inline]
    pub(crate) fn find<L: Lookup<Key = K>>(&self, print: Fingerprint, lookup: &L) -> Option<u32> {
        let is_wanted = |&at: &u32| self.slab.key_is(at, |key| lookup.matches(key));
        self.table.find(print.hash(), is_wanted).copied()
    }

    /// The value in the slot, if that is a live entry.
    #[inline]
    pub(crate) fn live(&self, at: u32, now: Tick) -> Option<&V> {
        self.slab.value(at).filter(|_| self.expiry.is_live(at, now))
    }

    /// The entry in this slot has answered a call.
    #[inline]
    pub(crate) fn touch(&mut self, at: u32) {
        self.order.touch(at);
    }

    /// A ticket to store what will be computed for a key: in the slot found for it, or in a new one, which takes it.
    pub(crate) fn claim(
        &mut self,
        found: Option<u32>,
        print: Fingerprint,
        key: &mut Option<K>,
    ) -> Ticket {
        let at = found.unwrap_or_else(|| self.promise(print, key));
        self.slab.claim(at)
    }

    /// Stores a computed value if its ticket is still good, unless another was stored first: that one's slot.
    pub(crate) fn fill(
        &mut self,
        ticket: Ticket,
        value: V,
        now: Tick,
        left: &mut Departures<K, V>,
    ) -> Option<u32> {
        match self.slab.redeem(ticket) {
            None => left.value(value),
            Some(at) if self.live(at, now).is_some() => {
                left.value(value);
                return Some(at);
            }
            Some(at) => self.settle(at, value, now, left),
        }
        None
    }

    /// Stores a computed value if its ticket is still good, over whatever is there.
    pub(crate) fn refill(
        &mut self,
        ticket: Ticket,
        value: V,
        now: Tick,
        left: &mut Departures<K, V>,
    ) {
        match self.slab.redeem(ticket) {
            None => left.value(value),
            Some(at) => self.settle(at, value, now, left),
        }
    }

    /// Gives a ticket back unused.
    pub(crate) fn abandon(&mut self, ticket: Ticket, left: &mut Departures<K, V>) {
        if let Some(at) = self.slab.redeem(ticket) {
            self.release(at, left);
        }
    }

    /// Stores a value that nobody computed; the live one it replaces.
    pub(crate) fn insert<L: Lookup<Key = K>>(
        &mut self,
        print: Fingerprint,
        lookup: &L,
        key: &mut Option<K>,
        value: V,
        now: Tick,
        left: &mut Departures<K, V>,
    ) -> Option<V> {
        let found = self.find(print, lookup);
        let at = found.unwrap_or_else(|| self.promise(print, key));
        if self.live(at, now).is_none() {
            self.settle(at, value, now, left);
            return None;
        }
        let before = self.slab.put(at, value);
        self.renew(at, now);
        before
    }

    /// Removes the entry; whether there was a live one. What is being computed for the key will not be stored.
    pub(crate) fn remove<L: Lookup<Key = K>>(
        &mut self,
        print: Fingerprint,
        lookup: &L,
        now: Tick,
        left: &mut Departures<K, V>,
    ) -> bool {
        let Some(at) = self.find(print, lookup) else {
            return false;
        };
        let was_live = self.live(at, now).is_some();
        self.take(at, left);
        self.rest();
        was_live
    }

    /// Removes the entries whose key `keep` refuses, and calls off computations for such keys; how many entries went.
    pub(crate) fn retain(
        &mut self,
        mut keep: impl FnMut(&K) -> bool,
        left: &mut Departures<K, V>,
    ) -> usize {
        let before = self.len;
        for at in 0..self.slab.len() {
            if self.slab.key_is(at, |key| !keep(key)) {
                self.take(at, left);
            }
        }
        self.rest();
        before - self.len
    }

    /// Removes what is dead, but not more than so many.
    pub(crate) fn purge(&mut self, now: Tick, at_most: usize, left: &mut Departures<K, V>) {
        for _ in 0..at_most {
            let Some(at) = self.expiry.dead(now) else {
                break;
            };
            self.vacate(at, Removal::Expired, left);
        }
        self.rest();
    }

    /// Empties the store and frees its memory; what was in it is the caller's to drop. Nothing computed before is stored.
    pub(crate) fn clear(&mut self) -> impl Sized + use<K, V, O, E> {
        self.table = HashTable::new();
        self.order = O::default();
        self.expiry.clear();
        self.len = 0;
        self.slab.clear()
    }

    /// Changes the bound; those next in line go until it holds.
    pub(crate) fn resize(&mut self, bound: usize, left: &mut Departures<K, V>) {
        self.bound = bound;
        self.shrink_to(bound, left);
        self.rest();
    }

    /// A slot with this key and nothing else.
    fn promise(&mut self, print: Fingerprint, key: &mut Option<K>) -> u32 {
        let key = key.take().expect("a key is made before the lock is taken");
        let at = self.slab.promise(key, print, self.bound);
        self.table.insert_unique(print.hash(), at, |&other| {
            self.slab.fingerprint(other).hash()
        });
        at
    }

    /// Stores the value in its slot, over what is there.
    fn settle(&mut self, at: u32, value: V, now: Tick, left: &mut Departures<K, V>) {
        if self.is_void() {
            left.value(value);
            return self.release(at, left);
        }
        if self.slab.value(at).is_none() {
            self.shrink_to(self.bound - 1, left);
            self.len += 1;
        }
        // A dead entry that nobody has freed yet has expired all the same.
        let why = match self.live(at, now) {
            Some(_) => Removal::Removed,
            None => Removal::Expired,
        };
        if let Some(before) = self.slab.put(at, value) {
            left.leave(why, (None, Some(before)));
        }
        self.renew(at, now);
    }

    /// The entry in this slot is as good as new.
    fn renew(&mut self, at: u32, now: Tick) {
        self.order.admit(at);
        self.expiry.store(at, now);
    }

    /// Frees the memory of a store that has nothing in it, once that is worth a thought.
    fn rest(&mut self) {
        if self.table.is_empty() && self.slab.len() > WORTH_FREEING {
            drop(self.clear()); // free slots: there is nothing of the user's in them
        }
    }

    /// Whether nothing can be stored at all.
    fn is_void(&self) -> bool {
        self.bound == 0 || self.expiry.is_void()
    }

    fn shrink_to(&mut self, len: usize, left: &mut Departures<K, V>) {
        while self.len > len {
            let Some(at) = self.order.victim(&self.expiry) else {
                debug_assert!(false, "a store that holds entries has a victim");
                return;
            };
            self.vacate(at, Removal::Evicted, left);
        }
    }

    /// The entry goes; its slot stays if somebody computes for it.
    fn vacate(&mut self, at: u32, why: Removal, left: &mut Departures<K, V>) {
        self.forget(at);
        let given = self.slab.give_value(at);
        self.bury(at, why, given, left);
    }

    /// Frees a slot without an entry, unless somebody computes for it.
    fn release(&mut self, at: u32, left: &mut Departures<K, V>) {
        if self.slab.value(at).is_none() {
            let given = self.slab.give_value(at);
            self.bury(at, Removal::Removed, given, left);
        }
    }

    /// The slot goes, with or without an entry, whoever computes for it.
    fn take(&mut self, at: u32, left: &mut Departures<K, V>) {
        if self.slab.value(at).is_some() {
            self.forget(at);
        }
        let given = self.slab.give(at);
        self.bury(at, Removal::Removed, given, left);
    }

    /// The slot holds an entry no more.
    fn forget(&mut self, at: u32) {
        self.order.forget(at);
        self.expiry.forget(at);
        self.len -= 1;
    }

    /// Sees off what a slot gave up, and takes the slot out of the table if the key was among it.
    fn bury(&mut self, at: u32, why: Removal, given: Given<K, V>, left: &mut Departures<K, V>) {
        if given.0.is_some() {
            let hash = self.slab.fingerprint(at).hash();
            // By index, not by key: a key whose hash or equality has changed since must go all the same.
            if let Ok(found) = self.table.find_entry(hash, |&other| other == at) {
                found.remove();
            }
        }
        left.leave(why, given);
    }
}

#[cfg(test)]
impl<K, V, O: Order, E: Expiry> Store<K, V, O, E> {
    /// Checks what the comments of the fields say. `seats` is the most slots that may be promised and not filled.
    pub(crate) fn validate(&mut self, seats: usize) {
        let held = (0..self.slab.len())
            .filter(|&at| self.slab.value(at).is_some())
            .count();
        let keyed = (0..self.slab.len())
            .filter(|&at| self.slab.key_is(at, |_| true))
            .count();
        assert_eq!(self.len, held, "the length is the number of entries");
        assert!(self.len <= self.bound, "the bound holds");
        assert_eq!(
            self.table.len(),
            keyed,
            "the table knows the slots that have a key"
        );
        assert!(
            keyed - held <= seats,
            "a slot without a value belongs to a computation"
        );
        let victim = self.order.victim(&self.expiry);
        assert_eq!(
            victim.is_some(),
            held > 0,
            "there is a victim if there is an entry"
        );
        assert!(
            victim.is_none_or(|at| self.slab.value(at).is_some()),
            "a victim holds an entry"
        );
        assert!(
            self.expiry
                .soonest()
                .is_none_or(|at| self.slab.value(at).is_some()),
            "what expires is an entry"
        );
        assert_eq!(
            self.slab.free(),
            self.slab.len() as usize - keyed,
            "slots without a key are free"
        );
    }
}
