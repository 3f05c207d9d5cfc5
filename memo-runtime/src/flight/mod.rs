//! Waiting for another caller's computation: one flight for all who wait for it.
//!
//! A flight is made when the first caller waits and ends once: with an outcome that all of them get, or without one, and then
//! they try again, and one of them is the next to compute. Who would wait for itself, at once or by way of others who wait,
//! is told so instead; a way that cannot be seen from here ends by patience. A flight knows nothing of keys and stores.
//!
//! A thread waits until it is told, a task from poll to poll: that is all the difference there is.

#[cfg_attr(any(memo_shuttle, memo_loom), path = "model_alarm.rs")]
mod alarm;
mod run;
mod sleeper;
mod waiting;

pub(crate) use self::run::Run;
pub(crate) use self::sleeper::Woken;

use self::alarm::Alarm;
use self::sleeper::{Sleeper, Sleepers};
use self::waiting::{IsOver, Waiting};
use crate::sync::{Arc, AtomicBool, Condvar, Mutex, MutexGuard, Ordering};
use std::fmt;
use std::task::{Context, Poll};
use std::time::Duration;

/// How a computation ended for those who wait: a value, or a failure that can be shared.
pub(crate) type Outcome<V, F> = Result<Arc<V>, Arc<Mutex<F>>>;

/// A computation that somebody waits for.
pub(crate) struct Flight<V, F> {
    leader: Run,
    state: Mutex<State<V, F>>,
    /// Set after the end in `state`.
    is_over: IsOver,
    /// For threads: there is something new.
    news: Condvar,
}

struct State<V, F> {
    end: Option<End<V, F>>,
    /// How many compute: the leader, and those who waited too long for it.
    computing: u32,
    /// How many of them have waited too long.
    impatient: u32,
    /// How many have failed.
    failed: u32,
    /// How many will come to nothing because they were cancelled.
    excused: u32,
    sleepers: Sleepers,
}

enum End<V, F> {
    Landed(Outcome<V, F>),
    /// All who computed have come to nothing.
    Lost(Loss),
}

/// Why a computation has come to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// It panicked, or has failed in a way that cannot be shared.
    Failed,
    /// Nobody wanted its outcome any more.
    Cancelled,
}

/// What has come of waiting.
#[derive(Debug)]
pub(crate) enum Waited<V, F> {
    /// There is an outcome.
    Landed(Outcome<V, F>),
    /// There will be none. Try again.
    Lost(Loss),
    /// It has lasted too long, and the caller is the one to compute too. Others go on waiting, for the caller as well.
    TooLong(Helper<V, F>),
    /// The caller would have waited for itself.
    ForItself,
}

/// One who waits.
pub(crate) struct Wait<V, F> {
    flight: Arc<Flight<V, F>>,
    /// For so long, and twice as long for each who computes because that was too long.
    patience: Duration,
    /// Nor longer than until so many computations have come to nothing.
    failures: u32,
    /// How many had waited too long when this one last looked.
    impatient: u32,
    waiting: Waiting,
}

impl<V, F> Wait<V, F> {
    /// For so long at most, and until so many computations have failed. Nothing if the caller would wait for itself.
    pub(crate) fn begin(
        flight: Arc<Flight<V, F>>,
        patience: Duration,
        failures: u32,
    ) -> Option<Self> {
        let waiting = Waiting::begin(flight.leader, &flight.is_over)?;
        let state = flight.state.lock();
        let (failures, impatient) = (state.failed + failures, state.impatient);
        drop(state);
        Some(Self {
            flight,
            patience,
            failures,
            impatient,
            waiting,
        })
    }

    /// Holds the thread up until there is something to tell.
    pub(crate) fn wait(mut self) -> Waited<V, F> {
        let flight = self.flight.clone();
        let (mut state, mut too_long) = (flight.state.lock(), false);
        loop {
            if let Some(waited) = self.look(&mut state, too_long) {
                return waited;
            }
            (state, too_long) = flight.news.wait(&flight.state, state, self.patience());
        }
    }

    /// What there is to tell, after one has waited [`patience`](Self::patience) or not so long.
    fn look(&mut self, state: &mut State<V, F>, too_long: bool) -> Option<Waited<V, F>> {
        match &state.end {
            Some(End::Landed(outcome)) => return Some(Waited::Landed(outcome.clone())),
            Some(End::Lost(loss)) => return Some(Waited::Lost(*loss)),
            None => {}
        }
        let is_next = too_long && state.impatient == self.impatient;
        self.impatient = state.impatient;
        (is_next || state.failed >= self.failures).then(|| {
            state.impatient += 1;
            state.computing += 1;
            Waited::TooLong(Helper(self.flight.clone()))
        })
    }

