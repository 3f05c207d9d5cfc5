//! Whatever three threads or tasks do to two keys, it could have happened in some order, one thing after the other.
//!
//! Scenarios are made at random, from seeds. Each is run under many schedules, and each run leaves a history: what every
//! thread did, between which two moments, and what came of it. No two values are the same, so that each tells where it is
//! from. Then an order is looked for that agrees with time and with the [specification](spec): if there is none, the
//! history is printed.

mod spec;

use self::spec::{Event, Rules, What};
use super::*;
use crate::random::Random;
use std::cell::Cell;

const THREADS: usize = 3;
const ACTIONS: usize = 5;
const KEYS: u8 = 2;
const SCENARIOS: u64 = 300;

/// Of the schedules a model is given, this part is for each scenario.
const SHARE: usize = 20;

#[derive(Debug, Clone, Copy)]
enum Action {
    Call(u8),
    /// A call whose value `cache_if` refuses.
    Refuse(u8),
    Refresh(u8),
    Insert(u8),
    Remove(u8),
    Clear,
    Peek(u8),
}

/// A call that may compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Accepted,
    Refused,
    Refreshed,
}

/// Who acts.
#[derive(Debug, Clone, Copy)]
enum By {
    Thread,
    Task,
}

/// What one thread did and saw.
type Deeds = Vec<Event>;

#[derive(Debug, Clone)]
struct Scenario {
    rules: Rules,
    patience: Option<Duration>,
    actions: [(By, [Action; ACTIONS]); THREADS],
}

impl Scenario {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let patience = [FOR_EVER, SOME, None][usize::try_from(seed % 3).unwrap()];
        let rules = Rules {
            bound: 1 + random.below(2) as usize,
            waits: patience.is_some(),
            may_lose_patience: patience == SOME,
        };
        Self {
            rules,
            patience,
            actions: [(); THREADS].map(|()| {
                let by = [By::Thread, By::Task][usize::from(random.below(2) == 0)];
                (by, [(); ACTIONS].map(|()| action(&mut random)))
            }),
        }
    }

    fn run(&self) {
        let cache = Recorder::new(self.rules.bound, self.patience);
        let threads = self.actions.map(|(by, actions)| {
            thread_with!(cache => {
                let mut deeds = Deeds::new();
                for action in actions {
                    cache.act(by, action, &mut deeds);
                }
                deeds
            })
        });
        let history = together(threads.into());
        cache.cache.memo.validate();
        assert!(
            self.rules.explain(&history),
            "no order explains what happened with {self:#?}: {history:#?}"
        );
    }
}

fn action(random: &mut Random) -> Action {
    let key = random.key(KEYS);
    match random.below(20) {
        0..=6 => Action::Call(key),
        7..=8 => Action::Refuse(key),
        9..=10 => Action::Refresh(key),
        11..=13 => Action::Insert(key),
        14..=15 => Action::Remove(key),
        16 => Action::Clear,
        _ => Action::Peek(key),
    }
}

/// A cache that writes down what is done to it. Its own counters are no steps of the schedule.
struct Recorder {
    cache: Arc<Plain>,
    moments: std::sync::atomic::AtomicU64,
    values: std::sync::atomic::AtomicU64,
}

impl Recorder {
    fn new(bound: usize, patience: Option<Duration>) -> Arc<Self> {
        Arc::new(Self {
            cache: Plain::new(bound, None, patience),
            moments: 0.into(),
            values: 0.into(),
        })
    }

    fn now(&self) -> u64 {
        self.moments.fetch_add(1, Ordering::SeqCst)
    }

    fn value(&self) -> u64 {
        self.values.fetch_add(1, Ordering::SeqCst)
    }

    fn act(&self, by: By, action: Action, deeds: &mut Deeds) {
        let from = self.now();
        let what = match action {
            Action::Call(key) => return self.call(by, key, How::Accepted, from, deeds),
            Action::Refuse(key) => return self.call(by, key, How::Refused, from, deeds),
            Action::Refresh(key) => return self.call(by, key, How::Refreshed, from, deeds),
            Action::Insert(key) => {
                let value = self.value();
                let before = self.cache.insert(key, value);
                What::Insert { key, value, before }
            }
            Action::Remove(key) => What::Remove {
                key,
                was_there: self.cache.remove(key),
            },
            Action::Clear => What::Clear {
                entries: self.cache.memo.clear(),
            },
            Action::Peek(key) => What::Peek {
                key,
                seen: self.cache.peek(key),
            },
        };
        let to = self.now();
        deeds.push(Event { from, to, what });
    }

    /// One event if the call does not compute, and two if it does.
    fn call(&self, by: By, key: u8, how: How, from: u64, deeds: &mut Deeds) {
        let (accept, refresh) = (how != How::Refused, how == How::Refreshed);
        let computed = Cell::new(None);
        let body = async {
            let begun = self.now();
            let value = self.value();
            // Some are short, and some last as long as several calls.
            for _ in 0..=value % 3 * 8 {
                yield_now().await;
            }
            computed.set(Some((begun, value, self.now())));
            value
        };
        let answer = match (by, refresh) {
            (By::Thread, true) => self.cache.refresh(key, || block_on(body)),
            (By::Thread, false) => self.cache.ask(WHOLE, key, || block_on(body), accept),
            (By::Task, true) => block_on(self.cache.refresh_task(key, body)),
            (By::Task, false) => block_on(self.cache.ask_task(WHOLE, key, body, accept)),
        };
        let to = self.now();
        let mut push = |from, to, what| deeds.push(Event { from, to, what });
        match computed.get() {
            None => push(from, to, What::Answer { key, answer }),
            Some((begun, value, ended)) => {
                push(from, begun, What::Begin { key, refresh });
                push(
                    ended,
                    to,
                    What::End {
                        key,
                        value,
                        accept,
                        refresh,
                        answer,
                    },
                );
            }
        }
    }
}

#[test]
fn there_is_an_order_that_explains_what_everybody_saw() {
    for seed in 0..SCENARIOS {
        let scenario = Scenario::new(seed);
        check_for(schedules() / SHARE, move || scenario.run());
    }
}
