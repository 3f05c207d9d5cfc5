//! Least recently used, exactly: one list in the order of use, and hits that it has not yet heard of.
//!
//! Moving a slot in the list writes to five places, and the lock cannot be given back before they are written. So a hit
//! only notes its slot; the notes are replayed, in their order, when there are many and before anything else happens to
//! the list. Nobody can tell the difference, but for the time.

use super::{List, Notes, Order, Room};
use crate::expiry::Expiry;
use crate::stats::Policy;

/// The least recently used goes.
#[derive(Debug, Default)]
pub struct Lru {
    list: List,
    /// Hits since the last replay.
    notes: Notes<32>,
}

impl Lru {
    #[inline]
    fn replay(&mut self) {
        match self.notes.slots() {
            [] => {}
            one @ [_] => {
                self.list.move_all_to_back(one);
                self.notes.clear();
            }
            _ => self.replay_all(),
        }
    }

    #[inline(never)]
    fn replay_all(&mut self) {
        self.list.move_all_to_back(self.notes.slots());
        self.notes.clear();
    }
}

impl Order for Lru {
    fn policy(&self) -> Policy {
        Policy::Lru
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a twentieth of a miss, measured")]
    fn admit(&mut self, at: u32) {
        self.replay();
        self.list.push_back(at);
    }
    fn renew(&mut self, at: u32) {
        self.replay();
        self.list.move_all_to_back(&[at]);
    }
    #[inline]
    fn touch(&mut self, at: u32) {
        self.notes.add(at);
        if self.notes.are_full() {
            self.replay_all();
        }
    }
    fn touch_all(&mut self, slots: &[u32]) {
        self.replay();
        self.list.move_all_to_back(slots);
    }
    #[inline]
    fn forget(&mut self, at: u32) {
        self.replay();
        self.list.unlink(at);
    }
    fn clear(&mut self, room: Room) {
        self.notes.clear();
        self.list.clear(room);
    }
    #[inline]
    fn victim<E: Expiry>(&mut self, _: &E) -> Option<u32> {
        self.replay();
        self.list.front()
    }
}
