//! The life of a call: look up, compute without a lock, store.
//!
//! A call is [`Entry::claim`], and on a miss the body and [`Seat::fill`]. Read these two and you know what happens.

use super::held::{First, may_wait, with_only};
use super::lock::{Inside, Later};
use super::{Memo, Options, State};
use crate::clock::{self, Tick};
use crate::expiry::Expiry;
use crate::flight::{Helper, Landing, Outcome, Waited};
use crate::key::{Fingerprint, Lookup};
use crate::store::{Finish, Ticket};
use crate::sync::{Arc, Mutex};
use crate::value::Shape;

/// What a call finds: its answer, or a seat to put the answer in once it is computed.
#[derive(Debug)]
pub enum Claim<R, S> {
    /// A hit.
    Ready(R),
    /// A miss: run the body, then fill the seat.
    Vacant(S),
}

/// How many expired entries a call frees at most: more than it can store, so that they become fewer, and not so many
/// that other threads wait for it.
pub(super) const A_FEW: usize = 32;

/// For so many computations that failed a call waits, and then for no more.
const MOST_FAILURES: u32 = 2;

/// One call's arguments and its place in a memo: what a call and the companions for one entry are asked of.
pub struct Entry<'m, 'l, L: Lookup, S: Shape, T: Options> {
    pub(super) memo: &'m Memo<L::Key, S::Value, S::Failure, T>,
    pub(super) lookup: &'l L,
    pub(super) print: Fingerprint,
}

impl<'m, 'l, L: Lookup, S: Shape, T: Options> Entry<'m, 'l, L, S, T> {
    /// Whether a key is hardly more than bits, and nothing expires: then it is made under the lock, which a miss need not
    /// give back in between.
    const IS_CHEAP: bool = !std::mem::needs_drop::<L::Key>() && !T::Expiry::TIMED;

