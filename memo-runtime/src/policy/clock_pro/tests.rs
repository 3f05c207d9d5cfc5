use super::*;
use crate::expiry::Never;
use crate::key::ByRef;
use crate::random::Random;
use foldhash::fast::FixedState;
use std::collections::{HashMap, VecDeque};

fn print(key: u32) -> Fingerprint {
    Fingerprint::of(&FixedState::default(), &ByRef(&key))
}

/// The policy with nothing around it: keys by slot, and slots by key.
struct Trial {
    policy: ClockPro,
    bound: usize,
    keys: Vec<u32>,
    slots: HashMap<u32, u32>,
    free: Vec<u32>,
}

impl Trial {
    fn new(bound: usize) -> Self {
        let mut policy = ClockPro::default();
        policy.resize(bound);
        Self {
            policy,
            bound,
            keys: Vec::new(),
            slots: HashMap::new(),
            free: Vec::new(),
        }
    }

    /// A call; whether it was a hit.
    fn call(&mut self, key: u32) -> bool {
        if let Some(&at) = self.slots.get(&key) {
            self.policy.touch(at);
            return true;
        }
        if self.bound == 0 {
            return false;
        }
        if self.slots.len() == self.bound {
            self.evict();
        }
        let at = self.free.pop().unwrap_or_else(|| {
            self.keys.push(key);
            u32::try_from(self.keys.len()).unwrap() - 1
        });
        self.keys[at as usize] = key;
        self.slots.insert(key, at);
        self.policy.admit(at, print(key));
        false
    }

    fn evict(&mut self) {
        let keys = &self.keys;
        let victim = self.policy.victim(&Never, |at| print(keys[at as usize]));
        let at = victim.expect("there is an entry");
        self.slots.remove(&keys[at as usize]).expect("it is in");
        self.free.push(at);
    }

    fn resize(&mut self, bound: usize) {
        self.bound = bound;
        self.policy.resize(bound);
        while self.slots.len() > bound {
            self.evict();
        }
    }

    fn hits(&mut self, keys: impl Iterator<Item = u32>) -> usize {
        keys.filter(|&key| self.call(key)).count()
    }

    fn check(&mut self) {
        let mut slots = self.policy.queues.slots();
        slots.sort_unstable();
        let mut held: Vec<_> = self.slots.values().copied().collect();
        held.sort_unstable();
        assert_eq!(slots, held);
        self.policy.ghosts.check();
        assert!(self.policy.border >= 1.0, "somebody is cold");
    }
}

/// What the least recently used would have had.
fn hits_of_lru(bound: usize, keys: impl Iterator<Item = u32>) -> usize {
    let mut held = VecDeque::new();
    keys.filter(|&key| {
        let found = held.iter().position(|&other| other == key);
        if let Some(at) = found {
            held.remove(at);
        } else if held.len() == bound {
            held.pop_front();
        }
        held.push_back(key);
        found.is_some()
    })
    .count()
}

#[test]
fn its_parts_agree_after_any_operations() {
    for seed in 0..60 {
        let mut random = Random(seed);
        let mut trial = Trial::new(1 + random.below(12) as usize);
        for _ in 0..3_000 {
            let key = random.below(40);
            match random.below(40) {
                0 => {
                    if let Some(at) = trial.slots.remove(&key) {
                        trial.policy.forget(at);
                        trial.free.push(at);
                    }
                }
                1 => trial.resize(1 + random.below(30) as usize),
                2 if random.below(20) == 0 => {
                    let room = [Room::Kept, Room::Freed][random.below(2) as usize];
                    trial.policy.clear(room);
                    (trial.keys, trial.free) = (Vec::new(), Vec::new());
                    trial.slots.clear();
                }
                _ => {
                    trial.call(key);
                }
            }
            trial.check();
        }
        while !trial.slots.is_empty() {
            trial.evict();
            trial.check();
        }
    }
}

#[test]
fn a_scan_does_not_drive_out_what_is_used_all_the_time() {
    let mut trial = Trial::new(100);
    for _ in 0..20 {
        trial.hits(0..80);
    }
    trial.hits(1_000..11_000);
    let hits = trial.hits(0..80);
    assert!(hits >= 75, "{hits} of 80 are still there");
}

#[test]
fn of_a_loop_that_does_not_fit_a_part_stays() {
    let mut trial = Trial::new(100);
    let hits = trial.hits((0..50).flat_map(|_| 0..120));
    assert!(hits > 50 * 120 * 3 / 4, "{hits} of 6,000");
}

#[test]
fn what_was_hot_goes_when_it_is_used_no_more() {
    let mut trial = Trial::new(100);
    for _ in 0..20 {
        trial.hits(0..100);
    }
    trial.hits((0..40).flat_map(|_| 200..300));
    assert!(trial.hits(200..300) >= 90);
}

#[test]
fn a_bound_that_was_small_for_a_while_does_no_harm() {
    let hits_after = |bounds: &[usize]| {
        let mut trial = Trial::new(100);
        for &bound in bounds {
            trial.hits((0..3).flat_map(|_| 0..150));
            trial.resize(bound);
        }
        trial.hits((0..40).flat_map(|_| 0..150))
    };
    let without = hits_after(&[]);
    for small in [0, 1, 2, 3, 10, 49, 50] {
        let with = hits_after(&[small, 100]);
        assert!(100 * with > 90 * without, "{small}: {with}, not {without}");
    }
}

/// Each key twice, a little less than a cacheful apart, and never again: the worst there is for one who thinks much of hits.
#[test]
fn where_all_is_recency_it_is_hardly_worse_than_lru() {
    let keys = || (0..20_000_u32).flat_map(|n| [n, n.wrapping_sub(60)]);
    let ours = Trial::new(100).hits(keys());
    let lru = hits_of_lru(100, keys());
    assert!(100 * ours > 96 * lru, "{ours} hits, and {lru} of LRU");
}

#[test]
fn a_hit_of_what_was_hit_a_few_times_changes_nothing() {
    let mut trial = Trial::new(4);
    trial.call(7);
    (0..4).for_each(|_| assert!(trial.call(7)));
    let state = || format!("{:?}", trial.policy.queues);
    let before = state();
    trial.policy.queues.touch(0);
    assert_eq!(before, state());
}

#[test]
fn an_unbounded_one_keeps_no_ghosts_and_one_that_evicts_does() {
    let mut trial = Trial::new(usize::MAX);
    trial.hits(0..1_000);
    assert_eq!(trial.policy.ghosts.bytes(), 0);
    trial.resize(10);
    assert_eq!(trial.policy.ghosts.bytes(), 1024);
}
