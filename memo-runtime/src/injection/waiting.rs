//! One computes and others wait: a panic out of each callback of the one, or of one of the others.

use super::script::{Body, Outcome, Step};
use super::trial::Trial;
use super::{Answer, Callback, Error, Hashing, Sharing, watched};
use crate::expiry::Never;
use crate::policy::Lru;
use crate::value::Shared;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

/// All ask for it.
const KEY: u8 = 1;

const PATIENCE: Duration = Duration::from_millis(1);

/// Caller 0 is the first to compute, the others come when it does.
#[derive(Debug, Clone)]
struct Scene {
    followers: usize,
    body: Body,
    until: Until,
    /// The caller that panics.
    panics: usize,
}

/// How long caller 0 computes at least, if nothing panics.
#[derive(Debug, Clone, Copy)]
enum Until {
    OthersWait,
    AnotherComputes,
}

type Cache<F> = Trial<F, (Lru, Never, Hashing)>;

impl Scene {
    /// What panicked, if anything.
    fn play<F: Sharing>(&self, fatal: u64) -> Option<Callback> {
        let cache = Cache::<F>::new(fatal, 2, None, Some(PATIENCE));
        let (begun, done) = (AtomicBool::new(false), AtomicUsize::new(0));
        let call = |caller| {
            let answer = if caller == 0 {
                let computes = || {
                    begun.store(true, SeqCst);
                    wait_until(|| self.is_enough(&cache, done.load(SeqCst)));
                };
                let answer = self.ask(&cache, caller, &self.body, &computes);
                begun.store(true, SeqCst);
                answer
            } else {
                wait_until(|| begun.load(SeqCst));
                self.ask(&cache, caller, &Body::PLAIN, &|| ())
            };
            done.fetch_add(1, SeqCst);
            answer
        };
        let answers = thread::scope(|scope| {
            let call = &call;
            let start = |caller| scope.spawn(move || call(caller));
            let callers: Vec<_> = (0..=self.followers).map(start).collect();
            let join = |caller: thread::ScopedJoinHandle<'_, _>| caller.join();
            let answers: Result<Vec<_>, _> = callers.into_iter().map(join).collect();
            answers.expect("nothing else panics")
        });
        let panicked = answers
            .iter()
            .find_map(|answer| answer.as_ref().err().copied());
        for (caller, answer) in answers.into_iter().enumerate() {
            if let Ok(answer) = answer {
                self.may_get::<F>(caller, &answer);
            }
        }
        cache.is_sound();
        cache.answers();
        let book = cache.book.clone();
        let ended = cache.end();
        assert_eq!(book.alive(), 0, "{panicked:?} leaks in {self:?}");
        panicked.or(ended.err())
    }

    fn ask<F: Sharing>(
        &self,
        cache: &Cache<F>,
        caller: usize,
        body: &Body,
        first: &dyn Fn(),
    ) -> Result<Answer, Callback> {
        let call = || cache.call(KEY, body, first);
        if caller == self.panics {
            watched(call)
        } else {
            Ok(call())
        }
    }

    /// Whether caller 0 has computed long enough, when so many callers are done.
    fn is_enough<F: Sharing>(&self, cache: &Cache<F>, done: usize) -> bool {
        match self.until {
            Until::OthersWait => cache.waiting() + done >= self.followers,
            Until::AnotherComputes => cache.tally.runs.load(SeqCst) > 1 || done == self.followers,
        }
    }

    /// Nobody gets an answer that is not the key's, or a failure that is not to be had.
    fn may_get<F: Sharing>(&self, caller: usize, answer: &Answer) {
        match answer {
            Ok(value) => assert_eq!(value.key, KEY),
            Err(error) => {
                assert_eq!((error.key, self.body.outcome), (KEY, Outcome::Fails));
                assert!(caller == 0 || F::SHARES, "{self:?}");
            }
        }
    }
}

/// Gives up at last, for a test that hangs tells nothing.
fn wait_until(is_so: impl Fn() -> bool) {
    let since = Instant::now();
    while !is_so() {
        assert!(since.elapsed() < Duration::from_secs(30), "it hangs");
        thread::yield_now();
    }
}

/// All scenes, with a panic out of each callback; how many there were.
fn play_all<F: Sharing>(until: Until) -> usize {
    let mut panics = 0;
    for scene in scenes(until) {
        let plays = (1..).map(|fatal| scene.play::<F>(fatal));
        panics += plays.take_while(Option::is_some).count();
    }
    panics
}

fn scenes(until: Until) -> Vec<Scene> {
    let mut scenes = Vec::new();
    let steps = [
        None,
        Some(Step::Call(KEY, Body::PLAIN)),
        Some(Step::Insert(KEY, Outcome::Stored)),
        Some(Step::Remove(KEY)),
    ];
    for first in steps {
        for outcome in [Outcome::Stored, Outcome::Refused, Outcome::Fails] {
            for (followers, panics) in [(1, 0), (1, 1), (2, 0), (2, 1)] {
                let first = first.clone().map(Box::new);
                scenes.push(Scene {
                    followers,
                    body: Body { first, outcome },
                    until,
                    panics,
                });
            }
        }
    }
    scenes
}

#[test]
fn a_panic_while_others_wait_leaves_everything_right() {
    let until = Until::OthersWait;
    let panics = play_all::<Shared<Error>>(until) + play_all::<Infallible>(until);
    println!("{panics} panics");
    assert!(panics >= 500, "{panics} panics");
}

#[test]
fn a_panic_while_several_compute_leaves_everything_right() {
    let until = Until::AnotherComputes;
    let panics = play_all::<Shared<Error>>(until) + play_all::<Infallible>(until);
    println!("{panics} panics");
    assert!(panics >= 500, "{panics} panics");
}
