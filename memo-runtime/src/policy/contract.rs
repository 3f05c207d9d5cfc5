//! What must hold for every policy and expiry, written once: a store and a simple model under the same random
//! operations, compared after each.

use super::{AnyOrder, ClockPro, Fifo, Lru, Order, SoonestToExpire};
use crate::clock::Tick;
use crate::expiry::{After, Expiry, Never};
use crate::flight::Loss;
use crate::key::{ByRef, Fingerprint};
use crate::random::Random;
use crate::stats::Policy;
use crate::store::{Finish, Promises, Store, Ticket};
use foldhash::fast::FixedState;
use std::time::Duration;

/// In nanoseconds.
const TTL: u64 = 20;

/// What a store is to be equal to.
struct Model {
    /// Key, value and time of storing, in the order they would go.
    entries: Vec<(u8, u32, u64)>,
    bound: usize,
    goes: Goes,
    ttl: u64,
    seats: Vec<Seat>,
    /// How many computations have begun.
    begun: u32,
}

/// Who goes when the store is full.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goes {
    /// The first stored.
    First,
    /// The first used.
    LeastRecent,
    /// Whoever the policy says.
    Anyone,
}

/// A computation under way.
#[derive(Clone, Copy)]
struct Seat {
    key: u8,
    /// Which one it is.
    begun: u32,
    /// Whether its value may still be stored.
    is_valid: bool,
    /// Whether there has been a value since that is newer.
    is_overtaken: bool,
}

impl Model {
    fn value(&self, key: u8) -> Option<u32> {
        self.entries
            .iter()
            .find(|entry| entry.0 == key)
            .map(|entry| entry.1)
    }

    fn purge(&mut self, now: u64) {
        let ttl = self.ttl;
        self.entries.retain(|(_, _, stored)| now - stored < ttl);
    }

    fn hit(&mut self, key: u8) -> Option<u32> {
        let at = self.entries.iter().position(|entry| entry.0 == key)?;
        let value = self.entries[at].1;
        if self.goes == Goes::LeastRecent {
            let entry = self.entries.remove(at);
            self.entries.push(entry);
        }
        Some(value)
    }

    /// A computation begins.
    fn begin(&mut self, key: u8) {
        self.begun += 1;
        self.seats.push(Seat {
            key,
            begun: self.begun,
            is_valid: true,
            is_overtaken: false,
        });
    }

    /// Stores a value that is newer than the first so many computations.
    fn store(&mut self, key: u8, value: u32, now: u64, newer_than: u32) {
        let seats = self.seats.iter_mut().filter(|seat| seat.key == key);
        seats.for_each(|seat| seat.is_overtaken |= seat.begun < newer_than);
        self.entries.retain(|entry| entry.0 != key);
        self.shrink_to(self.bound - 1);
        self.entries.push((key, value, now));
    }

    fn shrink_to(&mut self, len: usize) {
        while self.entries.len() > len && self.goes != Goes::Anyone {
            self.entries.remove(0);
        }
    }

    /// Those that the store has evicted have gone, too, if they had to.
    fn follow(&mut self, is_held: impl Fn(u8) -> bool) {
        let too_many = self.entries.len().saturating_sub(self.bound);
        let before = self.entries.len();
        if self.goes == Goes::Anyone {
            self.entries.retain(|entry| is_held(entry.0));
            assert_eq!(before - self.entries.len(), too_many, "no more than had to");
        }
    }

    /// The entries whose key is refused go, and no computation for such a key will be stored.
    fn retain(&mut self, keep: impl Fn(u8) -> bool) {
        self.entries.retain(|entry| keep(entry.0));
        let seats = self.seats.iter_mut();
        seats.for_each(|seat| seat.is_valid &= keep(seat.key));
    }

    /// What was overtaken is not stored when the newer value is gone.
    fn call_off_overtaken(&mut self) {
        let entries = &self.entries;
        for seat in self.seats.iter_mut().filter(|seat| seat.is_overtaken) {
            seat.is_valid &= entries.iter().any(|entry| entry.0 == seat.key);
        }
    }
}

fn bound(random: &mut Random) -> usize {
    1 + random.below(6) as usize
}

fn print(key: u8) -> Fingerprint {
    Fingerprint::of(&FixedState::default(), &ByRef(&key))
}

/// A store, its model, and what both are going through.
struct Trial<O, E> {
    store: Store<u8, u32, (), O, E>,
    model: Model,
    tickets: Vec<Ticket>,
    now: u64,
}

impl<O: Order, E: Expiry> Trial<O, E> {
    fn new(bound: usize, order: O, ttl: Option<Duration>, goes: Goes) -> Self {
        let ttl_in_model = ttl.map_or(u64::MAX, |_| TTL);
        let model = Model {
            entries: Vec::new(),
            bound,
            goes,
            ttl: ttl_in_model,
            seats: Vec::new(),
            begun: 0,
        };
        Self {
            store: Store::new(bound, order, E::new(ttl)),
            model,
            tickets: Vec::new(),
            now: 0,
        }
    }

