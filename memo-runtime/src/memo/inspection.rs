//! What tests see of a memo that nobody else does.

use super::{Memo, Options};
use crate::scope::Lock;

impl<K, V: Clone, F, T: Options> Memo<K, V, F, T> {
    /// Checks the store while nobody computes.
    pub(crate) fn validate(&self) {
        let mut state = self.state.lock();
        state.store.validate(0);
        assert!(
            state.store.left.is_empty() && state.store.ended.is_empty(),
            "what has left the store has been taken along"
        );
        assert!(
            state.helper.is_none() && state.outcome.is_none(),
            "and so has what is for those who wait"
        );
    }

    /// Shows the live entries as they are: nothing is freed and none of the user's code runs.
    #[cfg(not(any(memo_shuttle, memo_loom)))]
    pub(crate) fn show(&self, with: impl FnMut(&K, &V)) {
        let state = self.state.lock();
        let now = state.read_again(self.now());
        state.store.for_each(now, with);
    }

    /// How many calls wait.
    #[cfg(not(any(memo_shuttle, memo_loom)))]
    pub(crate) fn waiting(&self) -> usize {
        self.state.lock().store.waiting()
    }
}
