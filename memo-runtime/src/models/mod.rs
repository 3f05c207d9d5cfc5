//! What must hold whatever the scheduler does: threads and tasks that call one cache, under shuttle, which tries schedule
//! after schedule, at random and by PCT.
//!
//! `cargo test -p memo-tests --test models` runs them, some thousand schedules each; `MODEL_SCHEDULES` says how many.
//! A failure prints a schedule that [`shuttle::replay`] repeats.
//!
//! There is no time in a model. With [`FOR_EVER`] patience never ends, so a model that finishes shows that nobody had to be
//! impatient; with [`SOME`] it ends at any moment.

use crate::expiry::{After, Never};
use crate::key::ByRef;
use crate::memo::{Answer, Borrowed, Call, Claim, Memo, Place};
use crate::policy::{Lru, SoonestToExpire};
use crate::registry::Listed;
use crate::scope::Global;
use crate::stats::CacheInfo;
use crate::testing;
use crate::value::{Failure, OkOnly, Shape, Shared, Whole};
use foldhash::fast::FixedState;
use shuttle::future::{block_on, yield_now};
use shuttle::sync::atomic::{AtomicU64, Ordering};
use shuttle::sync::{Arc, Condvar, Mutex};
use shuttle::thread;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Wake, Waker};
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
    /// Of the runs: async ones that are under way or have been cancelled.
    unfinished: AtomicU64,
}

impl<F: Send + 'static, T: crate::memo::Options<Hasher = FixedState, Scope = Global>> Cache<F, T> {
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
            unfinished: AtomicU64::new(0),
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

    /// The same as an async call.
    async fn ask_task<S>(
        &self,
        shape: S,
        key: u8,
        body: impl Future<Output = S::Return>,
        accept: bool,
    ) -> S::Return
    where
        S: Shape<Value = u64, Failure = F>,
    {
        let claim = self.memo.entry(&ByRef(&key), shape).claim_task();
        self.answer(claim, body, accept).await
    }

    async fn answer<'m, S>(
        &'m self,
        claim: Claim<S::Return, Call<Borrowed<'m>, u8, S, T>>,
        body: impl Future<Output = S::Return>,
        accept: bool,
    ) -> S::Return
    where
        S: Shape<Value = u64, Failure = F>,
    {
        let call = match claim {
            Claim::Ready(returned) => return returned,
            Claim::Vacant(call) => Box::new(call),
        };
        let body = pin!(Some(async {
            self.runs.fetch_add(1, Ordering::SeqCst);
            self.unfinished.fetch_add(1, Ordering::SeqCst);
            let returned = body.await;
            self.unfinished.fetch_sub(1, Ordering::SeqCst);
            returned
        }));
        Answer::of(call, body, |_| accept).await
    }

    fn runs(&self) -> u64 {
        self.runs.load(Ordering::SeqCst)
    }

    fn info(&self) -> CacheInfo {
        self.memo.info()
    }

    /// So many calls have returned, and the others were cancelled: nothing is left of them but entries and exact counts.
    fn is_at_rest(&self, calls: u64) {
        self.memo.validate();
        let info = self.info();
        let cancelled = self.unfinished.load(Ordering::SeqCst);
        assert_eq!(info.hits + info.misses, calls + cancelled, "{info:?}");
        assert_eq!(info.misses, self.runs(), "{info:?}");
        assert!(info.coalesced <= info.hits, "{info:?}");
    }
}

impl<T: crate::memo::Options<Hasher = FixedState, Scope = Global>> Cache<Infallible, T> {
    fn call(&self, key: u8, body: impl FnOnce() -> u64) -> u64 {
        self.ask(WHOLE, key, body, true)
    }

    fn refresh(&self, key: u8, body: impl FnOnce() -> u64) -> u64 {
        let seat = self.memo.entry(&ByRef(&key), WHOLE).refresh();
        self.runs.fetch_add(1, Ordering::SeqCst);
        seat.fill(body(), |_| true)
    }

    /// An async call that can go from thread to thread.
    fn task(self: &Arc<Self>, key: u8, body: impl Future<Output = u64> + Send + 'static) -> Task {
        let cache = self.clone();
        Box::pin(async move { cache.ask_task(WHOLE, key, body, true).await })
    }

    /// A refresh as an async call.
    async fn refresh_task(&self, key: u8, body: impl Future<Output = u64>) -> u64 {
        let claim = self.memo.entry(&ByRef(&key), WHOLE).refresh_task();
        self.answer(claim, body, true).await
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

impl<F: Failure<u8> + Send> Cache<F> {
    fn try_call(&self, key: u8, body: impl FnOnce() -> Result<u64, u8>) -> Result<u64, u8> {
        self.ask(OkOnly::<u64, u8, F>(PhantomData), key, body, true)
    }
}

type Task = Pin<Box<dyn Future<Output = u64> + Send>>;

fn poll(task: &mut Task, waker: &Waker) -> Option<u64> {
    match task.as_mut().poll(&mut Context::from_waker(waker)) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Polls a task so often at most, whether it is woken or not, and drops it.
fn given_up(mut task: Task, polls: usize) -> Option<u64> {
    (0..polls).find_map(|_| {
        let polled = poll(&mut task, Waker::noop());
        thread::yield_now();
        polled
    })
}

/// Polls the task here once, and in another thread from then on.
fn moved(mut task: Task) -> u64 {
    let polled = poll(&mut task, Waker::noop());
    polled.unwrap_or_else(|| thread::spawn(|| block_on(task)).join().unwrap())
}

/// Both in one task.
async fn join(mut tasks: [Task; 2]) -> [u64; 2] {
    let mut values = [None; 2];
    std::future::poll_fn(|cx| {
        for (task, value) in tasks.iter_mut().zip(&mut values) {
            *value = value.or_else(|| poll(task, cx.waker()));
        }
        match values {
            [Some(one), Some(two)] => Poll::Ready([one, two]),
            _ => Poll::Pending,
        }
    })
    .await
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

/// Something that threads and tasks wait for. As a waker, it is opened when that wakes.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
    wakers: Mutex<Vec<Waker>>,
}

impl Gate {
    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
        let wakers = std::mem::take(&mut *self.wakers.lock().unwrap());
        wakers.into_iter().for_each(Waker::wake);
    }

    fn pass(&self) {
        let mut open = self.open.lock().unwrap();
        while !*open {
            open = self.opened.wait(open).unwrap();
        }
    }

    async fn passed(&self) {
        let is_open = |cx: &mut Context<'_>| {
            self.wakers.lock().unwrap().push(cx.waker().clone());
            if *self.open.lock().unwrap() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        };
        std::future::poll_fn(is_open).await;
    }
}

impl Wake for Gate {
    fn wake(self: Arc<Self>) {
        self.open();
    }
}

// Behind the macro, which they use.
mod changes;
mod circles;
mod endings;
mod linearizability;
mod misses;
#[cfg(feature = "queue")]
mod queue;
mod tasks;
mod wakers;
