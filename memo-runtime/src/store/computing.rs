//! What computations do to a store: they begin, somebody waits for them, they end.

use super::runs::{Run, Ticket};
use super::{Finish, Store};
use crate::clock::Tick;
use crate::expiry::Expiry;
use crate::flight::Flight;
use crate::key::Fingerprint;
use crate::policy::Order;
use crate::sync::Arc;

impl<K, V, F, O: Order, E: Expiry> Store<K, V, F, O, E> {
    /// Begins a computation, for the slot that was found for the key or a new one, which takes it.
    #[inline]
    pub(crate) fn start(&mut self, found: Option<u32>, print: Fingerprint, key: K) -> Ticket {
        let Some(at) = found else {
            let (ticket, first) = self.runs.start(None);
            let at = self.promise(print, key, Some(first));
            self.runs.set_slot(&ticket, at, true);
            return ticket;
        };
        self.left.add((Some(key), None));
        let (ticket, first) = self.runs.start(self.slab.run(at));
        self.slab.set_run(at, Some(first));
        self.runs.set_slot(&ticket, at, false);
        ticket
    }

    /// What to wait for, if somebody computes for the slot and anything can be stored.
    pub(crate) fn flight(&mut self, at: u32) -> Option<Arc<Flight<V, F>>> {
        let first = self.slab.run(at).filter(|_| !self.is_void())?;
        let (flight, ended) = self.runs.flight(first);
        self.ended.extend(ended);
        Some(flight)
    }

    /// Whether anybody waits for the computation, or for another of the same slot.
    pub(crate) fn is_awaited(&mut self, ticket: &Ticket) -> bool {
        let slot = self.runs.slot(ticket);
        self.runs.is_awaited(ticket) || slot.is_some_and(|at| self.is_slot_awaited(at))
    }

    /// Whether anybody waits for a computation for the slot.
    pub(crate) fn is_slot_awaited(&mut self, at: u32) -> bool {
        let (mut is_awaited, first) = (false, self.slab.run(at));
        let look = |run: &mut Run<V, F>| is_awaited |= run.flight.is_some();
        self.runs.for_each(first, look);
        is_awaited
    }

    /// The slot that a computation has for itself, if it is to be stored and nobody waits.
    #[inline]
    pub(crate) fn only_slot(&self, ticket: &Ticket) -> Option<u32> {
        let slot = self.runs.slot_of_only(ticket);
        slot.filter(|_| !self.is_void())
    }

    /// Ends a computation that has a slot for itself.
    #[inline]
    pub(crate) fn fill_only(&mut self, at: u32, ticket: Ticket, value: V, now: Tick) {
        self.runs.free(ticket);
        if self.len == self.bound {
            self.shrink_to(self.bound - 1);
        }
        self.len += 1;
        self.slab.hold(at, value);
        self.admit(at, now);
    }

    /// Ends a computation with a value to store, if its slot is still there. If that is not to be because another was
    /// first: its slot.
    pub(crate) fn fill(
        &mut self,
        ticket: Ticket,
        value: V,
        finish: Finish,
        now: Tick,
    ) -> Option<u32> {
        let at = self.end(ticket);
        let first = at.filter(|&at| finish == Finish::IfVacant && self.live(at, now).is_some());
        match at {
            Some(at) if first.is_none() => self.settle(at, value, now),
            _ => self.left.add((None, Some(value))),
        }
        first
    }

    /// Ends a computation with nothing to store.
    pub(crate) fn abandon(&mut self, ticket: Ticket) {
        if let Some(at) = self.end(ticket) {
            self.release(at);
        }
    }

    /// Its slot, if that is still there.
    fn end(&mut self, ticket: Ticket) -> Option<u32> {
        let at = self.runs.slot(&ticket);
        let first = at.and_then(|at| self.slab.run(at));
        let (flight, first) = self.runs.end(ticket, first);
        if let Some(at) = at {
            self.slab.set_run(at, first);
        }
        self.ended.extend(flight);
        at
    }
}
