//! The values of a queue one after the other, as they are taken out.

use super::Queue;
use event_listener::EventListener;
use futures_core::Stream;
use std::fmt;
#[cfg(not(target_family = "wasm"))]
use std::iter::FusedIterator;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Takes values out until the queue is closed and empty; what [`Queue::iter`] returns.
#[cfg(not(target_family = "wasm"))]
pub struct QueueIter<'q, T> {
    queue: &'q Queue<T>,
}

#[cfg(not(target_family = "wasm"))]
impl<'q, T> QueueIter<'q, T> {
    pub(super) const fn new(queue: &'q Queue<T>) -> Self {
        Self { queue }
    }
}

#[cfg(not(target_family = "wasm"))]
impl<T> Iterator for QueueIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.queue.pop()
    }
}

/// A closed queue stays closed.
#[cfg(not(target_family = "wasm"))]
impl<T> FusedIterator for QueueIter<'_, T> {}

#[cfg(not(target_family = "wasm"))]
impl<'q, T> IntoIterator for &'q Queue<T> {
    type Item = T;
    type IntoIter = QueueIter<'q, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Takes values out until the queue is closed and empty; what [`Queue::stream`] returns.
///
/// It has a handle of its own. Dropped while it waits, it takes nothing along.
#[must_use = "a stream does nothing unless it is polled"]
pub struct QueueStream<T> {
    queue: Queue<T>,
    /// While it is in the line.
    listener: Option<EventListener>,
}

impl<T> QueueStream<T> {
    pub(super) const fn new(queue: Queue<T>) -> Self {
        let listener = None;
        Self { queue, listener }
    }

    fn leave(&mut self) {
        if self.listener.take().is_some() {
            self.queue.shared.streams.leave();
        }
    }
}

impl<T> Stream for QueueStream<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        loop {
            if let Some(listener) = &mut self.listener {
                ready!(Pin::new(listener).poll(cx));
                self.leave();
            }
            if let Some(taken) = self.queue.shared.take_or_end() {
                return Poll::Ready(taken);
            }
            self.listener = Some(self.queue.shared.streams.join());
            if let Some(taken) = self.queue.shared.take_or_end() {
                self.leave();
                return Poll::Ready(taken);
            }
        }
    }
}

impl<T> Drop for QueueStream<T> {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(not(target_family = "wasm"))]
impl<T> fmt::Debug for QueueIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("QueueIter").field(self.queue).finish()
    }
}

impl<T> fmt::Debug for QueueStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("QueueStream").field(&self.queue).finish()
    }
}
