//! What must hold for every policy and expiry, written once: a store under random operations, checked after each.

use super::{Fifo, Lru, Order, SoonestToExpire};
use crate::clock::Tick;
use crate::expiry::{After, Expiry, Never};
use crate::key::{ByRef, Fingerprint, Lookup};
use crate::removal::Departures;
use crate::store::{Filled, Store, Ticket};
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::time::Duration;

/// In nanoseconds.
const TTL: u64 = 20;

/// What a store is to be equal to: entries in the order they would go.
struct Model {
    entries: Vec<(u8, u32, u64)>,
    bound: usize,
    promotes_hits: bool,
    ttl: u64,
}

impl Model {
    fn purge(&mut self, now: u64) {
        let ttl = self.ttl;
        self.entries.retain(|(_, _, stored)| now - stored < ttl);
    }

    fn hit(&mut self, key: u8) -> Option<u32> {
        let at = self.entries.iter().position(|entry| entry.0 == key)?;
        let value = self.entries[at].1;
        if self.promotes_hits {
            let entry = self.entries.remove(at);
            self.entries.push(entry);
        }
        Some(value)
    }

    fn store(&mut self, key: u8, value: u32, now: u64) {
        self.entries.retain(|entry| entry.0 != key);
        while self.entries.len() >= self.bound {
            self.entries.remove(0);
        }
        self.entries.push((key, value, now));
    }
}

/// Numbers that only look random, the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "a list of operations, each next to its model"
)]
fn holds_under_any_operations<O: Order, E: Expiry>(ttl: Option<Duration>, promotes_hits: bool) {
    for seed in 0..40 {
        let mut random = Random(seed);
        let bound = 1 + usize::try_from(random.below(6)).unwrap();
        let mut store: Store<u8, u32, O, E> = Store::new(bound, E::new(ttl));
        let ttl = if E::TIMED { TTL } else { u64::MAX };
        let mut model = Model {
            entries: Vec::new(),
            bound,
            promotes_hits,
            ttl,
        };
        let mut seats: HashMap<u8, Ticket> = HashMap::new();
        let mut now = 0;
        for step in 0..2_000_u32 {
            now += random.below(4);
            let tick = Tick::from_nanos(now);
            let key = u8::try_from(random.below(9)).unwrap();
            let lookup = ByRef(&key);
            let print = Fingerprint::of(&FixedState::default(), &lookup);
            let mut left = Departures::new();
            store.purge(tick, &mut left);
            model.purge(now);
            match random.below(12) {
                0..=3 => {
                    let found = store.find(print, &lookup, tick);
                    let value = found.and_then(|at| store.value(at)).copied();
                    if let Some(at) = found {
                        store.touch(at);
                    }
                    assert_eq!(value, model.hit(key), "a hit");
                }
                4 | 5 => {
                    seats
                        .entry(key)
                        .or_insert_with(|| store.claim(print, &lookup, &mut Some(key)));
                }
                6 | 7 => {
                    if let Some(ticket) = seats.remove(&key) {
                        match store.fill(ticket, step, tick, &mut left) {
                            Filled::Overtaken(at) => {
                                assert_eq!(store.value(at).copied(), peek(&model, key));
                            }
                            // A seat that was taken away stores nothing; the model has no seats, so it asks the store.
                            Filled::Settled if store.find(print, &lookup, tick).is_some() => {
                                if peek(&model, key).is_none() {
                                    model.store(key, step, now);
                                }
                            }
                            Filled::Settled => {}
                        }
                    }
                }
                8 => {
                    let before =
                        store.insert(print, &lookup, &mut Some(key), step, tick, &mut left);
                    assert_eq!(before, peek(&model, key), "what an insert replaced");
                    model.store(key, step, now);
                }
                9 => {
                    let removed = store.remove(print, &lookup, &mut left);
                    assert_eq!(removed, peek(&model, key).is_some(), "a removal");
                    model.entries.retain(|entry| entry.0 != key);
                }
                10 => {
                    if let Some(ticket) = seats.remove(&key) {
                        store.abandon(ticket, &mut left);
                    }
                }
                _ => match random.below(40) {
                    0 => {
                        drop(store.clear());
                        model.entries.clear();
                    }
                    1 => {
                        let bound = 1 + usize::try_from(random.below(6)).unwrap();
                        store.resize(bound, &mut left);
                        model.bound = bound;
                        while model.entries.len() > bound {
                            model.entries.remove(0);
                        }
                    }
                    2 => {
                        let went = store.retain(|key| key % 3 != 0, &mut left);
                        let before = model.entries.len();
                        model.entries.retain(|entry| entry.0 % 3 != 0);
                        assert_eq!(
                            went,
                            before - model.entries.len(),
                            "how many a retain removed"
                        );
                    }
                    _ => {}
                },
            }
            store.validate(seats.len());
            assert_eq!(store.len(), model.entries.len(), "seed {seed}, step {step}");
            for &(key, value, _) in &model.entries {
                let lookup = ByRef(&key);
                let print = Fingerprint::of(&FixedState::default(), &lookup);
                let found = store
                    .find(print, &lookup, tick)
                    .and_then(|at| store.value(at));
                assert_eq!(found, Some(&value), "seed {seed}, step {step}, key {key}");
            }
        }
    }
}

fn peek(model: &Model, key: u8) -> Option<u32> {
    model
        .entries
        .iter()
        .find(|entry| entry.0 == key)
        .map(|entry| entry.1)
}

#[test]
fn the_least_recently_used_goes() {
    holds_under_any_operations::<Lru, Never>(None, true);
    holds_under_any_operations::<Lru, After>(Some(Duration::from_nanos(TTL)), true);
}

#[test]
fn the_oldest_goes() {
    holds_under_any_operations::<Fifo, Never>(None, false);
    holds_under_any_operations::<Fifo, After>(Some(Duration::from_nanos(TTL)), false);
}

#[test]
fn the_soonest_to_expire_goes() {
    holds_under_any_operations::<SoonestToExpire, After>(Some(Duration::from_nanos(TTL)), false);
}

#[test]
fn a_seat_from_before_a_clear_stores_nothing() {
    let mut store: Store<u8, u32, Lru, Never> = Store::new(4, Never);
    let (mut left, key) = (Departures::new(), 1);
    let lookup = ByRef(&key);
    let print = Fingerprint::of(&FixedState::default(), &lookup);
    let before = store.claim(print, &lookup, &mut Some(lookup.to_key()));
    drop(store.clear());
    let after = store.claim(print, &lookup, &mut Some(lookup.to_key()));
    assert!(matches!(
        store.fill(before, 1, Tick::ZERO, &mut left),
        Filled::Settled
    ));
    assert_eq!(store.len(), 0);
    assert!(matches!(
        store.fill(after, 2, Tick::ZERO, &mut left),
        Filled::Settled
    ));
    assert_eq!(
        store
            .find(print, &lookup, Tick::ZERO)
            .and_then(|at| store.value(at)),
        Some(&2)
    );
}
