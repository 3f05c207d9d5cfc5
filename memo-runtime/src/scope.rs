//! Who shares a store: all threads, and then there is a lock, or none, and then there is none.

use crate::stats;
use crate::sync::{Arc, Mutex, MutexGuard};
use std::cell::{Cell, RefCell, RefMut};
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};

/// Who shares a store, with what that takes.
pub trait Scope: 'static {
    /// What the users call it.
    const SCOPE: stats::Scope;
    /// What there is around the state of a memo.
    type Lock<X>: Lock<X>;
    /// The clears that were asked for elsewhere.
    type Clears: Clears;
}

/// Lets one in at a time. Who is in does not ask again: [`Held`](crate::memo) knows.
pub trait Lock<X>: From<X> {
    /// Says that one is in.
    type Guard<'a>: DerefMut<Target = X>
    where
        Self: 'a,
        X: 'a;

    /// Waits to be let in.
    fn lock(&self) -> Self::Guard<'_>;
    /// The guard, if it can be had without parking.
    fn lock_soon(&self) -> Option<Self::Guard<'_>>;
    /// The guard; nothing if somebody has panicked with it since this was last asked.
    fn lock_unless_panicked(&self) -> Option<Self::Guard<'_>>;
}

/// Clears of other stores that are to reach this one.
pub trait Clears: Default {
    /// Whether there was one that has not been noticed yet.
    fn is_any(&self) -> bool;
    /// Takes notice.
    fn notice(&self) -> bool;
    /// Makes the other stores notice that this one is cleared.
    fn tell(&self);
}

/// All threads of the process.
#[derive(Debug)]
pub struct Global;

impl Scope for Global {
    const SCOPE: stats::Scope = stats::Scope::Global;
    type Lock<X> = Mutex<X>;
    type Clears = NoOthers;
}

impl<X> From<X> for Mutex<X> {
    fn from(value: X) -> Self {
        Self::new(value)
    }
}

impl<X> Lock<X> for Mutex<X> {
    type Guard<'a>
        = MutexGuard<'a, X>
    where
        X: 'a;

    #[inline]
    fn lock(&self) -> MutexGuard<'_, X> {
        self.lock()
    }
    #[inline]
    fn lock_soon(&self) -> Option<MutexGuard<'_, X>> {
        self.lock_soon()
    }
    #[inline]
    fn lock_unless_panicked(&self) -> Option<MutexGuard<'_, X>> {
        self.lock_unless_panicked()
    }
}

/// There is no other store.
#[derive(Debug, Default)]
pub struct NoOthers;

impl Clears for NoOthers {
    #[inline]
    fn is_any(&self) -> bool {
        false
    }
    fn notice(&self) -> bool {
        false
    }
    fn tell(&self) {}
}

/// Each thread has its own.
#[derive(Debug)]
pub struct ThisThread;

impl Scope for ThisThread {
    const SCOPE: stats::Scope = stats::Scope::Thread;
    type Lock<X> = Alone<X>;
    type Clears = OtherThreads;
}

/// What one thread has for itself.
#[derive(Debug)]
pub struct Alone<X> {
    inside: RefCell<X>,
    has_panicked: Cell<bool>,
}

/// Says that the thread is in.
#[derive(Debug)]
pub struct AloneGuard<'a, X> {
    inside: RefMut<'a, X>,
    has_panicked: &'a Cell<bool>,
}

impl<X> From<X> for Alone<X> {
    fn from(value: X) -> Self {
        Self {
            inside: RefCell::new(value),
            has_panicked: Cell::new(false),
        }
    }
}

impl<X> Lock<X> for Alone<X> {
    type Guard<'a>
        = AloneGuard<'a, X>
    where
        X: 'a;

    #[inline]
    fn lock(&self) -> AloneGuard<'_, X> {
        AloneGuard {
            inside: self.inside.borrow_mut(),
            has_panicked: &self.has_panicked,
        }
    }
    #[inline]
    fn lock_soon(&self) -> Option<AloneGuard<'_, X>> {
        Some(self.lock())
    }
    #[inline]
    fn lock_unless_panicked(&self) -> Option<AloneGuard<'_, X>> {
        if self.has_panicked.replace(false) {
            return None;
        }
        Some(self.lock())
    }
}

impl<X> Deref for AloneGuard<'_, X> {
    type Target = X;

    #[inline]
    fn deref(&self) -> &X {
        &self.inside
    }
}

impl<X> DerefMut for AloneGuard<'_, X> {
    #[inline]
    fn deref_mut(&mut self) -> &mut X {
        &mut self.inside
    }
}

impl<X> Drop for AloneGuard<'_, X> {
    #[inline]
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.has_panicked.set(true);
        }
    }
}

/// One function's stores in other threads. Each counts the clears of all, and empties when it is behind.
#[derive(Debug, Default)]
pub struct OtherThreads {
    all: Arc<AtomicU64>,
    noticed: Cell<u64>,
}

impl OtherThreads {
    /// For a store that is empty yet.
    pub(crate) fn new(all: Arc<AtomicU64>) -> Self {
        let noticed = Cell::new(all.load(Ordering::Acquire));
        Self { all, noticed }
    }
}

impl Clears for OtherThreads {
    #[inline]
    fn is_any(&self) -> bool {
        self.noticed.get() != self.all.load(Ordering::Acquire)
    }
    fn notice(&self) -> bool {
        let all = self.all.load(Ordering::Acquire);
        self.noticed.replace(all) != all
    }
    fn tell(&self) {
        let before = self.all.fetch_add(1, Ordering::AcqRel);
        if self.noticed.get() == before {
            self.noticed.set(before + 1); // no need to tell itself
        }
    }
}
