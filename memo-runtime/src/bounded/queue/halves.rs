//! What a queue holds, in two halves under a lock each, and its counters.

use super::{PushError, Pushed, QueueInfo, WhenFull};
use crate::bounded::make_room;
use crate::owner::OwnerId;
use crate::sync::{self, Apart, AtomicU64, Mutex, MutexGuard, Ordering};
use std::collections::VecDeque;
use std::mem::take;
use std::time::Duration;

/// The values of a queue: producers add at the back, consumers take from the front, and where that is empty the two change
/// places. So the two ends get into each other's way once for many values.
///
/// Who locks both locks the front first. None of the user's code runs under either: values are moved and nothing else.
#[derive(Debug)]
pub(super) struct Halves<T> {
    /// Older than all in the back.
    front: Apart<Mutex<Front<T>>>,
    back: Apart<Mutex<Back<T>>>,
    /// How many values have left. Written under the lock of the front.
    left: Apart<AtomicU64>,
    pub(super) capacity: usize,
    /// Whose the room for the values is.
    pub(super) owner: OwnerId,
}

#[derive(Debug)]
struct Front<T> {
    values: VecDeque<T>,
    /// Of those that have left, how many had to go for a newer one.
    fell_off: u64,
    /// So many times few values are taken at once, before it is tried again whether more come in a moment.
    before_retry: u32,
}

/// Laid out so that with its lock, what every push needs is one cache line.
#[derive(Debug)]
#[repr(C)]
struct Back<T> {
    values: VecDeque<T>,
    /// How many values have got in.
    pushed: u64,
    /// Before that many there is room, and no new high-water mark.
    next_look: u64,
    is_closed: bool,
    /// Never more than the capacity.
    high_water: u64,
    turned_away: u64,
    refused: u64,
}

/// Too few values to be worth a change of places, if more are about to come.
const FEW: usize = 32;

/// How often it is not tried, after it was in vain. It takes some 200 nanoseconds: so less than two for each time.
const RETRY_AFTER: u32 = 128;

/// Why there is none to take.
pub(super) enum NoValue {
    Now,
    /// It is closed and empty.
    Ever,
}

impl<T> Halves<T> {
    pub(super) fn new(capacity: usize, owner: OwnerId) -> Self {
        Self {
            front: Apart(Mutex::new(Front {
                values: VecDeque::new(),
                fell_off: 0,
                before_retry: 0,
            })),
            back: Apart(Mutex::new(Back {
                values: VecDeque::new(),
                pushed: 0,
                next_look: 0,
                is_closed: false,
                high_water: 0,
                turned_away: 0,
                refused: 0,
            })),
            left: Apart(AtomicU64::new(0)),
            capacity,
            owner,
        }
    }

    /// Lets a value in, or does what is to be done when there is no room; if that is to wait or refuse, it comes back.
    #[inline]
    pub(super) fn offer(&self, value: T, when_full: WhenFull) -> Pushed<T> {
        let mut back = self.back.0.lock();
        if back.is_closed {
            return Err(PushError::Closed(value));
        }
        if !self.has_room(&mut back) {
            match when_full {
                WhenFull::Wait | WhenFull::Refuse => return Err(PushError::Full(value)),
                WhenFull::DropNewest => {
                    back.turned_away += 1;
                    return Ok(Some(value));
                }
                WhenFull::DropOldest => {
                    drop(back);
                    return self.replace_oldest(value);
                }
            }
        }
        self.enter(&mut back, value);
        Ok(None)
    }

    /// Lets a value in; if there is no room, the oldest goes.
    #[cold]
    fn replace_oldest(&self, value: T) -> Pushed<T> {
        let mut front = self.front.0.lock();
        let mut back = self.back.0.lock();
        if back.is_closed {
            return Err(PushError::Closed(value));
        }
        let oldest = if self.has_room(&mut back) {
            None // somebody has taken one meanwhile
        } else {
            front.fell_off += 1;
            self.leave();
            front.values.pop_front().or_else(|| back.values.pop_front())
        };
        self.enter(&mut back, value);
        Ok(oldest)
    }

    /// There is room for it.
    #[inline]
    fn enter(&self, back: &mut Back<T>, value: T) {
        make_room(&mut back.values, self.capacity, self.owner);
        back.values.push_back(value);
        back.pushed += 1;
    }

