//! Slots by index: free, promised to a computation, or holding an entry.

use crate::key::Fingerprint;
use crate::removal::Given;

/// A growing array of slots with a list of the free ones. Knows nothing of hashing, time or order.
#[derive(Debug)]
pub(crate) struct Slab<K, V> {
    slots: Vec<Slot<K, V>>,
    /// Head of the list of free slots.
    free: Option<u32>,
    /// The next promise's number. Never starts again, so that no ticket from before a clear fits a slot after it.
    generation: u32,
}

#[derive(Debug)]
struct Slot<K, V> {
    fingerprint: Fingerprint,
    /// Which promise the slot is, so that a ticket of an earlier one does not fit. 2^32 promises later it would again.
    generation: u32,
    content: Content<K, V>,
}

#[derive(Debug)]
enum Content<K, V> {
    /// With the next free slot.
    Free(Option<u32>),
    /// No value yet; as many computations may bring one.
    Promised(K, u32),
    /// As many computations may still bring another.
    Held(K, V, u32),
}

/// The right to fill a slot, as long as nobody has taken the slot away.
#[derive(Debug)]
pub(crate) struct Ticket {
    at: u32,
    generation: u32,
}

impl<K, V> Default for Slab<K, V> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            free: None,
            generation: 0,
        }
    }
}

impl<K, V> Slab<K, V> {
    /// The last index there can be; one less than fits, because lists count from one.
    const LAST: usize = u32::MAX as usize - 2;

    /// Takes a free slot for `key`, with no value and no claims. `bound` is a hint at how many slots there will be.
    pub(crate) fn promise(&mut self, key: K, fingerprint: Fingerprint, bound: usize) -> u32 {
        let generation = self.generation;
        self.generation = generation.wrapping_add(1);
        let slot = Slot {
            fingerprint,
            generation,
            content: Content::Promised(key, 0),
        };
        if let Some(at) = self.free {
            let taken = &mut self.slots[at as usize];
            if let Content::Free(next) = taken.content {
                self.free = next;
            }
            *taken = slot;
            return at;
        }
        let at = self.slots.len();
        assert!(at <= Self::LAST, "a cache holds at most 2^32 - 2 entries");
        if at == self.slots.capacity() {
            // Double, up to the bound and a few more for computations; there are rarely more at a time.
            let usual = bound.saturating_add(4);
            let more = if at < usual {
                at.max(4).min(usual - at)
            } else {
                (at / 8).max(4)
            };
            self.slots.reserve_exact(more);
        }
        self.slots.push(slot);
        #[expect(clippy::cast_possible_truncation, reason = "asserted above")]
        return at as u32;
    }

    /// A ticket for the slot, which has a key.
    pub(crate) fn claim(&mut self, at: u32) -> Ticket {
        let slot = &mut self.slots[at as usize];
        match &mut slot.content {
            Content::Promised(_, claims) | Content::Held(_, _, claims) => *claims += 1,
            Content::Free(_) => debug_assert!(false, "a slot that was found has a key"),
        }
        Ticket {
            at,
            generation: slot.generation,
        }
    }

    /// Takes a ticket back; the slot it is good for, if that is still there.
    #[expect(clippy::needless_pass_by_value, reason = "a ticket is good once")]
    pub(crate) fn redeem(&mut self, ticket: Ticket) -> Option<u32> {
        let slot = self.slots.get_mut(ticket.at as usize)?;
        if slot.generation != ticket.generation {
            return None;
        }
        match &mut slot.content {
            Content::Promised(_, claims) | Content::Held(_, _, claims) => *claims -= 1,
            Content::Free(_) => return None,
        }
        Some(ticket.at)
    }

    /// Whether the slot's key is the wanted one.
    #[inline]
    pub(crate) fn key_is(&self, at: u32, wanted: impl FnOnce(&K) -> bool) -> bool {
        match &self.slots[at as usize].content {
            Content::Held(key, ..) | Content::Promised(key, _) => wanted(key),
            Content::Free(_) => false,
        }
    }

    #[inline]
    pub(crate) fn value(&self, at: u32) -> Option<&V> {
        match &self.slots[at as usize].content {
            Content::Held(_, value, _) => Some(value),
            Content::Promised(..) | Content::Free(_) => None,
        }
    }

    #[inline]
    pub(crate) fn fingerprint(&self, at: u32) -> Fingerprint {
        self.slots[at as usize].fingerprint
    }

    /// Puts a value into the slot, which has a key; what it held before.
    pub(crate) fn put(&mut self, at: u32, value: V) -> Option<V> {
        self.change(at, |content| match content {
            Content::Promised(key, claims) => (Content::Held(key, value, claims), None),
            Content::Held(key, old, claims) => (Content::Held(key, value, claims), Some(old)),
            Content::Free(_) => unreachable!("a slot that is filled has a key"),
        })
    }

    /// Gives up the value; the slot stays promised while there are claims on it, and gives up its key otherwise.
    pub(crate) fn give_value(&mut self, at: u32) -> Given<K, V> {
        match &self.slots[at as usize].content {
            Content::Promised(_, 0) | Content::Held(_, _, 0) | Content::Free(_) => self.give(at),
            _ => self.change(at, |content| match content {
                Content::Held(key, value, claims) => {
                    (Content::Promised(key, claims), (None, Some(value)))
                }
                other => (other, (None, None)),
            }),
        }
    }

    /// Gives up everything, from all who have claims on it too.
    pub(crate) fn give(&mut self, at: u32) -> Given<K, V> {
        let next = Content::Free(self.free.replace(at));
        self.change(at, |content| match content {
            Content::Held(key, value, _) => (next, (Some(key), Some(value))),
            Content::Promised(key, _) => (next, (Some(key), None)),
            Content::Free(_) => unreachable!("a slot in the table is not free"),
        })
    }

    /// Takes the content out, makes another of it, and what to return.
    fn change<R>(&mut self, at: u32, with: impl FnOnce(Content<K, V>) -> (Content<K, V>, R)) -> R {
        let content = &mut self.slots[at as usize].content;
        let (changed, result) = with(std::mem::replace(content, Content::Free(None)));
        *content = changed;
        result
    }

    /// How many slots there are, of all kinds.
    #[expect(clippy::cast_possible_truncation, reason = "`promise` lets no more in")]
    pub(crate) fn len(&self) -> u32 {
        self.slots.len() as u32
    }

    /// Empties the slab; what was in it is the caller's to drop. Tickets given out before do not fit any more.
    pub(crate) fn clear(&mut self) -> Self {
        let before = std::mem::take(self);
        self.generation = before.generation;
        before
    }
}

#[cfg(test)]
impl<K, V> Slab<K, V> {
    /// How many slots the list of free ones has.
    pub(crate) fn free(&self) -> usize {
        let next = |at: &u32| match self.slots[*at as usize].content {
            Content::Free(next) => next,
            Content::Promised(..) | Content::Held(..) => panic!("a free slot has no key"),
        };
        std::iter::successors(self.free, next).count()
    }
}
