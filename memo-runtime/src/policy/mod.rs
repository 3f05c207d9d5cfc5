//! Who goes when the store is full.

mod clock_pro;
mod fifo;
mod list;
mod lru;
mod notes;
mod soonest_to_expire;

pub(crate) use self::list::List;
pub(crate) use self::notes::Hits;
use self::notes::Notes;
pub use self::{clock_pro::ClockPro, fifo::Fifo, lru::Lru, soonest_to_expire::SoonestToExpire};

use crate::expiry::Expiry;
use crate::key::Fingerprint;
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
/// A policy owns whatever it remembers of a slot, which is nothing unless it says otherwise. A new one is a file here, a variant
/// of [`Policy`] and of [`AnyOrder`], and a name in the macro's options.
pub trait Order: Send + Sync + 'static {
    /// Its public name.
    fn policy(&self) -> Policy;

    /// How many slots there may be with an entry from now on. If there are more, it is asked for victims next.
    fn resize(&mut self, _bound: usize) {}

    /// The slot was stored, by a key with this fingerprint. It is not in the order yet.
    #[inline]
    fn admit(&mut self, _at: u32, _print: Fingerprint) {}

    /// The slot was stored again.
    #[inline]
    fn renew(&mut self, _at: u32) {}

    /// The slot answered a call.
    #[inline]
    fn touch(&mut self, _at: u32) {}

    /// The same from a reader, who is beside others and leaves it among its hits, if it is not told at once.
    #[inline]
    fn note(&self, _at: u32, hits: &mut Hits) {
        hits.told += 1;
    }

    /// Whether a reader is to tell what it has left before it leaves more.
    #[inline]
    fn is_to_hear(_: &Hits) -> bool {
        false
    }

    /// It tells, beside others.
    fn hear_beside(&self, _: &mut Hits) {}

    /// A writer tells what a reader has left.
    fn hear(&mut self, _: &mut Hits) {}

    /// The slot's entry is gone.
    #[inline]
    fn forget(&mut self, _at: u32) {}

    /// All entries are gone.
    fn clear(&mut self, _room: Room) {}

    /// Who goes next. It is forgotten then, and if its key comes again, a policy may know it by its fingerprint.
    fn victim<E: Expiry>(
        &mut self,
        expiry: &E,
        print_of: impl Fn(u32) -> Fingerprint,
    ) -> Option<u32>;

    /// The slots that are in the order, whichever that is; nothing if it keeps none.
    #[cfg(test)]
    fn slots(&mut self) -> Option<Vec<u32>> {
        None
    }
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
    /// Whoever is not likely to be used again soon goes.
    ClockPro(ClockPro),
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
            Policy::ClockPro => Self::ClockPro(ClockPro::default()),
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
            AnyOrder::ClockPro($order) => $what,
        }
    };
}

impl Order for AnyOrder {
    fn policy(&self) -> Policy {
        whichever!(self, order => order.policy())
    }
    fn resize(&mut self, bound: usize) {
        whichever!(self, order => order.resize(bound));
    }
    fn admit(&mut self, at: u32, print: Fingerprint) {
        whichever!(self, order => order.admit(at, print));
    }
    fn renew(&mut self, at: u32) {
        whichever!(self, order => order.renew(at));
    }
    fn touch(&mut self, at: u32) {
        whichever!(self, order => order.touch(at));
    }
    fn note(&self, at: u32, hits: &mut Hits) {
        whichever!(self, order => order.note(at, hits));
    }
    /// Who keeps nothing there has nothing to tell.
    fn is_to_hear(hits: &Hits) -> bool {
        Lru::is_to_hear(hits)
    }
    fn hear_beside(&self, hits: &mut Hits) {
        whichever!(self, order => order.hear_beside(hits));
    }
    fn hear(&mut self, hits: &mut Hits) {
        whichever!(self, order => order.hear(hits));
    }
    fn forget(&mut self, at: u32) {
        whichever!(self, order => order.forget(at));
    }
    fn clear(&mut self, room: Room) {
        whichever!(self, order => order.clear(room));
    }
    fn victim<E: Expiry>(
        &mut self,
        expiry: &E,
        print_of: impl Fn(u32) -> Fingerprint,
    ) -> Option<u32> {
        whichever!(self, order => order.victim(expiry, print_of))
    }
    #[cfg(test)]
    fn slots(&mut self) -> Option<Vec<u32>> {
        whichever!(self, order => order.slots())
    }
}

#[cfg(test)]
mod contract;