    /// Whether there is room for one more, which, if so, is to enter.
    #[inline]
    fn has_room(&self, back: &mut Back<T>) -> bool {
        back.pushed < back.next_look || self.look_for_room(back)
    }

    #[cold]
    fn look_for_room(&self, back: &mut Back<T>) -> bool {
        let left = self.left.0.load(Ordering::SeqCst);
        let held = back.pushed - left;
        if held == self.capacity as u64 {
            return false;
        }
        back.high_water = back.high_water.max(held + 1);
        back.next_look = left + back.high_water;
        true
    }

    /// Takes the oldest value out.
    #[inline]
    pub(super) fn take(&self) -> Result<T, NoValue> {
        let mut front = self.front.0.lock();
        if front.values.is_empty() {
            let mut back = self.back.0.lock();
            if back.values.is_empty() {
                return Err(if back.is_closed {
                    NoValue::Ever
                } else {
                    NoValue::Now
                });
            }
            if back.values.len() < FEW.min(self.capacity) {
                back = self.wait_for_more(&mut front, back);
            }
            std::mem::swap(&mut front.values, &mut back.values);
        }
        let oldest = front.values.pop_front();
        self.leave();
        Ok(oldest.expect("one of the halves was not empty"))
    }

    /// A consumer that keeps up would meet the producers at each value, which takes longer than all else. So where that has
    /// paid lately, it leaves them the back for a moment.
    fn wait_for_more<'b>(
        &'b self,
        front: &mut Front<T>,
        back: MutexGuard<'b, Back<T>>,
    ) -> MutexGuard<'b, Back<T>> {
        if front.before_retry > 0 {
            front.before_retry -= 1;
            return back;
        }
        let before = back.pushed;
        drop(back);
        sync::pause();
        let back = self.back.0.lock();
        if back.pushed == before {
            front.before_retry = RETRY_AFTER;
        }
        back
    }

    /// One has left, by who holds the lock of the front.
    ///
    /// Sequentially consistent, and so is the load: see [`Line`](super::waiting::Line). A producer is counted, then loads this;
    /// a consumer swaps this, then looks at the count.
    #[inline]
    fn leave(&self) {
        let left = self.left.0.load(Ordering::Relaxed);
        self.left.0.swap(left + 1, Ordering::SeqCst);
        sync::in_one_order();
    }

    /// A push has failed for want of room.
    #[cold]
    pub(super) fn refuse(&self) {
        self.back.0.lock().refused += 1;
    }

    /// What is left, for nobody.
    pub(super) fn take_all(&self) -> (VecDeque<T>, VecDeque<T>) {
        let mut front = self.front.0.lock();
        let mut back = self.back.0.lock();
        back.is_closed = true;
        let left = (take(&mut front.values), take(&mut back.values));
        let count = (left.0.len() + left.1.len()) as u64;
        front.fell_off += count;
        self.left.0.fetch_add(count, Ordering::SeqCst);
        left
    }

    /// Nothing enters any more.
    pub(super) fn close(&self) {
        self.back.0.lock().is_closed = true;
    }

    pub(super) fn is_closed(&self) -> bool {
        self.back.0.lock().is_closed
    }

    pub(super) fn len(&self) -> usize {
        let front = self.front.0.lock();
        let back = self.back.0.lock();
        front.values.len() + back.values.len()
    }

    /// The counters, all of one moment; with the time that producers have waited, which is not known here.
    pub(super) fn info(&self, waited: Duration) -> QueueInfo {
        let front = self.front.0.lock();
        let back = self.back.0.lock();
        let left = self.left.0.load(Ordering::Relaxed);
        let len = front.values.len() + back.values.len();
        debug_assert!(
            back.pushed - left == len as u64 && len <= self.capacity,
            "what got in and has not left is there"
        );
        QueueInfo {
            pushed: back.pushed,
            popped: left - front.fell_off,
            dropped: front.fell_off + back.turned_away,
            refused: back.refused,
            high_water: usize::try_from(back.high_water).expect("it is at most the capacity"),
            waited,
            len,
            capacity: self.capacity,
            is_closed: back.is_closed,
        }
    }
}
