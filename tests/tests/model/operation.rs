//! What can be done to a cache, and strategies that make it up.

use crate::cache::Cache;
use proptest::prelude::*;
use std::time::Duration;

/// One step of a case.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operation {
    Call(u8, Run),
    Refresh(u8, Run),
    Peek(u8),
    Contains(u8),
    Change(Change),
    Advance(Until),
}

/// A run of the body, if it comes to that.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Run {
    pub(crate) takes: Duration,
    /// What becomes of the cache in that time.
    pub(crate) meanwhile: [Option<Change>; 2],
}

/// What changes entries and runs no body.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    Insert(u8, u32),
    Remove(u8),
    /// Keeps the keys that are bits of this.
    Retain(u64),
    Resize(usize),
    Clear,
}

/// How far the clock goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    After(Duration),
    /// To the last nanosecond in which the next entry to die is alive.
    LastMoment,
    /// To the very moment the next entry dies.
    Death,
}

/// What an operation returned.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Returned {
    Value(u32),
    Stored(Option<u32>),
    Yes(bool),
    Entries(usize),
    Nothing,
}

/// Operations where nothing expires, on this many keys. Calls are frequent and clears rare, so caches are mostly full.
///
/// Alternatives are numbers here, as everywhere below, because millions are drawn: `prop_oneof!` takes five times as long.
pub(crate) fn untimed(keys: u8) -> impl Strategy<Value = Operation> {
    operation(keys, Just(Run::default()))
}

/// Nearly nothing but calls on this many keys, with room for nearly all of them: runs of hits are long.
pub(crate) fn mostly_hits(keys: u8) -> impl Strategy<Value = Operation> {
    (0..100_u8, 0..keys).prop_map(move |(percent, key)| match percent {
        0 => Operation::Change(Change::Remove(key)),
        1 => Operation::Change(Change::Resize(usize::from(keys - key % 4))),
        _ => Operation::Call(key, Run::default()),
    })
}

/// Operations where much becomes of the cache while bodies run, on this many keys.
pub(crate) fn overlapping(keys: u8) -> impl Strategy<Value = Operation> {
    let run = (0..4_u8, change(keys), change(keys)).prop_map(|(kind, one, two)| Run {
        meanwhile: match kind {
            0 => [None, None],
            1 => [Some(one), None],
            _ => [Some(one), Some(two)],
        },
        ..Run::default()
    });
    operation(keys, run)
}

/// Operations in the course of time, on this many keys.
pub(crate) fn timed(keys: u8, ttl: Duration) -> impl Strategy<Value = Operation> {
    let nanosecond = Duration::from_nanos(1);
    let run = (0..15_u8).prop_map(move |kind| {
        let takes = match kind {
            0..12 => Duration::ZERO,
            12..14 => ttl / 10,
            _ => ttl * 3,
        };
        Run {
            takes,
            ..Run::default()
        }
    });
    let until = (0..13_u32).prop_map(move |kind| match kind {
        0..4 => Until::After(ttl / 10 * (kind + 1)),
        4..7 => Until::LastMoment,
        7..10 => Until::Death,
        10 => Until::After(nanosecond),
        11 => Until::After(ttl.saturating_sub(nanosecond)),
        _ => Until::After(ttl),
    });
    (0..4_u8, operation(keys, run), until).prop_map(|(kind, operation, until)| match kind {
        0..3 => operation,
        _ => Operation::Advance(until),
    })
}

fn operation(keys: u8, run: impl Strategy<Value = Run>) -> impl Strategy<Value = Operation> {
    (0..100_u8, 0..keys, run, change(keys)).prop_map(|(percent, key, run, change)| match percent {
        0..60 => Operation::Call(key, run),
        60..66 => Operation::Refresh(key, run),
        66..74 => Operation::Peek(key),
        74..82 => Operation::Contains(key),
        _ => Operation::Change(change),
    })
}

fn change(keys: u8) -> impl Strategy<Value = Change> {
    (0..18_u8, 0..keys, any::<u32>()).prop_map(|(kind, key, bits)| match kind {
        0..8 => Change::Insert(key, bits | 1 << 31), // no run returns such a value
        8..14 => Change::Remove(key),
        14 => Change::Retain(!u64::from(bits & bits.rotate_left(16))),
        15..17 => Change::Resize(usize::from(key)),
        _ => Change::Clear,
    })
}

impl Operation {
    /// The same, with the moment of the next death known.
    pub(crate) fn with(self, next_death: Option<Duration>) -> Self {
        let nanosecond = Duration::from_nanos(1);
        let death = next_death.unwrap_or_default();
        match self {
            Self::Advance(Until::LastMoment) => {
                Self::Advance(Until::After(death.saturating_sub(nanosecond)))
            }
            Self::Advance(Until::Death) => Self::Advance(Until::After(death)),
            other => other,
        }
    }

    /// Does it.
    pub(crate) fn apply(self, cache: &mut impl Cache) -> Returned {
        match self {
            Self::Call(key, run) => Returned::Value(cache.call(key, run)),
            Self::Refresh(key, run) => Returned::Value(cache.refresh(key, run)),
            Self::Peek(key) => Returned::Stored(cache.peek(key)),
            Self::Contains(key) => Returned::Yes(cache.contains(key)),
            Self::Change(change) => change.apply(cache),
            Self::Advance(until) => {
                if let Until::After(by) = until {
                    cache.advance(by);
                }
                Returned::Nothing
            }
        }
    }
}

impl Change {
    /// Does it.
    pub(crate) fn apply(self, cache: &mut impl Cache) -> Returned {
        match self {
            Self::Insert(key, value) => Returned::Stored(cache.insert(key, value)),
            Self::Remove(key) => Returned::Yes(cache.remove(key)),
            Self::Retain(keys) => Returned::Entries(cache.retain(keys)),
            Self::Resize(bound) => {
                cache.resize(bound);
                Returned::Nothing
            }
            Self::Clear => {
                cache.clear();
                Returned::Nothing
            }
        }
    }
}
