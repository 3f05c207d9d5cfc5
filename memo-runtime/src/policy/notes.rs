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
    pub(crate) fn are_full(&self) -> bool {
        self.noted == MOST
    }

    /// Whether half of the room is taken: so there is time to find the policy at leisure.
    #[inline]
    pub(crate) fn are_many(&self) -> bool {
        self.noted >= MOST / 2
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

    #[inline]
    pub(crate) fn slots(&self) -> &[u32] {
        &self.slots[..self.noted]
    }

    #[inline]
    pub(crate) fn clear(&mut self) {
        self.noted = 0;
    }
}

/// What a reader leaves: its hits, and of which slots the policy has not heard.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    pub(crate) count: u64,
    /// With what is around them, four pairs of cache lines.
    pub(crate) slots: Notes<120>,
}
