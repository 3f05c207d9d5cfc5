//! A hit, in the three ways there are: within the lock with the time at hand, within it without, and beside it.

use super::{Options, State};
use crate::clock::{self, Lately, Tick};
use crate::expiry::Expiry;
use crate::policy::{Hits, Order};
use crate::store::Promises;
use crate::sync::Noted;

impl<K, V, F, T: Options> State<K, V, F, T> {
    /// Answers from the slot if it holds a live entry, which counts as used. Cloning comes first: it is user code, and if
    /// it panics nothing has happened.
    #[inline]
    pub(super) fn hit(&mut self, at: u32, now: Tick) -> Option<V>
    where
        V: Clone,
    {
        let value = self.store.live(at, now)?.clone();
        self.count_hit(at);
        Some(value)
    }

    /// The same for one who has not read the clock, and need not, unless the end of the entry's life is near.
    #[inline]
    pub(super) fn hit_at_once(&mut self, at: u32, lately: Lately) -> Option<V>
    where
        V: Clone,
    {
        let value = match self.store.surely_live(at, lately) {
            None if T::Expiry::TIMED => self.store.live(at, clock::now())?,
            surely => surely?,
        };
        let value = value.clone();
        self.count_hit(at);
        self.is_calm = true;
        Some(value)
    }

    /// The same for one who has only a look, and a place for notes.
    #[inline]
    pub(super) fn note_hit<const PATIENT: bool>(
        &self,
        (at, value): (u32, &V),
        lately: Lately,
        hits: &mut Hits,
    ) -> Option<V>
    where
        V: Clone,
    {
        if !self.store.expiry.is_surely_live(at, lately) {
            return None;
        }
        if T::Order::is_to_hear(hits) {
            if !PATIENT {
                return None;
            }
            self.store.order.hear_beside(hits);
        }
        let value = value.clone();
        self.store.order.note(at, hits);
        Some(value)
    }

    #[inline]
    fn count_hit(&mut self, at: u32) {
        self.store.order.touch(at);
        self.hits += 1;
    }
}

/// What those have left who only looked: their hits, and what they compute.
impl<K, V, F, T: Options> Noted for State<K, V, F, T> {
    type Notes = Hits;
    type Promises = Promises<K>;

    fn absorb(&mut self, hits: &mut Hits) -> u64 {
        self.store.order.hear(hits);
        let count = std::mem::take(&mut hits.told);
        self.hits += count;
        count
    }

    fn keep(&mut self, promises: &mut Promises<K>) {
        let _entered = self.owner.enter();
        self.misses += self.store.keep(promises);
    }

    fn is_used(&self) -> bool {
        self.store.len > 0
    }

    #[inline]
    fn take_calm(&mut self) -> bool {
        std::mem::take(&mut self.is_calm)
    }
}
