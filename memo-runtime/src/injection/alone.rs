//! One thread, and a panic out of each callback that a script of all operations leads to.

use super::script::{Step, script};
use super::trial::{Entries, Trial};
use super::{Callback, Error, Hashing, Sharing, What, watched};
use crate::expiry::{After, Never};
use crate::memo::Options;
use crate::policy::{ClockPro, Fifo, Lru, SoonestToExpire};
use crate::random::Random;
use crate::scope::ThisThread;
use crate::sync::settle;
use crate::value::Shared;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::thread;
use std::time::Duration;

const STEPS: u32 = 100;

/// In nanoseconds; a script lasts some 50.
const TTL: Duration = Duration::from_nanos(12);

/// How many times which callback has panicked.
type Panics = BTreeMap<Callback, u64>;

/// A script and the cache it is for.
struct Play<F, T> {
    steps: Vec<Step>,
    bound: usize,
    patience: Option<Duration>,
    options: PhantomData<(F, T)>,
}

impl<F: Sharing, T: Options<Hasher = Hashing>> Play<F, T> {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        Self {
            bound: 1 + random.below(5) as usize,
            patience: (seed % 3 > 0).then_some(Duration::MAX),
            steps: script(&mut random, STEPS),
            options: PhantomData,
        }
    }

    fn trial(&self, fatal: u64) -> Trial<F, T> {
        Trial::new(fatal, self.bound, Some(TTL), self.patience)
    }

    /// Without a panic; how many callbacks there have been before each step, and at the end.
    fn rehearse(&self) -> Vec<u64> {
        let trial = self.trial(0);
        let mut calls = Vec::new();
        for step in &self.steps {
            calls.push(trial.book.calls());
            watched(|| trial.perform(step)).expect("nothing is to panic");
        }
        calls.push(trial.book.calls());
        let book = trial.book.clone();
        trial.end().expect("nothing is to panic");
        assert_eq!(book.alive(), 0);
        calls.push(book.calls());
        calls
    }

    /// With a panic out of one callback, which comes during the step, or at the end if there are no more.
    fn play(&self, fatal: u64, at: usize) -> Callback {
        let trial = self.trial(fatal);
        let book = trial.book.clone();
        let mut panicked = None;
        for (number, step) in self.steps.iter().enumerate() {
            if number != at {
                watched(|| trial.perform(step)).expect("nothing else is to panic");
                continue;
            }
            let (entries, values) = (trial.entries(), trial.values());
            let result = watched(|| trial.perform(step));
            panicked = Some(result.expect_err("it is its turn"));
            left_the_rest_alone(step, &entries, &trial.entries(), values);
            trial.is_sound();
            trial.has_exact_counts();
            trial.answers();
        }
        trial.is_sound();
        trial.has_exact_counts();
        let ended = trial.end();
        assert_eq!(book.alive(), 0, "all that is left is leaked");
        panicked.or(ended.err()).expect("a panic")
    }

    /// With a panic out of each callback, one at a time.
    fn play_all(&self, panics: &mut Panics) {
        let calls = self.rehearse();
        for fatal in 1..=calls[self.steps.len() + 1] {
            let at = calls.partition_point(|&before| before < fatal) - 1;
            *panics.entry(self.play(fatal, at)).or_default() += 1;
        }
    }
}

/// Entries change by what is computed for their key, and they go if the step asks for it.
fn left_the_rest_alone(step: &Step, before: &Entries, after: &Entries, values: u64) {
    let is_as_before = |(key, number): &(&u8, &u64)| before.get(key) == Some(number);
    let same = after.iter().filter(is_as_before).count();
    let lost = before.len() - same;
    assert!(
        lost <= step.may_lose(&|key| before.contains_key(&key)),
        "{step:?} took {before:?} to {after:?}"
    );
    let is_new = |(key, number): (&u8, &u64)| *number >= values || before.get(key) == Some(number);
    assert!(
        after.iter().all(is_new),
        "{step:?} took {before:?} to {after:?}"
    );
}

/// Errors that can be shared, and such that cannot.
fn play_both<T: Options<Hasher = Hashing>>(seeds: std::ops::Range<u64>) -> Panics {
    let mut panics = Panics::new();
    for seed in seeds {
        if seed % 2 == 0 {
            Play::<Shared<Error>, T>::new(seed).play_all(&mut panics);
        } else {
            Play::<Infallible, T>::new(seed).play_all(&mut panics);
        }
    }
    panics
}

#[test]
fn a_panic_out_of_any_callback_leaves_everything_right() {
    settle(); // so that each play looks for keys as often as its rehearsal
    let plays = [
        || play_both::<(Lru, Never, Hashing)>(0..6),
        || play_both::<(Fifo, Never, Hashing)>(6..12),
        || play_both::<(Lru, After, Hashing)>(12..18),
        || play_both::<(SoonestToExpire, After, Hashing)>(18..24),
        || play_both::<(Lru, Never, Hashing, ThisThread)>(24..30),
        || play_both::<(ClockPro, After, Hashing)>(30..36),
    ];
    let mut panics = Panics::new();
    for play in plays.map(thread::spawn) {
        for (callback, times) in play.join().expect("nothing else has panicked") {
            *panics.entry(callback).or_default() += times;
        }
    }
    let all: u64 = panics.values().sum();
    println!("{all} panics: {panics:?}");
    assert!(all >= 10_000, "{all} panics");
    let whats = [What::Key, What::Value, What::Error];
    assert_eq!(panics.len(), 7 + 2 * whats.len(), "each kind of callback");
}
