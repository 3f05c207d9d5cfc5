//! What is done to a cache: steps that only look random.

use crate::random::Random;

/// The keys of scripts are below.
pub(super) const KEYS: u8 = 8;

#[derive(Debug, Clone)]
pub(super) enum Step {
    Call(u8, Body),
    Refresh(u8, Body),
    Insert(u8, Outcome),
    Remove(u8),
    /// Only the keys that this does not divide.
    Retain(u8),
    Peek(u8),
    Contains(u8),
    Resize(usize),
    Clear,
    /// By so many nanoseconds.
    Advance(u64),
}

/// What a computation does first, and what comes of it.
#[derive(Debug, Clone)]
pub(super) struct Body {
    pub(super) first: Option<Box<Step>>,
    pub(super) outcome: Outcome,
}

impl Body {
    pub(super) const PLAIN: Self = Self {
        first: None,
        outcome: Outcome::Stored,
    };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Stored,
    /// By `cache_if`.
    Refused,
    Fails,
}

pub(super) fn script(random: &mut Random, steps: u32) -> Vec<Step> {
    (0..steps).map(|_| step(random)).collect()
}

fn step(random: &mut Random) -> Step {
    let key = random.key(KEYS);
    match random.below(100) {
        0..=43 => Step::Call(key, body(random, key)),
        44..=50 => Step::Refresh(key, body(random, key)),
        51..=60 => Step::Insert(key, outcome(random)),
        61..=67 => Step::Remove(key),
        68..=70 => Step::Retain(2 + random.key(3)),
        71..=76 => Step::Peek(key),
        77..=81 => Step::Contains(key),
        82..=85 => Step::Resize(random.below(6) as usize),
        86 => Step::Clear,
        _ => Step::Advance(1 + u64::from(random.below(8))),
    }
}

fn body(random: &mut Random, key: u8) -> Body {
    Body {
        first: (random.below(3) == 0).then(|| Box::new(nested(random, key))),
        outcome: outcome(random),
    }
}

/// What the body for `key` does: mostly something about the same key.
fn nested(random: &mut Random, key: u8) -> Step {
    let body = |random: &mut Random| Body {
        first: None,
        outcome: outcome(random),
    };
    match random.below(12) {
        0..=3 => Step::Call(key, body(random)),
        4 => Step::Refresh(key, body(random)),
        5 => Step::Insert(key, Outcome::Stored),
        6 => Step::Remove(key),
        7 => Step::Advance(10),
        8 => Step::Clear,
        9 => Step::Resize(random.below(3) as usize),
        _ => Step::Call(random.key(KEYS), body(random)),
    }
}

fn outcome(random: &mut Random) -> Outcome {
    match random.below(6) {
        0 => Outcome::Fails,
        1 => Outcome::Refused,
        _ => Outcome::Stored,
    }
}

impl Step {
    /// How many entries may be gone or changed after it, given whether there is one for a key.
    pub(super) fn may_lose(&self, has: &dyn Fn(u8) -> bool) -> usize {
        match self {
            Self::Call(key, _) if has(*key) => 0,
            Self::Call(_, body) | Self::Refresh(_, body) => {
                let first = body.first.as_ref().map_or(0, |first| first.may_lose(has));
                first.saturating_add(1)
            }
            Self::Insert(..) | Self::Remove(_) => 1,
            Self::Peek(_) | Self::Contains(_) => 0,
            Self::Retain(_) | Self::Resize(_) | Self::Clear | Self::Advance(_) => usize::MAX,
        }
    }
}
