//! The life of a call: look up, compute without a lock, store.
//!
//! A call is [`Entry::claim`], and on a miss the body and [`Seat::fill`]. Read these two and you know what happens. The same
//! goes for an async call, but that its body is polled in between ([`task`](super::task)).

use super::claiming::{Claiming, Look, Parts};
use super::held::First;
use super::lock::Later;
use super::{Handle, Memo, Options, State, ToMemo};
use crate::expiry::Expiry;
use crate::flight::{Helper, Loss, Run};
use crate::key::{Fingerprint, Lookup};
use crate::owner::Entered;
use crate::scope::{Beside, Lock};
use crate::store::{Finish, Promises, Ticket};
use crate::sync::{Arc, Mutex};
use crate::value::Shape;
use std::mem::replace;

/// What a call finds: its answer, or a seat to put the answer in once it is computed.
#[derive(Debug)]
pub enum Claim<R, S> {
    /// A hit.
    Ready(R),
    /// A miss: run the body, then fill the seat.
    Vacant(S),
}

/// Why a look was not enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum No {
    /// There is nothing to be found.
    NotThere,
    /// There was no looking, or it takes more to answer.
    CannotTell,
}

/// How many expired entries a call frees at most: more than it can store, so that they become fewer, and not so many
/// that other threads wait for it.
pub(super) const A_FEW: usize = 32;

/// One call's arguments and its place in a memo: what a call and the companions for one entry are asked of.
pub struct Entry<'l, H: Handle, L: Lookup, S: Shape, T: Options> {
    pub(super) memo: ToMemo<H, L::Key, S, T>,
    pub(super) lookup: &'l L,
    pub(super) print: Fingerprint,
}

/// The memo of such an entry.
type MemoOf<L, S, T> = Memo<<L as Lookup>::Key, <S as Shape>::Value, <S as Shape>::Failure, T>;

/// Its state.
type StateOf<L, S, T> = State<<L as Lookup>::Key, <S as Shape>::Value, <S as Shape>::Failure, T>;

impl<'l, H: Handle, L: Lookup, S: Shape, T: Options> Entry<'l, H, L, S, T> {
    /// Whether a key is hardly more than bits, and nothing expires: then it is made under the lock, which a miss need not
    /// give back in between.
    const IS_CHEAP: bool = !std::mem::needs_drop::<L::Key>() && !T::Expiry::TIMED;

    #[inline]
    pub(crate) fn of(memo: ToMemo<H, L::Key, S, T>, lookup: &'l L) -> Self {
        Self {
            print: Fingerprint::of(&memo.hasher, lookup),
            memo,
            lookup,
        }
    }

