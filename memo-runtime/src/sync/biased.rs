//! A lock that is biased towards readers: where no writer comes, a reader writes nothing that another thread reads, and after a
//! while passes no fence either.
//!
//! Each reader has a *desk* to itself and looks from there. A writer shuts readers out, waits until nobody is at a desk, and lets
//! them in again when it goes; that costs all of them a few cache lines, so where writers come nearly as often as readers, readers
//! stay out, and it is a mutex for all. After *BRAVO: Biased Locking for Reader-Writer Locks* (Dice and Kogan, USENIX ATC
//! 2019); but a desk belongs to one lock, and what readers have to tell the next writer they leave there as notes.
#![allow(unsafe_code, reason = "who may look into the cells, argued at each")]

use super::desk::{Desks, Taken};
use super::{
    Apart, AtomicU8, ConstPtr, IS_MODEL, MutPtr, Mutex, MutexGuard, Ordering, UnsafeCell, barrier,
    soon, wait_for_another,
};
use std::convert::Infallible;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};

/// What such a lock guards.
pub trait Noted {
    /// What readers leave for the next writer.
    type Notes: Default + Send;
    /// What those promise who have found nothing, beside readers who still look.
    type Promises: Default;

    /// A writer has come and reads them; they are empty then. How many readers have found something since the last time.
    fn absorb(&mut self, notes: &mut Self::Notes) -> u64;

    /// Likewise, and keeps the promises; they are empty then.
    fn keep(&mut self, promises: &mut Self::Promises);

    /// Whether there is anything that readers may be looking for.
    fn is_used(&self) -> bool;

    /// Whether who has just had it for itself did no more than a reader would have done.
    fn take_calm(&mut self) -> bool;
}

/// So many hits to a writer, or to let readers in costs more than it brings.
const WORTH_IT: u64 = 6;
/// So many on end, and it is worth it, whatever was before.
const AT_ONCE: u64 = 64;
/// In a test it always is, so that there are readers at all.
const IS_TEST: bool = cfg!(test);

/// After so many fences that one thread has passed with no writer in between, the lock does without.
const MANY: usize = if IS_TEST { 1 } else { 1 << 15 };

/// Readers may look.
const OPEN: u8 = 0;
/// They may, too, but have to pass a fence of their own.
const FENCED: u8 = 1;
/// They may not, but will when the one who is in leaves.
const BRIEFLY_SHUT: u8 = 2;
/// They may not, and go in as writers do.
const SHUT: u8 = 3;

#[repr(C, align(128))] // what is written by who is in keeps away from what others read
pub struct Biased<X: Noted> {
    door: Apart<Door<X::Notes>>,
    /// Lets one in at a time.
    gate: Mutex<Gate<X::Promises>>,
    inside: UnsafeCell<X>,
}

/// For readers.
struct Door<N> {
    /// Whether they may look: [`OPEN`] to [`SHUT`]. Changes with the gate held.
    state: AtomicU8,
    /// From the first time that there is anything to look for.
    desks: Desks<N>,
}

/// For who has passed it.
struct Gate<P> {
    traffic: Traffic,
    /// Not yet kept; none while the door is shut.
    promises: P,
}

/// How often readers find something, and writers come.
#[derive(Default)]
struct Traffic {
    /// Since the last writer.
    hits: u64,
    /// To a writer, of late, times 16.
    usual: u64,
}

impl Traffic {
    /// A writer has been there.
    fn pass(&mut self) {
        let forgotten = self.usual / 16;
        self.usual += self.hits.min(AT_ONCE);
        self.usual -= forgotten;
        self.hits = 0;
    }

    /// Whether it is worth it to let readers in.
    fn is_mostly_hits(&self) -> bool {
        IS_TEST || self.usual >= 16 * WORTH_IT || self.hits >= AT_ONCE
    }
}

