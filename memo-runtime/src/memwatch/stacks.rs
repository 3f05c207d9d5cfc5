//! The table of stacks: a fixed number of them, so that it needs no memory while others allocate.

use super::sampling::Weight;
use super::tracker::FRAMES;
use std::sync::atomic::{
    AtomicI64, AtomicU64, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use std::thread;

const SLOTS: usize = 1 << 14;
/// So far from where it belongs a stack is looked for.
const PROBES: usize = 64;

/// The number of no stack. The others are those of a slot, counted from 1.
pub(super) const NONE: u32 = 0;
/// The slot of all stacks that have found no room.
#[expect(clippy::cast_possible_truncation, reason = "a small constant")]
const OTHERS: u32 = SLOTS as u32 + 1;

/// The hash of the stack in each slot; 0 if there is none. Apart from the slots, so that looking for one, and for all, stays
/// in few cache lines. The hash stands for the stack: stacks that differ in one frame differ in it, and that any two of 2^14
/// have the same is as likely as 1 in 10^11.
static HASHES: [AtomicU64; SLOTS] = [const { AtomicU64::new(0) }; SLOTS];
static TABLE: [Slot; SLOTS + 1] = [const { Slot::new() }; SLOTS + 1];

#[derive(Debug)]
struct Slot {
    bytes: AtomicI64,
    count: AtomicI64,
    variance: AtomicI64,
    /// One more than there are frames; 0 until they have been written.
    len: AtomicUsize,
    frames: [AtomicUsize; FRAMES],
}

impl Slot {
    const fn new() -> Self {
        Self {
            bytes: AtomicI64::new(0),
            count: AtomicI64::new(0),
            variance: AtomicI64::new(0),
            len: AtomicUsize::new(0),
            frames: [const { AtomicUsize::new(0) }; FRAMES],
        }
    }

    fn write(&self, frames: &[usize]) {
        for (to, &from) in self.frames.iter().zip(frames) {
            to.store(from, Relaxed);
        }
        self.len.store(frames.len() + 1, Release);
    }

    fn read(&self) -> Vec<usize> {
        let len = loop {
            match self.len.load(Acquire) {
                // Whoever has claimed the slot is about to write it.
                0 => thread::yield_now(),
                len => break len - 1,
            }
        };
        let frames = self.frames.iter().take(len);
        frames.map(|frame| frame.load(Relaxed)).collect()
    }

    fn weight(&self) -> Weight {
        Weight {
            bytes: self.bytes.load(Relaxed),
            count: self.count.load(Relaxed),
            variance: self.variance.load(Relaxed),
        }
    }

    fn clear(&self) {
        self.bytes.store(0, Relaxed);
        self.count.store(0, Relaxed);
        self.variance.store(0, Relaxed);
        self.len.store(0, Relaxed);
    }
}

/// The number of a stack, which gets a slot if it has none.
#[inline]
pub(super) fn find(frames: &[usize]) -> u32 {
    let hash = hash(frames);
    let mut at = home(hash);
    for _ in 0..PROBES {
        let mut there = HASHES[at].load(Relaxed);
        if there == 0 {
            match HASHES[at].compare_exchange(0, hash, Relaxed, Relaxed) {
                Ok(_) => {
                    TABLE[at].write(frames);
                    there = hash;
                }
                Err(other) => there = other,
            }
        }
        if there == hash {
            return u32::try_from(at + 1).unwrap_or(OTHERS);
        }
        at = (at + 1) % SLOTS;
    }
    OTHERS
}

/// Never 0.
#[inline]
fn hash(frames: &[usize]) -> u64 {
    let hash = frames.iter().fold(0_u64, |hash, &frame| {
        (hash.rotate_left(5) ^ frame as u64).wrapping_mul(0x517c_c1b7_2722_0a95)
    });
    (hash ^ hash >> 32) | 1
}

/// Where a stack is looked for first.
#[inline]
fn home(hash: u64) -> usize {
    (hash >> 20) as usize % SLOTS
}

/// Adds to a stack, or takes off.
#[inline]
pub(super) fn add(stack: u32, weight: Weight) {
    // A number that is none can only come from a block that has been written beyond its end.
    let Some(slot) = (stack as usize).checked_sub(1).and_then(|at| TABLE.get(at)) else {
        return;
    };
    slot.bytes.fetch_add(weight.bytes, Relaxed);
    slot.count.fetch_add(weight.count, Relaxed);
    if weight.variance != 0 {
        slot.variance.fetch_add(weight.variance, Relaxed);
    }
}

/// All stacks with live bytes or blocks; without frames the one of all that have found no room.
pub(super) fn all() -> Vec<(Vec<usize>, Weight)> {
    let is_live = |weight: &Weight| weight.bytes > 0 || weight.count > 0;
    let mut all: Vec<_> = HASHES
        .iter()
        .zip(&TABLE)
        .filter(|(hash, _)| hash.load(Relaxed) != 0)
        .map(|(_, slot)| (slot, slot.weight()))
        .filter(|(_, weight)| is_live(weight))
        .map(|(slot, weight)| (slot.read(), weight))
        .collect();
    let others = TABLE[SLOTS].weight();
    if is_live(&others) {
        all.push((Vec::new(), others));
    }
    all
}

/// Forgets them. Nobody else may be here.
pub(super) fn clear() {
    for (hash, slot) in HASHES.iter().zip(&TABLE) {
        if hash.load(Relaxed) != 0 {
            slot.clear();
            hash.store(0, Relaxed);
        }
    }
    TABLE[SLOTS].clear();
}