    /// Answers a call from the store, or counts a miss and gives out the right to store what the body will return.
    #[inline]
    pub fn claim(self) -> Claim<S::Return, Seat<'m, L::Key, S, T>> {
        let now = self.memo.now();
        // Where somebody has panicked, something may be left that is to be done first.
        let state = First::is_free().then(|| self.memo.state.lock_unless_panicked());
        if let Some(mut state) = state.flatten() {
            let first = First::held(&self.memo.state);
            let now = state.read_again(now);
            let found = self.find(&state);
            if let Some(value) = found.and_then(|at| state.hit(at, now)) {
                drop(state);
                drop(first);
                self.memo.catch_up();
                return Claim::Ready(S::returned(value));
            }
            if found.is_none() && Self::IS_CHEAP {
                let ticket = state.start(None, self.print, self.lookup.to_key());
                drop(state);
                drop(first);
                let mut seat = self.memo.seat(Some(ticket), Finish::IfVacant, None);
                if self.memo.is_behind() {
                    seat = seat.catching_up();
                }
                return Claim::Vacant(seat);
            }
        }
        // In its parts, which fit into registers: as a whole a hit would write it to memory, too. The same goes for what
        // comes back, and a miss.
        match Self::claim_seat(self.memo, self.lookup, self.print, now) {
            Ok(returned) => Claim::Ready(returned),
            Err((ticket, helper)) => {
                Claim::Vacant(self.memo.seat(ticket, Finish::IfVacant, helper))
            }
        }
    }

    /// The other half of `claim`: nothing was found, so now there is time to make a key.
    #[inline(never)]
    fn claim_seat(
        memo: &'m Memo<L::Key, S::Value, S::Failure, T>,
        lookup: &'l L,
        print: Fingerprint,
        now: Tick,
    ) -> Result<S::Return, SeatParts<S>> {
        memo.catch_up();
        // Made without the lock: a key's `Clone` is user code.
        let key = lookup.to_key();
        let entry = Self {
            memo,
            lookup,
            print,
        };
        let (mut now, mut patience) = (now, memo.patience.filter(|_| may_wait()));
        let (mut failures, mut helper) = (0, None);
        loop {
            let Some(mut inside) = memo.enter(now, A_FEW) else {
                return Err(memo.seat_outside::<S>().into_parts());
            };
            now = inside.now;
            let found = entry.find(&inside);
            // While the lock was free, somebody may have stored what we want.
            if let Some(value) = found.and_then(|at| inside.hit(at, now)) {
                drop(inside);
                // It has come by another way, and those who wait as long as we did need not wait either.
                if let Some(helper) = helper.as_ref().filter(|it: &&Helper<_, _>| it.is_needed()) {
                    helper.land(&Ok(Arc::new(value.clone())));
                }
                drop((key, helper));
                return Ok(S::returned(value));
            }
            let flight = patience.and(found).and_then(|at| inside.store.flight(at));
            let (Some(flight), Some(wait)) = (flight, patience) else {
                let seat = entry.seat(inside, found, key, Finish::IfVacant, helper);
                return Err(seat.into_parts());
            };
            drop(inside);
            match flight.wait(wait, MOST_FAILURES - failures) {
                Waited::Landed(outcome) => {
                    let answer = match &outcome {
                        Ok(value) => S::returned(S::Value::clone(value)),
                        Err(failure) => {
                            let copy = with_only(failure, |failure| S::Failure::clone(failure));
                            S::failed(copy.expect("who waits holds no lock"))
                        }
                    };
                    // Any of these may panic, and what is returned must not leak.
                    drop((outcome, flight, key, helper));
                    if let Some(mut state) = memo.lock() {
                        state.hits += 1;
                        state.coalesced += 1;
                    }
                    return Ok(answer);
                }
                // An outage must not become a queue.
                Waited::Lost => failures += 1,
                Waited::TooLong(duty) => helper = Some(duty),
                Waited::ForItself => patience = None,
            }
            if failures == MOST_FAILURES || helper.is_some() {
                patience = None;
            }
            now = memo.now();
        }
    }

    /// The slot that has the key.
    #[inline]
    pub(super) fn find(&self, state: &State<L::Key, S::Value, S::Failure, T>) -> Option<u32> {
        state.store.find(self.print, |key| self.lookup.matches(key))
    }

    /// A miss: the right to fill the slot that was found, or a new one.
    pub(super) fn seat(
        &self,
        mut inside: Inside<'m, L::Key, S::Value, S::Failure, T>,
        found: Option<u32>,
        key: L::Key,
        finish: Finish,
        helper: Option<Helper<S::Value, S::Failure>>,
    ) -> Seat<'m, L::Key, S, T> {
        let ticket = inside.start(found, self.print, key);
        let seat = self.memo.seat(Some(ticket), finish, helper);
        drop(inside); // what has left may panic now, and then the seat is given back
        seat
    }
}

/// The right to store what the body returns. Dropped unfilled, by a panic or a failure, it leaves no trace.
pub struct Seat<'a, K, S: Shape, T: Options> {
    memo: &'a Memo<K, S::Value, S::Failure, T>,
    /// Present until the seat is filled.
    ticket: Option<Ticket>,
    finish: Finish,
    /// Of who waited too long for somebody else.
    helper: Option<Helper<S::Value, S::Failure>>,
}

/// What a seat is made of.
type SeatParts<S> = (
    Option<Ticket>,
    Option<Helper<<S as Shape>::Value, <S as Shape>::Failure>>,
);

