//! Async calls that would wait for themselves, at once or by way of others.
//!
//! With a patience of an hour, what finishes has computed instead.

use crate::{must_finish, must_return, poll};
use futures::future::{BoxFuture, FutureExt, join_all};
use memo_runtime::memoize;
use smol::block_on;
use smol::future::yield_now;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::task::Poll;
use std::thread;
use tokio::runtime::Builder;
use tokio::sync::Barrier;

#[test]
fn recursion_works_ten_thousand_deep() {
    const DEPTH: u32 = 10_000;
    const STACK: usize = 256 << 20;

    #[memoize(unbounded, single_flight = "1h")]
    async fn depth(x: u32) -> u32 {
        if x == 0 {
            yield_now().await; // each who waits for it is polled twice
            return 0;
        }
        1 + Box::pin(depth(x - 1)).await
    }
    #[memoize(single_flight = "1h")]
    async fn fibonacci(n: u64) -> u64 {
        if n < 2 {
            return n;
        }
        let both = async { (fibonacci(n - 1).await, fibonacci(n - 2).await) };
        let (one, two) = Box::pin(both).await;
        one + two
    }

    // A poll is as deep as the recursion, without memoization too.
    let deep = must_return(|| {
        let thread = thread::Builder::new().stack_size(STACK);
        let deep = thread.spawn(|| block_on(depth(DEPTH)));
        deep.unwrap().join().unwrap()
    });
    assert_eq!(deep, DEPTH);
    assert_eq!(depth::cache_info().misses, u64::from(DEPTH) + 1);
    assert_eq!(must_finish(fibonacci(90)), 2_880_067_194_370_816_120);
    assert_eq!(fibonacci::cache_info().misses, 91);
}

#[test]
fn a_call_of_its_own_key_computes() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "1h")]
    async fn number(x: u32) -> u32 {
        if RUNS.fetch_add(1, Relaxed) % 3 == 2 {
            return x;
        }
        yield_now().await;
        Box::pin(number(x)).await
    }
    #[memoize(single_flight = "1h")]
    async fn there(x: u32) -> u32 {
        yield_now().await;
        Box::pin(back(x)).await
    }
    #[memoize(single_flight = "1h")]
    async fn back(x: u32) -> u32 {
        yield_now().await;
        if RUNS.fetch_add(1, Relaxed) % 3 == 2 {
            return x;
        }
        there(x).await
    }

    must_finish(async {
        assert_eq!(number(7).await, 7);
        let info = number::cache_info();
        assert_eq!((info.hits, info.misses, info.currsize), (0, 3, 1));
        hit!(number(7).await, 7);
        assert_eq!(there(7).await, 7);
        assert_eq!(
            (there::cache_info().misses, back::cache_info().misses),
            (3, 3)
        );
        hit!(there(7).await, 7);
    });
}

#[test]
fn of_tasks_that_want_each_others_keys_the_last_to_ask_computes() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    static ALL_COMPUTE: [LazyLock<Barrier>; 2] = [
        LazyLock::new(|| Barrier::new(2)),
        LazyLock::new(|| Barrier::new(3)),
    ];

    #[memoize(single_flight = "1h")]
    async fn number(x: u32, size: u32) -> u32 {
        if RUNS.fetch_add(1, Relaxed) >= size {
            return 0;
        }
        ALL_COMPUTE[size as usize - 2].wait().await;
        1 + Box::pin(number((x + 1) % size, size)).await
    }

    for mut runtime in [Builder::new_multi_thread(), Builder::new_current_thread()] {
        for size in [2, 3] {
            number::cache_clear();
            RUNS.store(0, Relaxed);
            let runtime = runtime.build().unwrap();
            let tasks =
                async move { join_all((0..size).map(|x| tokio::spawn(number(x, size)))).await };
            let answers = must_return(move || runtime.block_on(tasks));
            // What the last one computed is everybody's, and so is what follows from it.
            let mut answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
            answers.sort_unstable();
            assert_eq!(answers, (0..size).collect::<Vec<_>>());
            let info = number::cache_info();
            let size = u64::from(size);
            assert_eq!((info.hits, info.misses), (size - 1, size + 1));
        }
    }
}

#[test]
fn a_circle_may_lead_through_threads_and_tasks() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "1h")]
    fn sync(x: u32) -> u32 {
        block_on(task(x))
    }
    #[memoize(single_flight = "1h")]
    async fn task(x: u32) -> u32 {
        yield_now().await;
        if RUNS.fetch_add(1, Relaxed) % 3 == 2 {
            return x;
        }
        sync(x)
    }

    let answers = must_return(|| [sync(1), block_on(task(2))]);
    assert_eq!(answers, [1, 2]);
    assert_eq!(task::cache_info().misses, 6);
}

#[test]
fn a_thread_waits_for_a_task_and_a_task_for_a_thread_and_the_circle_is_seen() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    static BOTH_COMPUTE: std::sync::Barrier = std::sync::Barrier::new(2);

    #[memoize(single_flight = "1h")]
    fn sync(x: u32) -> u32 {
        if RUNS.fetch_add(1, Relaxed) >= 2 {
            return x;
        }
        BOTH_COMPUTE.wait();
        block_on(task(x))
    }
    #[memoize(single_flight = "1h")]
    async fn task(x: u32) -> u32 {
        if RUNS.fetch_add(1, Relaxed) >= 2 {
            return x;
        }
        BOTH_COMPUTE.wait();
        yield_now().await;
        sync(x)
    }

    let answers = must_return(|| {
        let other = thread::spawn(|| sync(7));
        (block_on(task(7)), other.join().unwrap())
    });
    assert_eq!(answers, (7, 7));
    assert_eq!(RUNS.load(Relaxed), 3);
}

