//! Who shares a store: all threads, and then there is a lock, or none, and then there is none.

use crate::stats;
use crate::sync::{Arc, AtDesk, Biased, BiasedGuard, Noted};
use std::cell::{Cell, Ref, RefCell, RefMut};
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
pub trait Lock<X: Noted>: From<X> {
    /// Says that one is in.
    type Guard<'a>: DerefMut<Target = X>
    where
        Self: 'a,
        X: 'a;
    /// Says that one may look.
    type Beside<'a>: Beside<X>
    where
        Self: 'a,
        X: 'a;

    /// Waits to be let in.
    fn lock(&self) -> Self::Guard<'_>;
    /// The same; but while others look beside, nobody need be let in who can do with a promise.
    fn lock_or<R>(
        &self,
        promise: impl FnOnce(&X, &mut X::Promises) -> Option<R>,
    ) -> Result<R, Self::Guard<'_>>;
    /// The guard, if it can be had without parking.
    fn lock_soon(&self) -> Option<Self::Guard<'_>>;
    /// What there is to see without being let in, beside others who look, with a place for notes. Nothing if that cannot be had
    /// at once; who is patient may take a little longer.
    fn beside<const PATIENT: bool>(&self) -> Option<Self::Beside<'_>>;
}

/// Says that one may look.
pub trait Beside<X: Noted> {
    /// What there is to see, and where to leave notes.
    fn parts(&mut self) -> (&X, &mut X::Notes);
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
    type Beside<'a>
        = AtDesk<'a, X>
    where
        X: 'a;

    #[inline]
    fn lock(&self) -> BiasedGuard<'_, X> {
        self.lock()
    }
    #[inline]
    fn lock_or<R>(
        &self,
        promise: impl FnOnce(&X, &mut X::Promises) -> Option<R>,
    ) -> Result<R, BiasedGuard<'_, X>> {
        self.lock_or(promise)
    }
    #[inline]
    fn lock_soon(&self) -> Option<BiasedGuard<'_, X>> {
        self.lock_soon()
    }
    #[inline]
    fn beside<const PATIENT: bool>(&self) -> Option<AtDesk<'_, X>> {
        self.beside::<PATIENT>()
    }
}

impl<X: Noted> Beside<X> for AtDesk<'_, X> {
    #[inline]
    fn parts(&mut self) -> (&X, &mut X::Notes) {
        self.parts()
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
pub struct Alone<X: Noted> {
    inside: RefCell<X>,
    notes: RefCell<X::Notes>,
}

impl<X: Noted> From<X> for Alone<X> {
    fn from(value: X) -> Self {
        Self {
            inside: RefCell::new(value),
            notes: RefCell::default(),
        }
    }
}

impl<X: Noted> Lock<X> for Alone<X> {
    type Guard<'a>
        = RefMut<'a, X>
    where
        X: 'a;
    type Beside<'a>
        = (Ref<'a, X>, RefMut<'a, X::Notes>)
    where
        X: 'a;

    #[inline]
    fn lock(&self) -> RefMut<'_, X> {
        let mut inside = self.inside.borrow_mut();
        inside.absorb(&mut self.notes.borrow_mut());
        inside
    }
    #[inline]
    fn lock_or<R>(
        &self,
        _: impl FnOnce(&X, &mut X::Promises) -> Option<R>,
    ) -> Result<R, RefMut<'_, X>> {
        Err(self.lock())
    }
    #[inline]
    fn lock_soon(&self) -> Option<RefMut<'_, X>> {
        Some(self.lock())
    }
    #[inline]
    fn beside<const PATIENT: bool>(&self) -> Option<Self::Beside<'_>> {
        let inside = self.inside.try_borrow().ok()?;
        let notes = self.notes.try_borrow_mut().ok()?;
        Some((inside, notes))
    }
}

impl<X: Noted> Beside<X> for (Ref<'_, X>, RefMut<'_, X::Notes>) {
    #[inline]
    fn parts(&mut self) -> (&X, &mut X::Notes) {
        (&self.0, &mut self.1)
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
