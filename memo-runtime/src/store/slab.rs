//! Slots by index: free, promised to computations, or holding an entry.

use crate::flight::Run;
use crate::key::Fingerprint;
use crate::policy::Room;
use crate::removal::Given;

/// A growing array of slots with a list of the free ones. Knows nothing of hashing, time or order.
#[derive(Debug)]
pub(crate) struct Slab<K, V> {
    slots: Vec<Slot<K, V>>,
    /// Head of the list of free slots.
    free: Option<u32>,
}

/// The fingerprint stands in each kind for it to share a word with the tag.
#[derive(Debug)]
enum Slot<K, V> {
    /// With the next free slot.
    Free(Option<u32>),
    /// No value yet; with one of the computations that may bring one. Without any it is about to go.
    Promised(Fingerprint, K, Option<Run>),
    Held(Fingerprint, K, V),
}

impl<K, V> Default for Slab<K, V> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            free: None,
        }
    }
}

const TOO_MANY: &str = "a cache holds at most 2^32 - 2 entries";

impl<K, V> Slab<K, V> {
    /// The last index there can be; one less than fits, because lists count from one.
    const LAST: usize = u32::MAX as usize - 2;

    /// Takes a free slot for `key`, with a computation for it. `bound` is a hint at how many slots there will be.
    #[inline]
    pub(crate) fn promise(
        &mut self,
        key: K,
        print: Fingerprint,
        run: Option<Run>,
        bound: usize,
    ) -> u32 {
        let slot = Slot::Promised(print, key, run);
        if let Some(at) = self.free {
            let taken = &mut self.slots[at as usize];
            if let Slot::Free(next) = taken {
                self.free = *next;
            }
            *taken = slot;
            return at;
        }
        let at = self.slots.len();
        assert!(at <= Self::LAST, "{TOO_MANY}");
        if at == self.slots.capacity() {
            self.grow(bound);
        }
        self.slots.push(slot);
        #[expect(clippy::cast_possible_truncation, reason = "asserted above")]
        return at as u32;
    }

    /// The slot that `promise` will take once it has taken so many others.
    pub(crate) fn nth_free(&self, n: usize) -> u32 {
        let mut free = self.free;
        for passed in 0..=n {
            let Some(at) = free else {
                let at = self.slots.len() + n - passed;
                assert!(at <= Self::LAST, "{TOO_MANY}");
                #[expect(clippy::cast_possible_truncation, reason = "asserted")]
                return at as u32;
            };
            if passed == n {
                return at;
            }
            free = match self.slots[at as usize] {
                Slot::Free(next) => next,
                Slot::Promised(..) | Slot::Held(..) => None,
            };
        }
        unreachable!("the last of them returns")
    }

    #[cold]
    fn grow(&mut self, bound: usize) {
        let at = self.slots.len();
        // Double, up to the bound and a few more for computations; there are rarely more at a time.
        let usual = bound.saturating_add(4);
        let more = if at < usual {
            at.max(4).min(usual - at)
        } else {
            (at / 8).max(4)
        };
        self.slots.reserve_exact(more);
    }

    /// Whether the slot's key is the wanted one.
    #[inline]
    pub(crate) fn key_is(&self, at: u32, wanted: impl FnOnce(&K) -> bool) -> bool {
        match &self.slots[at as usize] {
            Slot::Held(_, key, _) | Slot::Promised(_, key, _) => wanted(key),
            Slot::Free(_) => false,
        }
    }

    /// The entry in the slot.
    #[inline]
    pub(crate) fn held(&self, at: u32) -> Option<(&K, &V)> {
        match self.slots.get(at as usize)? {
            Slot::Held(_, key, value) => Some((key, value)),
            Slot::Promised(..) | Slot::Free(_) => None,
        }
    }

    #[inline]
    pub(crate) fn value(&self, at: u32) -> Option<&V> {
        match &self.slots[at as usize] {
            Slot::Held(_, _, value) => Some(value),
            Slot::Promised(..) | Slot::Free(_) => None,
        }
    }

