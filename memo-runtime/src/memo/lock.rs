//! The lock of a memo. User code runs under it where it must, a key's `Eq` and a value's `Clone`, and may call anything from
//! there: the same function, or another whose lock somebody holds who waits for this one. So whoever holds a lock waits
//! neither for another nor for a flight ([`Held`] knows). Instead a call computes, without the store if it must, and what was
//! to change the store is done a little [`Later`].

use super::held::{CatchesUp, Held};
use super::{LockOf, Memo, Options, State};
use crate::clock::{self, Tick};
use crate::expiry::Expiry;
use crate::flight::{Landing, Loss, Woken};
use crate::key::Fingerprint;
use crate::scope::{Clears, Lock};
use crate::store::Ticket;
use crate::sync::{AtomicBool, Mutex, Ordering};
use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};

/// What could not be done when it was asked for.
pub(super) enum Later<K, V> {
    /// Count a call that computed.
    Miss,
    /// End a computation.
    Abandon(Ticket, Loss),
    Clear,
    Resize(usize),
    Remove(Fingerprint, K, fn(&K, &K) -> bool),
    Insert(Fingerprint, K, V, fn(&K, &K) -> bool),
}

/// What is left for later, with a flag in front that a hit can afford to look at.
pub(super) struct Backlog<K, V> {
    /// Set once something is there. Whoever has set it tries the lock then, and whoever releases the lock looks at the flag
    /// then: so one of them sees to it.
    is_any: AtomicBool,
    ops: Mutex<VecDeque<Later<K, V>>>,
}

impl<K, V> Backlog<K, V> {
    pub(super) fn new() -> Self {
        Self {
            is_any: AtomicBool::new(false),
            ops: Mutex::new(VecDeque::new()),
        }
    }
}

/// Says that the lock is held.
type GuardOf<'a, T, X> = <LockOf<T, X> as Lock<X>>::Guard<'a>;

/// The state with its lock held.
pub(super) struct Locked<'a, K, V: Clone, F, T: Options> {
    state: GuardOf<'a, T, State<K, V, F, T>>,
    /// Behind the guard, for fields are dropped in their order.
    _release: Release<'a, K, V, F, T>,
}

/// Does what was left for later, once the lock is free.
struct Release<'a, K, V: Clone, F, T: Options>(&'a Memo<K, V, F, T>);

impl<K, V: Clone, F, T: Options> Drop for Release<'_, K, V, F, T> {
    fn drop(&mut self) {
        Held::release(&self.0.state);
        self.0.catch_up();
    }
}

impl<K, V: Clone, F, T: Options> Memo<K, V, F, T> {
    /// Takes the lock, if that can be done here.
    #[inline]
    pub(super) fn lock(&self) -> Option<Locked<'_, K, V, F, T>> {
        let state = Held::take(&self.state)?;
        Some(Locked {
            state,
            _release: Release(self),
        })
    }

    /// Takes the lock, if that can be done here, and frees what has expired, so many entries at most. Nothing if what is in
    /// the store is to be cleared first and cannot be here.
    #[inline]
    pub(super) fn enter(&self, now: Tick, at_most: usize) -> Option<Inside<'_, K, V, F, T>> {
        if !self.is_current() {
            return None;
        }
        let mut state = self.lock()?;
        let now = state.read_again(now);
        state.store.purge(now, at_most);
        let state = Some(state);
        Some(Inside { state, now })
    }

    /// Takes the lock, if that can be done here, to end a computation: that goes before whatever else is to be done, for
    /// others may wait for it.
    pub(super) fn enter_to_end(&self) -> Option<Inside<'_, K, V, F, T>> {
        let state = Some(self.lock()?);
        let now = Tick::ZERO;
        Some(Inside { state, now })
    }

    /// Leaves something for later: until the lock is free, which the caller or somebody else holds.
    ///
    /// A removal or an insert is forgotten if it comes from what is done later in this cache itself: a key whose `Eq` removes
    /// keys would never come to an end.
    #[cold]
    pub(super) fn later(&self, op: Later<K, V>) {
        let may_go_on = matches!(op, Later::Remove(..) | Later::Insert(..));
        if !may_go_on || !CatchesUp::is_under_way(&self.state) {
            self.backlog.ops.lock().push_back(op);
            self.backlog.is_any.store(true, Ordering::SeqCst);
            self.catch_up();
        }
    }

    /// Whether anything was left for later.
    #[inline]
    pub(super) fn is_behind(&self) -> bool {
        self.backlog.is_any.load(Ordering::SeqCst) || self.clears.is_any()
    }

    /// Does what was left for later, if anything was.
    #[inline]
    pub(super) fn catch_up(&self) {
        if self.is_behind() {
            self.work_off();
        }
    }

    /// The value, behind what was left for later.
    #[cold]
    #[inline(never)]
    pub(super) fn caught_up(&self, value: V) -> V {
        self.catch_up();
        value
    }

    /// Clears what was to be cleared in other threads; whether the store may be looked at then.
    #[inline]
    pub(super) fn is_current(&self) -> bool {
        !self.clears.is_any() || {
            self.work_off();
            !self.clears.is_any()
        }
    }

    #[cold]
    fn work_off(&self) {
        // While a panic is on its way, another would be the end of the process: the next call will do it.
        if std::thread::panicking() {
            return;
        }
        let Some(_done) = CatchesUp::begin(&self.state) else {
            return;
        };
        // If the lock cannot be had, who holds it will look.
        while self.is_behind() && self.lock().is_some() {
            self.backlog.is_any.store(false, Ordering::SeqCst);
            let mut rest = Rest {
                ops: std::mem::take(&mut *self.backlog.ops.lock()),
                backlog: &self.backlog,
            };
            // First the ends: others may wait for them, and the rest may run user code.
            if !self.end_all(&mut rest.ops) {
                continue; // `rest` is put back, and whoever held the lock meanwhile has not seen it
            }
            if self.clears.is_any() {
                // What was to be stored may be from before the clear.
                let is_of_now = |op: &Later<K, V>| !matches!(op, Later::Insert(..) | Later::Miss);
                rest.ops.retain(is_of_now);
                // Nothing comes between: once it is noticed, the store is looked at.
                self.clears.notice();
                rest.ops.push_front(Later::Clear);
            }
            while let Some(op) = rest.ops.pop_front() {
                if let Err(op) = self.apply(op) {
                    rest.ops.push_front(op);
                    break;
                }
            }
        }
    }

    /// Ends the computations among what is to be done; nothing if the lock cannot be had.
    fn end_all(&self, ops: &mut VecDeque<Later<K, V>>) -> bool {
        let Some(mut inside) = self.enter_to_end() else {
            return false;
        };
        ops.retain(|op| match op {
            Later::Abandon(ticket, loss) => {
                inside.store.abandon(ticket, *loss);
                false
            }
            _ => true,
        });
        true
    }

    /// Does it, or gives it back if the lock cannot be had.
    fn apply(&self, op: Later<K, V>) -> Result<(), Later<K, V>> {
        match op {
            Later::Miss => match self.lock() {
                Some(mut state) => state.misses += 1,
                None => return Err(op),
            },
            Later::Abandon(ticket, loss) => match self.enter_to_end() {
                Some(mut inside) => inside.store.abandon(&ticket, loss),
                None => return Err(Later::Abandon(ticket, loss)),
            },
            Later::Clear => {
                self.try_clear().ok_or(op)?;
            }
            Later::Resize(maxsize) => self.try_resize(maxsize).ok_or(op)?,
            Later::Remove(print, key, same) => {
                let removed = self.try_remove(print, |it| same(it, &key));
                removed.ok_or(Later::Remove(print, key, same))?;
            }
            Later::Insert(print, key, value, same) => {
                let inserted = self.try_insert(print, key, value, same);
                drop(inserted.map_err(|(key, value)| Later::Insert(print, key, value, same))?);
            }
        }
        Ok(())
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
}

