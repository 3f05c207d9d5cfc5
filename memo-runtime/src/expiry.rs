//! When an entry is dead: never, or one constant ttl after it was stored.

use crate::clock::{self, Lately, Tick};
use crate::policy::{List, Room};
use std::time::Duration;

/// Decides by the time of storing whether a slot's entry is live, and knows which dies first. Unless an implementation
/// says otherwise, nothing expires.
///
/// Slots are named by their index in the store's slab. Time is an argument. On a broken machine, and between threads with
/// test clocks of their own, it may be earlier than when a slot was stored; such a slot is not live then.
pub trait Expiry: Send + Sync + 'static {
    /// Whether anything ever expires. If not, nobody reads a clock.
    const TIMED: bool;

    /// An empty index. `ttl` is ignored where nothing expires.
    fn new(ttl: Option<Duration>) -> Self;

    /// Whether whatever is stored is dead at once.
    #[inline]
    fn is_void(&self) -> bool {
        false
    }

    /// The slot was stored at `now`. It is not known here yet.
    #[inline]
    fn admit(&mut self, _at: u32, _now: Tick) {}

    /// The slot was stored again at `now`.
    #[inline]
    fn renew(&mut self, _at: u32, _now: Tick) {}

    /// The slot's entry is gone.
    #[inline]
    fn forget(&mut self, _at: u32) {}

    /// Whether the slot's entry, known here, is live.
    #[inline]
    fn is_live(&self, _at: u32, _now: Tick) -> bool {
        true
    }

    /// The same for one who knows only [what time it has lately been](clock::lately): seldom a wrong no, and a wrong yes only
    /// where that was longer ago than a quarter of the ttl, or a second.
    #[inline]
    fn is_surely_live(&self, _at: u32, _lately: Lately) -> bool {
        true
    }

    /// The slot that dies first.
    #[inline]
    fn soonest(&self) -> Option<u32> {
        None
    }

    /// A slot whose entry is dead: its ttl is over, or the clock it was stored by has stepped back behind it, so that
    /// nobody can say how old it is. The clock of another thread says nothing about it.
    #[inline]
    fn dead(&mut self, _now: Tick) -> Option<u32> {
        None
    }

    /// No entry was stored later.
    #[inline]
    fn latest(&self) -> Tick {
        Tick::ZERO
    }

    /// Forgets all slots.
    fn clear(&mut self, _room: Room) {}
}

/// Nothing expires.
#[derive(Debug)]
pub struct Never;

impl Expiry for Never {
    const TIMED: bool = false;

    fn new(_: Option<Duration>) -> Self {
        Self
    }
}

/// Decided when the program runs.
impl Expiry for Option<After> {
    const TIMED: bool = true;

    fn new(ttl: Option<Duration>) -> Self {
        ttl.map(|ttl| After::new(Some(ttl)))
    }
    fn is_void(&self) -> bool {
        self.as_ref().is_some_and(After::is_void)
    }
    fn admit(&mut self, at: u32, now: Tick) {
        if let Some(after) = self {
            after.admit(at, now);
        }
    }
    fn renew(&mut self, at: u32, now: Tick) {
        if let Some(after) = self {
            after.renew(at, now);
        }
    }
    fn forget(&mut self, at: u32) {
        if let Some(after) = self {
            after.forget(at);
        }
    }
    fn is_live(&self, at: u32, now: Tick) -> bool {
        self.as_ref().is_none_or(|after| after.is_live(at, now))
    }
    fn is_surely_live(&self, at: u32, lately: Lately) -> bool {
        self.as_ref()
            .is_none_or(|after| after.is_surely_live(at, lately))
    }
    fn soonest(&self) -> Option<u32> {
        self.as_ref()?.soonest()
    }
    fn dead(&mut self, now: Tick) -> Option<u32> {
        self.as_mut()?.dead(now)
    }
    fn latest(&self) -> Tick {
        self.as_ref().map_or(Tick::ZERO, After::latest)
    }
    fn clear(&mut self, room: Room) {
        if let Some(after) = self {
            after.clear(room);
        }
    }
}

/// As long as a machine may have been stopped, to be on the safe side: after that, the time it has lately been is from before.
const MOST_SLACK: u64 = 1_000_000_000;

/// Every entry lives for one constant ttl, so the order of dying is the order of storing.
#[derive(Debug)]
pub struct After {
    /// The ttl in nanoseconds.
    nanos: u64,
    /// How far from the present what it has lately been may be, in nanoseconds, to be sure by it. None, if it must not be.
    slack: u64,
    /// By slot: when it was stored. Kept instead of a deadline, which could overflow.
    stored: Vec<Tick>,
    /// The slots in the order of storing.
    order: List,
    /// No stored tick is later.
    latest: Tick,
    /// Whose time the latest is.
    timeline: usize,
}

impl Expiry for After {
    const TIMED: bool = true;

