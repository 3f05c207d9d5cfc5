//! Async calls that are dropped before there is an answer, and those that end with a panic.
//!
//! With a patience of an hour, what finishes has not been waiting for the end of it.

use crate::{must_finish, must_return, poll};
use futures::executor::block_on;
use futures::future::{join_all, select};
use memo_runtime::memoize;
use smol::future::yield_now;
use std::cell::Cell;
use std::env;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::task::Poll;
use tokio::runtime::Builder;
use tokio::sync::Semaphore;

/// How many clones of the token somebody holds.
fn held(token: &Arc<()>) -> usize {
    Arc::strong_count(token) - 1
}

/// Calls that have been polled once, and wait.
fn waiting<F: Future>(count: usize, call: impl Fn() -> F) -> Vec<Pin<Box<F>>> {
    let mut calls: Vec<_> = (0..count).map(|_| Box::pin(call())).collect();
    assert!(calls.iter_mut().all(|it| poll(it).is_pending()));
    calls
}

#[test]
fn of_ten_who_wait_one_takes_over_wherever_the_computation_was_cancelled() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "1h")]
    async fn number(_x: u32) -> u32 {
        let run = RUNS.fetch_add(1, Relaxed);
        for _ in 0..10 {
            yield_now().await;
        }
        run
    }

    for polls in 1..=10 {
        number::cache_clear();
        RUNS.store(0, Relaxed);
        let mut computing = Box::pin(number(7));
        for _ in 0..polls {
            assert!(poll(&mut computing).is_pending());
        }
        let waiting = waiting(10, || number(7));
        drop(computing);
        assert_eq!(must_finish(join_all(waiting)), [1; 10]);
        assert_eq!(RUNS.load(Relaxed), 2);
        let info = number::cache_info();
        assert_eq!((info.hits, info.misses, info.coalesced), (9, 2, 9));
    }
}

#[test]
fn a_runtime_that_aborts_tasks_leaves_the_others_their_answer() {
    static COMPUTES: Semaphore = Semaphore::const_new(0);
    static GO_ON: Semaphore = Semaphore::const_new(0);

    #[memoize(single_flight = "1h")]
    async fn double(x: u32) -> u32 {
        COMPUTES.add_permits(1);
        GO_ON.acquire().await.unwrap().forget();
        2 * x
    }

    for mut runtime in [Builder::new_multi_thread(), Builder::new_current_thread()] {
        double::cache_clear();
        let work = async {
            let computing = tokio::spawn(double(21));
            COMPUTES.acquire().await.unwrap().forget();
            let spawn = || {
                (0..50)
                    .map(|_| tokio::spawn(double(21)))
                    .collect::<Vec<_>>()
            };
            let (leave, stay) = (spawn(), spawn());
            tokio::task::yield_now().await;
            for task in leave {
                task.abort();
                assert!(task.await.unwrap_err().is_cancelled());
            }
            computing.abort();
            assert!(computing.await.unwrap_err().is_cancelled());
            COMPUTES.acquire().await.unwrap().forget();
            GO_ON.add_permits(1);
            for task in stay {
                assert_eq!(task.await.unwrap(), 42);
            }
        };
        must_return(move || runtime.build().unwrap().block_on(work));
        assert_eq!(double::cache_info().misses, 2);
    }
}

#[test]
fn those_who_wait_compute_one_at_a_time_however_often_that_is_cancelled() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "1h")]
    async fn number(_x: u32, #[memo(skip)] computes: &Cell<bool>) -> u32 {
        computes.set(true);
        let run = RUNS.fetch_add(1, Relaxed);
        yield_now().await;
        run
    }

    let computes = [const { Cell::new(false) }; 20];
    let mut calls: Vec<_> = computes
        .iter()
        .map(|it| (it, Box::pin(number(7, it))))
        .collect();
    for cancelled in 0..5 {
        for (_, call) in &mut calls {
            assert!(poll(call).is_pending());
        }
        assert_eq!(RUNS.load(Relaxed), cancelled + 1);
        calls.retain(|(computes, _)| !computes.get());
    }
    let answers = block_on(join_all(calls.into_iter().map(|(_, call)| call)));
    assert_eq!(answers, [5; 15]);
    let info = number::cache_info();
    assert_eq!((info.hits, info.misses, info.coalesced), (14, 6, 14));
}