    #[inline]
    pub(crate) fn fingerprint(&self, at: u32) -> Fingerprint {
        match self.slots[at as usize] {
            Slot::Held(print, ..) | Slot::Promised(print, ..) => print,
            Slot::Free(_) => unreachable!("a slot in the table is not free"),
        }
    }

    /// The computation that the slot knows, of those for its key.
    #[inline]
    pub(crate) fn promised_to(&self, at: u32) -> Option<Run> {
        match self.slots.get(at as usize)? {
            Slot::Promised(_, _, run) => *run,
            Slot::Held(..) | Slot::Free(_) => None,
        }
    }

    /// Changes which one that is.
    pub(crate) fn promise_to(&mut self, at: u32, other: Option<Run>) {
        if let Slot::Promised(_, _, run) = &mut self.slots[at as usize] {
            *run = other;
        }
    }

    /// Puts the first value into a slot.
    #[inline]
    pub(crate) fn hold(&mut self, at: u32, value: V) {
        self.change(at, |slot| match slot {
            Slot::Promised(print, key, _) => (Slot::Held(print, key, value), ()),
            Slot::Held(..) | Slot::Free(_) => unreachable!("the slot was promised"),
        });
    }

    /// Puts a value into the slot, which has a key; what it held before.
    pub(crate) fn put(&mut self, at: u32, value: V) -> Option<V> {
        self.change(at, |slot| match slot {
            Slot::Promised(print, key, _) => (Slot::Held(print, key, value), None),
            Slot::Held(print, key, before) => (Slot::Held(print, key, value), Some(before)),
            Slot::Free(_) => unreachable!("a slot that is filled has a key"),
        })
    }

    /// Gives up the value: the slot is promised to one who computes for its key.
    pub(crate) fn give_value(&mut self, at: u32, run: Run) -> Option<V> {
        self.change(at, |slot| match slot {
            Slot::Held(print, key, value) => (Slot::Promised(print, key, Some(run)), Some(value)),
            other => (other, None),
        })
    }

    /// Gives up everything. Nobody computes for it.
    #[inline]
    pub(crate) fn give(&mut self, at: u32) -> (Fingerprint, Given<K, V>) {
        let next = Slot::Free(self.free.replace(at));
        match std::mem::replace(&mut self.slots[at as usize], next) {
            Slot::Held(print, key, value) => (print, (Some(key), Some(value))),
            Slot::Promised(print, key, _) => (print, (Some(key), None)),
            Slot::Free(_) => unreachable!("a slot in the table is not free"),
        }
    }

    /// Takes the slot's content, and puts back what is made of it.
    #[inline]
    fn change<R>(&mut self, at: u32, with: impl FnOnce(Slot<K, V>) -> (Slot<K, V>, R)) -> R {
        let slot = &mut self.slots[at as usize];
        let (changed, result) = with(std::mem::replace(slot, Slot::Free(None)));
        *slot = changed;
        result
    }

    /// Empties the slab; what was in it is the caller's to drop.
    pub(crate) fn clear(&mut self, room: Room) -> Self {
        if room == Room::Freed {
            return std::mem::take(self);
        }
        let slots = if std::mem::needs_drop::<Slot<K, V>>() {
            let room = Vec::with_capacity(self.slots.len());
            std::mem::replace(&mut self.slots, room)
        } else {
            self.slots.clear();
            Vec::new()
        };
        let before = Self {
            slots,
            ..Self::default()
        };
        self.free = None;
        before
    }

    /// How many slots there are, of all kinds.
    #[expect(clippy::cast_possible_truncation, reason = "`promise` lets no more in")]
    pub(crate) fn len(&self) -> u32 {
        self.slots.len() as u32
    }
}

#[cfg(test)]
impl<K, V> Slab<K, V> {
    /// How many slots the list of free ones has.
    pub(crate) fn free(&self) -> usize {
        let next = |at: &u32| match self.slots[*at as usize] {
            Slot::Free(next) => next,
            Slot::Promised(..) | Slot::Held(..) => panic!("a free slot has no key"),
        };
        std::iter::successors(self.free, next).count()
    }
}
