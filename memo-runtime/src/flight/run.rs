//! Computations by name, and on whose behalf something happens: a thread's, or a task's, of which it polls one in the other.

use crate::sync::thread_local;
use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::num::NonZeroU64;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// One computation, by a name that no other has: the thread that began it, and how many it had begun.
///
/// Those of a thread end in the opposite order, so while one is under way, so is every older one of the same thread. Those of
/// tasks, which are async calls, each stand for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Run(NonZeroU64);

thread_local! {
    /// The thread's last run, or that of no thread. Has no destructor, so it is there while others run.
    static LAST_RUN: Cell<u64> = const { Cell::new(COUNT) };
}
thread_local! {
    /// The runs of the tasks that the thread polls, outermost first. Has no destructor either, and no memory where there are
    /// none.
    static POLLED: RefCell<ManuallyDrop<Vec<Run>>> = const { RefCell::new(ManuallyDrop::new(Vec::new())) };
}

/// The bits of a run that count.
const COUNT: u64 = (1 << 32) - 1;
/// The bit of those of tasks. What is left is the thread.
const TASK: u64 = 1 << 63;
const THREADS: u64 = (TASK >> 32) - 1;

impl Run {
    pub(crate) const FIRST: Self = Self(NonZeroU64::MIN);
    pub(crate) const LAST: Self = Self(NonZeroU64::MAX);

    /// The thread begins to compute.
    #[inline]
    pub(crate) fn begin() -> Self {
        LAST_RUN.with(|last| {
            let next = last.get() + 1;
            let run = match NonZeroU64::new(next) {
                Some(run) if next & COUNT != 0 => run,
                _ => Self::first_of_thread(),
            };
            last.set(run.get());
            Self(run)
        })
    }

    /// A task begins to compute, which may go on in other threads.
    pub(crate) fn begin_task() -> Self {
        Self(Self::begin().0 | TASK)
    }

    /// A thread is another one after 2^32 computations. Should one that began before them ask for its own key then, it
    /// would wait until its patience ends.
    #[cold]
    fn first_of_thread() -> NonZeroU64 {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let thread = 1 + LAST.fetch_add(1, Relaxed) % THREADS;
        NonZeroU64::MIN | thread << 32
    }

    pub(crate) fn is_tasks(self) -> bool {
        self.0.get() & TASK != 0
    }

    /// The caller among whose runs this one is: itself, and those that its thread began later and that are under way.
    pub(super) fn callers(self) -> RangeInclusive<Self> {
        let last = if self.is_tasks() {
            self.0
        } else {
            self.0 | COUNT
        };
        self..=Self(last)
    }

    /// The other way round: itself, and those that its thread began before and that are under way as long as it is.
    pub(super) fn led(self) -> RangeInclusive<Self> {
        let first = if self.is_tasks() {
            self.0
        } else {
            NonZeroU64::MIN | self.0.get() & !COUNT
        };
        Self(first)..=self
    }

    /// While the guard lives, the thread polls the task of this run.
    pub(crate) fn polled(self) -> Polled {
        POLLED.with(|polled| polled.borrow_mut().push(self));
        Polled(())
    }
}

/// Says that the thread polls a task.
pub(crate) struct Polled(());

impl Drop for Polled {
    fn drop(&mut self) {
        POLLED.with(|polled| {
            let mut polled = polled.borrow_mut();
            polled.pop();
            if polled.is_empty() {
                drop(std::mem::take(&mut **polled)); // nobody will do so when the thread ends
            }
        });
    }
}

/// All whose computations go on only if the caller does: of each task that the thread polls the run, of the thread the last.
pub(super) fn callers() -> Vec<Run> {
    let last = LAST_RUN.with(Cell::get);
    let own = NonZeroU64::new(last).filter(|_| last != COUNT).map(Run);
    POLLED.with(|polled| polled.borrow().iter().copied().chain(own).collect())
}

#[cfg(all(test, not(any(memo_shuttle, memo_loom))))]
mod tests {
    use super::*;

    fn thread(run: Run) -> u64 {
        run.0.get() & !COUNT
    }

    #[test]
    fn no_name_comes_again_when_a_count_is_at_its_end() {
        let first = Run::begin();
        let count = first.0.get() & COUNT;
        assert_eq!(thread(Run::begin()), thread(first));
        LAST_RUN.set(thread(first) | (COUNT - 1));
        let last = Run::begin();
        assert_eq!((thread(last), last.0.get() & COUNT), (thread(first), COUNT));
        let again = Run::begin();
        assert_eq!(again.0.get() & COUNT, count.min(1));
        assert_ne!(thread(again), thread(first));
    }

    #[test]
    fn a_task_is_its_own_caller_and_a_thread_that_of_all_it_has_begun() {
        let (outer, task, inner) = (Run::begin(), Run::begin_task(), Run::begin());
        assert!(outer.callers().contains(&inner));
        assert!(!inner.callers().contains(&outer));
        assert!(!outer.callers().contains(&task) && !task.callers().contains(&inner));
        assert!(!callers().contains(&task));
        let polled = task.polled();
        assert!(callers().contains(&task));
        drop(polled);
        assert_eq!(callers(), [inner]);
    }
}
