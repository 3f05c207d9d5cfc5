//! What all handles of a queue share, and how a push and a pop go: first without waiting, then in line.

use super::halves::{Halves, NoValue};
#[cfg(not(target_family = "wasm"))]
use super::waiting::Deadline;
use super::waiting::Line;
use super::{PushError, Pushed, QueueInfo, WhenFull};
use crate::registry::{self, Bounded};
use crate::structures::{Kind, Structure};
use crate::sync::Arc;
use std::borrow::Cow;
use std::panic::Location;

/// What all handles hold together. When the last is gone, so is what it held, at once and in its thread, whoever else is just
/// looking at the queue on the list.
pub(super) struct Handles<T> {
    /// Before the rest is gone, it is off the list.
    listed: Option<registry::Place>,
    shared: Arc<Shared<T>>,
}

impl<T: Send + 'static> Handles<T> {
    pub(super) fn of(shared: Arc<Shared<T>>) -> Arc<Self> {
        let bounded: Arc<dyn Bounded> = shared.clone();
        let listed = Some(registry::Place::of_other(Arc::downgrade(&bounded)));
        Arc::new(Self { listed, shared })
    }
}

impl<T> Drop for Handles<T> {
    fn drop(&mut self) {
        drop(self.listed.take());
        drop(self.shared.halves.take_all());
    }
}

/// What all handles share.
pub(super) struct Shared<T> {
    pub(super) name: Cow<'static, str>,
    pub(super) at: &'static Location<'static>,
    pub(super) when_full: WhenFull,
    pub(super) halves: Halves<T>,
    pub(super) producers: Line,
    pub(super) consumers: Line,
    /// One of these may never be polled again, so none stands for the others: each value wakes all.
    pub(super) streams: Line,
}

impl<T> Shared<T> {
    pub(super) fn info(&self) -> QueueInfo {
        self.halves.info(self.producers.waited())
    }

    #[cfg(not(target_family = "wasm"))]
    #[inline]
    pub(super) fn push_before(&self, value: T, deadline: impl FnOnce() -> Deadline) -> Pushed<T> {
        match self.offer(value) {
            Err(PushError::Full(value)) if self.waits() => self.push_later(value, deadline()),
            offered => self.refused_if_full(offered),
        }
    }

    #[cfg(not(target_family = "wasm"))]
    #[cold]
    fn push_later(&self, value: T, deadline: Deadline) -> Pushed<T> {
        let mut left = Some(value);
        let offer = || self.offer_left(&mut left);
        let pushed = self.producers.wait(deadline, offer);
        let late = || PushError::Full(left.expect("what got in nowhere is left"));
        self.refused_if_full(pushed.unwrap_or_else(|| Err(late())))
    }

    #[cfg(not(target_family = "wasm"))]
    #[inline]
    pub(super) fn pop_before(&self, deadline: impl FnOnce() -> Deadline) -> Option<T> {
        match self.take_or_end() {
            Some(taken) => taken,
            None => self.pop_later(deadline()),
        }
    }

    #[cfg(not(target_family = "wasm"))]
    #[cold]
    fn pop_later(&self, deadline: Deadline) -> Option<T> {
        let taken = self.consumers.wait(deadline, || self.take_or_end());
        taken.flatten()
    }

    /// Lets the value in, or does what is to be done where there is no room; if that is to wait or refuse, it comes back.
    #[inline]
    pub(super) fn offer(&self, value: T) -> Pushed<T> {
        let offered = self.halves.offer(value, self.when_full);
        if offered.is_ok() {
            self.consumers.wake_one();
            self.streams.wake_all();
        }
        offered
    }

    /// The same with what is left of earlier attempts; nothing if it is still to wait.
    pub(super) fn offer_left(&self, left: &mut Option<T>) -> Option<Pushed<T>> {
        match self.offer(left.take()?) {
            Err(PushError::Full(value)) => {
                *left = Some(value);
                None
            }
            offered => Some(offered),
        }
    }

    /// What there is to take; the end is `Some(None)`.
    #[expect(
        clippy::option_option,
        reason = "whether there is an answer, and which"
    )]
    #[inline]
    pub(super) fn take_or_end(&self) -> Option<Option<T>> {
        match self.halves.take() {
            Ok(value) => {
                self.producers.wake_one();
                Some(Some(value))
            }
            Err(NoValue::Ever) => Some(None),
            Err(NoValue::Now) => None,
        }
    }

    #[inline]
    pub(super) fn refused_if_full(&self, offered: Pushed<T>) -> Pushed<T> {
        if let Err(PushError::Full(_)) = offered {
            self.halves.refuse();
        }
        offered
    }

    pub(super) fn waits(&self) -> bool {
        self.when_full == WhenFull::Wait
    }
}

impl<T: Send> Bounded for Shared<T> {
    fn structure(&self) -> Structure {
        let info = self.info();
        Structure {
            kind: Kind::Queue,
            name: self.name.clone().into_owned(),
            file: self.at.file(),
            line: self.at.line(),
            bound: Some(info.capacity),
            size: info.len,
            when_full: self.when_full.in_words(),
            total: info.pushed,
            dropped: info.dropped,
            #[cfg(feature = "memwatch")]
            bytes: crate::structures::bytes_of(self.halves.owner),
            cache: None,
            queue: Some(info),
        }
    }
}