    /// Without a ttl, entries live for good.
    fn new(ttl: Option<Duration>) -> Self {
        let nanos = clock::nanos(ttl.unwrap_or(Duration::MAX));
        let slack = (nanos / 4).min(MOST_SLACK);
        Self {
            nanos,
            slack: if slack < clock::MOST_LAG { 0 } else { slack },
            stored: Vec::new(),
            order: List::default(),
            latest: Tick::ZERO,
            timeline: clock::timeline(),
        }
    }
    #[inline]
    fn is_void(&self) -> bool {
        self.nanos == 0
    }
    fn admit(&mut self, at: u32, now: Tick) {
        self.stamp(at, now);
        self.order.push_back(at);
    }
    fn renew(&mut self, at: u32, now: Tick) {
        self.stamp(at, now);
        self.order.move_all_to_back(&[at]);
    }
    fn forget(&mut self, at: u32) {
        self.order.unlink(at);
    }
    #[inline]
    fn is_live(&self, at: u32, now: Tick) -> bool {
        let stored = self.stored[at as usize];
        stored <= now && now.since(stored) < self.nanos
    }
    #[inline]
    fn is_surely_live(&self, at: u32, lately: Lately) -> bool {
        let stored = self.stored[at as usize];
        // It may have been stored since.
        self.slack > 0
            && stored.since(lately.at) <= lately.lag
            && lately.at.since(stored) < self.nanos - self.slack
    }
    #[inline]
    fn soonest(&self) -> Option<u32> {
        self.order.front()
    }
    fn dead(&mut self, now: Tick) -> Option<u32> {
        let stored = |at: &u32| self.stored[*at as usize];
        if now < self.latest && self.timeline == clock::timeline() {
            match self.order.back().filter(|at| now < stored(at)) {
                Some(from_the_future) => return Some(from_the_future),
                None => self.latest = now,
            }
        }
        self.order
            .front()
            .filter(|at| now.since(stored(at)) >= self.nanos)
    }
    #[inline]
    fn latest(&self) -> Tick {
        self.latest
    }
    fn clear(&mut self, room: Room) {
        if room == Room::Freed {
            self.stored = Vec::new();
        }
        self.order.clear(room);
        self.latest = Tick::ZERO;
    }
}

impl After {
    fn stamp(&mut self, at: u32, now: Tick) {
        let index = at as usize;
        if index >= self.stored.len() {
            self.stored.resize(index + 1, Tick::ZERO);
        }
        self.stored[index] = now;
        if self.latest <= now {
            (self.latest, self.timeline) = (now, clock::timeline());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(secs: u64) -> After {
        After::new(Some(Duration::from_secs(secs)))
    }

    #[test]
    fn a_slot_lives_until_its_ttl_and_not_longer() {
        let mut expiry = after(30);
        let second = 1_000_000_000;
        expiry.admit(0, tick(second));
        assert!(expiry.is_live(0, tick(31 * second - 1)));
        assert!(!expiry.is_live(0, tick(31 * second)));
    }

    #[test]
    fn storing_again_makes_a_slot_the_last_to_die() {
        let mut expiry = after(30);
        expiry.admit(0, tick(1));
        expiry.admit(1, tick(2));
        expiry.renew(0, tick(3));
        assert_eq!(expiry.soonest(), Some(1));
        expiry.forget(1);
        assert_eq!(expiry.soonest(), Some(0));
    }

    #[test]
    fn what_is_surely_live_by_an_older_time_is_live() {
        const MILLI: u64 = 1_000_000;
        for ttl in [0, 1, 79, 80, 1_000, 30_000] {
            let mut expiry = After::new(Some(Duration::from_millis(ttl)));
            let stored = 5_000;
            expiry.admit(0, tick(stored * MILLI));
            for now in (stored..stored + 2 * ttl + 2).step_by(3) {
                for lag in [0, 1, 19, 20, 250, 999] {
                    let at = tick((now - lag) * MILLI);
                    let lately = Lately {
                        at,
                        lag: clock::MOST_LAG,
                    };
                    let is_sure = expiry.is_surely_live(0, lately);
                    let slack = (ttl / 4).min(1_000);
                    let is_live = expiry.is_live(0, tick(now * MILLI));
                    assert!(!is_sure || is_live || lag > slack, "{ttl} {now} {lag}");
                    let is_young = now - stored + slack < ttl && lag < 20;
                    assert!(is_sure || !is_young || slack < 20, "{ttl} {now} {lag}");
                }
            }
        }
    }

    #[test]
    fn what_is_from_the_future_of_an_exact_clock_is_not_surely_live() {
        let mut expiry = after(30);
        expiry.admit(0, tick(2));
        assert!(expiry.is_surely_live(0, Lately::now(tick(2))));
        assert!(!expiry.is_surely_live(0, Lately::now(tick(1))));
    }

    #[test]
    fn what_the_clock_has_stepped_back_behind_is_dead() {
        let mut expiry = after(30);
        expiry.admit(0, tick(1));
        expiry.admit(1, tick(3));
        assert!(!expiry.is_live(1, tick(2)));
        assert_eq!(expiry.dead(tick(2)), Some(1));
        expiry.forget(1);
        assert_eq!(expiry.dead(tick(2)), None);
        assert!(expiry.is_live(0, tick(2)));
    }

    #[test]
    fn the_longest_ttl_does_not_overflow() {
        let mut expiry = After::new(Some(Duration::MAX));
        expiry.admit(0, tick(u64::MAX));
        assert!(expiry.is_live(0, tick(u64::MAX)));
    }

    fn tick(nanos: u64) -> Tick {
        Tick::from_nanos(nanos)
    }
}
