//! What is left of evicted entries: a few bits of the fingerprint, where the entry was and since when, four bytes each.

use super::super::Room;
use super::queues::Queue;
use crate::key::Fingerprint;

/// Buckets of eight ghosts, of which the oldest makes room.
#[derive(Debug, Default)]
pub(super) struct Ghosts {
    /// Empty until the first entry is evicted. A cell without a ghost is 0; else from the top: 16 bits of the fingerprint, not all
    /// 0; one that says whether the entry was hot; and 15 bits of time.
    cells: Vec<u32>,
    /// How many cells there are to be.
    room: usize,
    /// How many ghosts of either queue there are.
    counts: [usize; 2],
    /// Time is kept in units of this power of two.
    unit: u32,
}

/// One that is known again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ghost {
    pub(super) queue: Queue,
    /// For how long: since the entry left if it was hot, since it came if it was cold.
    pub(super) away: u32,
}

const IN_A_BUCKET: usize = 8;

/// There is room for half as many more ghosts than entries, but for no less than so many, and no more.
const LEAST: usize = 256;
const MOST: usize = 1 << 26;

/// So many units to a bound, or twice as many.
const UNITS: u32 = 1024;

const TAG: u32 = 0xFFFF_0000;
const HOT: u32 = 0x8000;
const TIME: u32 = 0x7FFF;

impl Ghosts {
    /// There are none then.
    pub(super) fn resize(&mut self, bound: usize) {
        self.clear(Room::Freed);
        let room = bound.saturating_add(bound / 2).clamp(LEAST, MOST);
        self.room = room.next_multiple_of(IN_A_BUCKET);
        let bound = u32::try_from(bound).unwrap_or(u32::MAX);
        self.unit = (bound / UNITS).max(1).ilog2();
    }

    pub(super) fn count(&self, queue: Queue) -> usize {
        self.counts[queue as usize]
    }

    pub(super) fn clear(&mut self, room: Room) {
        match room {
            Room::Kept => self.cells.fill(0),
            Room::Freed => self.cells = Vec::new(),
        }
        self.counts = [0; 2];
    }

    /// The ghost of an entry that is stored again, which is none any more.
    pub(super) fn take(&mut self, print: Fingerprint, now: u32) -> Option<Ghost> {
        let (tag, unit) = (tag(print), self.unit);
        let bucket = self.bucket(print)?;
        let cell = bucket.iter_mut().find(|cell| **cell & TAG == tag)?;
        let found = std::mem::take(cell);
        let queue = queue(found);
        self.counts[queue as usize] -= 1;
        let away = age(found, now >> unit) << unit;
        Some(Ghost { queue, away })
    }

    /// An entry is evicted that was in this queue, since then.
    pub(super) fn put(&mut self, print: Fingerprint, from: Queue, since: u32, now: u32) {
        if self.cells.is_empty() {
            self.cells = vec![0; self.room];
        }
        let unit = self.unit;
        let was_hot = if from == Queue::Hot { HOT } else { 0 };
        let ghost = tag(print) | was_hot | (since >> unit) & TIME;
        let Some(bucket) = self.bucket(print) else {
            return;
        };
        let oldest = bucket.iter_mut().max_by_key(|cell| match **cell {
            0 => u32::MAX,
            other => age(other, now >> unit),
        });
        let Some(oldest) = oldest else { return };
        let before = std::mem::replace(oldest, ghost);
        if before != 0 {
            self.counts[queue(before) as usize] -= 1;
        }
        self.counts[from as usize] += 1;
    }

    fn bucket(&mut self, print: Fingerprint) -> Option<&mut [u32]> {
        let buckets = (self.cells.len() / IN_A_BUCKET) as u64;
        let bucket = (u64::from(mixed(print)) * buckets) >> 32;
        let first = usize::try_from(bucket).ok()? * IN_A_BUCKET;
        self.cells.get_mut(first..first + IN_A_BUCKET)
    }
}

/// Bits of the fingerprint that the user's hasher may have left alike.
fn mixed(print: Fingerprint) -> u32 {
    print.bits().wrapping_mul(0x9E37_79B1)
}

/// Of other bits than those that choose the bucket.
fn tag(print: Fingerprint) -> u32 {
    (mixed(print) << 16).max(!TAG + 1)
}

fn queue(ghost: u32) -> Queue {
    if ghost & HOT == 0 {
        Queue::Cold
    } else {
        Queue::Hot
    }
}

/// In units, by what time it is in units.
fn age(ghost: u32, now: u32) -> u32 {
    now.wrapping_sub(ghost) & TIME
}

#[cfg(test)]
impl Ghosts {
    pub(super) fn check(&self) {
        let all = |of| {
            self.cells
                .iter()
                .filter(|cell| **cell != 0 && queue(**cell) == of)
                .count()
        };
        assert_eq!(self.counts, [all(Queue::Cold), all(Queue::Hot)]);
    }

    pub(super) fn bytes(&self) -> usize {
        self.cells.capacity() * size_of::<u32>()
    }
}
