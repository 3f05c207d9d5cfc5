//! One store for all combinations of policy and expiry: a swiss table of indices into a slab of slots.
//!
//! It knows no lock and reads no clock: its caller holds the one and passes the other as an argument.

mod slab;

pub(crate) use self::slab::Ticket;

use self::slab::Slab;
use crate::clock::Tick;
use crate::expiry::Expiry;
use crate::key::{Fingerprint, Lookup};
use crate::policy::Order;
use crate::removal::{Departures, Given, Removal};
use hashbrown::HashTable;

/// Entries by key, at most `bound` of them, ordered by `O`, dead when `E` says so.
#[derive(Debug)]
pub(crate) struct Store<K, V, O, E> {
    /// Indices of the slots that have a key.
    table: HashTable<u32>,
    slab: Slab<K, V>,
    /// Knows the slots that hold an entry, and no others. The same goes for `expiry`.
    order: O,
    pub(crate) expiry: E,
    /// How many slots hold an entry; expired ones count until [`purge`](Self::purge). Never more than `bound`.
    pub(crate) len: usize,
    bound: usize,
    /// For whoever holds the lock to take along and drop without it.
    pub(crate) left: Departures<K, V>,
    pub(crate) evictions: u64,
    pub(crate) expirations: u64,
}

/// What to do about a value that has been stored while another was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finish {
    /// It stays.
    IfVacant,
    /// It is replaced.
    Always,
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
            left: Departures::default(),
            evictions: 0,
            expirations: 0,
        }
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

    /// The slot that was found for the key, or a new one, which takes it and has nothing else.
    pub(crate) fn promise(&mut self, found: Option<u32>, print: Fingerprint, key: K) -> u32 {
        if let Some(at) = found {
            self.left.add((Some(key), None));
            return at;
        }
        let at = self.slab.promise(key, print, self.bound);
        let print_of = |&other: &u32| self.slab.fingerprint(other).hash();
        self.table.insert_unique(print.hash(), at, print_of);
        at
    }

    /// A ticket to store what will be computed for the slot's key.
    pub(crate) fn claim(&mut self, at: u32) -> Ticket {
        self.slab.claim(at)
    }

    /// Stores a computed value if its ticket is still good. If that is not to be because another was first: its slot.
    pub(crate) fn fill(
        &mut self,
        ticket: Ticket,
        value: V,
        finish: Finish,
        now: Tick,
    ) -> Option<u32> {
        let at = self.slab.redeem(ticket);
        let first = at.filter(|&at| finish == Finish::IfVacant && self.live(at, now).is_some());
        match at {
            Some(at) if first.is_none() => self.settle(at, value, now),
            _ => self.left.add((None, Some(value))),
        }
        first
    }

    /// Gives a ticket back unused.
    pub(crate) fn abandon(&mut self, ticket: Ticket) {
        if let Some(at) = self.slab.redeem(ticket) {
            self.release(at);
        }
    }

    /// Stores a value that nobody computed; the live one it replaces.
    pub(crate) fn insert(&mut self, at: u32, value: V, now: Tick) -> Option<V> {
        if self.live(at, now).is_none() {
            self.settle(at, value, now);
            return None;
        }
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
    pub(crate) fn purge(&mut self, now: Tick, at_most: usize) {
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

    /// Empties the store and frees its memory; what was in it is the caller's to drop. Nothing computed before is stored.
    pub(crate) fn clear(&mut self) -> impl Sized + use<K, V, O, E> {
        self.table = HashTable::new();
        self.order = O::default();
        self.expiry.clear();
        self.len = 0;
        self.slab.clear()
    }

    /// Changes the bound; those next in line go until it holds.
    pub(crate) fn resize(&mut self, bound: usize) {
        self.bound = bound;
        self.shrink_to(bound);
        self.rest();
    }

    /// Stores the value in its slot, over what is there.
    fn settle(&mut self, at: u32, value: V, now: Tick) {
        if self.bound == 0 || self.expiry.is_void() {
            self.left.add((None, Some(value)));
            return self.release(at);
        }
        if self.slab.value(at).is_none() {
            self.shrink_to(self.bound - 1);
            self.len += 1;
        }
        // A dead entry that nobody has freed yet has expired all the same.
        let why = match self.live(at, now) {
            Some(_) => Removal::Removed,
            None => Removal::Expired,
        };
        if let Some(before) = self.slab.put(at, value) {
            self.see_off(why, (None, Some(before)));
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

    fn shrink_to(&mut self, len: usize) {
        while self.len > len {
            let Some(at) = self.order.victim(&self.expiry) else {
                debug_assert!(false, "a store that holds entries has a victim");
                return;
            };
            self.vacate(at, Removal::Evicted);
        }
    }

    /// The entry goes; its slot stays if somebody computes for it.
    fn vacate(&mut self, at: u32, why: Removal) {
        self.forget(at);
        let given = self.slab.give_value(at);
        self.bury(at, why, given);
    }

    /// Frees a slot without an entry, unless somebody computes for it.
    fn release(&mut self, at: u32) {
        if self.slab.value(at).is_none() {
            let given = self.slab.give_value(at);
            self.bury(at, Removal::Removed, given);
        }
    }

    /// The slot goes, with or without an entry, whoever computes for it.
    fn take(&mut self, at: u32) {
        if self.slab.value(at).is_some() {
            self.forget(at);
        }
        let given = self.slab.give(at);
        self.bury(at, Removal::Removed, given);
    }

    /// The slot holds an entry no more.
    fn forget(&mut self, at: u32) {
        self.order.forget(at);
        self.expiry.forget(at);
        self.len -= 1;
    }

    /// Sees off what a slot gave up, and takes the slot out of the table if the key was among it.
    fn bury(&mut self, at: u32, why: Removal, given: Given<K, V>) {
        if given.0.is_some() {
            let hash = self.slab.fingerprint(at).hash();
            // By index, not by key: a key whose hash or equality has changed since must go all the same.
            if let Ok(found) = self.table.find_entry(hash, |&other| other == at) {
                found.remove();
            }
        }
        self.see_off(why, given);
    }

    fn see_off(&mut self, why: Removal, given: Given<K, V>) {
        match why {
            Removal::Evicted => self.evictions += 1,
            Removal::Expired => self.expirations += 1,
            Removal::Removed => {}
        }
        self.left.add(given);
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
