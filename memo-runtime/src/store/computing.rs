//! What computations do to a store: they begin, somebody waits for them, they end.

use super::runs::{Ended, Ticket};
use super::{Finish, Store};
use crate::clock::Tick;
use crate::expiry::Expiry;
use crate::flight::{Flight, Loss, Run};
use crate::key::Fingerprint;
use crate::policy::Order;
use crate::sync::Arc;

impl<K, V, F, O: Order, E: Expiry> Store<K, V, F, O, E> {
    /// Begins a computation, for the slot that was found for the key or a new one, which takes it. Out of line: a hit that is
    /// inlined beside it would have fewer registers, and take a twentieth longer.
    #[inline(never)]
    pub(crate) fn start(&mut self, found: Option<u32>, print: Fingerprint, key: K) -> Ticket {
        let run = Run::begin();
        let at = match found {
            None => self.promise(print, key, Some(run)),
            Some(at) => {
                self.left.add((Some(key), None));
                self.runs.add(at, run);
                at
            }
        };
        Ticket { at, run }
    }

    /// The same for a computation that has begun.
    pub(crate) fn start_run(
        &mut self,
        run: Run,
        found: Option<u32>,
        print: Fingerprint,
        key: K,
    ) -> Ticket {
        let at = match found {
            None => self.promise(print, key, Some(run)),
            Some(at) => {
                self.left.add((Some(key), None));
                self.runs.add(at, run);
                at
            }
        };
        Ticket { at, run }
    }

    /// Whether it computes for this slot.
    fn computes(&self, at: u32, run: Run) -> bool {
        self.slab.promised_to(at) == Some(run) || self.runs.has(at, run)
    }

    /// One of the computations for a slot that may still bring a value to store.
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
        let Ticket { at, run } = *ticket;
        if self.computes(at, run) {
            self.is_slot_awaited(at)
        } else {
            self.runs.is_awaited(run)
        }
    }

    /// Whether anybody waits for a computation for the slot.
    pub(crate) fn is_slot_awaited(&self, at: u32) -> bool {
        self.runs.is_slot_awaited(at)
    }

    /// Whether a computation has its slot for itself, and nobody waits, and it is to be stored.
    #[inline]
    pub(crate) fn is_alone(&self, ticket: &Ticket) -> bool {
        let Ticket { at, run } = *ticket;
        self.slab.promised_to(at) == Some(run) && !self.runs.has_any(at) && !self.is_void()
    }

    /// Ends a computation that is alone.
    #[inline]
    pub(crate) fn fill_alone(&mut self, ticket: &Ticket, value: V, now: Tick) {
        if self.len == self.bound {
            self.shrink_to(self.bound - 1);
        }
        self.len += 1;
        self.slab.hold(ticket.at, value);
        self.admit(ticket.at, now);
    }

    /// Ends a computation with a value to store, if its slot is still there. If that is not to be because there is another
    /// that was first, or is newer: its slot.
    pub(crate) fn fill(
        &mut self,
        ticket: &Ticket,
        value: V,
        finish: Finish,
        now: Tick,
    ) -> Option<u32> {
        let (slot, ended) = self.end(ticket);
        let (stays, is_overtaken) = (finish == Finish::IfVacant, ended.is_overtaken);
        let first = slot.filter(|&at| (stays || is_overtaken) && self.live(at, now).is_some());
        match slot.filter(|_| first.is_none()) {
            Some(at) if !is_overtaken => self.settle(at, value, now, ended.begun),
            slot => {
                self.left.add((None, Some(value)));
                if let Some(at) = slot {
                    self.release(at);
                }
            }
        }
        first
    }

    /// Ends a computation with nothing to store.
    pub(crate) fn abandon(&mut self, ticket: &Ticket, loss: Loss) {
        let before = self.ended.len();
        let (slot, _) = self.end(ticket);
        if loss == Loss::Cancelled {
            self.ended[before..].iter().for_each(|it| it.excuse());
        }
        if let Some(at) = slot {
            self.release(at);
            self.rest();
        }
    }

    /// Its slot, if that has not been taken away, and what is known of it.
    fn end(&mut self, ticket: &Ticket) -> (Option<u32>, Ended<V, F>) {
        let Ticket { at, run } = *ticket;
        let slot = Some(at).filter(|_| self.computes(at, run));
        let mut ended = self.runs.end(at, run);
        self.ended.extend(ended.flight.take());
        if self.slab.promised_to(at) == Some(run) {
            self.slab.promise_to(at, self.runs.first(at)); // another takes its place
        }
        (slot, ended)
    }
}