// SAFETY: `inside` is handed out as `&mut` to the one who has the gate when no reader is at a desk, and as `&` to readers, and
// beside them to the one who has the gate, on whichever thread. Promises are in the gate's mutex. Each desk's notes are handed out as `&mut` to the reader who has taken it, or to who has the gate then.
unsafe impl<X: Noted<Promises: Send> + Send + Sync> Sync for Biased<X> {}
// SAFETY: it owns what is in it.
unsafe impl<X: Noted<Promises: Send> + Send> Send for Biased<X> {}

impl<X: Noted> Biased<X> {
    pub(crate) fn new(inside: X) -> Self {
        let gate = Gate {
            traffic: Traffic::default(),
            promises: X::Promises::default(),
        };
        Self {
            door: Apart(Door {
                state: AtomicU8::new(if IS_TEST { FENCED } else { SHUT }),
                desks: Desks::new(),
            }),
            gate: Mutex::new(gate),
            inside: UnsafeCell::new(inside),
        }
    }

    /// Has a look, beside others who do. Nothing if that cannot be done at once, or comes to nothing. Who is patient makes what
    /// is missing.
    #[inline]
    pub(crate) fn beside<const PATIENT: bool>(&self) -> Option<AtDesk<'_, X>> {
        let mut state = self.door.0.state.load(Ordering::Relaxed);
        if PATIENT && state == BRIEFLY_SHUT {
            state = self.wait_for_writer();
        }
        if state >= BRIEFLY_SHUT {
            return None; // and no line is written to
        }
        let desk = self.door.0.desks.own::<PATIENT>()?;
        if state == FENCED && desk.has_passed(MANY) && !barrier::is_refused() {
            if !PATIENT {
                return None;
            }
            desk.forget_fences();
            state = self.relax();
        }
        let taken = desk.take()?;
        if state == OPEN {
            barrier::light();
        } else {
            desk.pass_fence();
        }
        if self.door.0.state.load(Ordering::Acquire) > state {
            return None;
        }
        Some(AtDesk {
            inside: self.inside.get(),
            notes: desk.notes.get_mut(),
            _taken: taken,
        })
    }

    /// Waits for whoever is in to leave, if readers are let in then, but not for long; how it is then.
    #[cold]
    fn wait_for_writer(&self) -> u8 {
        let state = || self.door.0.state.load(Ordering::Relaxed);
        let changed = soon(|| Some(state()).filter(|&state| state != BRIEFLY_SHUT));
        changed.unwrap_or(BRIEFLY_SHUT)
    }

    /// Sees to it that readers need no fences, if that can be; how it is open then.
    #[cold]
    fn relax(&self) -> u8 {
        barrier::ask(); // here nobody else waits for it
        if !barrier::is_granted() {
            return FENCED;
        }
        match self.gate.try_lock() {
            Some(_gate) if self.door.0.state.load(Ordering::Relaxed) == FENCED => {
                self.door.0.state.store(OPEN, Ordering::Release);
                OPEN
            }
            _ => FENCED,
        }
    }

    pub(crate) fn lock(&self) -> BiasedGuard<'_, X> {
        let Err(guard) = self.lock_or(|_, _| None::<Infallible>);
        guard
    }

    /// The guard, or what `promise` does without it, if readers are let in: no other writer comes meanwhile.
    #[inline]
    pub(crate) fn lock_or<R>(
        &self,
        promise: impl FnOnce(&X, &mut X::Promises) -> Option<R>,
    ) -> Result<R, BiasedGuard<'_, X>> {
        let mut gate = self.gate.lock_in_turn();
        if !self.is_shut() {
            let promised = {
                let inside = self.inside.get();
                // SAFETY: only who has the gate writes, and that is the caller, who does not.
                promise(unsafe { inside.deref() }, &mut gate.promises)
            };
            if let Some(promised) = promised {
                return Ok(promised);
            }
            self.close(&mut gate, u32::MAX);
        }
        Err(self.guard(gate))
    }

    #[inline]
    fn is_shut(&self) -> bool {
        self.door.0.state.load(Ordering::Relaxed) >= BRIEFLY_SHUT
    }

    /// The guard, if it can be had without parking and without waiting long for a reader.
    ///
    /// Whoever has left word for readers before, and does not get in, may count on one who is in to see it when it has left: it
    /// leaves, and then looks for word. Only where it had to pass a fence of its own it may see nothing, if its leaving takes
    /// longer to be seen than was waited for here; then the next caller would.
    pub(crate) fn lock_soon(&self) -> Option<BiasedGuard<'_, X>> {
        const STEPS: u32 = if IS_MODEL { 0 } else { 100 };
        let mut gate = self.gate.lock_soon()?;
        let has_it = self.is_shut() || self.close(&mut gate, STEPS);
        has_it.then(|| self.guard(gate))
    }

    #[inline]
    fn guard<'a>(&'a self, gate: MutexGuard<'a, Gate<X::Promises>>) -> BiasedGuard<'a, X> {
        let inside = self.inside.get_mut();
        BiasedGuard {
            inside,
            gate,
            lock: self,
        }
    }

    /// Lets no more readers in and waits until they are gone, or gives up after so many steps; whether they are. What they
    /// have left is read then.
    #[cold]
    fn close(&self, gate: &mut Gate<X::Promises>, steps: u32) -> bool {
        let state = &self.door.0.state;
        let shut = if gate.traffic.is_mostly_hits() {
            BRIEFLY_SHUT
        } else {
            SHUT
        };
        let before = state.swap(shut, Ordering::Relaxed);
        if before == FENCED {
            barrier::full();
        } else {
            barrier::heavy();
        }
        let desks = &self.door.0.desks;
        for desk in desks.iter() {
            let mut step = 0;
            while desk.is_taken() {
                if step == steps {
                    state.store(before, Ordering::Release);
                    return false;
                }
                wait_for_another(step);
                step = step.saturating_add(1);
            }
        }
        let inside = self.inside.get_mut();
        let readers = desks.iter().map(|desk| {
            desk.forget_fences();
            let notes = desk.notes.get_mut();
            // SAFETY: the caller has the gate, and no reader is at a desk, or will be before the lock is open: see `beside`.
            unsafe { inside.deref().absorb(notes.deref()) }
        });
        gate.traffic.hits += readers.sum::<u64>();
        // SAFETY: as above.
        unsafe { inside.deref() }.keep(&mut gate.promises);
        true
    }
}

