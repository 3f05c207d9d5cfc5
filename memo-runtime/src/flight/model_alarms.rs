//! What a model has in the place of alarms: there is no time, and patience ends at any moment, unless it never does. In a
//! kernel it ends at once.

use super::sleeper::Sleeper;
use crate::sync::Arc;
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Alarm;

pub(super) fn set(sleeper: &Arc<Sleeper>, patience: Duration) -> Alarm {
    if patience < Duration::MAX {
        #[cfg(memo_shuttle)]
        {
            let sleeper = sleeper.clone();
            shuttle::thread::spawn(move || sleeper.oversleep());
        }
        #[cfg(memo_loom)]
        sleeper.oversleep();
    }
    Alarm
}
