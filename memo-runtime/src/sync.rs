//! Every lock, atomic and once-cell of the crate goes through here, so that a model checker can take std's place: shuttle
//! with `--cfg memo_shuttle`, loom with `--cfg memo_loom` (`models/`).

mod barrier;
mod biased;
#[cfg(not(memo_loom))]
mod cell;
mod desk;
#[cfg(all(test, memo_loom))]
mod kernels;
mod number;

#[cfg(all(test, not(any(memo_shuttle, memo_loom))))]
pub(crate) use barrier::settle;
pub(crate) use biased::{AtDesk, Biased, BiasedGuard, Noted};

#[cfg(memo_loom)]
use loom::sync as imp;
#[cfg(memo_shuttle)]
use shuttle::sync as imp;
#[cfg(not(any(memo_shuttle, memo_loom)))]
use std::sync as imp;

#[cfg(memo_shuttle)]
pub(crate) use shuttle::thread_local;
#[cfg(not(any(memo_shuttle, memo_loom)))]
pub(crate) use std::thread_local;
/// Loom's knows no `const`.
#[cfg(memo_loom)]
macro_rules! loom_thread_local {
    ($(#[$doc:meta])* static $name:ident: $ty:ty = const { $value:expr };) => {
        loom::thread_local!($(#[$doc])* static $name: $ty = $value;);
    };
}
#[cfg(memo_loom)]
pub(crate) use loom_thread_local as thread_local;

#[cfg(not(memo_loom))]
use cell::{ConstPtr, MutPtr, UnsafeCell};
#[cfg(memo_loom)]
use loom::cell::{ConstPtr, MutPtr, UnsafeCell};

pub(crate) use imp::MutexGuard;
#[cfg(feature = "queue")]
pub(crate) use imp::atomic::AtomicU64;
pub(crate) use imp::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering, fence};
pub(crate) use once_cell::race::OnceBox;
pub(crate) use std::sync::{Arc, OnceLock};

use std::ops::Range;
use std::sync::{PoisonError, TryLockError};
use std::time::Duration;

/// In a model there is no time, and a thread that spins only adds to the schedules.
const IS_MODEL: bool = cfg!(any(memo_shuttle, memo_loom));

/// Where there are no threads, nobody else would go on while one waits.
const IS_ALONE: bool = cfg!(all(target_family = "wasm", not(target_feature = "atomics")));

/// How often `lock` tries before the thread parks: for some ten microseconds, which is what parking costs. Each try takes
/// the cache line away from who holds the lock, and all that the lock guards goes after it, so there is more and more time
/// between them: two threads get more done if each has it for some calls on end.
const SPINS: u32 = 10;

/// The same where each has the lock for some turns on end: at once longer, and twice as long in all.
const LONG_SPINS: Range<u32> = 6..11;

/// A mutex that cannot be poisoned and spins a little before it parks.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(imp::Mutex<T>);

impl<T> Mutex<T> {
    #[cfg(not(memo_loom))]
    pub(crate) const fn new(value: T) -> Self {
        Self(imp::Mutex::new(value))
    }
    #[cfg(memo_loom)]
    pub(crate) fn new(value: T) -> Self {
        Self(imp::Mutex::new(value))
    }

    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        if IS_MODEL {
            return self.park();
        }
        self.try_lock()
            .unwrap_or_else(|| self.lock_contended(0..SPINS))
    }

    /// The same, if others come back to it at once and have in their cache what it guards: leaves them time for some turns on end.
    #[inline]
    pub(crate) fn lock_in_turn(&self) -> MutexGuard<'_, T> {
        if IS_MODEL {
            return self.park();
        }
        self.try_lock()
            .unwrap_or_else(|| self.lock_contended(LONG_SPINS))
    }

    #[cold]
    fn lock_contended(&self, mut steps: Range<u32>) -> MutexGuard<'_, T> {
        let locked = steps.find_map(|step| self.try_later(step));
        locked.unwrap_or_else(|| self.park())
    }

    /// The guard, if it can be had without parking.
    #[cold]
    pub(crate) fn lock_soon(&self) -> Option<MutexGuard<'_, T>> {
        if IS_MODEL {
            return self.try_lock();
        }
        (0..SPINS).find_map(|step| self.try_later(step))
    }

    fn try_later(&self, step: u32) -> Option<MutexGuard<'_, T>> {
        back_off(step);
        self.try_lock()
    }

    fn park(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The guard, if nobody has it. A panic under the lock leaves whole entries behind, never half of one: there is
    /// nothing to poison.
    #[inline]
    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.0.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// What it guards, which nobody else can see now.
    #[inline]
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where threads wait for what a mutex guards to change.
#[derive(Debug, Default)]
pub(crate) struct Condvar(imp::Condvar);

impl Condvar {
    #[cfg(not(any(memo_shuttle, memo_loom)))]
    pub(crate) const fn new() -> Self {
        Self(imp::Condvar::new())
    }

    /// Waits to be notified, but not longer than `patience`; whether it was that long. May wake without a reason, too.
    pub(crate) fn wait<'a, T>(
        &self,
        mutex: &'a Mutex<T>,
        guard: MutexGuard<'a, T>,
        patience: Duration,
    ) -> (MutexGuard<'a, T>, bool) {
        if IS_MODEL && patience < Duration::MAX {
            drop(guard);
            return (mutex.lock(), patience_ends());
        }
        if IS_ALONE {
            return (guard, true);
        }
        let waited = self.0.wait_timeout(guard, patience);
        let (guard, result) = waited.unwrap_or_else(PoisonError::into_inner);
        (guard, result.timed_out())
    }

    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }
}

