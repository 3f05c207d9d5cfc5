//! The entries of a [clock](super): two queues, linked by index, and a byte for each entry that tells of its hits.

use super::super::Room;
use crate::sync::{AtomicU8, Ordering};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Queue {
    Cold,
    Hot,
}

/// Two rings. Links 0 and 1 are their ends; slot `n` has its link at `n + 2`.
#[derive(Debug, Default)]
pub(super) struct Queues {
    /// Empty until the first slot comes.
    links: Vec<Link>,
    /// By slot; readers change them beside each other, but only the hits.
    states: Vec<State>,
    counts: [usize; 2],
}

#[derive(Debug, Clone, Copy)]
struct Link {
    before: u32,
    after: u32,
    /// When the slot was stored, or last found to have been hit.
    stamp: u32,
}

const ENDS: u32 = 2;

/// What hits are counted to.
const MOST_HITS: u8 = 3;

/// The hits in the lowest bits, and these.
#[derive(Debug, Default)]
struct State(AtomicU8);

/// There was a hit since somebody looked.
const WAS_HIT: u8 = 4;
/// It is in one of the queues: the hot one, or else the cold one, at the end of which it may stand because it was hot.
const IS_IN: u8 = 8;
const IS_HOT: u8 = 16;
const WAS_HOT: u8 = 32;

impl State {
    /// Takes note of a hit; writes nothing if there have been some since somebody looked. Of two at a time one may be lost.
    #[inline]
    fn hit(&self) {
        let before = self.0.load(Ordering::Relaxed);
        let hits = (before & MOST_HITS).saturating_add(1).min(MOST_HITS);
        let after = before & !MOST_HITS | hits | WAS_HIT;
        if after != before {
            self.0.store(after, Ordering::Relaxed);
        }
    }

    fn has(&self, bit: u8) -> bool {
        self.0.load(Ordering::Relaxed) & bit != 0
    }

    /// By one whom no reader is beside.
    fn set(&mut self, state: u8) {
        self.0.store(state, Ordering::Relaxed);
    }
}

impl Queues {
    pub(super) fn len(&self) -> usize {
        self.counts.iter().sum()
    }

    pub(super) fn count(&self, queue: Queue) -> usize {
        self.counts[queue as usize]
    }

    pub(super) fn front(&self, queue: Queue) -> Option<u32> {
        self.links.get(queue as usize)?.after.checked_sub(ENDS)
    }

    /// Takes note of a hit.
    #[inline]
    pub(super) fn touch(&self, at: u32) {
        self.states[at as usize].hit();
    }

    /// How many hits it has left.
    pub(super) fn hits(&self, at: u32) -> u8 {
        self.states[at as usize].0.load(Ordering::Relaxed) & MOST_HITS
    }

    /// Where it belongs: in the cold queue there may be some that were hot.
    pub(super) fn queue(&self, at: u32) -> Queue {
        if self.states[at as usize].has(IS_HOT | WAS_HOT) {
            Queue::Hot
        } else {
            Queue::Cold
        }
    }

    pub(super) fn stamp(&self, at: u32) -> u32 {
        self.links[(at + ENDS) as usize].stamp
    }

    /// Puts the slot, which is in neither queue, last in this one, without hits.
    pub(super) fn push_back(&mut self, at: u32, queue: Queue, stamp: u32) {
        if self.states.len() <= at as usize {
            self.grow(at);
        }
        let state = match queue {
            Queue::Cold => IS_IN,
            Queue::Hot => IS_IN | IS_HOT,
        };
        self.states[at as usize].set(state);
        let end = queue as u32;
        self.link(at, self.links[end as usize].before, end, stamp);
    }

    /// Puts a hot slot first in the cold queue: unless it is hit, it leaves next.
    pub(super) fn move_to_leave(&mut self, at: u32, stamp: u32) {
        self.unlink(at);
        self.states[at as usize].set(IS_IN | WAS_HOT);
        let end = Queue::Cold as u32;
        self.link(at, end, self.links[end as usize].after, stamp);
    }

    /// Puts the hot slot that is first last, with a hit less.
    pub(super) fn take_a_hit(&mut self, at: u32, now: u32) {
        let state = &self.states[at as usize];
        let stamp = if state.has(WAS_HIT) {
            now
        } else {
            self.stamp(at)
        };
        let hits = self.hits(at).saturating_sub(1);
        self.unlink(at);
        self.push_back(at, Queue::Hot, stamp);
        self.states[at as usize].set(IS_IN | IS_HOT | hits);
    }

    /// Takes the slot out. One that is in neither queue stays so.
    pub(super) fn unlink(&mut self, at: u32) {
        let Some(state) = self.states.get_mut(at as usize) else {
            return;
        };
        if !state.has(IS_IN) {
            return;
        }
        let queue = if state.has(IS_HOT) {
            Queue::Hot
        } else {
            Queue::Cold
        };
        state.set(0);
        self.counts[queue as usize] -= 1;
        let Link { before, after, .. } = self.links[(at + ENDS) as usize];
        self.links[before as usize].after = after;
        self.links[after as usize].before = before;
    }

    /// Takes all slots out.
    pub(super) fn clear(&mut self, room: Room) {
        match room {
            Room::Freed => *self = Self::default(),
            Room::Kept => {
                self.states.iter_mut().for_each(|state| state.set(0));
                let ends = self.links.iter_mut().take(ENDS as usize);
                ends.zip(0..)
                    .for_each(|(link, end)| *link = Link::to_itself(end));
                self.counts = [0; 2];
            }
        }
    }

    fn link(&mut self, at: u32, before: u32, after: u32, stamp: u32) {
        let link = at + ENDS;
        self.links[link as usize] = Link {
            before,
            after,
            stamp,
        };
        self.links[before as usize].after = link;
        self.links[after as usize].before = link;
        let is_hot = self.states[at as usize].has(IS_HOT);
        self.counts[usize::from(is_hot)] += 1;
    }

    #[cold]
    fn grow(&mut self, at: u32) {
        let states = at as usize + 1;
        self.states.resize_with(states, State::default);
        let links = self.links.len();
        let links = u32::try_from(links).expect("a slot's index fits into 32 bits");
        self.links
            .extend((links..at + 1 + ENDS).map(Link::to_itself));
    }
}

impl Link {
    fn to_itself(at: u32) -> Self {
        Self {
            before: at,
            after: at,
            stamp: 0,
        }
    }
}

#[cfg(test)]
impl Queues {
    /// All slots that are in, having checked that all that is said of them agrees.
    pub(super) fn slots(&self) -> Vec<u32> {
        let mut slots = Vec::new();
        for queue in [Queue::Cold, Queue::Hot] {
            let mut link = queue as u32;
            let mut count = 0;
            while let Some(at) = self
                .links
                .get(link as usize)
                .and_then(|it| it.after.checked_sub(ENDS))
            {
                assert_eq!(
                    self.links[(at + ENDS) as usize].before,
                    link,
                    "links go both ways"
                );
                let state = &self.states[at as usize];
                assert!(state.has(IS_IN) && state.has(IS_HOT) == (queue == Queue::Hot));
                slots.push(at);
                count += 1;
                link = at + ENDS;
            }
            assert_eq!(count, self.count(queue));
        }
        slots
    }
}