    /// Does one thing to both, and compares what they say of it.
    fn step(&mut self, random: &mut Random, number: u32) {
        let Self {
            store,
            model,
            tickets,
            now,
        } = self;
        *now += u64::from(random.below(4));
        let (now, tick) = (*now, Tick::from_nanos(*now));
        store.purge(tick, usize::MAX);
        model.purge(now);
        model.call_off_overtaken();
        let key = random.key(9);
        let found = store.find(print(key), |other| *other == key);
        match random.below(60) {
            0..=19 => {
                let value = found.and_then(|at| store.live(at, tick)).copied();
                if let (Some(at), Some(_)) = (found, value) {
                    store.order.touch(at);
                }
                assert_eq!(value, model.hit(key), "a hit");
            }
            20..=24 => {
                tickets.push(store.start(found, print(key), key));
                model.begin(key);
            }
            25..=29 => {
                // For some keys, and the store is told of all at once.
                let mut promises = Promises::default();
                for key in (0..4).map(|_| random.key(9)) {
                    let is_there = store.find(print(key), |other| *other == key).is_some();
                    if !is_there && !promises.has(print(key), |other| *other == key) {
                        tickets.push(store.promise_beside(&mut promises, print(key), key));
                        model.begin(key);
                    }
                }
                store.keep(&mut promises);
            }
            30..=49 if tickets.is_empty() => {}
            30..=49 => {
                let at = random.below(u32::try_from(tickets.len()).unwrap()) as usize;
                let (ticket, seat) = (tickets.swap_remove(at), model.seats.swap_remove(at));
                let (finish, stays) = match random.below(4) {
                    0 => return store.abandon(&ticket, Loss::Failed),
                    1 => (Finish::Always, seat.is_overtaken),
                    _ => (Finish::IfVacant, true),
                };
                let first = store.fill(&ticket, number, finish, tick);
                let first = first.and_then(|at| store.live(at, tick)).copied();
                let in_model = model.value(seat.key);
                let in_model = in_model.filter(|_| seat.is_valid && stays);
                assert_eq!(first, in_model, "who was first");
                if seat.is_valid && first.is_none() {
                    model.store(seat.key, number, now, seat.begun);
                }
            }
            50..=53 => {
                let before = store.insert(found, print(key), key, number, tick);
                assert_eq!(before, model.value(key), "what an insert replaced");
                model.store(key, number, now, u32::MAX);
            }
            54..=57 => {
                let removed = found.is_some_and(|at| store.remove(at, tick));
                assert_eq!(
                    removed,
                    model.value(key).is_some(),
                    "whether a removal found an entry"
                );
                model.retain(|other| other != key);
            }
            58 => {
                model.bound = bound(random);
                store.resize(model.bound);
                model.shrink_to(model.bound);
            }
            _ if random.below(2) == 0 => {
                drop(store.clear());
                model.retain(|_| false);
            }
            _ => {
                let before = model.entries.len();
                let went = store.retain(|key| key % 3 != 0);
                model.retain(|key| key % 3 != 0);
                assert_eq!(
                    went,
                    before - model.entries.len(),
                    "how many entries a retain removed"
                );
            }
        }
    }

    fn compare(&mut self) {
        let tick = Tick::from_nanos(self.now);
        self.store.validate(self.tickets.len());
        let store = &self.store;
        self.model.follow(|key| {
            let found = store.find(print(key), |other| *other == key);
            found.is_some_and(|at| store.live(at, tick).is_some())
        });
        assert_eq!(self.store.len, self.model.entries.len());
        for (key, value, _) in &self.model.entries {
            let found = self.store.find(print(*key), |other| other == key);
            assert_eq!(
                found.and_then(|at| self.store.live(at, tick)),
                Some(value),
                "key {key}"
            );
        }
    }
}

fn holds_under_any_operations<O: Order, E: Expiry>(
    order: impl Fn() -> O,
    ttl: Option<u64>,
    goes: Goes,
) {
    let ttl = ttl.map(Duration::from_nanos);
    for seed in 0..40 {
        let mut random = Random(seed);
        let bound = bound(&mut random);
        let mut trial = Trial::<O, E>::new(bound, order(), ttl, goes);
        for number in 0..2_000 {
            trial.step(&mut random, number);
            trial.compare();
        }
    }
}

#[test]
fn the_least_recently_used_goes() {
    holds_under_any_operations::<Lru, Never>(Lru::default, None, Goes::LeastRecent);
    holds_under_any_operations::<Lru, After>(Lru::default, Some(TTL), Goes::LeastRecent);
}

#[test]
fn the_oldest_goes() {
    holds_under_any_operations::<Fifo, Never>(Fifo::default, None, Goes::First);
    holds_under_any_operations::<Fifo, After>(Fifo::default, Some(TTL), Goes::First);
}

#[test]
fn the_soonest_to_expire_goes() {
    let order = || SoonestToExpire;
    holds_under_any_operations::<SoonestToExpire, After>(order, Some(TTL), Goes::First);
}

#[test]
fn somebody_goes() {
    holds_under_any_operations::<ClockPro, Never>(ClockPro::default, None, Goes::Anyone);
    holds_under_any_operations::<ClockPro, After>(ClockPro::default, Some(TTL), Goes::Anyone);
}

#[test]
fn whatever_is_decided_when_the_program_runs_goes() {
    for (policy, goes) in [
        (Policy::Lru, Goes::LeastRecent),
        (Policy::Fifo, Goes::First),
        (Policy::SoonestToExpire, Goes::First),
        (Policy::ClockPro, Goes::Anyone),
    ] {
        let order = || AnyOrder::of(policy);
        if policy != Policy::SoonestToExpire {
            holds_under_any_operations::<_, Option<After>>(order, None, goes);
        }
        holds_under_any_operations::<_, Option<After>>(order, Some(TTL), goes);
    }
}
