//! Who waits for whom, so that nobody waits for itself.

use super::run::{Run, callers};
use crate::sync::{Arc, AtomicBool, Mutex, Ordering, global};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

global! {
    /// One entry for each who goes no further while somebody waits. As many as wait at the moment, in all caches, and the
    /// async calls that they are part of.
    fn waits() -> Mutex<Waits> = Waits { list: BTreeMap::new(), awaited: BTreeMap::new(), last: 0 };
}

struct Waits {
    /// By who is held up, and a number: whose computation ends the waiting, and whether it has ended.
    list: BTreeMap<(Run, u64), (Run, IsOver)>,
    /// By leader: how many wait.
    awaited: BTreeMap<Run, usize>,
    last: u64,
}

/// Set once, at the end of a flight: whoever waited for it does not wait for anybody any more.
pub(super) type IsOver = Arc<AtomicBool>;

/// While it lives, the caller is among those who wait.
pub(super) struct Waiting {
    leader: Run,
    callers: Vec<Run>,
    number: u64,
}

impl Waiting {
    /// Nothing if `leader` waits for the caller, in one step or several: then both would wait for ever. The search and the
    /// entry are one step, so of all who close a circle the last is told.
    pub(super) fn begin(leader: Run, is_over: &IsOver) -> Option<Self> {
        let callers = callers();
        let mut waits = waits().lock();
        if !is_over.load(Ordering::Acquire) && waits.holds_up(leader, &callers) {
            return None;
        }
        *waits.awaited.entry(leader).or_default() += 1;
        waits.last += 1;
        let number = waits.last;
        for caller in &callers {
            let wait = (leader, is_over.clone());
            waits.list.insert((*caller, number), wait);
        }
        Some(Self {
            leader,
            callers,
            number,
        })
    }

    /// Whether it is still the caller as it was then: a task may be polled by another the next time.
    pub(super) fn is_current(&self) -> bool {
        self.callers == callers()
    }
}

impl Waits {
    /// Whether the leader goes no further until one of the callers does.
    fn holds_up(&self, leader: Run, callers: &[Run]) -> bool {
        // Nearly always nobody waits for the caller, and then there is nothing to search: of many who wait for one leader,
        // none looks at all that this one waits for.
        let is_awaited = |caller: &Run| self.awaited.range(caller.led()).next().is_some();
        if !callers
            .iter()
            .any(|it| leader.callers().contains(it) || is_awaited(it))
        {
            return false;
        }
        let (mut seen, mut next) = (BTreeSet::new(), vec![leader]);
        while let Some(run) = next.pop() {
            let held_up = run.callers();
            if callers.iter().any(|caller| held_up.contains(caller)) {
                return true;
            }
            let held_up = (*held_up.start(), 0)..=(*held_up.end(), u64::MAX);
            let waits = self.list.range(held_up).map(|(_, wait)| wait);
            // Who waits for a flight that has ended does not wait any more.
            let waits = waits.filter(|(_, is_over)| !is_over.load(Ordering::Acquire));
            next.extend(
                waits
                    .map(|(leader, _)| *leader)
                    .filter(|it| seen.insert(*it)),
            );
        }
        false
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut waits = waits().lock();
        for caller in &self.callers {
            waits.list.remove(&(*caller, self.number));
        }
        if let Entry::Occupied(mut waiting) = waits.awaited.entry(self.leader) {
            *waiting.get_mut() -= 1;
            if *waiting.get() == 0 {
                waiting.remove();
            }
        }
    }
}