#[test]
fn a_call_is_the_same_in_whatever_thread_it_is_polled() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "1h")]
    async fn number(x: u32) -> u32 {
        if RUNS.fetch_add(1, Relaxed) > 0 {
            return x;
        }
        yield_now().await;
        Box::pin(number(x)).await
    }

    let mut moves = Box::pin(number(7));
    assert!(poll(&mut moves).is_pending());
    // What the thread does now is not done by the call that it polled a moment ago.
    let mut waits = Box::pin(number(7));
    assert!(poll(&mut waits).is_pending());
    assert_eq!(RUNS.load(Relaxed), 1);
    let answer = must_return(move || {
        let elsewhere = thread::spawn(|| block_on(moves));
        elsewhere.join().unwrap()
    });
    assert_eq!(answer, 7);
    assert_eq!(must_finish(waits), 7);
    assert_eq!(RUNS.load(Relaxed), 2);
}

#[test]
fn a_call_that_waits_does_so_for_whoever_polls_it_now() {
    #[memoize(single_flight = "1h")]
    async fn outer(_x: u32, #[memo(skip)] waits: Option<BoxFuture<'static, u32>>) -> u32 {
        match waits {
            Some(it) => it.await,
            None => 0,
        }
    }
    #[memoize(single_flight = "1h")]
    async fn inner(x: u32) -> u32 {
        yield_now().await;
        1 + outer(x, None).await
    }

    let mut computes = Box::pin(inner(7));
    let mut waits = inner(7).boxed();
    assert!(poll(&mut computes).is_pending() && poll(&mut waits).is_pending());
    let mut outer = Box::pin(outer(7, Some(waits)));
    assert!(poll(&mut outer).is_pending());
    // Were it to wait for that one, that one would wait for it.
    assert_eq!(poll(&mut computes), Poll::Ready(1));
    assert_eq!(poll(&mut outer), Poll::Ready(0));
}

#[test]
fn functions_with_and_without_async_may_call_each_other() {
    #[memoize(single_flight = "1h")]
    fn sum(x: u32) -> u32 {
        (0..x).map(|it| block_on(double(it))).sum()
    }
    #[memoize(single_flight = "1h")]
    async fn double(x: u32) -> u32 {
        yield_now().await;
        x + identity(x)
    }
    #[memoize(single_flight = "1h")]
    fn identity(x: u32) -> u32 {
        x
    }

    assert_eq!(must_finish(join_all((0..10).map(double))).len(), 10);
    assert_eq!(must_return(|| sum(10)), 90);
    assert_eq!(
        (double::cache_info().hits, identity::cache_info().misses),
        (10, 10)
    );
}

#[test]
fn what_is_done_with_a_value_may_ask_for_its_key() {
    static IS_FIRST: AtomicBool = AtomicBool::new(false);

    #[memoize(single_flight = "1h", cache_if = |_| { ask(by_predicate(1)); true })]
    async fn by_predicate(x: u32) -> u32 {
        yield_now().await;
        x
    }
    #[derive(Debug, PartialEq)]
    struct Cloned(u32);
    impl Clone for Cloned {
        fn clone(&self) -> Self {
            ask(by_clone(1));
            Self(self.0)
        }
    }
    #[memoize(single_flight = "1h")]
    async fn by_clone(x: u32) -> Cloned {
        yield_now().await;
        Cloned(x)
    }
    #[derive(Clone, Debug, PartialEq)]
    struct Dropped(u32);
    impl Drop for Dropped {
        fn drop(&mut self) {
            ask(by_drop(1));
        }
    }
    #[memoize(single_flight = "1h", maxsize = 1)]
    async fn by_drop(x: u32) -> Dropped {
        yield_now().await;
        Dropped(x)
    }

    /// Once.
    fn ask<T>(call: impl Future<Output = T>) {
        if IS_FIRST.swap(false, Relaxed) {
            drop(block_on(call));
        }
    }
    must_return(|| {
        block_on(by_drop(2));
        IS_FIRST.store(true, Relaxed);
        assert_eq!(block_on(by_predicate(1)), 1);
        IS_FIRST.store(true, Relaxed);
        assert_eq!(block_on(by_clone(1)), Cloned(1));
        IS_FIRST.store(true, Relaxed);
        assert_eq!(block_on(by_drop(1)), Dropped(1)); // evicts the other
    });
    assert!(!IS_FIRST.load(Relaxed));
}

#[test]
fn a_call_of_its_own_key_computes_where_a_thread_is_torn_down() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "1h")]
    async fn number(x: u32) -> u32 {
        if RUNS.fetch_add(1, Relaxed) == 0 {
            return Box::pin(number(x)).await;
        }
        x
    }
    struct Last;
    impl Drop for Last {
        fn drop(&mut self) {
            assert_eq!(block_on(number(1)), 1);
        }
    }
    thread_local! {
        static LAST: Last = const { Last };
    }

    must_return(|| thread::spawn(|| LAST.with(|_| ())).join()).unwrap();
    assert_eq!(RUNS.load(Relaxed), 2);
}
