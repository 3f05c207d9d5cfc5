//! What a cache may do, as if it did one thing at a time; and the search for an order of what was done.
//!
//! Everything takes effect at one moment, while it is being called. A call that computes has two: when it begins, and when
//! it ends. Between these its computation is *under way*, and it *counts* until its key is removed or everything is
//! cleared; then it has been called off. It is *overtaken* when a value is stored for its key that was begun later, and
//! called off when that value is driven out.
//!
//! - A call finds an entry: it answers with its value. Nobody waits or computes while there is an entry.
//! - Else, if a computation for the key is under way and counts, the call waits for one of those. If not, it begins one.
//! - A computation ends. If it counts and there is an entry by now, that is the answer and stays. Otherwise its own value
//!   is the answer, stored only if the computation counts and `cache_if` accepts the value.
//! - Who waits for a computation gets the value it comes to, even if that was called off or refused; or what is stored for
//!   the key by somebody else before that, if it still counts.
//! - Who has lost patience is to find an entry or compute, whoever else does. What it answers is for those, too, who still
//!   wait for the same computation as it did, and for nobody who comes later.
//! - Where calls do not wait at all, each that finds no entry begins a computation.
//! - A refresh begins a computation whatever there is, and its value stays instead of the entry, unless it is overtaken.
//! - An insert, a removal, a clear and a look at an entry are what they say, and see all that has been stored before.
//! - What is stored for a key with no entry while the cache is full drives the other one out.
//!
//! So what a call returns was stored when it was called, or is its own, or was computed by somebody it waited for: never a
//! value that a clear, a removal or an insert before the call has done away with.

use super::{KEYS, THREADS};
use std::collections::HashSet;

/// Something that took effect at one moment, not before `from` and not after `to`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) what: What,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// A call that did not compute.
    Answer {
        key: u8,
        answer: u64,
    },
    /// A call that did.
    Begin {
        key: u8,
        refresh: bool,
    },
    End {
        key: u8,
        value: u64,
        accept: bool,
        refresh: bool,
        answer: u64,
    },
    Insert {
        key: u8,
        value: u64,
        before: Option<u64>,
    },
    Remove {
        key: u8,
        was_there: bool,
    },
    Clear {
        entries: usize,
    },
    Peek {
        key: u8,
        seen: Option<u64>,
    },
}

/// What depends on the cache's options.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// 1 or 2.
    pub(super) bound: usize,
    pub(super) waits: bool,
    pub(super) may_lose_patience: bool,
}

impl Rules {
    /// Whether there is an order: depth first, and no state is looked at twice.
    pub(super) fn explain(self, history: &[Vec<Event>]) -> bool {
        let (mut seen, mut open) = (HashSet::new(), vec![State::default()]);
        while let Some(state) = open.pop() {
            if (0..THREADS).all(|thread| state.next(history, thread).is_none()) {
                return true;
            }
            let next = (0..THREADS).flat_map(|thread| state.follow(self, history, thread));
            open.extend(next.filter(|it| seen.insert(it.clone())));
        }
        false
    }
}

