//! What a call does that was not answered at once: it makes a key, waits for others, and takes a seat if there is no answer.

use super::call::A_FEW;
use super::held::{may_wait, with_only};
use super::lock::Later;
use super::{Memo, Options};
use crate::clock::Tick;
use crate::flight::{Helper, Loss, Run, Wait, Waited};
use crate::key::{Fingerprint, Lookup};
use crate::store::Ticket;
use crate::sync::Arc;
use crate::value::Shape;
use std::time::Duration;

/// For so many computations that failed a call waits, and then for no more.
const MOST_FAILURES: u32 = 2;

/// A call on its way. It knows its key and none of its arguments, so that it may outlive them.
pub(super) struct Claiming<K, V, F> {
    /// Present until there is an answer or a seat.
    key: Option<K>,
    print: Fingerprint,
    are_equal: fn(&K, &K) -> bool,
    now: Tick,
    /// How long to wait for others; `None` for not any more.
    patience: Option<Duration>,
    failures: u32,
    helper: Option<Helper<V, F>>,
}

/// What a seat is made of. Without a ticket, what is computed will not be stored.
pub(super) type Parts<V, F> = (Option<Ticket>, Option<Helper<V, F>>);

/// What a call finds when it looks.
pub(super) enum Look<V, F> {
    /// Somebody has stored it.
    Hit(V),
    /// It is the caller's to compute.
    Seat(Parts<V, F>),
    /// Somebody computes it.
    Wait(Wait<V, F>),
}

impl<K, V: Clone, F: Clone> Claiming<K, V, F> {
    pub(super) fn new<L: Lookup<Key = K>, T: Options>(
        memo: &Memo<K, V, F, T>,
        lookup: &L,
        print: Fingerprint,
    ) -> Self {
        memo.catch_up();
        Self {
            // Made without the lock: a key's `Clone` is user code.
            key: Some(lookup.to_key()),
            print,
            are_equal: L::are_equal,
            now: memo.now(),
            patience: memo.patience,
            failures: 0,
            helper: None,
        }
    }

    /// Looks, and counts a hit or a miss unless there is somebody to wait for. `begin` gives a miss its name.
    pub(super) fn look<T: Options>(
        &mut self,
        memo: &Memo<K, V, F, T>,
        begin: impl Fn() -> Run,
    ) -> Look<V, F> {
        self.patience = self.patience.filter(|_| may_wait());
        loop {
            let Some(mut inside) = memo.enter(self.now, A_FEW) else {
                drop((self.key.take(), self.helper.take()));
                memo.later(Later::Miss);
                return Look::Seat((None, None));
            };
            let now = inside.now;
            let is_ours = |key: &K| self.key.iter().any(|own| (self.are_equal)(key, own));
            let found = inside.store.find(self.print, is_ours);
            // While the lock was free, somebody may have stored what we want.
            if let Some(value) = found.and_then(|at| inside.hit(at, now)) {
                drop(inside);
                // It has come by another way, and those who wait as long as we did need not wait either.
                if let Some(helper) = self.helper.take().filter(Helper::is_needed) {
                    helper.land(&Ok(Arc::new(value.clone())));
                }
                drop(self.key.take());
                return Look::Hit(value);
            }
            let flight = self.patience.and(found);
            let flight = flight.and_then(|at| inside.store.flight(at));
            let (Some(flight), Some(patience)) = (flight, self.patience) else {
                let key = self.key.take().expect("it is there until it is taken");
                let ticket = memo.start(inside, begin(), found, self.print, key);
                return Look::Seat((Some(ticket), self.helper.take()));
            };
            drop(inside);
            if let Some(wait) = Wait::begin(flight, patience, MOST_FAILURES - self.failures) {
                return Look::Wait(wait);
            }
            (self.patience, self.now) = (None, memo.now());
        }
    }

    /// The answer that has come of waiting, a hit; if there is none, the call is to look again.
    pub(super) fn answer<S, T: Options>(
        &mut self,
        memo: &Memo<K, V, F, T>,
        waited: Waited<V, F>,
    ) -> Option<S::Return>
    where
        S: Shape<Value = V, Failure = F>,
    {
        match waited {
            Waited::Landed(outcome) => {
                let answer = match &outcome {
                    Ok(value) => Some(S::returned(V::clone(value))),
                    // Not where the thread holds a lock.
                    Err(failure) => with_only(&**failure, |it| F::clone(it)).map(S::failed),
                };
                if let Some(answer) = answer {
                    // Any of these may panic, and what is returned must not leak.
                    drop((outcome, self.key.take(), self.helper.take()));
                    if let Some(mut state) = memo.lock() {
                        state.hits += 1;
                        state.coalesced += 1;
                    }
                    return Some(answer);
                }
                self.patience = None;
            }
            // An outage must not become a queue.
            Waited::Lost(Loss::Failed) => self.failures += 1,
            Waited::Lost(Loss::Cancelled) => {}
            Waited::TooLong(duty) => self.helper = Some(duty),
            Waited::ForItself => self.patience = None,
        }
        if self.failures == MOST_FAILURES || self.helper.is_some() {
            self.patience = None;
        }
        self.now = memo.now();
        None
    }
}
