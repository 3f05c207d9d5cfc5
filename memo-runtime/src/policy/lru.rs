//! Least recently used, exactly: a hit moves its slot to the back of one list.

use super::{List, Order};
use crate::expiry::Expiry;
use crate::stats::Policy;

/// The least recently used goes.
#[derive(Debug, Default)]
pub struct Lru(List);

impl Order for Lru {
    const POLICY: Policy = Policy::Lru;

    #[inline]
    fn admit(&mut self, at: u32) {
        self.0.move_to_back(at);
    }
    #[inline]
    fn touch(&mut self, at: u32) {
        self.0.move_to_back(at);
    }
    #[inline]
    fn forget(&mut self, at: u32) {
        self.0.unlink(at);
    }
    #[inline]
    fn victim<E: Expiry>(&self, _: &E) -> Option<u32> {
        self.0.front()
    }
}
