//! Every lock, atomic and once-cell of the crate goes through here, so that a model checker can take std's place.

use std::sync::{Mutex as StdMutex, PoisonError, TryLockError};

pub(crate) use once_cell::race::OnceBox;
#[cfg(feature = "test-util")]
pub(crate) use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
pub(crate) use std::sync::{MutexGuard, OnceLock};

/// How often `lock` tries before the thread parks. The sections are some ten nanoseconds long, parking costs microseconds.
const SPINS: u32 = 100;

/// A mutex that cannot be poisoned and spins a little before it parks.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(StdMutex<T>);

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(StdMutex::new(value))
    }

    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.try_lock().unwrap_or_else(|| self.lock_contended())
    }

    #[cold]
    fn lock_contended(&self) -> MutexGuard<'_, T> {
        let spins = (0..SPINS).find_map(|_| {
            std::hint::spin_loop();
            self.try_lock()
        });
        spins.unwrap_or_else(|| self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The guard, if nobody has it. A panic under the lock leaves whole entries behind, never half of one: there is
    /// nothing to poison.
    #[inline]
    fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.0.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}
