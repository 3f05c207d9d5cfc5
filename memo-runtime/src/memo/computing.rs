//! A computation begins and ends: what a call does to the store before its body runs and after that.

use super::call::A_FEW;
use super::held::First;
use super::lock::{Inside, Later};
use super::{Memo, Options, State};
use crate::flight::{Helper, Landing, Loss, Outcome, Run, Woken};
use crate::key::Fingerprint;
use crate::scope::Lock;
use crate::store::{Finish, Ticket};
use crate::sync::Arc;

impl<K, V, F, T: Options> State<K, V, F, T> {
    /// A computation begins: a miss.
    #[inline]
    pub(super) fn start(&mut self, found: Option<u32>, print: Fingerprint, key: K) -> Ticket {
        self.misses += 1;
        self.store.start(found, print, key)
    }
}

impl<K, V: Clone, F, T: Options> Memo<K, V, F, T> {
    /// A computation begins, for the slot that was found or a new one. Should what has left panic, it has ended.
    pub(super) fn start(
        &self,
        mut inside: Inside<'_, K, V, F, T>,
        run: Run,
        found: Option<u32>,
        print: Fingerprint,
        key: K,
    ) -> Ticket {
        inside.misses += 1;
        let ticket = inside.store.start_run(run, found, print, key);
        let mut begun = Begun(self, Some(ticket));
        let polled = run.is_tasks().then(|| run.polled());
        drop(inside); // what has left is dropped, and that is user code
        drop(polled);
        begun.end()
    }

    /// The ticket of a computation that has just begun, behind what was left for later. Should that panic, it has ended.
    #[inline]
    pub(super) fn begun(&self, ticket: Ticket) -> Ticket {
        if !self.is_behind() {
            return ticket;
        }
        let mut begun = Begun(self, Some(ticket));
        self.catch_up();
        begun.end()
    }

    /// The other half of filling a seat as it nearly always is: nobody waits, and nobody else computes. If not, everything
    /// comes back.
    #[inline(never)]
    pub(super) fn finish_alone(&self, ticket: Ticket, value: V) -> Option<(V, Ticket)> {
        let now = self.now();
        if !First::is_free() {
            return Some((value, ticket));
        }
        let mut state = self.state.lock();
        let first = First::held(&self.state);
        if !state.store.is_alone(&ticket) {
            return Some((value, ticket));
        }
        let now = state.read_again(now);
        state.store.purge(now, A_FEW);
        state.store.fill_alone(&ticket, value, now);
        let left = state.store.left.take();
        drop(state);
        drop(first);
        self.catch_up();
        drop(left);
        None
    }

    /// The other half of filling a seat: the value another computation stored first, if one did. `handed` makes what those
    /// get who wait; nothing is stored without a value.
    #[inline(never)]
    pub(super) fn finish(
        &self,
        ticket: &mut Option<Ticket>,
        value: Option<V>,
        finish: Finish,
        helper: Option<Helper<V, F>>,
        handed: impl FnOnce() -> Option<Outcome<V, F>>,
    ) -> Option<V> {
        let mut inside = self.enter(self.now(), A_FEW);
        let mut outcome = None;
        let is_awaited = match (&mut inside, &ticket) {
            (Some(inside), Some(ticket)) => helper.is_some() || inside.store.is_awaited(ticket),
            _ => false,
        };
        if is_awaited {
            // Only then, and without the lock: a copy is user code.
            drop(inside);
            outcome = handed();
            inside = self.enter(self.now(), A_FEW);
        }
        let ticket = ticket.take()?;
        let Some(mut inside) = inside else {
            self.later(Later::Abandon(ticket, Loss::Failed));
            return None;
        };
        let now = inside.now;
        let first = if let Some(value) = value {
            inside.store.fill(&ticket, value, finish, now)
        } else {
            inside.store.abandon(&ticket, Loss::Failed);
            None
        };
        // Callers may hold it already, and one key must not show two values.
        let theirs = first.and_then(|first| inside.store.live(first, now));
        let Some(theirs) = theirs.cloned() else {
            (inside.outcome, inside.helper) = (outcome, helper);
            return None;
        };
        let mut landing = Landing {
            flights: std::mem::take(&mut inside.store.ended),
            helper,
            outcome: None,
            has_landed: false,
            woken: Woken::default(),
        };
        drop(inside);
        if outcome.is_some() {
            landing.outcome = Some(Ok(Arc::new(theirs.clone())));
        }
        drop((landing, outcome)); // they may panic now, and what is returned must not leak
        Some(theirs)
    }

    /// Takes a ticket back whose computation came to nothing.
    #[cold]
    pub(super) fn abandon(&self, ticket: Ticket, loss: Loss) {
        match self.enter_to_end() {
            Some(mut inside) => inside.store.abandon(&ticket, loss),
            None => self.later(Later::Abandon(ticket, loss)),
        }
    }
}

/// A computation that has begun. Dropped with its ticket, it has ended.
struct Begun<'m, K, V: Clone, F, T: Options>(&'m Memo<K, V, F, T>, Option<Ticket>);

impl<K, V: Clone, F, T: Options> Begun<'_, K, V, F, T> {
    /// The ticket, which is the caller's now.
    fn end(&mut self) -> Ticket {
        self.1.take().expect("it is there until it is taken")
    }
}

impl<K, V: Clone, F, T: Options> Drop for Begun<'_, K, V, F, T> {
    fn drop(&mut self) {
        if let Some(ticket) = self.1.take() {
            self.0.abandon(ticket, Loss::Failed);
        }
    }
}
