//! A lock that is biased towards readers: where there are hardly any writers, a reader writes nothing that another thread reads.
//!
//! Each reader takes its thread's *desk* and looks from there; only where there are many threads, some share one. A writer
//! shuts readers out, waits until nobody is at a desk, and lets them in again when it goes; where writers come often they stay
//! out, and it is a mutex for all. After *BRAVO: Biased Locking for Reader-Writer Locks* (Dice and Kogan, USENIX ATC 2019); but
//! a desk belongs to one lock, and what readers have to tell the next writer they leave there as notes.
#![allow(unsafe_code, reason = "who may look into the cells, argued at each")]

use super::number::number_of_thread;
use super::{
    Apart, AtomicBool, AtomicU8, IS_MODEL, Mutex, MutexGuard, OnceBox, Ordering, back_off,
    in_one_order, wait_for_another,
};
#[cfg(not(memo_loom))]
use cell::{MutPtr, UnsafeCell};
#[cfg(memo_loom)]
use loom::cell::{MutPtr, UnsafeCell};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};

/// What such a lock guards.
pub trait Noted {
    /// What readers leave for the next writer.
    type Notes: Default + Send;

    /// A writer has come and reads them; they are empty then.
    fn absorb(&mut self, notes: &mut Self::Notes);

    /// Whether there is anything that readers may be looking for.
    fn is_used(&self) -> bool;

    /// Whether who has just had it for itself did no more than a reader would have done.
    fn take_calm(&mut self) -> bool;
}

/// For how many turns that did no more than a reader would, the lock stays shut to readers: at first, and after each writer so
/// many more, but not more than so many in all. In a test it never does, so that there are readers at all.
const AT_FIRST: u32 = if cfg!(test) { 0 } else { MOST };
const AFTER_EACH: u32 = if cfg!(test) { 0 } else { 8 };
const MOST: u32 = 64;

/// Readers may look.
const OPEN: u8 = 0;
/// They may soon: somebody has just come who will not be long.
const BUSY: u8 = 1;
/// They may not, and go in as writers do.
const SHUT: u8 = 2;

#[repr(C, align(128))] // what is written by who is in keeps away from what others read
pub struct Biased<X: Noted> {
    door: Apart<Door<X::Notes>>,
    /// Lets one in at a time. In it, for how many turns the door stays shut.
    gate: Mutex<u32>,
    inside: UnsafeCell<X>,
}

/// For readers.
struct Door<N> {
    /// Whether they may look: [`OPEN`], [`BUSY`] or [`SHUT`]. Changes with the gate held.
    state: AtomicU8,
    /// From the first time that there is anything to look for.
    desks: OnceBox<Desks<N>>,
}

// SAFETY: `inside` is handed out as `&mut` to the one who has the gate when no reader is at a desk, and as `&` to readers, on
// whichever thread. Each desk's notes are handed out as `&mut` to the reader who has taken it, or to who has the gate then.
unsafe impl<X: Noted + Send + Sync> Sync for Biased<X> {}
// SAFETY: it owns what is in it.
unsafe impl<X: Noted + Send> Send for Biased<X> {}

impl<X: Noted> Biased<X> {
    pub(crate) fn new(inside: X) -> Self {
        let lock = Self {
            door: Apart(Door {
                state: AtomicU8::new(SHUT),
                desks: OnceBox::new(),
            }),
            gate: Mutex::new(AT_FIRST),
            inside: UnsafeCell::new(inside),
        };
        if AT_FIRST == 0 {
            lock.open();
        }
        lock
    }

    /// Has a look, beside others who do. Nothing if that cannot be done at once, or comes to nothing.
    #[inline]
    pub(crate) fn beside<R>(&self, look: impl FnOnce(&X, &mut X::Notes) -> Option<R>) -> Option<R> {
        if self.door.0.state.load(Ordering::Acquire) != OPEN && !self.opens_soon() {
            return None; // and no line is written to
        }
        let desk = self.door.0.desks.get()?.own()?;
        let _taken = desk.take()?;
        if self.door.0.state.load(Ordering::SeqCst) != OPEN {
            return None;
        }
        let (inside, notes) = (self.inside.get(), desk.notes.get_mut());
        // SAFETY: the desk was taken before the lock was found open. Who closes it does so before looking at the desk, and
        // all four are sequentially consistent. So either it was seen here to be closed, or the desk is seen there to be
        // taken, and then that one waits until `_taken` is dropped, which is after the references are gone.
        look(unsafe { inside.deref() }, unsafe { notes.deref() })
    }

