//! CLOCK-Pro with a border that moves: what was used once is *cold* and soon evicted, what is used again is *hot* and stays, and
//! *ghosts* of what was evicted tell which of the two should have more room.
//!
//! After CLOCK-Pro (Jiang, Chen and Zhang, USENIX ATC 2005), which is LIRS (Jiang and Zhang, SIGMETRICS 2002) without a list to
//! change at each hit: who comes back becomes hot only if it took less time than the next of the hot ones has been idle for. That
//! is what keeps a part of a loop that does not fit, and what lets go of what is dead. Different here: the two kinds are in queues
//! of their own, and counters of two bits are all that a hit changes, as in S3-FIFO (Yang et al., SOSP 2023); and the border
//! moves as in ARC (Megiddo and Modha, FAST 2003), towards the kind whose ghosts come back, in proportion to how many ghosts there
//! are of the other.
//!
//! Time is counted in entries stored. An eviction looks at no more than a few entries.

mod ghosts;
mod queues;

use self::ghosts::{Ghost, Ghosts};
use self::queues::{Queue, Queues};
use super::{Hits, Order, Room};
use crate::expiry::Expiry;
use crate::key::Fingerprint;
use crate::stats::Policy;

/// So many hits make a cold entry hot when its turn comes; fewer give it another turn.
const HITS_TO_STAY: u8 = 2;

/// At how many entries with hits one eviction, or one admission, looks at most.
const LOOKS: u32 = 32;

/// The least share of the cold, which is theirs at first.
const LEAST_COLD: f32 = 0.02;

/// By how many entries a ghost moves the border: a cold one up, a hot one down. With those of the other kind being so many times
/// as many, by so many times that, up to a bound.
const UP: f32 = 1.0;
const DOWN: f32 = 0.5;
const BALANCE: f32 = 8.0;

/// A cold ghost that would have needed more than this share of the bound to stay moves the border by less, as the square.
const NEAR: f32 = 0.3;

/// The next of the hot ones must have been idle for so many times as long as another took to come back, where hardly any are
/// cold; with every share of the cold less, down to as long.
const PATIENCE: f32 = 2.0;
const PATIENCE_BY_COLD: f32 = 5.0;

/// One in so many evictions of a cold entry has a hot one go in its place, if that has been idle for as long as it takes to store
/// so many times the bound. So what was hot once goes even if no ghost comes back.
const RENEWAL: u32 = 256;
const IDLE_BOUNDS: u64 = 4;
const LEAST_IDLE: u64 = 512;

/// With fewer entries than this a border of one is a large share.
const LEAST_TO_LEARN: usize = 50;

/// Whoever is not likely to be used again soon goes.
#[derive(Debug)]
pub struct ClockPro {
    queues: Queues,
    ghosts: Ghosts,
    bound: usize,
    /// How many entries are to be cold.
    border: f32,
    /// How many have been stored. Goes round.
    now: u32,
    until_renewal: u32,
}

impl Default for ClockPro {
    fn default() -> Self {
        Self {
            queues: Queues::default(),
            ghosts: Ghosts::default(),
            bound: 0,
            border: 0.0,
            now: 0,
            until_renewal: RENEWAL,
        }
    }
}

impl Order for ClockPro {
    fn policy(&self) -> Policy {
        Policy::ClockPro
    }

    fn resize(&mut self, bound: usize) {
        if bound == self.bound {
            return;
        }
        // What was learnt with hardly any entries says nothing about more.
        let share = if self.bound < LEAST_TO_LEARN {
            LEAST_COLD
        } else {
            self.border / float(self.bound)
        };
        self.bound = bound;
        let most = (float(bound) - 1.0).max(1.0);
        self.border = (share * float(bound)).clamp(1.0, most);
        self.ghosts.resize(bound);
    }

    fn admit(&mut self, at: u32, print: Fingerprint) {
        self.now = self.now.wrapping_add(1);
        // An empty store is filled from the side that stays.
        let mut is_hot = self.queues.len() < self.most_hot();
        if let Some(ghost) = self.ghosts.take(print, self.now) {
            is_hot |= self.comes_back(ghost);
        }
        let queue = if is_hot { Queue::Hot } else { Queue::Cold };
        self.queues.push_back(at, queue, self.now);
    }

    #[inline]
    fn renew(&mut self, at: u32) {
        self.queues.touch(at);
    }
    #[inline]
    fn touch(&mut self, at: u32) {
        self.queues.touch(at);
    }
    #[inline]
    fn note(&self, at: u32, hits: &mut Hits) {
        self.queues.touch(at);
        hits.told += 1;
    }

    fn forget(&mut self, at: u32) {
        self.queues.unlink(at);
    }

    fn clear(&mut self, room: Room) {
        self.queues.clear(room);
        self.ghosts.clear(room);
    }

    fn victim<E: Expiry>(&mut self, _: &E, print_of: impl Fn(u32) -> Fingerprint) -> Option<u32> {
        let mut looks = LOOKS;
        loop {
            if self.queues.count(Queue::Cold) < self.most_cold() {
                if let Some(at) = self.idle_or_next(&mut looks) {
                    return Some(self.evict(at, Queue::Hot, print_of));
                }
            }
            let at = self.queues.front(Queue::Cold)?;
            let hits = self.queues.hits(at);
            if hits > 0 && looks > 0 {
                looks -= 1;
                let stays = hits >= HITS_TO_STAY && self.makes_room_among_hot(&mut looks);
                let queue = if stays { Queue::Hot } else { Queue::Cold };
                self.queues.unlink(at);
                self.queues.push_back(at, queue, self.now);
                continue;
            }
            let queue = self.queues.queue(at);
            if queue == Queue::Cold {
                if let Some(other) = self.is_due_for_renewal(&mut looks) {
                    self.queues.unlink(at);
                    self.queues.push_back(at, Queue::Hot, self.now);
                    return Some(self.evict(other, Queue::Hot, print_of));
                }
            }
            return Some(self.evict(at, queue, print_of));
        }
    }

