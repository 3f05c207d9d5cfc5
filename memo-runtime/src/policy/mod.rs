//! Who goes when the store is full.

mod fifo;
mod list;
mod lru;
mod notes;
mod soonest_to_expire;

pub(crate) use self::list::List;
pub(crate) use self::notes::{Hits, Notes};
pub use self::{fifo::Fifo, lru::Lru, soonest_to_expire::SoonestToExpire};

use crate::expiry::Expiry;
use crate::stats::Policy;

/// What becomes of the memory when all is cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// It stays, for it is little and soon used again.
    Kept,
    /// It is given back.
    Freed,
}

/// An order of slots, by their index in the store's slab; the first in it is the next to go.
///
/// A policy owns whatever it remembers of a slot, which is nothing unless it says otherwise. A new one is a file here, a variant of [`Policy`] and a name in the
/// macro's options.
pub trait Order: Send + 'static {
    /// Whether it changes anything that a slot has answered a call.
    const HEEDS_HITS: bool = true;

    /// Its public name.
    fn policy(&self) -> Policy;

    /// The slot was stored. It is not in the order yet.
    #[inline]
    fn admit(&mut self, _at: u32) {}

    /// The slot was stored again.
    #[inline]
    fn renew(&mut self, _at: u32) {}

    /// The slot answered a call.
    #[inline]
    fn touch(&mut self, _at: u32) {}

    /// The slots answered calls, in this order.
    fn touch_all(&mut self, slots: &[u32]) {
        for &at in slots {
            self.touch(at);
        }
    }

    /// The slot's entry is gone.
    #[inline]
    fn forget(&mut self, _at: u32) {}

    /// All entries are gone.
    fn clear(&mut self, _room: Room) {}

    /// Who goes next.
    fn victim<E: Expiry>(&mut self, expiry: &E) -> Option<u32>;
}

/// Decided when the program runs.
#[derive(Debug)]
pub enum AnyOrder {
    /// The least recently used goes.
    Lru(Lru),
    /// The oldest goes.
    Fifo(Fifo),
    /// Whoever has the least time left goes.
    SoonestToExpire(SoonestToExpire),
}

impl Default for AnyOrder {
    fn default() -> Self {
        Self::of(Policy::Lru)
    }
}

impl AnyOrder {
    pub(crate) fn of(policy: Policy) -> Self {
        match policy {
            Policy::Lru => Self::Lru(Lru::default()),
            Policy::Fifo => Self::Fifo(Fifo::default()),
            Policy::SoonestToExpire => Self::SoonestToExpire(SoonestToExpire),
        }
    }
}

/// Asks whichever it is.
macro_rules! whichever {
    ($any:expr, $order:ident => $what:expr) => {
        match $any {
            AnyOrder::Lru($order) => $what,
            AnyOrder::Fifo($order) => $what,
            AnyOrder::SoonestToExpire($order) => $what,
        }
    };
}

impl Order for AnyOrder {
    fn policy(&self) -> Policy {
        whichever!(self, order => order.policy())
    }
    fn admit(&mut self, at: u32) {
        whichever!(self, order => order.admit(at));
    }
    fn renew(&mut self, at: u32) {
        whichever!(self, order => order.renew(at));
    }
    fn touch(&mut self, at: u32) {
        whichever!(self, order => order.touch(at));
    }
    fn touch_all(&mut self, slots: &[u32]) {
        whichever!(self, order => order.touch_all(slots));
    }
    fn forget(&mut self, at: u32) {
        whichever!(self, order => order.forget(at));
    }
    fn clear(&mut self, room: Room) {
        whichever!(self, order => order.clear(room));
    }
    fn victim<E: Expiry>(&mut self, expiry: &E) -> Option<u32> {
        whichever!(self, order => order.victim(expiry))
    }
}

#[cfg(test)]
mod contract;
