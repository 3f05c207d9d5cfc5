//! What a model has in the place of alarms: there is no time, and patience ends at any moment, unless it never does. In a
//! kernel it ends at once.

use super::sleeper::Sleeper;
use crate::sync::{Arc, AtomicBool, Ordering};
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Alarm(Arc<AtomicBool>);

impl Alarm {
    pub(super) fn set(sleeper: &Arc<Sleeper>, patience: Duration) -> Self {
        let is_due = Arc::new(AtomicBool::new(false));
        if patience < Duration::MAX {
            let (sleeper, is_due) = (sleeper.clone(), is_due.clone());
            let ring = move || {
                is_due.store(true, Ordering::SeqCst);
                sleeper.wake();
            };
            #[cfg(memo_shuttle)]
            shuttle::thread::spawn(ring);
            #[cfg(memo_loom)]
            ring();
        }
        Self(is_due)
    }

    pub(super) fn is_due(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