    #[cfg(test)]
    fn slots(&mut self) -> Option<Vec<u32>> {
        Some(self.queues.slots())
    }
}

impl ClockPro {
    fn most_cold(&self) -> usize {
        whole(self.border).clamp(1, self.bound.max(1))
    }

    fn most_hot(&self) -> usize {
        self.bound.saturating_sub(self.most_cold())
    }

    /// What was evicted is stored again, and the border moves; whether it is hot now.
    fn comes_back(&mut self, ghost: Ghost) -> bool {
        let bound = float(self.bound);
        let (cold, hot) = (
            self.ghosts.count(Queue::Cold),
            self.ghosts.count(Queue::Hot),
        );
        let times = |more: usize, less: usize| {
            let times = (float(more) + 1.0) / (float(less) + 1.0);
            times.clamp(1.0, BALANCE)
        };
        if ghost.queue == Queue::Hot {
            // With more room for the hot it would have stayed.
            if float(ghost.away as usize) <= bound {
                let least = (LEAST_COLD * bound).max(1.0);
                self.border = (self.border - DOWN * times(cold, hot)).max(least);
            }
            return false;
        }
        let has_room = self.queues.count(Queue::Hot) < self.most_hot();
        let is_hot = has_room || self.another_gives_way(ghost.away);
        // With so much more room for the cold it would have stayed.
        let cold_now = self.queues.count(Queue::Cold);
        let missed_by = float((ghost.away as usize).saturating_sub(cold_now)).max(1.0);
        if is_hot && missed_by <= bound {
            let weight = (NEAR * bound / missed_by).min(1.0).powi(2);
            let most = (bound - 1.0).max(1.0);
            self.border = (self.border + UP * weight * times(hot, cold)).min(most);
        }
        is_hot
    }

    /// Whether the next of the hot ones has been idle for longer than another was away; then it goes next.
    fn another_gives_way(&mut self, away: u32) -> bool {
        let Some(other) = self.idle(&mut { LOOKS }) else {
            return false;
        };
        let cold = self.border / float(self.bound);
        let patience = (PATIENCE - PATIENCE_BY_COLD * cold).max(1.0);
        let gives_way = float(self.idle_for(other)) > patience * float(away as usize);
        if gives_way {
            self.queues.move_to_leave(other, self.now);
        }
        gives_way
    }

    /// Whether there is room for one more hot entry, or one that is idle goes next.
    fn makes_room_among_hot(&mut self, looks: &mut u32) -> bool {
        if self.queues.count(Queue::Hot) < self.most_hot() {
            return true;
        }
        let other = self.idle(looks);
        if let Some(other) = other {
            self.queues.move_to_leave(other, self.now);
        }
        other.is_some()
    }

    /// The next of the hot ones that has no hits left; those before it lose one, and have another round.
    fn idle(&mut self, looks: &mut u32) -> Option<u32> {
        loop {
            let at = self.queues.front(Queue::Hot)?;
            if self.queues.hits(at) == 0 {
                return Some(at);
            }
            *looks = looks.checked_sub(1)?;
            self.queues.take_a_hit(at, self.now);
        }
    }

    /// The same, or whoever is next by then.
    fn idle_or_next(&mut self, looks: &mut u32) -> Option<u32> {
        let idle = self.idle(looks);
        idle.or_else(|| self.queues.front(Queue::Hot))
    }

    /// Now and then, a hot entry that has been idle for very long.
    fn is_due_for_renewal(&mut self, looks: &mut u32) -> Option<u32> {
        self.until_renewal -= 1;
        if self.until_renewal > 0 {
            return None;
        }
        self.until_renewal = RENEWAL;
        let long = IDLE_BOUNDS
            .saturating_mul(self.bound as u64)
            .max(LEAST_IDLE);
        let idle = self.idle(looks);
        idle.filter(|&at| self.idle_for(at) as u64 > long)
    }

    /// Since it was last found to have been hit.
    fn idle_for(&self, at: u32) -> usize {
        self.now.wrapping_sub(self.queues.stamp(at)) as usize
    }

    /// What is left of it is a ghost.
    fn evict(&mut self, at: u32, queue: Queue, print_of: impl Fn(u32) -> Fingerprint) -> u32 {
        // Of the hot: how long ago they left; of the cold: how long ago they came.
        let since = match queue {
            Queue::Cold => self.queues.stamp(at),
            Queue::Hot => self.now,
        };
        self.queues.unlink(at);
        self.ghosts.put(print_of(at), queue, since, self.now);
        at
    }
}

/// Near enough: shares are all that is reckoned with.
#[expect(clippy::cast_precision_loss, reason = "see above")]
fn float(whole: usize) -> f32 {
    whole as f32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and is never negative"
)]
fn whole(float: f32) -> usize {
    float as usize
}

#[cfg(test)]
mod tests;