    /// Answers a call from the store, or counts a miss and gives out the right to store what the body will return.
    #[cfg_attr(not(debug_assertions), inline(always))] // in development it would only be more to compile in each function
    #[allow(
        clippy::inline_always,
        reason = "a seat that comes by way of memory costs a miss a third, measured"
    )]
    pub fn claim(self) -> Claim<S::Return, Seat<H, L::Key, S, T>> {
        match Self::at_once(&self.memo, self.lookup, self.print) {
            Some(value) => Claim::Ready(S::returned(value)),
            None => {
                // In parts, which fit into registers: as a whole a hit would write itself to memory, too, and a miss its seat.
                match Self::claim_within(&self.memo, self.lookup, self.print) {
                    Ok(returned) => Claim::Ready(returned),
                    Err((ticket, helper)) => {
                        let entered = self.memo.owner.enter();
                        let seat = Seat::new(self.memo, ticket, Finish::IfVacant, helper);
                        Claim::Vacant(seat.within(entered))
                    }
                }
            }
        }
    }

    /// The value of a hit, if a look is enough for one: what most calls are, and all of this file that is in the caller.
    #[inline]
    pub(super) fn at_once(
        memo: &MemoOf<L, S, T>,
        lookup: &L,
        print: Fingerprint,
    ) -> Option<S::Value> {
        if memo.is_behind() || !First::is_free() {
            return None;
        }
        let value = Self::look::<false>(memo, lookup, print).ok()?;
        if memo.is_behind() {
            return Some(memo.caught_up(value));
        }
        Some(value)
    }

    /// Looks from outside of the lock. Who has no patience calls nothing here that is not inlined: it would have to save its
    /// registers.
    #[inline]
    fn look<const PATIENT: bool>(
        memo: &MemoOf<L, S, T>,
        lookup: &L,
        print: Fingerprint,
    ) -> Result<S::Value, No> {
        let mut look = memo.state.beside::<PATIENT>().ok_or(No::CannotTell)?;
        let _first = First::held(&memo.state);
        let (state, hits) = look.parts();
        let held = state.store.find_held(print, |key| lookup.matches(key));
        let held = held.ok_or(No::NotThere)?;
        let value = state.note_hit::<PATIENT>(held, memo.lately(), hits);
        value.ok_or(No::CannotTell)
    }

    /// The rest of `claim`: what it returns, or what the seat is made of.
    #[inline(never)]
    fn claim_within(
        memo: &MemoOf<L, S, T>,
        lookup: &L,
        print: Fingerprint,
    ) -> Result<S::Return, Parts<S::Value, S::Failure>> {
        let promise = |state: &StateOf<L, S, T>, promises: &mut Promises<L::Key>| {
            let matches = |key: &L::Key| lookup.matches(key);
            if !Self::IS_CHEAP || promises.are_many() || promises.has(print, matches) {
                return None;
            }
            let _entered = memo.owner.enter();
            let key = lookup.to_key();
            Some(state.store.promise_beside(promises, print, key))
        };
        let start = |state: &mut StateOf<L, S, T>| {
            Self::IS_CHEAP.then(|| {
                let _entered = memo.owner.enter();
                state.start(None, print, lookup.to_key())
            })
        };
        match Self::within(memo, lookup, print, promise, start) {
            Some(Claim::Ready(value)) => Ok(S::returned(value)),
            Some(Claim::Vacant(ticket)) => {
                let ticket = memo.begun(ticket);
                Err((Some(ticket), None))
            }
            None => Self::claim_seat(memo, lookup, print),
        }
    }

    /// The value of a hit, or where nothing is found what `promise` makes of that beside readers, and `start` where there are
    /// none; nothing where that takes longer.
    #[inline]
    pub(super) fn within<X>(
        memo: &MemoOf<L, S, T>,
        lookup: &L,
        print: Fingerprint,
        promise: impl FnOnce(&StateOf<L, S, T>, &mut Promises<L::Key>) -> Option<X>,
        start: impl FnOnce(&mut StateOf<L, S, T>) -> Option<X>,
    ) -> Option<Claim<S::Value, X>> {
        if memo.is_behind() || !First::is_free() {
            return None;
        }
        match Self::look::<true>(memo, lookup, print) {
            Ok(value) => {
                memo.catch_up();
                return Some(Claim::Ready(value));
            }
            // The key is to be made first. Who has only looked has shut nobody out.
            Err(No::NotThere) if !Self::IS_CHEAP => return None,
            Err(_) => {}
        }
        let first = First::held(&memo.state);
        let locked = memo.state.lock_or(|state, promises| {
            let is_found = Self::find_in(state, lookup, print).is_some();
            (!is_found).then(|| promise(state, promises))
        });
        let mut state = match locked {
            Ok(begun) => return begun.map(Claim::Vacant),
            Err(state) => state,
        };
        let found = Self::find_in(&state, lookup, print);
        if let Some(value) = found.and_then(|at| state.hit_at_once(at, memo.lately())) {
            drop(state);
            drop(first);
            memo.catch_up();
            return Some(Claim::Ready(value));
        }
        let begun = if found.is_none() {
            start(&mut state)
        } else {
            None
        };
        state.is_calm = begun.is_none(); // that was but a look
        begun.map(Claim::Vacant)
    }

    /// The other half of `claim`: nothing was found, so now there is time to make a key, and to wait.
    #[inline(never)]
    fn claim_seat(
        memo: &MemoOf<L, S, T>,
        lookup: &L,
        print: Fingerprint,
    ) -> Result<S::Return, Parts<S::Value, S::Failure>> {
        let _entered = memo.owner.enter();
        let mut claiming = Claiming::new(memo, lookup, print);
        loop {
            let waited = match claiming.look(memo, Run::begin) {
                Look::Hit(value) => return Ok(S::returned(value)),
                Look::Seat(parts) => return Err(parts),
                Look::Wait(wait) => wait.wait(),
            };
            if let Some(answer) = claiming.answer::<S, _>(memo, waited) {
                return Ok(answer);
            }
        }
    }

    /// The slot that has the key.
    #[inline]
    pub(super) fn find(&self, state: &StateOf<L, S, T>) -> Option<u32> {
        Self::find_in(state, self.lookup, self.print)
    }

    #[inline]
    fn find_in(state: &StateOf<L, S, T>, lookup: &L, print: Fingerprint) -> Option<u32> {
        state.store.find(print, |key| lookup.matches(key))
    }

    /// A seat for a call that computes whatever is stored; a miss.
    #[inline(never)]
    pub fn refresh(self) -> Seat<H, L::Key, S, T> {
        let entered = self.memo.owner.enter();
        self.refresh_as(Run::begin()).within(entered)
    }

    pub(super) fn refresh_as(self, run: Run) -> Seat<H, L::Key, S, T> {
        let (memo, key) = (&*self.memo, self.lookup.to_key());
        let ticket = memo.inside().map(|inside| {
            let found = self.find(&inside);
            memo.start(inside, run, found, self.print, key)
        });
        if ticket.is_none() {
            memo.later(Later::Miss);
        }
        Seat::new(self.memo, ticket, Finish::Always, None)
    }
}

