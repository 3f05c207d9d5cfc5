//! Slots that have answered calls, noted until the policy is told.

/// Slots in the order of their hits, `MOST` of them at most.
#[derive(Debug)]
pub(crate) struct Notes<const MOST: usize> {
    noted: usize,
    slots: [u32; MOST],
}

impl<const MOST: usize> Default for Notes<MOST> {
    fn default() -> Self {
        Self {
            noted: 0,
            slots: [0; MOST],
        }
    }
}

impl<const MOST: usize> Notes<MOST> {
    #[inline]
    pub(crate) fn are_none(&self) -> bool {
        self.noted == 0
    }

    #[inline]
    pub(crate) fn are_full(&self) -> bool {
        self.noted == MOST
    }

    /// Whether most of the room is taken: so there is time to find the policy at leisure.
    #[inline]
    pub(crate) fn are_many(&self) -> bool {
        self.noted >= MOST / 8 * 7
    }

    /// There is room for it.
    #[inline]
    pub(crate) fn add(&mut self, at: u32) {
        debug_assert!(!self.are_full(), "who has many tells the policy");
        if let Some(slot) = self.slots.get_mut(self.noted) {
            *slot = at;
            self.noted += 1;
        }
    }

    /// They may be changed: what was noted is cleared next.
    #[inline]
    pub(crate) fn slots(&mut self) -> &mut [u32] {
        &mut self.slots[..self.noted]
    }

    #[inline]
    pub(crate) fn clear(&mut self) {
        self.noted = 0;
    }
}

/// What a reader leaves: its hits.
#[derive(Debug, Default)]
pub struct Hits {
    /// Of which the policy has heard, or need not hear.
    pub(crate) told: u64,
    /// Of which it has not. With what is around them, four pairs of cache lines.
    pub(crate) slots: Notes<120>,
}

/// Of each slot the last time that it is in there, in order; but now and then another one, too, where it would take long to know
/// better. Changes what is in front. All are below the `bound`: where that is low, and all there could be have been seen, the rest
/// need not be looked at.
pub(crate) fn last_of_each(slots: &mut [u32], bound: usize) -> &[u32] {
    const MOST: usize = 64;
    const NONE: u32 = u32::MAX;
    // The last one seen of those that have their place in common.
    let mut seen = [NONE; MOST];
    let mut first = slots.len();
    let end = match bound {
        ..=MOST => first.saturating_sub(bound),
        _ => 0,
    };
    for n in (0..slots.len()).rev() {
        let at = slots[n];
        let place = &mut seen[at as usize % MOST];
        slots[first - 1] = at;
        first -= usize::from(*place != at); // without a branch, which nobody could foretell
        *place = at;
        if first == end {
            break;
        }
    }
    &slots[first..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_slot_the_last_one_stays() {
        let mut slots = [3, 1, 3, 3, 2, 1];
        assert_eq!(last_of_each(&mut slots, 4), [3, 2, 1]);
        assert_eq!(last_of_each(&mut [9, 0, 0, 1, 2, 2], 3), [0, 1, 2]);
        let mut in_one_place = [1, 65, 1, 65];
        assert_eq!(last_of_each(&mut in_one_place, 66), [1, 65, 1, 65]);
        assert_eq!(last_of_each(&mut [], 0), []);
    }
}
