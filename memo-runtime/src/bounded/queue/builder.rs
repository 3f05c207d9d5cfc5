//! What is chosen when a queue is made.

use super::Queue;
use super::halves::Halves;
use super::shared::{Handles, Shared};
use super::waiting::Line;
use crate::owner::OwnerId;
use crate::registry;
use crate::sync::Arc;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

/// What happens when a value comes to a full queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum WhenFull {
    /// The producer waits until there is room: its thread is blocked, or its task suspended. Nothing is lost, and a consumer
    /// that is too slow slows the producers down.
    #[default]
    Wait,
    /// The oldest value goes, to the producer: for those who want the present, such as a display.
    DropOldest,
    /// The new value goes back to the producer, as what was dropped: for those who want what came first, such as a log of the
    /// start of a failure.
    DropNewest,
    /// The push fails with [`PushError::Full`](super::PushError::Full): for those who tell their own caller, such as a server
    /// that sheds load.
    Refuse,
}

impl WhenFull {
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Wait => "the producer waits",
            Self::DropOldest => "the oldest goes",
            Self::DropNewest => "the newest goes",
            Self::Refuse => "the push is refused",
        }
    }
}

/// Sets up a [`Queue`]; made by [`Queue::builder`].
#[must_use = "there is no queue before `build`"]
pub struct QueueBuilder<T> {
    capacity: usize,
    when_full: WhenFull,
    name: Option<String>,
    at: &'static Location<'static>,
    makes: PhantomData<fn() -> T>,
}

impl<T: Send + 'static> QueueBuilder<T> {
    #[track_caller]
    pub(super) fn new(capacity: usize) -> Self {
        assert!(
            capacity > 0,
            "the capacity of a queue is at least 1, found 0: with 1, a producer is at most one value ahead"
        );
        Self {
            capacity,
            when_full: WhenFull::Wait,
            name: None,
            at: Location::caller(),
            makes: PhantomData,
        }
    }

    /// What happens when a value comes and there is no room; the producer waits unless this is said.
    pub fn when_full(mut self, when_full: WhenFull) -> Self {
        self.when_full = when_full;
        self
    }

    /// The name in reports; file and line unless this is said.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The queue, on the list of all [`structures`](crate::structures). Reserves nothing for values before there are any.
    #[must_use]
    pub fn build(self) -> Queue<T> {
        let at = self.at;
        let name = registry::name(self.name.map(Cow::Owned), at);
        let owner = OwnerId::of(&name, at);
        let _entered = owner.enter();
        let shared = Arc::new(Shared {
            name,
            at,
            when_full: self.when_full,
            halves: Halves::new(self.capacity, owner),
            producers: Line::of_producers(),
            consumers: Line::of_consumers(),
            streams: Line::of_consumers(),
        });
        let handles = Handles::of(shared.clone());
        Queue { shared, handles }
    }
}

/// Whatever the values are.
impl<T> Clone for QueueBuilder<T> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            ..*self
        }
    }
}

/// Whatever the values are.
impl<T> fmt::Debug for QueueBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueBuilder")
            .field("capacity", &self.capacity)
            .field("when_full", &self.when_full)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