/// Lets some time pass, some nanoseconds to some ten microseconds, twice as much at each step.
fn back_off(step: u32) {
    (0..1 << step).for_each(|_| std::hint::spin_loop());
}

/// Waits for what another thread is about to do, without a way to be woken: step by step, for longer each time.
#[cfg_attr(
    any(memo_shuttle, memo_loom),
    expect(unused_variables, reason = "in a model nothing takes long")
)]
fn wait_for_another(step: u32) {
    #[cfg(memo_shuttle)]
    shuttle::thread::yield_now();
    #[cfg(memo_loom)]
    loom::thread::yield_now();
    #[cfg(not(any(memo_shuttle, memo_loom)))]
    match step {
        0..SPINS => back_off(step),
        SPINS..100 => std::thread::yield_now(),
        _ => std::thread::sleep(Duration::from_micros(100)),
    }
}

/// Tries a few times, for some microseconds: what another thread is about to do is not worth parking for.
pub(crate) fn soon<R>(mut attempt: impl FnMut() -> Option<R>) -> Option<R> {
    const SPINS: u32 = 7;
    const YIELDS: u32 = 4;
    if IS_MODEL {
        return None;
    }
    (0..SPINS + YIELDS).find_map(|step| {
        if step < SPINS {
            back_off(step);
        } else {
            std::thread::yield_now();
        }
        attempt()
    })
}

/// Leaves another thread the time for some ten sections of a mutex.
#[cfg(feature = "queue")]
pub(crate) fn pause() {
    if !IS_MODEL {
        back_off(3);
    }
}

/// Stands behind a sequentially consistent access that another one of the same thread follows. Loom takes them for acquire and
/// release, so there it is the fence that does the same.
#[cfg(feature = "queue")]
#[inline]
pub(crate) fn in_one_order() {
    #[cfg(memo_loom)]
    fence(Ordering::SeqCst);
}

/// Kept from sharing a cache line, or a pair of them, with its neighbours.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct Apart<T>(pub(crate) T);

/// In a model: at any moment, and sooner or later.
fn patience_ends() -> bool {
    #[cfg(memo_shuttle)]
    {
        use shuttle::rand::{Rng, thread_rng};
        shuttle::thread::yield_now();
        thread_rng().gen_bool(0.5)
    }
    #[cfg(memo_loom)]
    loom::thread::yield_now();
    #[cfg(not(memo_shuttle))]
    true
}

/// A mutex for the whole process; in a model, for one run of it.
macro_rules! global {
    ($(#[$doc:meta])* fn $name:ident() -> Mutex<$guarded:ty> = $value:expr;) => {
        $(#[$doc])*
        fn $name() -> &'static Mutex<$guarded> {
            #[cfg(not(any(memo_shuttle, memo_loom)))]
            {
                static GLOBAL: Mutex<$guarded> = Mutex::new($value);
                &GLOBAL
            }
            #[cfg(memo_shuttle)]
            {
                // All threads of a model are one thread.
                std::thread_local!(static GLOBAL: &'static Mutex<$guarded> = Box::leak(Box::new(Mutex::new($value))));
                GLOBAL.with(|global| *global)
            }
            #[cfg(memo_loom)]
            {
                loom::lazy_static!(static ref GLOBAL: Mutex<$guarded> = Mutex::new($value););
                &GLOBAL
            }
        }
    };
}
pub(crate) use global;