/// Those who wait for the same thing.
type Flight = u8;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
enum Caller {
    /// Is not in the middle of a call.
    #[default]
    Free,
    Waits(Flight),
    HasLostPatience(Flight),
    /// Also for a flight, if it has waited.
    Computes(Option<Flight>),
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct State {
    /// How many of a thread's events have happened.
    done: [usize; THREADS],
    callers: [Caller; THREADS],
    entries: [Option<u64>; KEYS as usize],
    /// Threads whose computations count, in the order they began.
    computing: [Vec<usize>; KEYS as usize],
    /// Whether a thread's is overtaken.
    overtaken: [bool; THREADS],
    /// Who waits for a thread's computation.
    flights: [Option<Flight>; THREADS],
    last_flight: Flight,
}

impl State {
    fn next<'h>(&self, history: &'h [Vec<Event>], thread: usize) -> Option<&'h Event> {
        history[thread].get(self.done[thread])
    }

    /// The states that the thread's next event may lead to.
    fn follow(&self, rules: Rules, history: &[Vec<Event>], thread: usize) -> Vec<Self> {
        let Some(event) = self.next(history, thread) else {
            return Vec::new();
        };
        let others = (0..THREADS).filter_map(|other| self.next(history, other));
        if others.into_iter().any(|other| other.to < event.from) {
            return Vec::new(); // that one was over before
        }
        let happens = self.happens(rules, history, thread, event.what);
        happens
            .into_iter()
            .chain(self.waits(rules, thread, event.what))
            .collect()
    }

    /// What a call does before it has an answer or computes.
    fn waits(&self, rules: Rules, thread: usize, what: What) -> Vec<Self> {
        let (What::Answer { key, .. }
        | What::Begin {
            key,
            refresh: false,
        }) = what
        else {
            return Vec::new();
        };
        match self.callers[thread] {
            Caller::Free if rules.waits && self.entries[at(key)].is_none() => {
                let computing = self.computing[at(key)].iter();
                computing.map(|&it| self.wait(thread, it)).collect()
            }
            Caller::Waits(flight) if rules.may_lose_patience => {
                let mut then = self.clone();
                then.callers[thread] = Caller::HasLostPatience(flight);
                vec![then]
            }
            _ => Vec::new(),
        }
    }

    /// A thread waits for another's computation.
    fn wait(&self, thread: usize, computing: usize) -> Self {
        let mut then = self.clone();
        let flight = *then.flights[computing].get_or_insert_with(|| {
            then.last_flight += 1;
            then.last_flight
        });
        then.callers[thread] = Caller::Waits(flight);
        then
    }

    fn happens(
        &self,
        rules: Rules,
        history: &[Vec<Event>],
        thread: usize,
        what: What,
    ) -> Option<Self> {
        let mut then = self.clone();
        let caller = std::mem::take(&mut then.callers[thread]);
        then.done[thread] += 1;
        let is_as_seen = match what {
            What::Answer { key, answer } => {
                !matches!(caller, Caller::Waits(_)) && self.entries[at(key)] == Some(answer)
            }
            What::Begin { key, refresh: true } => {
                then.computing[at(key)].push(thread);
                then.callers[thread] = Caller::Computes(None);
                then.overtaken[thread] = false;
                true
            }
            What::Begin { key, .. } => {
                let flight = match caller {
                    Caller::HasLostPatience(flight) => Some(flight),
                    _ => None,
                };
                let computing = &mut then.computing[at(key)];
                let must_wait = flight.is_none() && rules.waits && !computing.is_empty();
                computing.push(thread);
                then.callers[thread] = Caller::Computes(flight);
                then.overtaken[thread] = false;
                !matches!(caller, Caller::Waits(_)) && !must_wait && self.entries[at(key)].is_none()
            }
            What::End {
                key,
                value,
                accept,
                refresh,
                answer,
            } => {
                let computing = &self.computing[at(key)];
                let place = computing.iter().position(|it| *it == thread);
                then.computing[at(key)].retain(|it| *it != thread);
                let stays = !refresh || self.overtaken[thread];
                let place = place.filter(|_| accept);
                let theirs = self.entries[at(key)].filter(|_| place.is_some() && stays);
                let mut landed = vec![then.flights[thread].take()];
                if let Some(older) = place.filter(|_| theirs.is_none()) {
                    landed.extend(then.store(rules, key, value, older));
                }
                if let Caller::Computes(flight) = caller {
                    landed.push(flight);
                }
                then.land(history, &landed, answer) && answer == theirs.unwrap_or(value)
            }
            What::Insert { key, value, before } => {
                let landed = then.store(rules, key, value, THREADS);
                then.land(history, &landed, value) && self.entries[at(key)] == before
            }
            What::Remove { key, was_there } => {
                then.computing[at(key)].clear();
                then.entries[at(key)].take().is_some() == was_there
            }
            What::Clear { entries } => {
                then.computing = <_>::default();
                then.entries = <_>::default();
                self.entries.iter().flatten().count() == entries
            }
            What::Peek { key, seen } => self.entries[at(key)] == seen,
        };
        is_as_seen.then_some(then)
    }

    /// Stores a value that is newer than the first so many computations; those who wait for one of the key.
    fn store(
        &mut self,
        rules: Rules,
        key: u8,
        value: u64,
        newer_than: usize,
    ) -> Vec<Option<Flight>> {
        for other in (0..KEYS).filter(|other| *other != key && rules.bound == 1) {
            if self.entries[at(other)].take().is_some() {
                let overtaken = self.overtaken;
                self.computing[at(other)].retain(|it| !overtaken[*it]);
            }
        }
        self.entries[at(key)] = Some(value);
        let computing = &self.computing[at(key)];
        for &older in computing.iter().take(newer_than) {
            self.overtaken[older] = true;
        }
        computing
            .iter()
            .map(|&thread| self.flights[thread].take())
            .collect()
    }

    /// Gives those the value who wait for one of the flights; whether that is what they got.
    fn land(&mut self, history: &[Vec<Event>], landed: &[Option<Flight>], value: u64) -> bool {
        for flight in landed.iter().flatten() {
            for thread in 0..THREADS {
                if self.callers[thread] != Caller::Waits(*flight) {
                    continue;
                }
                match self.next(history, thread).map(|event| event.what) {
                    Some(What::Answer { answer, .. }) if answer == value => {
                        self.callers[thread] = Caller::Free;
                        self.done[thread] += 1;
                    }
                    _ => return false,
                }
            }
            // Nobody joins it any more.
            for it in &mut self.flights {
                it.take_if(|it| it == flight);
            }
        }
        true
    }
}

