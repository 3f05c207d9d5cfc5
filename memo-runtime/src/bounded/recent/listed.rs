//! What the list of all structures knows of the last values of a stream.

use super::Recent;
use crate::owner::OwnerId;
use crate::registry::{self, Bounded};
use crate::structures::{Kind, Structure};
use std::borrow::Cow;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// What was said where it was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared {
    pub(super) name: Option<&'static str>,
    pub(super) at: &'static Location<'static>,
    /// At least 1.
    pub(super) capacity: usize,
}

/// A place on the list of all structures.
#[derive(Debug)]
pub(super) struct Listed {
    /// Before the rest is gone, it is off the list.
    _place: registry::Place,
    pub(super) tally: Arc<Tally>,
}

/// What the list tells of it, to whoever asks in whatever thread.
#[derive(Debug)]
pub(super) struct Tally {
    declared: Declared,
    name: Cow<'static, str>,
    pub(super) owner: OwnerId,
    len: AtomicUsize,
    total: AtomicU64,
    dropped: AtomicU64,
}

impl Tally {
    #[inline]
    pub(super) fn tell(&self, len: usize, total: u64, dropped: u64) {
        self.len.store(len, Relaxed);
        self.total.store(total, Relaxed);
        self.dropped.store(dropped, Relaxed);
    }
}

impl Listed {
    pub(super) fn of(declared: Declared) -> Self {
        let name = registry::name(declared.name.map(Cow::Borrowed), declared.at);
        let tally = Arc::new(Tally {
            declared,
            owner: OwnerId::of(&name, declared.at),
            name,
            len: AtomicUsize::new(0),
            total: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        });
        let bounded: Arc<dyn Bounded> = tally.clone();
        Self {
            _place: registry::Place::of_other(Arc::downgrade(&bounded)),
            tally,
        }
    }
}

impl Bounded for Tally {
    fn structure(&self) -> Structure {
        let Declared { at, capacity, .. } = self.declared;
        Structure {
            kind: Kind::Recent,
            name: self.name.clone().into_owned(),
            file: at.file(),
            line: at.line(),
            bound: Some(capacity),
            size: self.len.load(Relaxed),
            when_full: "the oldest goes",
            total: self.total.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
            #[cfg(feature = "memwatch")]
            bytes: crate::structures::bytes_of(self.owner),
            cache: None,
            #[cfg(feature = "queue")]
            queue: None,
        }
    }
}

/// A copy has a place of its own on the list, with the same totals, and its room is the same owner's.
impl<T: Clone> Clone for Recent<T> {
    fn clone(&self) -> Self {
        let listed = self.listed.as_ref().map(|_| Listed::of(self.declared));
        let _entered = listed.as_ref().map(|listed| listed.tally.owner.enter());
        let copy = Self {
            listed,
            values: self.values.clone(),
            ..*self
        };
        copy.tell();
        copy
    }
}

/// The values and the totals.
impl<T: fmt::Debug> fmt::Debug for Recent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recent")
            .field("values", &self.values)
            .field("capacity", &self.declared.capacity)
            .field("total", &self.total)
            .field("dropped", &self.dropped)
            .finish_non_exhaustive()
    }
}