    /// Whether it is open, after a moment at most.
    #[cold]
    fn opens_soon(&self) -> bool {
        const STEPS: u32 = if IS_MODEL { 0 } else { 6 };
        for step in 0..STEPS {
            match self.door.0.state.load(Ordering::Relaxed) {
                OPEN => return true,
                SHUT => return false,
                _ => back_off(step),
            }
        }
        false
    }

    pub(crate) fn lock(&self) -> BiasedGuard<'_, X> {
        let gate = self.gate.lock();
        if self.door.0.state.load(Ordering::Relaxed) != SHUT {
            self.close(u32::MAX);
        }
        self.guard(gate)
    }

    /// The guard, if it can be had without parking and without waiting long for a reader.
    ///
    /// Whoever has left word for readers before, and does not get in, may count on one who is in to see it when it has left: its
    /// leaving is a plain store, but none takes as long to be seen as was waited for here. If one did, the next caller would
    /// find the word.
    pub(crate) fn lock_soon(&self) -> Option<BiasedGuard<'_, X>> {
        const STEPS: u32 = if IS_MODEL { 0 } else { 100 };
        let gate = self.gate.lock_soon()?;
        let is_shut = self.door.0.state.load(Ordering::Relaxed) == SHUT;
        let has_it = is_shut || self.close(STEPS);
        has_it.then(|| self.guard(gate))
    }

    #[inline]
    fn guard<'a>(&'a self, gate: MutexGuard<'a, u32>) -> BiasedGuard<'a, X> {
        let inside = self.inside.get_mut();
        BiasedGuard {
            inside,
            gate,
            lock: self,
        }
    }

    /// Lets no more readers in and waits until they are gone, or gives up after so many steps; whether they are. What they
    /// have left is read then. The caller has the gate.
    #[cold]
    fn close(&self, steps: u32) -> bool {
        self.door.0.state.store(BUSY, Ordering::SeqCst);
        in_one_order();
        let desks = self.door.0.desks.get().map_or(&[][..], |desks| &desks.0);
        for desk in desks {
            let mut step = 0;
            while desk.0.is_taken.load(Ordering::SeqCst) {
                if step == steps {
                    self.door.0.state.store(OPEN, Ordering::Release);
                    return false;
                }
                wait_for_another(step);
                step = step.saturating_add(1);
            }
        }
        let inside = self.inside.get_mut();
        for desk in desks {
            let notes = desk.0.notes.get_mut();
            // SAFETY: the caller has the gate, and no reader is at a desk, or will be before the lock is open: see `beside`.
            unsafe { inside.deref().absorb(notes.deref()) };
        }
        true
    }

    /// Lets readers in. The caller has the gate, or is the only one to know the lock.
    fn open(&self) {
        self.furnish();
        self.door.0.state.store(OPEN, Ordering::Release);
    }

    /// Sees to it that there are desks.
    #[inline]
    fn furnish(&self) {
        if self.door.0.desks.get().is_none() {
            self.door.0.desks.get_or_init(|| Box::new(Desks::new()));
        }
    }
}

/// Says that nobody else is in.
pub struct BiasedGuard<'a, X: Noted> {
    inside: MutPtr<X>,
    gate: MutexGuard<'a, u32>,
    lock: &'a Biased<X>,
}

impl<X: Noted> Deref for BiasedGuard<'_, X> {
    type Target = X;

    #[inline]
    fn deref(&self) -> &X {
        // SAFETY: the gate is held and no reader is at a desk, until the guard is dropped.
        unsafe { self.inside.deref() }
    }
}

impl<X: Noted> DerefMut for BiasedGuard<'_, X> {
    #[inline]
    fn deref_mut(&mut self) -> &mut X {
        // SAFETY: as above.
        unsafe { self.inside.deref() }
    }
}

