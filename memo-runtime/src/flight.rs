//! Waiting for another caller's computation: one flight for all who wait for it.
//!
//! A flight is made when the first caller waits and ends once: with an outcome that all of them get, or without one, and then
//! they try again, and one of them is the next to compute. Who would wait for itself, at once or by way of others who wait,
//! is told so instead; a way that cannot be seen from here ends by patience. A flight knows nothing of keys and stores.

use crate::sync::{Arc, AtomicBool, Condvar, Mutex, MutexGuard, Ordering, global, thread_local};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Who computes or waits: a thread. Never used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Context(u64);

/// One computation of a context, by a name that no other has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Run(NonZeroU64);

thread_local! {
    /// The thread's last run, or that of no thread. Has no destructor, so it is there while others run.
    static LAST_RUN: Cell<u64> = const { Cell::new(COUNT) };
}

/// The bits of a run that count; the others are the context's.
const COUNT: u64 = (1 << 32) - 1;

impl Context {
    /// The caller.
    pub(crate) fn current() -> Self {
        Run::begin().leader()
    }
}

impl Run {
    pub(crate) const FIRST: Self = Self(NonZeroU64::MIN);
    pub(crate) const LAST: Self = Self(NonZeroU64::MAX);

    /// The caller begins to compute.
    #[inline]
    pub(crate) fn begin() -> Self {
        LAST_RUN.with(|last| {
            let next = last.get() + 1;
            let run = match NonZeroU64::new(next) {
                Some(run) if next & COUNT != 0 => run,
                _ => Self::first_of_context(),
            };
            last.set(run.get());
            Self(run)
        })
    }

    /// A thread is another context after 2^32 computations. Should one that began before them ask for its own key then, it
    /// would wait until its patience ends.
    #[cold]
    fn first_of_context() -> NonZeroU64 {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let context = 1 + LAST.fetch_add(1, Relaxed) % COUNT;
        NonZeroU64::MIN | context << 32
    }

    /// Who computes.
    pub(crate) fn leader(self) -> Context {
        Context(self.0.get() & !COUNT)
    }
}

/// How a computation ended for those who wait: a value, or a failure that can be shared.
pub(crate) type Outcome<V, F> = Result<Arc<V>, Arc<Mutex<F>>>;

/// A computation that somebody waits for.
pub(crate) struct Flight<V, F> {
    /// Who computes.
    leader: Context,
    state: Mutex<State<V, F>>,
    /// Set once, after the end in `state`: whoever waits does not wait for anybody any more.
    has_ended: AtomicBool,
    ended: Condvar,
}

struct State<V, F> {
    end: Option<End<V, F>>,
    /// How many compute: the leader, and those who waited too long for it.
    computing: u32,
    /// How many of them have waited too long.
    impatient: u32,
    /// How many have come to nothing.
    failed: u32,
}

enum End<V, F> {
    Landed(Outcome<V, F>),
    /// All who computed have come to nothing.
    Lost,
}

/// What has come of waiting.
pub(crate) enum Waited<V, F> {
    /// There is an outcome.
    Landed(Outcome<V, F>),
    /// There will be none. Try again.
    Lost,
    /// It has lasted too long, and the caller is the one to compute too. Others go on waiting, for the caller as well.
    TooLong(Helper<V, F>),
    /// The caller would have waited for itself.
    ForItself,
}

impl<V, F> Flight<V, F>
where
    V: Send + Sync + 'static,
    F: Send + 'static,
{
    /// Waits for the flight to end; for so long at most, and twice as long for each who computes because that was too long.
    /// Nor longer than until so many computations have come to nothing.
    pub(crate) fn wait(self: &Arc<Self>, patience: Duration, failures: u32) -> Waited<V, F> {
        let Some(_waiting) = Waiting::begin(self.leader, self.clone()) else {
            return Waited::ForItself;
        };
        let mut state = self.state.lock();
        let enough = state.failed + failures;
        loop {
            match &state.end {
                Some(End::Landed(outcome)) => return Waited::Landed(outcome.clone()),
                Some(End::Lost) => return Waited::Lost,
                None => {}
            }
            let before = state.impatient;
            let patience = patience.saturating_mul(1 << before.min(31));
            let too_long;
            (state, too_long) = self.ended.wait(&self.state, state, patience);
            let has_failed = state.failed >= enough;
            let too_long = has_failed || too_long && state.impatient == before;
            if too_long && state.end.is_none() {
                state.impatient += 1;
                state.computing += 1;
                return Waited::TooLong(Helper(self.clone()));
            }
        }
    }
}

impl<V, F> Flight<V, F> {
    /// For the computation of `leader`.
    pub(crate) fn new(leader: Context) -> Self {
        let state = State {
            end: None,
            computing: 1,
            impatient: 0,
            failed: 0,
        };
        Self {
            leader,
            state: Mutex::new(state),
            has_ended: AtomicBool::new(false),
            ended: Condvar::default(),
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::Acquire)
    }