#[test]
fn when_all_are_cancelled_nothing_is_left_and_the_next_call_computes() {
    #[memoize(single_flight = "1h")]
    async fn keep(_x: u32, _key: &Arc<()>, #[memo(skip)] value: &Arc<()>) -> Arc<()> {
        let value = value.clone();
        yield_now().await;
        value
    }

    let (key, value) = (Arc::new(()), Arc::new(()));
    for first in [0, 10] {
        keep::cache_clear();
        let mut calls = waiting(11, || keep(7, &key, &value));
        drop(calls.remove(first));
        drop(calls);
        assert_eq!((held(&key), held(&value)), (0, 0));
        let info = keep::cache_info();
        assert_eq!((info.hits, info.misses, info.currsize), (0, 1, 0));
        block_on(async { miss!(keep(7, &key, &value).await, value) });
        assert_eq!((held(&key), held(&value)), (1, 1));
    }
    keep::cache_clear();
    assert_eq!((held(&key), held(&value)), (0, 0));
}

#[test]
fn one_who_waits_may_be_cancelled_at_any_time() {
    #[memoize(single_flight = "1h")]
    async fn keep(_x: u32, _key: &Arc<()>) -> u32 {
        for _ in 0..3 {
            yield_now().await;
        }
        7
    }

    let key = Arc::new(());
    for when in 0..4 {
        keep::cache_clear();
        let mut computing = Box::pin(keep(7, &key));
        assert!(poll(&mut computing).is_pending());
        let mut calls = waiting(2, || keep(7, &key));
        for now in 0..3 {
            if now == when {
                drop(calls.pop());
            }
            assert_eq!(poll(&mut computing).is_ready(), now == 2);
        }
        calls.truncate(1); // at the latest when there is an answer
        assert_eq!(block_on(join_all(calls)), [7]);
        let info = keep::cache_info();
        assert_eq!((info.hits, info.misses, held(&key)), (1, 1, 1));
    }
}

#[test]
fn one_who_computes_because_it_has_waited_too_long_may_be_cancelled_too() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    static HELPS: Semaphore = Semaphore::const_new(0);

    #[memoize(single_flight = "10ms")]
    async fn number(_x: u32) -> u32 {
        let run = RUNS.fetch_add(1, Relaxed);
        match run {
            0 => yield_now().await,
            1 => {
                HELPS.add_permits(1);
                pending::<()>().await;
            }
            _ => {}
        }
        run
    }

    let mut computing = Box::pin(number(7));
    assert!(poll(&mut computing).is_pending());
    let [helper, other] = waiting(2, || number(7)).try_into().ok().unwrap();
    let answer = must_return(move || {
        let helps = Box::pin(HELPS.acquire());
        drop(block_on(select(helper, helps)));
        block_on(other)
    });
    assert_eq!(answer, 2);
    assert_eq!(poll(&mut computing), Poll::Ready(2));
    let info = number::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (0, 3, 1));
}

#[test]
fn a_panic_is_its_callers_alone_and_one_of_those_who_wait_computes() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "1h")]
    async fn number(_x: u32) -> u32 {
        yield_now().await;
        let run = RUNS.fetch_add(1, Relaxed);
        assert!(run > 0, "broken");
        run
    }

    let mut computing = Box::pin(number(7));
    assert!(poll(&mut computing).is_pending());
    let waiting = waiting(63, || number(7));
    assert!(catch_unwind(AssertUnwindSafe(|| poll(&mut computing))).is_err());
    assert_eq!(must_finish(join_all(waiting)), [1; 63]);
    let info = number::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (62, 2, 1));
}

