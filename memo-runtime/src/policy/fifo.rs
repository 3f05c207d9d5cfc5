//! First in, first out: a hit changes nothing, storing again does.

use super::{List, Order, Room};
use crate::expiry::Expiry;
use crate::key::Fingerprint;
use crate::stats::Policy;

/// The oldest goes, however often it was used.
#[derive(Debug, Default)]
pub struct Fifo(List);

impl Order for Fifo {
    fn policy(&self) -> Policy {
        Policy::Fifo
    }

    #[inline]
    fn admit(&mut self, at: u32, _: Fingerprint) {
        self.0.push_back(at);
    }
    #[inline]
    fn renew(&mut self, at: u32) {
        self.0.move_all_to_back(&[at]);
    }
    #[inline]
    fn forget(&mut self, at: u32) {
        self.0.unlink(at);
    }
    fn clear(&mut self, room: Room) {
        self.0.clear(room);
    }
    #[inline]
    fn victim<E: Expiry>(&mut self, _: &E, _: impl Fn(u32) -> Fingerprint) -> Option<u32> {
        self.0.front()
    }
    #[cfg(test)]
    fn slots(&mut self) -> Option<Vec<u32>> {
        Some(self.0.slots())
    }
}
