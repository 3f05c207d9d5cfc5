//! When a task has waited too long. A thread that waits looks at the clock itself; tasks are woken to do so, by one thread
//! that is there while there are tasks that wait.

use super::sleeper::Sleeper;
use crate::clock::Instant;
use crate::contain::contain;
use crate::sync::{Arc, Condvar, Mutex};
use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

/// As many as tasks wait at the moment, in all caches.
static ALARMS: Mutex<Alarms> = Mutex::new(Alarms {
    due: BTreeMap::new(),
    last: 0,
    wakes_at: None,
});
/// An alarm is due before the thread would look.
static SOONER: Condvar = Condvar::new();

struct Alarms {
    due: BTreeMap<(Instant, u64), Arc<Sleeper>>,
    last: u64,
    /// When the thread looks next; nothing if there is none.
    wakes_at: Option<Instant>,
}

/// The thread looks so often at least, and ends if nobody waits any more: not at once, for another may wait soon.
const LINGERS: Duration = Duration::from_millis(100);

/// Wakes a task unless it is dropped before. Never where patience has no end.
#[derive(Debug)]
pub(super) struct Alarm(Option<(Instant, u64)>);

impl Alarm {
    /// After so long.
    pub(super) fn set(sleeper: &Arc<Sleeper>, patience: Duration) -> Self {
        let Some(due) = Instant::now().checked_add(patience) else {
            return Self(None);
        };
        let mut alarms = ALARMS.lock();
        alarms.last += 1;
        let key = (due, alarms.last);
        alarms.due.insert(key, sleeper.clone());
        match alarms.wakes_at {
            None => {
                let name = thread::Builder::new().name("memo-runtime patience".to_owned());
                // Where there are no threads, or no more of them, a task looks at the clock when others wake it.
                alarms.wakes_at = name.spawn(ring).ok().map(|_| due);
            }
            Some(wakes_at) if due < wakes_at => SOONER.notify_all(),
            Some(_) => {}
        }
        Self(Some(key))
    }

    /// Whether it is time.
    pub(super) fn is_due(&self) -> bool {
        self.0.is_some_and(|(due, _)| due <= Instant::now())
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        let sleeper = self.0.and_then(|key| ALARMS.lock().due.remove(&key));
        drop(sleeper); // it may hold the last of a waker
    }
}

/// What the thread does.
fn ring() {
    let mut alarms = ALARMS.lock();
    while let Some((&(due, number), _)) = alarms.due.first_key_value() {
        let now = Instant::now();
        if due <= now {
            let sleeper = alarms.due.remove(&(due, number));
            drop(alarms);
            // Should the waker panic, the others are to be woken all the same.
            contain(|| sleeper.into_iter().for_each(|it| it.wake()));
            alarms = ALARMS.lock();
            continue;
        }
        let lasts = LINGERS.min(due - now);
        alarms.wakes_at = Some(now + lasts);
        (alarms, _) = SOONER.wait(&ALARMS, alarms, lasts);
    }
    alarms.wakes_at = None;
}