    fn patience(&self) -> Duration {
        self.patience.saturating_mul(1 << self.impatient.min(31))
    }
}

/// A task that waits.
pub(crate) struct TaskWait<V, F> {
    wait: Wait<V, F>,
    sleeper: Arc<Sleeper>,
    number: u64,
    alarm: Option<Alarm>,
}

impl<V, F> TaskWait<V, F> {
    pub(crate) fn of(wait: Wait<V, F>) -> Self {
        let sleeper = Sleeper::new();
        let mut state = wait.flight.state.lock();
        let number = state.sleepers.add(sleeper.clone());
        drop(state);
        Self {
            wait,
            sleeper,
            number,
            alarm: None,
        }
    }

    /// What there is to tell. If nothing, the task is woken when there is.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Waited<V, F>> {
        let wait = &mut self.wait;
        if !wait.waiting.is_current() {
            match Waiting::begin(wait.flight.leader, &wait.flight.is_over) {
                Some(waiting) => wait.waiting = waiting,
                None => return Poll::Ready(Waited::ForItself),
            }
        }
        // Before one looks: what happens after that wakes.
        self.sleeper.listen(cx.waker());
        let too_long = self.alarm.as_ref().is_some_and(Alarm::is_due);
        let before = wait.impatient;
        let waited = wait.look(&mut wait.flight.clone().state.lock(), too_long);
        if let Some(waited) = waited {
            return Poll::Ready(waited);
        }
        if self.alarm.is_none() || wait.impatient != before {
            self.alarm = Some(Alarm::set(&self.sleeper, wait.patience()));
        }
        Poll::Pending
    }
}

impl<V, F> Drop for TaskWait<V, F> {
    fn drop(&mut self) {
        let mut state = self.wait.flight.state.lock();
        let sleeper = state.sleepers.remove(self.number);
        drop(state);
        drop(sleeper);
    }
}

impl<V, F> Flight<V, F> {
    /// For the computation of `leader`.
    pub(crate) fn new(leader: Run) -> Self {
        let state = State {
            end: None,
            computing: 1,
            impatient: 0,
            failed: 0,
            excused: 0,
            sleepers: Sleepers::default(),
        };
        Self {
            leader,
            state: Mutex::new(state),
            is_over: Arc::new(AtomicBool::new(false)),
            news: Condvar::default(),
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.is_over.load(Ordering::Acquire)
    }

    /// Somebody who computed has an outcome. The first is everybody's.
    pub(crate) fn land(&self, outcome: &Outcome<V, F>) -> Woken {
        let state = self.state.lock();
        self.end(state, End::Landed(outcome.clone()))
    }

    /// One of those who compute has been cancelled: when it comes to nothing next, that is no failure.
    pub(crate) fn excuse(&self) {
        self.state.lock().excused += 1;
    }

    /// Somebody who computed has come to nothing. The last to do so ends the flight.
    pub(crate) fn lose(&self) -> Woken {
        let mut state = self.state.lock();
        state.computing -= 1;
        let loss = match state.excused {
            0 => Loss::Failed,
            _ => Loss::Cancelled,
        };
        state.excused -= u32::from(loss == Loss::Cancelled);
        if state.computing == 0 {
            return self.end(state, End::Lost(loss));
        }
        // There is one less to wait for, whoever it was.
        state.impatient = state.impatient.saturating_sub(1);
        state.failed += u32::from(loss == Loss::Failed);
        let woken = state.sleepers.wake();
        drop(state);
        self.news.notify_all();
        woken
    }

    fn end(&self, mut state: MutexGuard<'_, State<V, F>>, end: End<V, F>) -> Woken {
        if state.end.is_some() {
            return Woken::default();
        }
        state.end = Some(end);
        self.is_over.store(true, Ordering::Release);
        let woken = state.sleepers.dismiss();
        drop(state);
        self.news.notify_all();
        woken
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

    /// Nobody wants what it computes any more.
    pub(crate) fn cancel(self) {
        self.0.excuse();
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
    /// Last: those who wait are woken when nothing is locked any more.
    pub(crate) woken: Woken,
}

impl<V, F> Landing<V, F> {
    /// Tells those who wait. Nothing of the user's runs here, so it may be done under a lock.
    pub(crate) fn land(&mut self) {
        if std::mem::replace(&mut self.has_landed, true) {
            return;
        }
        let helped = self.helper.iter().map(|helper| &helper.0);
        let flights = self.flights.iter();
        match &self.outcome {
            Some(outcome) => flights
                .chain(helped)
                .for_each(|it| self.woken.add(it.land(outcome))),
            None => flights.for_each(|it| self.woken.add(it.lose())),
        }
    }
}

/// At the latest.
impl<V, F> Drop for Landing<V, F> {
    fn drop(&mut self) {
        self.land();
    }
}