impl<K, S: Shape, T: Options> Seat<'_, K, S, T> {
    /// Does what was left for later. If that panics, the seat is given back.
    #[cold]
    fn catching_up(self) -> Self {
        self.memo.catch_up();
        self
    }

    fn into_parts(mut self) -> SeatParts<S> {
        (self.ticket.take(), self.helper.take())
    }

    /// Stores what the body returned, unless it is a failure, `accept` refuses it or the key was cleared meanwhile.
    /// Returns what the call is to return: that, or the value another computation of the key stored first.
    #[inline]
    pub fn fill(
        mut self,
        returned: S::Return,
        accept: impl FnOnce(&S::Value) -> bool,
    ) -> S::Return {
        let value = S::value(&returned).filter(|&value| accept(value)).cloned();
        let value = match (value, self.ticket.take()) {
            (Some(value), Some(ticket)) if self.helper.is_none() => {
                // By value: what is never borrowed need not be in memory, where reading it back so soon is slow.
                let Some((value, ticket)) = self.memo.finish_alone(ticket, value) else {
                    std::mem::forget(self); // nothing is left in it
                    return returned;
                };
                self.ticket = Some(ticket);
                Some(value)
            }
            (value, ticket) => {
                self.ticket = ticket;
                value
            }
        };
        self.fill_among_others(value, returned)
    }

    /// The same for one who computed beside others, or for others, or nothing to be stored.
    #[inline(never)]
    fn fill_among_others(mut self, value: Option<S::Value>, returned: S::Return) -> S::Return {
        let handed = || match S::value(&returned) {
            Some(value) => Some(Ok(Arc::new(value.clone()))),
            None => S::failure(&returned).map(|it| Err(Arc::new(Mutex::new(it)))),
        };
        let helper = self.helper.take();
        let theirs = self
            .memo
            .finish(&mut self.ticket, value, self.finish, helper, handed);
        match theirs {
            None => returned,
            Some(value) => {
                drop(returned);
                S::returned(value)
            }
        }
    }
}

impl<K, S: Shape, T: Options> Drop for Seat<'_, K, S, T> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.memo.abandon(ticket);
        }
    }
}

impl<K, V: Clone, F, T: Options> Memo<K, V, F, T> {
    /// A miss where the lock cannot be had: what is computed will not be stored.
    #[cold]
    pub(super) fn seat_outside<S: Shape<Value = V, Failure = F>>(&self) -> Seat<'_, K, S, T> {
        self.later(Later::Miss);
        self.seat(None, Finish::IfVacant, None)
    }

    #[inline]
    fn seat<S: Shape<Value = V, Failure = F>>(
        &self,
        ticket: Option<Ticket>,
        finish: Finish,
        helper: Option<Helper<V, F>>,
    ) -> Seat<'_, K, S, T> {
        Seat {
            memo: self,
            ticket,
            finish,
            helper,
        }
    }

    /// The other half of [`Seat::fill`] as it nearly always is: nobody waits, and nobody else computes. If not, everything
    /// comes back.
    #[inline(never)]
    fn finish_alone(&self, ticket: Ticket, value: V) -> Option<(V, Ticket)> {
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

    /// The other half of [`Seat::fill`]: the value another computation stored first, if one did. `handed` makes what those
    /// get who wait; nothing is stored without a value.
    #[inline(never)]
    fn finish(
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
            self.later(Later::Abandon(ticket));
            return None;
        };
        let now = inside.now;
        let first = if let Some(value) = value {
            inside.store.fill(&ticket, value, finish, now)
        } else {
            inside.store.abandon(&ticket);
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
    pub(super) fn abandon(&self, ticket: Ticket) {
        match self.enter(Tick::ZERO, 0) {
            Some(mut inside) => inside.store.abandon(&ticket),
            None => self.later(Later::Abandon(ticket)),
        }
    }
}

impl<K, V, F, T: Options> State<K, V, F, T> {
    /// The time again, if others have stored something since it was read.
    #[inline]
    pub(super) fn read_again(&self, now: Tick) -> Tick {
        if T::Expiry::TIMED && now < self.store.expiry.latest() {
            clock::now()
        } else {
            now
        }
    }

    /// A computation begins: a miss.
    #[inline]
    fn start(&mut self, found: Option<u32>, print: Fingerprint, key: K) -> Ticket {
        self.misses += 1;
        self.store.start(found, print, key)
    }

    /// Answers from the slot if it holds a live entry, which counts as used. Cloning comes first: it is user code, and if
    /// it panics nothing has happened.
    #[inline]
    pub(super) fn hit(&mut self, at: u32, now: Tick) -> Option<V>
    where
        V: Clone,
    {
        let value = self.store.live(at, now)?.clone();
        self.store.touch(at);
        self.hits += 1;
        Some(value)
    }
}
