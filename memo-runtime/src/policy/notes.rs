//! Slots that have answered calls, noted by who could not tell the policy then.

/// Slots in the order of their hits, up to some number; and how many hits there were, which may be more.
#[derive(Debug)]
pub(crate) struct Notes {
    pub(crate) hits: u64,
    noted: usize,
    slots: [u32; MOST],
}

/// With what is around them, four pairs of cache lines.
const MOST: usize = 120;

/// Half of them: so there is time to find the policy at leisure.
const MANY: usize = MOST / 2;

impl Default for Notes {
    fn default() -> Self {
        Self {
            hits: 0,
            noted: 0,
            slots: [0; MOST],
        }
    }
}

impl Notes {
    #[inline]
    pub(crate) fn are_full(&self) -> bool {
        self.noted == MOST
    }

    /// Whether it is time to tell the policy.
    #[inline]
    pub(crate) fn are_many(&self) -> bool {
        self.noted >= MANY
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

    pub(crate) fn slots(&self) -> &[u32] {
        &self.slots[..self.noted]
    }

    pub(crate) fn clear(&mut self) {
        self.noted = 0;
    }
}
