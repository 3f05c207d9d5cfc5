//! What tests see of a store that nobody else does.

use super::Store;
use crate::expiry::Expiry;
use crate::policy::Order;

impl<K, V, F, O: Order, E: Expiry> Store<K, V, F, O, E> {
    /// Checks what the comments of the fields say. `seats` is how many compute.
    pub(crate) fn validate(&mut self, seats: usize) {
        let held = (0..self.slab.len())
            .filter(|&at| self.slab.value(at).is_some())
            .count();
        let keyed = (0..self.slab.len())
            .filter(|&at| self.slab.key_is(at, |_| true))
            .count();
        assert_eq!(self.len, held, "the length is the number of entries");
        assert!(self.len <= self.bound, "the bound holds");
        assert_eq!(
            self.table.len(),
            keyed,
            "the table knows the slots that have a key"
        );
        let promised: Vec<_> = (0..self.slab.len())
            .filter_map(|at| Some((at, self.slab.promised_to(at)?)))
            .collect();
        assert_eq!(
            keyed - held,
            promised.len(),
            "a slot without a value belongs to a computation"
        );
        let beside = self.runs.beside().filter(|run| !promised.contains(run));
        assert!(
            promised.len() + beside.count() + self.runs.called_off() <= seats,
            "a computation is here no longer than until it ends"
        );
        assert!(
            self.runs
                .beside()
                .all(|(at, _)| self.slab.key_is(at, |_| true)),
            "whoever computes for a slot has one"
        );
        if let Some(mut slots) = self.order.slots() {
            slots.sort_unstable();
            let held = (0..self.slab.len()).filter(|&at| self.slab.value(at).is_some());
            assert_eq!(
                slots,
                held.collect::<Vec<_>>(),
                "the order knows the slots that hold an entry"
            );
        }
        assert!(
            self.expiry
                .soonest()
                .is_none_or(|at| self.slab.value(at).is_some()),
            "what expires is an entry"
        );
        assert_eq!(
            self.slab.free(),
            self.slab.len() as usize - keyed,
            "slots without a key are free"
        );
    }
}

#[cfg(all(test, not(any(memo_shuttle, memo_loom))))]
impl<K, V, F, O: Order, E: Expiry> Store<K, V, F, O, E> {
    /// How many wait for a computation that has not ended.
    pub(crate) fn waiting(&self) -> usize {
        self.runs.waiting()
    }
}