fn at(key: u8) -> usize {
    usize::from(key)
}

mod tests {
    use super::*;

    const RULES: Rules = Rules {
        bound: 2,
        waits: true,
        may_lose_patience: false,
    };

    fn event(from: u64, to: u64, what: What) -> Event {
        Event { from, to, what }
    }

    /// A call that takes from one moment to another and computes between two in between.
    fn computes(from: u64, between: [u64; 2], to: u64, value: u64, answer: u64) -> [Event; 2] {
        let (key, accept, refresh) = (0, true, false);
        let end = What::End {
            key,
            value,
            accept,
            refresh,
            answer,
        };
        [
            event(from, between[0], What::Begin { key, refresh }),
            event(between[1], to, end),
        ]
    }

    fn explains(rules: Rules, threads: [&[Event]; THREADS]) -> bool {
        rules.explain(&threads.map(<[_]>::to_vec))
    }

    #[test]
    fn a_value_from_before_a_clear_is_for_those_who_waited_then() {
        let call = computes(0, [1, 8], 9, 10, 10);
        let clear = [event(4, 5, What::Clear { entries: 0 })];
        let answer = |from| [event(from, 10, What::Answer { key: 0, answer: 10 })];
        assert!(explains(RULES, [&call, &clear, &answer(2)]));
        assert!(!explains(RULES, [&call, &clear, &answer(6)]));
    }

    #[test]
    fn computations_at_the_same_time_agree_if_there_are_any() {
        let (one, same) = (
            computes(0, [2, 4], 6, 10, 10),
            computes(1, [3, 5], 7, 11, 10),
        );
        let another = computes(1, [3, 5], 7, 11, 11);
        let nobody_waits = Rules {
            waits: false,
            ..RULES
        };
        assert!(!explains(RULES, [&one, &same, &[]]));
        assert!(explains(nobody_waits, [&one, &same, &[]]));
        assert!(!explains(nobody_waits, [&one, &another, &[]]));
    }

    #[test]
    fn nothing_is_known_before_its_time() {
        let peek = |seen| [event(0, 1, What::Peek { key: 0, seen })];
        let call = computes(2, [3, 4], 5, 10, 10);
        assert!(explains(RULES, [&peek(None), &call, &[]]));
        assert!(!explains(RULES, [&peek(Some(10)), &call, &[]]));
    }
}
