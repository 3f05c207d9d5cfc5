//! Who waits for room or for a value: threads that park and tasks that are suspended stand in one line.

use crate::clock::{self, Instant};
use crate::sync::{self, AtomicUsize, Ordering};
#[cfg(not(target_family = "wasm"))]
use event_listener::Listener as _;
use event_listener::{Event, EventListener};
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// Those who wait for something, in the order in which they came.
///
/// Whoever waits is counted, then listens, then looks once more. Whoever has brought what is waited for looks at the count
/// after that. So either the one sees that it is there or the other that somebody waits.
#[derive(Debug)]
pub(super) struct Line {
    /// Who listens, or is about to.
    waiting: AtomicUsize,
    event: Event,
    /// In nanoseconds, of those who have left the line; of nobody who is not asked for it.
    waited: Option<AtomicU64>,
}

impl Line {
    pub(super) fn of_consumers() -> Self {
        Self {
            waiting: AtomicUsize::new(0),
            event: Event::new(),
            waited: None,
        }
    }

    pub(super) fn of_producers() -> Self {
        Self {
            waited: Some(AtomicU64::new(0)),
            ..Self::of_consumers()
        }
    }

    /// Wakes the first who has not been woken yet.
    #[inline]
    pub(super) fn wake_one(&self) {
        if self.is_awaited() {
            self.event.notify_additional(1);
        }
    }

    #[inline]
    pub(super) fn is_awaited(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) > 0
    }

    #[inline]
    pub(super) fn wake_all(&self) {
        if self.is_awaited() {
            self.event.notify(usize::MAX);
        }
    }

    /// How long those who have left the line were in it, all together.
    pub(super) fn waited(&self) -> Duration {
        let waited = self.waited.iter().map(|it| it.load(Ordering::Relaxed));
        Duration::from_nanos(waited.sum())
    }

    /// Blocks the thread until the attempt comes to something; nothing if that is too late.
    #[cfg(not(target_family = "wasm"))]
    pub(super) fn wait<R>(
        &self,
        deadline: Deadline,
        mut attempt: impl FnMut() -> Option<R>,
    ) -> Option<R> {
        if let Some(found) = sync::soon(&mut attempt) {
            return Some(found);
        }
        let _place = Place::in_line(self);
        loop {
            let listener = self.event.listen();
            if let Some(found) = attempt() {
                return Some(found);
            }
            let is_late = !deadline.park(listener);
            let found = attempt();
            if is_late || found.is_some() {
                return found;
            }
        }
    }

    /// Suspends the task until the attempt comes to something.
    pub(super) async fn wait_async<R>(&self, mut attempt: impl FnMut() -> Option<R>) -> R {
        let _place = Place::in_line(self);
        loop {
            let listener = self.event.listen();
            if let Some(found) = attempt() {
                return found;
            }
            listener.await;
            if let Some(found) = attempt() {
                return found;
            }
        }
    }

    /// For who is no function that waits: goes with [`leave`](Self::leave).
    pub(super) fn join(&self) -> EventListener {
        self.count();
        self.event.listen()
    }

    fn count(&self) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        sync::in_one_order();
    }

    pub(super) fn leave(&self) {
        self.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A place in a line, until it is dropped.
struct Place<'l> {
    line: &'l Line,
    since: Option<(Instant, &'l AtomicU64)>,
}

impl<'l> Place<'l> {
    fn in_line(line: &'l Line) -> Self {
        line.count();
        let since = line.waited.as_ref().map(|waited| (Instant::now(), waited));
        Self { line, since }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.line.leave();
        if let Some((since, waited)) = self.since {
            waited.fetch_add(clock::nanos(since.elapsed()), Ordering::Relaxed);
        }
    }
}

/// When a thread stops waiting.
#[cfg(not(target_family = "wasm"))]
#[derive(Clone, Copy)]
pub(super) struct Deadline(Option<Instant>);

#[cfg(not(target_family = "wasm"))]
impl Deadline {
    pub(super) fn never() -> Self {
        Self(None)
    }

    /// Or never, if that is later than the clock can say.
    pub(super) fn after(timeout: Duration) -> Self {
        Self(Instant::now().checked_add(timeout))
    }

    /// Whether it was woken before.
    fn park(self, listener: EventListener) -> bool {
        let Some(at) = self.0 else {
            listener.wait();
            return true;
        };
        listener.wait_deadline(at).is_some()
    }
}
