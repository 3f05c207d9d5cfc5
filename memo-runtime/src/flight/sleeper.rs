//! A task that waits: it is woken when there is something new, or when it has waited too long.

use crate::sync::{Arc, Mutex};
use std::collections::BTreeMap;
use std::mem::{forget, take};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::Waker;
use std::thread;

/// A task that waits. Wakers are user code, so none is cloned, woken or dropped under a lock.
#[derive(Debug)]
pub(super) struct Sleeper {
    /// That of the last poll; gone once it has been woken.
    waker: Mutex<Option<Waker>>,
}

impl Sleeper {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            waker: Mutex::new(None),
        })
    }

    /// From now on this is who is woken.
    pub(super) fn listen(&self, waker: &Waker) {
        let new = Some(waker.clone());
        let before = std::mem::replace(&mut *self.waker.lock(), new);
        drop(before);
    }

    /// Wakes the task, if it has listened since it was last woken.
    pub(super) fn wake(&self) {
        let waker = self.waker.lock().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The tasks that wait for one flight, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Sleepers {
    list: BTreeMap<u64, Arc<Sleeper>>,
    last: u64,
}

impl Sleepers {
    /// Takes one in; its number.
    pub(super) fn add(&mut self, sleeper: Arc<Sleeper>) -> u64 {
        self.last += 1;
        self.list.insert(self.last, sleeper);
        self.last
    }

    /// It does not wait any more, and is the caller's to drop: with its waker, which is user code.
    pub(super) fn remove(&mut self, number: u64) -> Option<Arc<Sleeper>> {
        self.list.remove(&number)
    }

    /// All of them are to look again.
    pub(super) fn wake(&self) -> Woken {
        Woken(self.list.values().cloned().collect())
    }

    /// None of them has anything to wait for any more.
    pub(super) fn dismiss(&mut self) -> Woken {
        Woken(take(&mut self.list).into_values().collect())
    }
}

/// Tasks to be woken, in their order, when this is dropped: not under a lock. If wakers panic, the others are woken all the
/// same, and then the first panic goes on, unless there is one already.
#[derive(Debug, Default)]
pub(crate) struct Woken(Vec<Arc<Sleeper>>);

impl Woken {
    pub(super) fn add(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }
}

impl Drop for Woken {
    fn drop(&mut self) {
        let mut first = None;
        for sleeper in self.0.drain(..) {
            let Err(payload) = catch_unwind(AssertUnwindSafe(move || sleeper.wake())) else {
                continue;
            };
            if first.is_none() {
                first = Some(payload);
            } else {
                forget(payload); // to drop it might panic, too
            }
        }
        match first {
            Some(payload) if thread::panicking() => forget(payload),
            Some(payload) => resume_unwind(payload),
            None => {}
        }
    }
}