    /// Somebody who computed has an outcome. The first is everybody's.
    pub(crate) fn land(&self, outcome: &Outcome<V, F>) {
        let state = self.state.lock();
        self.end(state, End::Landed(outcome.clone()));
    }

    /// Somebody who computed has come to nothing. The last to do so ends the flight.
    pub(crate) fn lose(&self) {
        let mut state = self.state.lock();
        state.computing -= 1;
        if state.computing == 0 {
            return self.end(state, End::Lost);
        }
        // There is one less to wait for, whoever it was.
        state.impatient = state.impatient.saturating_sub(1);
        state.failed += 1;
        drop(state);
        self.ended.notify_all();
    }

    fn end(&self, mut state: MutexGuard<'_, State<V, F>>, end: End<V, F>) {
        if state.end.is_none() {
            state.end = Some(end);
            self.has_ended.store(true, Ordering::Release);
            drop(state);
            self.ended.notify_all();
        }
    }
}

impl<V, F> fmt::Debug for Flight<V, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flight")
            .field("leader", &self.leader)
            .finish_non_exhaustive()
    }
}

/// The duty of one who waited too long: to land the flight, or else to say that nothing will come.
#[derive(Debug)]
pub(crate) struct Helper<V, F>(Arc<Flight<V, F>>);

impl<V, F> Helper<V, F> {
    /// Whether others wait still.
    pub(crate) fn is_needed(&self) -> bool {
        !self.0.has_ended()
    }

    pub(crate) fn land(&self, outcome: &Outcome<V, F>) {
        self.0.land(outcome);
    }
}

impl<V, F> Drop for Helper<V, F> {
    fn drop(&mut self) {
        self.0.lose();
    }
}

/// Flights that end together.
#[derive(Debug)]
pub(crate) struct Landing<V, F> {
    pub(crate) flights: Vec<Arc<Flight<V, F>>>,
    pub(crate) helper: Option<Helper<V, F>>,
    /// None if the computation came to nothing.
    pub(crate) outcome: Option<Outcome<V, F>>,
    pub(crate) has_landed: bool,
}

impl<V, F> Landing<V, F> {
    /// Tells those who wait. Nothing of the user's runs here, so it may be done under a lock.
    pub(crate) fn land(&mut self) {
        if std::mem::replace(&mut self.has_landed, true) {
            return;
        }
        let helped = self.helper.iter().map(|helper| &helper.0);
        match &self.outcome {
            Some(outcome) => self
                .flights
                .iter()
                .chain(helped)
                .for_each(|it| it.land(outcome)),
            None => self.flights.iter().for_each(|it| it.lose()),
        }
    }
}

/// At the latest.
impl<V, F> Drop for Landing<V, F> {
    fn drop(&mut self) {
        self.land();
    }
}

/// What is waited for, whatever comes of it.
trait Ends: Send + Sync {
    fn is_over(&self) -> bool;
}

impl<V: Send + Sync, F: Send> Ends for Flight<V, F> {
    fn is_over(&self) -> bool {
        self.has_ended()
    }
}

global! {
    /// Who waits: for whom, and in which flight. As many as threads wait at the moment, in all caches.
    fn waiting() -> Mutex<BTreeMap<Context, (Context, Arc<dyn Ends>)>> = BTreeMap::new();
}

/// While it lives, the caller is among those who wait.
struct Waiting(Context);

impl Waiting {
    /// Nothing if `leader` waits for the caller, in one step or several: then both would wait for ever. The search and the
    /// entry are one step, so of all who close a circle the last is told.
    fn begin(leader: Context, flight: Arc<dyn Ends>) -> Option<Self> {
        let me = Context::current();
        let mut waiting = waiting().lock();
        let mut next = leader;
        // Who waits for a flight that has ended does not wait any more, and neither would the caller.
        while let Some((leader, _)) = waiting.get(&next).filter(|it| !it.1.is_over()) {
            next = *leader;
        }
        if next == me && !flight.is_over() {
            return None;
        }
        waiting.insert(me, (leader, flight));
        Some(Self(me))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // The flight may be the last of its kind: what it holds is the user's.
        let before = waiting().lock().remove(&self.0);
        drop(before);
    }
}

#[cfg(all(test, not(any(memo_shuttle, memo_loom))))]
mod tests {
    use super::*;

    #[test]
    fn no_name_comes_again_when_a_count_is_at_its_end() {
        let first = Run::begin();
        let (of_context, count) = (first.0.get() & !COUNT, first.0.get() & COUNT);
        assert_eq!(Run::begin().leader(), first.leader());
        LAST_RUN.set(of_context | (COUNT - 1));
        let last = Run::begin();
        assert_eq!(
            (last.leader(), last.0.get() & COUNT),
            (first.leader(), COUNT)
        );
        let again = Run::begin();
        assert_eq!(again.0.get() & COUNT, count.min(1));
        assert_ne!(again.leader(), first.leader());
    }
}