impl<X: Noted> Drop for BiasedGuard<'_, X> {
    #[inline]
    fn drop(&mut self) {
        *self.gate = if self.take_calm() {
            self.gate.saturating_sub(1)
        } else {
            if self.is_used() {
                self.lock.furnish(); // so that letting readers in will allocate nothing
            }
            (*self.gate + AFTER_EACH).min(MOST)
        };
        if *self.gate == 0 {
            self.lock.open();
        } else if self.lock.door.0.state.load(Ordering::Relaxed) == BUSY {
            self.lock.door.0.state.store(SHUT, Ordering::Relaxed);
        }
    }
}

/// The desks of a lock. To make as many as there are processors, one would have to ask, which takes as long as a hundred misses.
struct Desks<N>([Apart<Desk<N>>; DESKS]);

const DESKS: usize = if IS_MODEL { 1 } else { 8 };

struct Desk<N> {
    is_taken: AtomicBool,
    notes: UnsafeCell<N>,
}

/// While it lives, the desk is taken.
struct Taken<'a, N>(&'a Desk<N>);

impl<N: Default> Desks<N> {
    fn new() -> Self {
        Self(std::array::from_fn(|_| Apart(Desk::default())))
    }

    /// This thread's; always the same, so that its notes are in their order. It may be another one's, too.
    #[inline]
    fn own(&self) -> Option<&Desk<N>> {
        let number = if IS_MODEL { 0 } else { number_of_thread()? };
        Some(&self.0[number % DESKS].0)
    }
}

impl<N: Default> Default for Desk<N> {
    fn default() -> Self {
        Self {
            is_taken: AtomicBool::new(false),
            notes: UnsafeCell::new(N::default()),
        }
    }
}

impl<N> Desk<N> {
    /// Takes it, if another thread that has it, too, is not there for long.
    #[inline]
    fn take(&self) -> Option<Taken<'_, N>> {
        self.try_take().or_else(|| self.take_soon())
    }

    #[cold]
    fn take_soon(&self) -> Option<Taken<'_, N>> {
        const STEPS: u32 = if IS_MODEL { 0 } else { 8 };
        (0..STEPS).find_map(|step| {
            back_off(step);
            self.try_take()
        })
    }

    #[inline]
    fn try_take(&self) -> Option<Taken<'_, N>> {
        let (taken, failed) = (Ordering::SeqCst, Ordering::Relaxed);
        let before = self.is_taken.compare_exchange(false, true, taken, failed);
        before.ok()?;
        in_one_order();
        Some(Taken(self))
    }
}

impl<N> Drop for Taken<'_, N> {
    #[inline]
    fn drop(&mut self) {
        self.0.is_taken.store(false, Ordering::Release);
    }
}

// A panic leaves whole entries behind, as it does behind a mutex that is not poisoned: see `Mutex::try_lock`.
impl<X: Noted> UnwindSafe for Biased<X> {}
impl<X: Noted> RefUnwindSafe for Biased<X> {}

impl<X: Noted> fmt::Debug for Biased<X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Biased").finish_non_exhaustive()
    }
}

/// A cell in the shape that loom has for it, which sees who looks at it when.
#[cfg(not(memo_loom))]
mod cell {
    use std::cell;

    pub(crate) struct UnsafeCell<T>(cell::UnsafeCell<T>);

    /// To read.
    pub(crate) struct ConstPtr<T>(*const T);

    /// To write, too.
    pub(crate) struct MutPtr<T>(*mut T);

    impl<T> UnsafeCell<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(cell::UnsafeCell::new(value))
        }
        #[inline]
        pub(crate) fn get(&self) -> ConstPtr<T> {
            ConstPtr(self.0.get())
        }
        #[inline]
        pub(crate) fn get_mut(&self) -> MutPtr<T> {
            MutPtr(self.0.get())
        }
    }

    impl<T> ConstPtr<T> {
        /// # Safety
        ///
        /// The cell is there, and nobody writes to it, for as long as the reference lives.
        #[inline]
        pub(crate) unsafe fn deref(&self) -> &T {
            // SAFETY: the caller's.
            unsafe { &*self.0 }
        }
    }

    impl<T> MutPtr<T> {
        /// # Safety
        ///
        /// The cell is there, and nobody else looks into it, for as long as the reference lives.
        #[inline]
        #[expect(
            clippy::mut_from_ref,
            reason = "as loom has it; the caller sees to it that there is but one"
        )]
        pub(crate) unsafe fn deref(&self) -> &mut T {
            // SAFETY: the caller's.
            unsafe { &mut *self.0 }
        }
    }
}