/// What is still to be done. If it cannot be done now, or something panics, it is left for the next time.
struct Rest<'a, K, V> {
    ops: VecDeque<Later<K, V>>,
    backlog: &'a Backlog<K, V>,
}

impl<K, V> Drop for Rest<'_, K, V> {
    fn drop(&mut self) {
        if !self.ops.is_empty() {
            let mut ops = self.backlog.ops.lock();
            self.ops.append(&mut ops); // what has come since comes behind
            std::mem::swap(&mut *ops, &mut self.ops);
            self.backlog.is_any.store(true, Ordering::SeqCst);
        }
    }
}

/// Within the lock, at a time. What leaves the store meanwhile is dropped as soon as the lock is free, and those who wait for
/// a flight that has ended are told.
pub(super) struct Inside<'a, K, V: Clone, F, T: Options> {
    /// Present until the end.
    state: Option<Locked<'a, K, V, F, T>>,
    pub(super) now: Tick,
}

impl<K, V: Clone, F, T: Options> Drop for Inside<'_, K, V, F, T> {
    #[inline]
    fn drop(&mut self) {
        let (left, ended) = (&self.store.left, &self.store.ended);
        let is_awaited = self.outcome.is_some() || self.helper.is_some() || !ended.is_empty();
        if is_awaited || !left.is_empty() {
            self.take_along();
        }
    }
}

impl<K, V: Clone, F, T: Options> Inside<'_, K, V, F, T> {
    #[inline(never)]
    fn take_along(&mut self) {
        let left = self.store.left.take();
        let mut landing = Landing {
            flights: std::mem::take(&mut self.store.ended),
            helper: self.helper.take(),
            outcome: self.outcome.take(),
            has_landed: false,
            woken: Woken::default(),
        };
        landing.land(); // under the lock, so that nobody comes between what is stored and what is told
        self.state = None;
        drop(landing);
        drop(left);
    }
}

impl<K, V: Clone, F, T: Options> Deref for Locked<'_, K, V, F, T> {
    type Target = State<K, V, F, T>;

    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.state
    }
}

impl<K, V: Clone, F, T: Options> DerefMut for Locked<'_, K, V, F, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.state
    }
}

impl<K, V: Clone, F, T: Options> Deref for Inside<'_, K, V, F, T> {
    type Target = State<K, V, F, T>;

    #[inline]
    fn deref(&self) -> &Self::Target {
        self.state.as_ref().expect(HELD_TO_THE_END)
    }
}

impl<K, V: Clone, F, T: Options> DerefMut for Inside<'_, K, V, F, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.state.as_mut().expect(HELD_TO_THE_END)
    }
}

const HELD_TO_THE_END: &str = "the lock is held until the end";
