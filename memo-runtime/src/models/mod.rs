//! What must hold whatever the scheduler does: threads that call one cache, under shuttle, which tries schedule after
//! schedule, at random and by PCT.
//!
//! `cargo test -p memo-tests --test models` runs them, some thousand schedules each; `MODEL_SCHEDULES` says how many.
//! A failure prints a schedule that [`shuttle::replay`] repeats.
//!
//! There is no time in a model. With [`FOR_EVER`] patience never ends, so a model that finishes shows that nobody had to be
//! impatient; with [`SOME`] it ends at any moment.

use crate::expiry::{After, Never};
use crate::key::ByRef;
use crate::memo::{Claim, Memo, Place};
use crate::policy::{Lru, SoonestToExpire};
use crate::registry::Listed;
use crate::stats::CacheInfo;
use crate::testing;
use crate::value::{Failure, OkOnly, Shape, Shared, Whole};
use foldhash::fast::FixedState;
use shuttle::sync::atomic::{AtomicU64, Ordering};
use shuttle::sync::{Arc, Condvar, Mutex};
use shuttle::thread;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::time::Duration;

const FOR_EVER: Option<Duration> = Some(Duration::MAX);
const SOME: Option<Duration> = Some(Duration::from_secs(1));

/// Tries a model under as many schedules as it is given.
fn check(model: impl Fn() + Send + Sync + 'static) {
    check_for(schedules(), model);
}

/// How many schedules a model is given.
fn schedules() -> usize {
    std::env::var("MODEL_SCHEDULES").map_or(2_000, |it| it.parse().expect("a number of schedules"))
}

/// Half of the schedules at random, half by probabilistic concurrency testing with up to three changes of priority.
fn check_for(schedules: usize, model: impl Fn() + Send + Sync + 'static) {
    let model = Arc::new(model);
    let random = model.clone();
    shuttle::check_random(move || random(), schedules / 2);
    shuttle::check_pct(move || model(), schedules / 2, 3);
}

type Options = (Lru, Never, FixedState);

type Plain = Cache<Infallible>;

/// A cache from `u8` to `u64`, of results that are values (`F` is [`Infallible`]) or can fail.
struct Cache<F, T: crate::memo::Options = Options> {
    memo: Memo<u8, u64, F, T>,
    runs: AtomicU64,
}

impl<F: Send + 'static, T: crate::memo::Options<Hasher = FixedState>> Cache<F, T> {
    fn new(maxsize: usize, ttl: Option<Duration>, patience: Option<Duration>) -> Arc<Self> {
        let place = Place {
            name: "model".into(),
            at: Location::caller(),
            group: None,
        };
        Arc::new(Self {
            memo: Memo::new(
                Some(maxsize),
                ttl,
                patience,
                place,
                T::Order::default(),
                FixedState::default(),
            ),
            runs: AtomicU64::new(0),
        })
    }

    fn ask<S>(&self, shape: S, key: u8, body: impl FnOnce() -> S::Return, accept: bool) -> S::Return
    where
        S: Shape<Value = u64, Failure = F>,
    {
        match self.memo.entry(&ByRef(&key), shape).claim() {
            Claim::Ready(answer) => answer,
            Claim::Vacant(seat) => {
                self.runs.fetch_add(1, Ordering::SeqCst);
                seat.fill(body(), |_| accept)
            }
        }
    }

    fn runs(&self) -> u64 {
        self.runs.load(Ordering::SeqCst)
    }

    fn info(&self) -> CacheInfo {
        self.memo.info()
    }

    /// All calls have returned: nothing is left of them but entries and exact counts.
    fn is_at_rest(&self, calls: u64) {
        self.memo.validate();
        let info = self.info();
        assert_eq!(info.hits + info.misses, calls, "{info:?}");
        assert_eq!(info.misses, self.runs(), "{info:?}");
        assert!(info.coalesced <= info.hits, "{info:?}");
    }
}

impl<T: crate::memo::Options<Hasher = FixedState>> Cache<Infallible, T> {
    fn call(&self, key: u8, body: impl FnOnce() -> u64) -> u64 {
        self.ask(WHOLE, key, body, true)
    }

    fn refresh(&self, key: u8, body: impl FnOnce() -> u64) -> u64 {
        let seat = self.memo.entry(&ByRef(&key), WHOLE).refresh();
        self.runs.fetch_add(1, Ordering::SeqCst);
        seat.fill(body(), |_| true)
    }

    fn insert(&self, key: u8, value: u64) -> Option<u64> {
        self.memo.entry(&ByRef(&key), WHOLE).insert(value, |_| true)
    }

    fn remove(&self, key: u8) -> bool {
        self.memo.entry(&ByRef(&key), WHOLE).remove()
    }

    fn peek(&self, key: u8) -> Option<u64> {
        self.memo.entry(&ByRef(&key), WHOLE).peek()
    }
}

const WHOLE: Whole<u64> = Whole(PhantomData);

impl<F: Failure<u8>> Cache<F> {
    fn try_call(&self, key: u8, body: impl FnOnce() -> Result<u64, u8>) -> Result<u64, u8> {
        self.ask(OkOnly::<u64, u8, F>(PhantomData), key, body, true)
    }
}

type Thread<R> = Box<dyn FnOnce() -> R + Send>;

/// Runs all of them at once, and waits for them.
fn together<R: Send + 'static>(threads: Vec<Thread<R>>) -> Vec<R> {
    let threads: Vec<_> = threads.into_iter().map(thread::spawn).collect();
    threads
        .into_iter()
        .map(|it| it.join().expect("no panic goes unnoticed"))
        .collect()
}

/// A thread with handles of its own to what is shared.
macro_rules! thread_with {
    ($($shared:ident),+ => $body:expr) => {{
        $(let $shared = $shared.clone();)+
        Box::new(move || $body) as Thread<_>
    }};
}

/// Something that threads wait for.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }

    fn pass(&self) {
        let mut open = self.open.lock().unwrap();
        while !*open {
            open = self.opened.wait(open).unwrap();
        }
    }
}

// Behind the macro, which they use.
mod changes;
mod circles;
mod endings;
mod linearizability;
mod misses;