const THERE: &str = "a seat has its memo to the end";

/// The right to store what the body returns. Dropped unfilled, by a panic or a failure, it leaves no trace.
pub struct Seat<H: Handle, K: 'static, S: Shape, T: Options> {
    /// Present as long as there is anything to give back.
    memo: Option<ToMemo<H, K, S, T>>,
    /// Present until the seat is filled.
    ticket: Option<Ticket>,
    finish: Finish,
    /// Of who waited too long for somebody else.
    helper: Option<Helper<S::Value, S::Failure>>,
    /// What the body allocates is the cache's. Of a task, that is seen to at each poll.
    entered: Entered,
}

impl<H: Handle, K, S: Shape, T: Options> Seat<H, K, S, T> {
    #[inline]
    pub(super) fn new(
        memo: ToMemo<H, K, S, T>,
        ticket: Option<Ticket>,
        finish: Finish,
        helper: Option<Helper<S::Value, S::Failure>>,
    ) -> Self {
        Self {
            memo: Some(memo),
            ticket,
            finish,
            helper,
            entered: Entered::nowhere(),
        }
    }

    #[inline]
    fn within(mut self, entered: Entered) -> Self {
        self.entered = entered;
        self
    }

    #[inline]
    pub(super) fn memo(&self) -> &Memo<K, S::Value, S::Failure, T> {
        self.memo.as_ref().expect(THERE)
    }

    /// The computation it is for, unless what that brings is not to be stored.
    pub(super) fn run(&self) -> Option<Run> {
        self.ticket.as_ref().map(|ticket| ticket.run)
    }

    /// Gives the seat back because nobody wants the value any more.
    pub(super) fn cancel(&mut self) {
        if let Some(helper) = self.helper.take() {
            helper.cancel();
        }
        if let Some(ticket) = self.ticket.take() {
            self.memo().abandon(ticket, Loss::Cancelled);
        }
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
        let is_plain = self.helper.is_none() && self.memo().is_current();
        let value = match (value, self.ticket.take()) {
            (Some(value), Some(ticket)) if is_plain => {
                // By value: what is never borrowed need not be in memory, where reading it back so soon is slow.
                let Some((value, ticket)) = self.memo().finish_alone(ticket, value) else {
                    drop(self.memo.take());
                    drop(replace(&mut self.entered, Entered::nowhere()));
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
        let memo = self.memo.as_ref().expect(THERE);
        let theirs = memo.finish(&mut self.ticket, value, self.finish, helper, handed);
        match theirs {
            None => returned,
            Some(value) => {
                drop(returned);
                S::returned(value)
            }
        }
    }
}

impl<H: Handle, K, S: Shape, T: Options> Drop for Seat<H, K, S, T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.memo().abandon(ticket, Loss::Failed);
        }
    }
}
