//! Who shares a store: all threads, and then there is a lock, or none, and then there is none.

use crate::stats;
use crate::sync::{Arc, Biased, BiasedGuard, Mutex, MutexGuard, Noted};
use std::cell::{Cell, RefCell, RefMut};
use std::ops::DerefMut;
use std::sync::atomic::{AtomicU64, Ordering};

/// Who shares a store, with what that takes.
pub trait Scope: 'static {
    /// What the users call it.
    const SCOPE: stats::Scope;
    /// What there is around the state of a memo.
    type Lock<X: Noted>: Lock<X>;
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
    /// Has a look without being let in, beside others who do, and may leave notes. Nothing if that cannot be done at once, or
    /// comes to nothing.
    #[inline]
    fn beside<R>(&self, _: impl FnOnce(&X, &mut X::Notes) -> Option<R>) -> Option<R>
    where
        X: Noted,
    {
        None
    }
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
    type Lock<X: Noted> = Biased<X>;
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
}

impl<X: Noted> From<X> for Biased<X> {
    fn from(value: X) -> Self {
        Self::new(value)
    }
}

impl<X: Noted> Lock<X> for Biased<X> {
    type Guard<'a>
        = BiasedGuard<'a, X>
    where
        X: 'a;

    #[inline]
    fn lock(&self) -> BiasedGuard<'_, X> {
        self.lock()
    }
    #[inline]
    fn lock_soon(&self) -> Option<BiasedGuard<'_, X>> {
        self.lock_soon()
    }
    #[inline]
    fn beside<R>(&self, look: impl FnOnce(&X, &mut X::Notes) -> Option<R>) -> Option<R> {
        self.beside(look)
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
    type Lock<X: Noted> = Alone<X>;
    type Clears = OtherThreads;
}

/// What one thread has for itself.
#[derive(Debug)]
pub struct Alone<X>(RefCell<X>);

impl<X> From<X> for Alone<X> {
    fn from(value: X) -> Self {
        Self(RefCell::new(value))
    }
}

impl<X> Lock<X> for Alone<X> {
    type Guard<'a>
        = RefMut<'a, X>
    where
        X: 'a;

    #[inline]
    fn lock(&self) -> RefMut<'_, X> {
        self.0.borrow_mut()
    }
    #[inline]
    fn lock_soon(&self) -> Option<RefMut<'_, X>> {
        Some(self.lock())
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