/// Says that one may look.
pub struct AtDesk<'a, X: Noted> {
    inside: ConstPtr<X>,
    notes: MutPtr<X::Notes>,
    /// Behind the others, for fields are dropped in their order.
    _taken: Taken<'a, X::Notes>,
}

impl<X: Noted> AtDesk<'_, X> {
    #[inline]
    pub(crate) fn parts(&mut self) -> (&X, &mut X::Notes) {
        // SAFETY: the desk is this thread's alone. It was taken before a fence, and the lock was found open behind it. Who
        // closes it does so before the other fence of the pair, of which the state decides, and looks at the desk behind it. So
        // either it was seen here to be closed, or the desk is seen there to be taken, and then that one waits until `_taken`
        // is dropped, which is after the references are gone.
        unsafe { (self.inside.deref(), self.notes.deref()) }
    }
}

/// Says that nobody else is in.
pub struct BiasedGuard<'a, X: Noted> {
    inside: MutPtr<X>,
    gate: MutexGuard<'a, Gate<X::Promises>>,
    lock: &'a Biased<X>,
}

impl<X: Noted> Deref for BiasedGuard<'_, X> {
    type Target = X;

    #[inline]
    fn deref(&self) -> &X {
        // SAFETY: the gate is held and no reader is at a desk, until the guard is dropped. Others of these references may live;
        // none of those that write.
        unsafe { &*self.inside.with(|inside| inside) }
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
        let door = &self.lock.door.0;
        if self.take_calm() {
            self.gate.traffic.hits += 1;
        } else {
            if self.is_used() {
                door.desks.furnish(); // so that the first reader allocates nothing
            }
            self.gate.traffic.pass();
        }
        if self.gate.traffic.is_mostly_hits() {
            door.state.store(FENCED, Ordering::Release);
        } else if door.state.load(Ordering::Relaxed) != SHUT {
            door.state.store(SHUT, Ordering::Relaxed); // who waits need not wait longer
        }
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
