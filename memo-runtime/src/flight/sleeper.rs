//! A task that waits: it is woken when there is something new, or when it has waited too long.

use super::alarms::{self, Alarm};
use crate::sync::{Arc, AtomicBool, Mutex, Ordering};
use std::task::Waker;
use std::time::Duration;

/// A task that waits. Wakers are user code, so none is cloned, woken or dropped under a lock.
#[derive(Debug)]
pub(super) struct Sleeper {
    /// That of the last poll; gone once it has been woken.
    waker: Mutex<Option<Waker>>,
    /// Whether its time was over, since it was last told how long to wait.
    has_overslept: AtomicBool,
}

impl Sleeper {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            waker: Mutex::new(None),
            has_overslept: AtomicBool::new(false),
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

    /// Wakes it again after so long, unless the alarm is dropped before.
    pub(super) fn wake_after(self: &Arc<Self>, patience: Duration) -> Alarm {
        self.has_overslept.store(false, Ordering::SeqCst);
        alarms::set(self, patience)
    }

    /// It is too late.
    pub(super) fn oversleep(&self) {
        self.has_overslept.store(true, Ordering::SeqCst);
        self.wake();
    }

    pub(super) fn has_overslept(&self) -> bool {
        self.has_overslept.load(Ordering::SeqCst)
    }
}

/// Tasks to be woken, in their order, when this is dropped: not under a lock. If one of their wakers panics, the others are
/// woken all the same.
#[derive(Debug, Default)]
pub(crate) struct Woken(Vec<WokenOne>);

#[derive(Debug)]
struct WokenOne(Arc<Sleeper>);

impl Woken {
    pub(super) fn of(sleepers: impl Iterator<Item = Arc<Sleeper>>) -> Self {
        Self(sleepers.map(WokenOne).collect())
    }

    pub(super) fn add(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }
}

impl Drop for WokenOne {
    fn drop(&mut self) {
        self.0.wake();
    }
}
