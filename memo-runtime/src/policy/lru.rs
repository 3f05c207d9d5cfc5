//! Least recently used, exactly: one list in the order of use, and hits that it has not yet heard of.
//!
//! Moving a slot in the list writes to five places, and the lock cannot be given back before they are written. So a hit
//! only notes its slot; the notes are replayed, in their order, when there are many and before anything else happens to
//! the list. Nobody can tell the difference, but for the time.

use super::notes::last_of_each;
use super::{Hits, List, Notes, Order, Room};
use crate::expiry::Expiry;
use crate::key::Fingerprint;
use crate::stats::Policy;
use crate::sync::{Apart, Mutex};

/// The least recently used goes.
#[derive(Debug, Default)]
pub struct Lru(Apart<Mutex<Recency>>); // under a lock for readers, and apart from what they read all the time

#[derive(Debug, Default)]
struct Recency {
    list: List,
    /// Hits since the last replay.
    notes: Notes<32>,
    /// So often yet notes are taken to be of distinct slots, as the last ones nearly were.
    distinct: u32,
}

/// So often after each look.
const FOR_LONG: u32 = 16;

impl Recency {
    #[inline]
    fn replay(&mut self) {
        if !self.notes.are_none() {
            self.replay_some();
        }
    }

    #[inline(never)]
    fn replay_some(&mut self) {
        self.list.move_all_to_back(self.notes.slots());
        self.notes.clear();
    }

    fn hear(&mut self, hits: &mut Hits) {
        self.replay();
        let slots = hits.slots.slots();
        hits.told += slots.len() as u64;
        self.move_to_back(slots);
        hits.slots.clear();
    }

    /// Where many slots are noted more than once, it is cheaper to find that out and to move each once.
    fn move_to_back(&mut self, slots: &mut [u32]) {
        if self.distinct > 0 {
            self.distinct -= 1;
            return self.list.move_all_to_back(slots);
        }
        let noted = slots.len();
        let kept = last_of_each(slots, self.list.bound());
        self.list.move_all_to_back(kept);
        if kept.len() > noted / 2 {
            self.distinct = FOR_LONG;
        }
    }
}

impl Lru {
    /// What nobody else can see now, with all that it has heard of in order.
    #[inline]
    fn replayed(&mut self) -> &mut List {
        let recency = self.0.0.get_mut();
        recency.replay();
        &mut recency.list
    }
}

impl Order for Lru {
    fn policy(&self) -> Policy {
        Policy::Lru
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a twentieth of a miss, measured")]
    fn admit(&mut self, at: u32, _: Fingerprint) {
        self.replayed().push_back(at);
    }
    fn renew(&mut self, at: u32) {
        self.replayed().move_all_to_back(&[at]);
    }
    #[inline]
    fn touch(&mut self, at: u32) {
        let recency = self.0.0.get_mut();
        recency.notes.add(at);
        if recency.notes.are_full() {
            recency.replay_some();
        }
    }
    #[inline]
    fn note(&self, at: u32, hits: &mut Hits) {
        hits.slots.add(at);
    }
    #[inline]
    fn is_to_hear(hits: &Hits) -> bool {
        hits.slots.are_many()
    }
    /// Does not wait for others who do the same, unless there is no room for more.
    #[inline(never)]
    fn hear_beside(&self, hits: &mut Hits) {
        let recency = if hits.slots.are_full() {
            Some(self.0.0.lock())
        } else {
            self.0.0.try_lock()
        };
        if let Some(mut recency) = recency {
            recency.hear(hits);
        }
    }
    fn hear(&mut self, hits: &mut Hits) {
        self.0.0.get_mut().hear(hits);
    }
    #[inline]
    fn forget(&mut self, at: u32) {
        self.replayed().unlink(at);
    }
    fn clear(&mut self, room: Room) {
        let recency = self.0.0.get_mut();
        recency.notes.clear();
        recency.list.clear(room);
    }
    #[inline]
    fn victim<E: Expiry>(&mut self, _: &E, _: impl Fn(u32) -> Fingerprint) -> Option<u32> {
        self.replayed().front()
    }
    #[cfg(test)]
    fn slots(&mut self) -> Option<Vec<u32>> {
        Some(self.replayed().slots())
    }
}
