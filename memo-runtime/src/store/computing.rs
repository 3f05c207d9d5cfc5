//! What computations do to a store: they begin, somebody waits for them, they end.

use super::runs::Ticket;
use super::{Finish, Store};
use crate::clock::Tick;
use crate::expiry::Expiry;
use crate::flight::{Flight, Run};
use crate::key::Fingerprint;
use crate::policy::Order;
use crate::sync::Arc;

impl<K, V, F, O: Order, E: Expiry> Store<K, V, F, O, E> {
    /// Begins a computation, for the slot that was found for the key or a new one, which takes it.
    #[inline]
    pub(crate) fn start(&mut self, found: Option<u32>, print: Fingerprint, key: K) -> Ticket {
        let run = Run::begin();
        match found {
            None => {
                let at = self.promise(print, key, Some(run));
                Ticket { at, run }
            }
            Some(at) => {
                self.left.add((Some(key), None));
                self.start_beside(at, run)
            }
        }
    }

    /// Begins a computation for a slot that has one, or an entry.
    fn start_beside(&mut self, at: u32, mut run: Run) -> Ticket {
        while self.computes(at, run) {
            run = Run::begin(); // a name comes again after a long time
        }
        self.runs.add(at, run);
        Ticket { at, run }
    }

    /// Whether it computes for this slot.
    fn computes(&self, at: u32, run: Run) -> bool {
        self.slab.promised_to(at) == Some(run) || self.runs.has(at, run)
    }

    /// One of the computations for a slot.
    fn run(&self, at: u32) -> Option<Run> {
        self.slab.promised_to(at).or_else(|| self.runs.first(at))
    }

    /// What to wait for, if somebody computes for the slot and anything can be stored.
    pub(crate) fn flight(&mut self, at: u32) -> Option<Arc<Flight<V, F>>> {
        let run = self.run(at).filter(|_| !self.is_void())?;
        let (flight, ended) = self.runs.flight(at, run);
        self.ended.extend(ended);
        Some(flight)
    }

    /// Whether anybody waits for the computation, or for another of the same slot.
    pub(crate) fn is_awaited(&self, ticket: &Ticket) -> bool {
        if self.computes(ticket.at, ticket.run) {
            self.is_slot_awaited(ticket.at)
        } else {
            self.runs.is_awaited(ticket.run)
        }
    }

    /// Whether anybody waits for a computation for the slot.
    pub(crate) fn is_slot_awaited(&self, at: u32) -> bool {
        self.runs.is_slot_awaited(at)
    }

    /// Whether a computation has its slot for itself, and nobody waits, and it is to be stored.
    #[inline]
    pub(crate) fn is_alone(&self, ticket: &Ticket) -> bool {
        self.slab.promised_to(ticket.at) == Some(ticket.run)
            && !self.runs.has_any(ticket.at)
            && !self.is_void()
    }

    /// Ends a computation that is alone.
    #[inline]
    pub(crate) fn fill_alone(&mut self, ticket: Ticket, value: V, now: Tick) {
        if self.len == self.bound {
            self.shrink_to(self.bound - 1);
        }
        self.len += 1;
        let (at, _) = ticket.spent();
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
        let (at, run) = ticket.spent();
        let slot = Some(at).filter(|_| self.computes(at, run));
        self.ended.extend(self.runs.end(at, run));
        if self.slab.promised_to(at) == Some(run) {
            self.slab.promise_to(at, self.runs.first(at)); // another takes its place
        }
        slot
    }
}
