//! Threads that start at once, are held at gates, and are known to wait for a computation.

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::panic::resume_unwind;
use std::sync::{Arc, Barrier, Condvar, Mutex, PoisonError};
use std::thread;

/// Runs `work` in so many threads that all start at once, each with its number; what they return, in that order.
///
/// # Panics
///
/// If one of them does.
pub fn all_at_once<R: Send>(threads: u64, work: impl Fn(u64) -> R + Sync) -> Vec<R> {
    let start = Barrier::new(usize::try_from(threads).expect("so many threads are no address"));
    let (start, work) = (&start, &work);
    thread::scope(|scope| {
        let spawn = |thread| {
            scope.spawn(move || {
                start.wait();
                work(thread)
            })
        };
        let threads: Vec<_> = (0..threads).map(spawn).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, R>| {
            thread.join().unwrap_or_else(|panic| resume_unwind(panic))
        };
        threads.into_iter().map(join).collect()
    })
}

/// How often something has happened, for those who wait until it has.
#[derive(Debug, Default)]
pub struct Tally {
    count: Mutex<u64>,
    changed: Condvar,
}

impl Tally {
    /// It has not happened yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            count: Mutex::new(0),
            changed: Condvar::new(),
        }
    }

    /// It happens.
    pub fn add(&self) {
        *self.count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
    }

    /// Waits until it has happened so often.
    pub fn until(&self, count: u64) {
        let so_far = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_while(so_far, |so_far| *so_far < count);
        drop(waited);
    }
}

/// Shut until it is opened, and then open for good.
#[derive(Debug, Default)]
pub struct Gate(Tally);

impl Gate {
    /// It is shut.
    #[must_use]
    pub const fn new() -> Self {
        Self(Tally::new())
    }

    /// Lets everybody pass.
    pub fn open(&self) {
        self.0.add();
    }

    /// Waits until it is open.
    pub fn pass(&self) {
        self.0.until(1);
    }
}

/// A key that knows how often a call has waited for its computation.
///
/// A call without an answer clones its key and then looks once more. If that look meets the key of a computation, the call
/// is bound to wait for it, and holds the lock without which the computation cannot end.
#[derive(Debug)]
pub struct Awaited {
    /// What there is to compute with.
    pub number: u32,
    waits: Arc<Tally>,
}

thread_local! {
    static HAS_CLONED_ITS_KEY: Cell<bool> = const { Cell::new(false) };
}

impl Awaited {
    /// A key that nobody waits for.
    #[must_use]
    pub fn new(number: u32) -> Self {
        let waits = Arc::default();
        Self { number, waits }
    }

    /// Waits until calls have waited so often.
    pub fn until_awaited(&self, times: u64) {
        self.waits.until(times);
    }
}

impl Clone for Awaited {
    fn clone(&self) -> Self {
        HAS_CLONED_ITS_KEY.set(true);
        let waits = self.waits.clone();
        Self { waits, ..*self }
    }
}

impl Hash for Awaited {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl PartialEq for Awaited {
    fn eq(&self, other: &Self) -> bool {
        if HAS_CLONED_ITS_KEY.get() {
            self.waits.add();
        }
        self.number == other.number
    }
}

impl Eq for Awaited {}