#[test]
fn a_body_that_always_panics_does_so_for_each_who_waits() {
    #[memoize(single_flight = "1h")]
    async fn fail(x: u32) -> u32 {
        yield_now().await;
        assert_eq!(x, 0, "broken");
        x
    }

    for mut runtime in [Builder::new_multi_thread(), Builder::new_current_thread()] {
        fail::cache_clear();
        let tasks = async { join_all((0..64).map(|_| tokio::spawn(fail(7)))).await };
        let answers = must_return(move || runtime.build().unwrap().block_on(tasks));
        assert!(answers.into_iter().all(|it| it.unwrap_err().is_panic()));
        let info = fail::cache_info();
        assert_eq!((info.hits, info.misses, info.currsize), (0, 64, 0));
    }
}

/// `CANCELLATIONS=1000000` is the long run.
#[test]
fn after_any_number_of_cancellations_the_counters_are_right_and_nothing_is_left() {
    const KEYS: u64 = 4;
    static RUNS: AtomicU64 = AtomicU64::new(0);
    static ENDS: AtomicU64 = AtomicU64::new(0);

    #[memoize(maxsize = 2, single_flight = "1h")]
    async fn keep(_x: u64, _key: &Arc<()>, #[memo(skip)] value: &Arc<()>) -> Arc<()> {
        RUNS.fetch_add(1, Relaxed);
        for _ in 0..3 {
            yield_now().await;
        }
        ENDS.fetch_add(1, Relaxed);
        value.clone()
    }

    let mut left = env::var("CANCELLATIONS")
        .map_or(100_000, |it| it.parse().expect("a number of cancellations"));
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut roll = |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    let (key, value) = (Arc::new(()), Arc::new(()));
    let (mut calls, mut answers) = ([const { None }; 8], 0);
    while left > 0 {
        let place = &mut calls[usize::try_from(roll(8)).unwrap()];
        match place {
            None => *place = Some(Box::pin(keep(roll(KEYS), &key, &value))),
            Some(call) if roll(8) > 0 => {
                if poll(call).is_ready() {
                    (*place, answers) = (None, answers + 1);
                }
            }
            Some(_) => (*place, left) = (None, left - 1),
        }
        if roll(16) == 0 {
            keep::cache_remove(roll(KEYS), &key);
        }
    }
    drop(calls);

    let info = keep::cache_info();
    assert_eq!(info.misses, RUNS.load(Relaxed));
    assert_eq!(info.hits, answers - ENDS.load(Relaxed));
    assert!(info.coalesced > 0 && info.coalesced < info.hits);
    assert_eq!((held(&key), held(&value)), (info.currsize, info.currsize));
    keep::cache_clear();
    assert_eq!((held(&key), held(&value)), (0, 0));
    for x in 0..KEYS {
        // Nobody is left to wait for.
        let mut call = Box::pin(keep(x, &key, &value));
        let polls = (0..4).map(|_| poll(&mut call).is_ready());
        assert_eq!(polls.collect::<Vec<_>>(), [false, false, false, true]);
    }
}

#[test]
fn what_is_dropped_with_a_cancelled_body_may_call_the_function() {
    struct Asks(u32);
    impl Drop for Asks {
        fn drop(&mut self) {
            assert_eq!(smol::block_on(number(self.0, false)), 7);
        }
    }

    #[memoize(single_flight = "1h")]
    async fn number(x: u32, #[memo(skip)] asks: bool) -> u32 {
        if asks {
            let _asks = Asks(x);
            pending::<()>().await;
        }
        x
    }

    must_return(|| {
        let mut computing = Box::pin(number(7, true));
        assert!(poll(&mut computing).is_pending());
        drop(computing);
    });
    assert_eq!(number::cache_info().misses, 2);
}
