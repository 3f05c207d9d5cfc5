//! What a thread is in the middle of: which locks of memos it holds, and where it does what was left for later.

use crate::scope::Lock;
use crate::sync::{Mutex, Noted, thread_local};
use std::cell::Cell;

thread_local! {
    /// The locks this thread holds, and for which memos it does what was left for later. Has no destructor, so it is there
    /// while others run.
    static HELD: Held = const { Held::new() };
}

/// So many locks a thread holds at most, each taken by user code under the one before.
const MOST: usize = 8;

/// Locks by their addresses.
pub(super) struct Held {
    /// 0 if there is none.
    first: Cell<usize>,
    /// Taken while the first was held; 0 where there is room.
    others: [Cell<usize>; MOST - 1],
    /// Where this thread does what was left for later; 0 where there is room.
    catches_up: [Cell<usize>; MOST],
}

impl Held {
    const fn new() -> Self {
        Self {
            first: Cell::new(0),
            others: [const { Cell::new(0) }; MOST - 1],
            catches_up: [const { Cell::new(0) }; MOST],
        }
    }

    /// Takes a lock. Nothing if the thread holds it already, or another and this cannot be had at once.
    #[inline]
    pub(super) fn take<T: Noted, L: Lock<T>>(lock: &L) -> Option<L::Guard<'_>> {
        HELD.with(|held| {
            if held.first.get() != 0 {
                return held.take_another(lock);
            }
            let guard = lock.lock();
            held.first.set(address(lock));
            Some(guard)
        })
    }

    #[cold]
    fn take_another<'a, T: Noted, L: Lock<T>>(&self, lock: &'a L) -> Option<L::Guard<'a>> {
        let address = address(lock);
        let is_held = |held: &Cell<usize>| held.get() == address;
        if is_held(&self.first) || self.others.iter().any(is_held) {
            return None;
        }
        let room = self.others.iter().find(|held| held.get() == 0)?;
        let guard = lock.lock_soon()?;
        room.set(address);
        Some(guard)
    }

    /// Takes note that a lock is free again.
    #[inline]
    pub(super) fn release<L>(lock: &L) {
        HELD.with(|held| {
            if held.first.get() == address(lock) {
                held.first.set(0);
            } else {
                held.release_another(address(lock));
            }
        });
    }

    #[cold]
    fn release_another(&self, address: usize) {
        let held = self.others.iter().find(|held| held.get() == address);
        held.inspect(|held| held.set(0));
    }
}

/// Whether the thread may wait: not while it holds a lock, which those it waits for may want, and not while it does what was
/// left for later, which may be what they wait for.
pub(super) fn may_wait() -> bool {
    HELD.with(|held| held.first.get() == 0 && held.catches_up.iter().all(|it| it.get() == 0))
}

/// Holds a lock while user code runs that may call anything. Nothing if the thread holds a lock already.
pub(super) fn with_only<T, R>(lock: &Mutex<T>, run: impl FnOnce(&mut T) -> R) -> Option<R> {
    if !First::is_free() {
        return None;
    }
    let mut guard = lock.lock();
    let _first = First::held(lock);
    Some(run(&mut guard))
}

/// Says that the thread holds a lock and no other, for as long as it lives. What a hit can afford of [`Held`].
pub(super) struct First;

impl First {
    /// Whether the thread holds no lock.
    #[inline]
    pub(super) fn is_free() -> bool {
        HELD.with(|held| held.first.get() == 0)
    }

    /// The thread, which held no lock, holds this one now.
    #[inline]
    pub(super) fn held<L>(lock: &L) -> Self {
        HELD.with(|held| held.first.set(address(lock)));
        Self
    }
}

impl Drop for First {
    #[inline]
    fn drop(&mut self) {
        HELD.with(|held| held.first.set(0));
    }
}

fn address<L>(lock: &L) -> usize {
    std::ptr::from_ref(lock).addr()
}

/// While it lives, the thread does what was left for later in a memo. Has the address of its lock.
pub(super) struct CatchesUp(usize);

impl CatchesUp {
    /// Nothing if the thread does it already, or has no room to remember it.
    pub(super) fn begin<L>(lock: &L) -> Option<Self> {
        if Self::is_under_way(lock) {
            return None;
        }
        let address = address(lock);
        HELD.with(|held| {
            let room = held.catches_up.iter().find(|it| it.get() == 0)?;
            room.set(address);
            Some(Self(address))
        })
    }

    pub(super) fn is_under_way<L>(lock: &L) -> bool {
        let address = address(lock);
        HELD.with(|held| held.catches_up.iter().any(|it| it.get() == address))
    }
}

impl Drop for CatchesUp {
    fn drop(&mut self) {
        HELD.with(|held| {
            let own = held.catches_up.iter().find(|it| it.get() == self.0);
            own.inspect(|it| it.set(0));
        });
    }
}
