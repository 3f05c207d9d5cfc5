//! Async calls of one key while it is computed, on any runtime.
//!
//! With a patience of an hour, nothing that a test asserts depends on how fast the machine is, and what finishes has not
//! been waiting for the end of it.

use crate::{must_finish, must_return, poll};
use futures::executor::{LocalPool, block_on};
use futures::future::{BoxFuture, FutureExt, join_all, select};
use futures::stream::{FuturesUnordered, StreamExt};
use futures::task::SpawnExt;
use memo_runtime::memoize;
use smol::future::yield_now;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Wake, Waker};
use tokio::runtime::Builder;
use tokio::sync::Barrier;

#[test]
fn of_ten_thousand_tasks_that_want_a_cold_key_one_computes() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "1h")]
    async fn double(x: u32) -> u32 {
        RUNS.fetch_add(1, Relaxed);
        yield_now().await;
        2 * x
    }

    for mut runtime in [Builder::new_multi_thread(), Builder::new_current_thread()] {
        double::cache_clear();
        let answers = must_return(move || {
            let tasks = async { join_all((0..10_000).map(|_| tokio::spawn(double(21)))).await };
            runtime.build().unwrap().block_on(tasks)
        });
        assert!(answers.into_iter().all(|it| it.unwrap() == 42));
        assert_eq!(RUNS.swap(0, Relaxed), 1);
        let info = double::cache_info();
        assert_eq!((info.hits, info.misses), (9_999, 1));
    }
}

#[test]
fn who_computes_and_who_waits_may_share_one_thread_of_any_runtime() {
    #[memoize(single_flight = "1h")]
    async fn double(x: u32) -> u32 {
        yield_now().await;
        2 * x
    }

    type Run = fn(Vec<BoxFuture<'static, u32>>) -> Vec<u32>;
    let runtimes: [(&str, Run); 6] = [
        ("futures", |calls| block_on(join_all(calls))),
        ("smol", |calls| smol::block_on(join_all(calls))),
        ("an executor of smol", |calls| {
            let executor = smol::LocalExecutor::new();
            let tasks = calls.into_iter().map(|it| executor.spawn(it));
            smol::block_on(executor.run(join_all(tasks)))
        }),
        ("a pool of futures", |calls| {
            let (mut pool, mut tasks) = (LocalPool::new(), Vec::new());
            for call in calls {
                tasks.push(pool.spawner().spawn_with_handle(call).unwrap());
            }
            pool.run_until(join_all(tasks))
        }),
        ("tokio", |calls| {
            let runtime = Builder::new_current_thread().build().unwrap();
            let tasks = async { join_all(calls.into_iter().map(tokio::spawn)).await };
            let answers = runtime.block_on(tasks).into_iter();
            answers.map(Result::unwrap).collect()
        }),
        ("nobody who would be woken", |mut calls| {
            let mut answers = Vec::new();
            while !calls.is_empty() {
                calls.retain_mut(|it| match poll(it) {
                    Poll::Ready(answer) => {
                        answers.push(answer);
                        false
                    }
                    Poll::Pending => true,
                });
            }
            answers
        }),
    ];
    for (name, run) in runtimes {
        double::cache_clear();
        let calls = (0..64).map(|_| double(21).boxed()).collect();
        assert_eq!(must_return(move || run(calls)), [42; 64], "{name}");
        let info = double::cache_info();
        assert_eq!((info.hits, info.misses), (63, 1), "{name}");
        assert_eq!(info.coalesced, 63, "{name}");
    }
}

#[test]
fn whatever_does_not_want_the_key_that_is_computed_goes_on() {
    #[memoize(single_flight = "1h")]
    async fn double(x: u32) -> u32 {
        if x == 1 {
            yield_now().await;
        }
        2 * x
    }

    let mut computing = Box::pin(double(1));
    assert!(poll(&mut computing).is_pending());
    block_on(async {
        miss!(double(2).await, 4);
        hit!(double(2).await, 4);
    });
    assert_eq!(double::cache_peek(1), None);
    assert_eq!(poll(&mut computing), Poll::Ready(2));
}

#[test]
fn one_task_may_make_several_calls_of_one_key_at_once() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "1h")]
    async fn double(x: u32) -> u32 {
        RUNS.fetch_add(1, Relaxed);
        for _ in 0..x {
            yield_now().await;
        }
        2 * x
    }
    #[memoize]
    async fn outer() -> (u32, u32) {
        futures::join!(double(4), double(4))
    }

    must_finish(async {
        assert_eq!(futures::join!(double(1), double(1)), (2, 2));
        let mut calls: FuturesUnordered<_> = (0..1_000).map(|_| double(2)).collect();
        while let Some(answer) = calls.next().await {
            assert_eq!(answer, 4);
        }
        assert_eq!(outer().await, (8, 8));
        assert_eq!(RUNS.swap(0, Relaxed), 3);

        // Whichever is first, the other one is dropped.
        let (one, other) = (Box::pin(double(3)), Box::pin(double(3)));
        assert_eq!(select(one, other).await.factor_first().0, 6);
        let either = tokio::select!(x = double(5) => x, x = double(5) => x);
        assert_eq!(either, 10);
        assert_eq!(RUNS.load(Relaxed), 2);
        hit!(double(3).await, 6);
    });
}

#[test]
fn an_error_that_can_be_cloned_is_everybodys_who_waits_and_not_stored() {
    #[memoize(single_flight = "1h")]
    async fn read(x: u32) -> Result<u32, String> {
        yield_now().await;
        Err(format!("no {x}"))
    }

    must_finish(async {
        let answers = join_all((0..64).map(|_| read(21))).await;
        assert!(answers.into_iter().all(|it| it == Err("no 21".to_owned())));
        let info = read::cache_info();
        assert_eq!((info.hits, info.misses, info.coalesced), (63, 1, 63));
        miss!(read(21).await, Err("no 21".to_owned()));
    });
}

#[test]
fn with_an_error_that_cannot_be_cloned_nobody_waits_for_more_than_two_failures() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    static THE_REST_COMPUTE: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(62));

    #[memoize(single_flight = "1h")]
    async fn read() -> Result<u32, Box<dyn Error + Send + Sync>> {
        yield_now().await;
        if RUNS.fetch_add(1, Relaxed) >= 2 {
            THE_REST_COMPUTE.wait().await;
        }
        Err("broken".into())
    }

    let answers = must_finish(join_all((0..64).map(|_| read())));
    assert!(answers.iter().all(Result::is_err));
    assert_eq!(read::cache_info().misses, 64);
}

#[test]
fn after_an_error_that_cannot_be_cloned_one_who_waits_computes_for_the_others() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "1h")]
    async fn read() -> Result<u32, Box<dyn Error + Send + Sync>> {
        yield_now().await;
        match RUNS.fetch_add(1, Relaxed) {
            0 => Err("broken".into()),
            run => Ok(run),
        }
    }

    let answers = must_finish(join_all((0..64).map(|_| read())));
    let answers: Vec<_> = answers.into_iter().filter_map(Result::ok).collect();
    assert_eq!(answers, [1; 63]);
    assert_eq!(read::cache_info().misses, 2);
}

#[test]
fn a_clear_while_a_task_computes_leaves_nothing_of_it_behind() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "1h")]
    async fn number(_x: u32) -> u32 {
        yield_now().await;
        RUNS.fetch_add(1, Relaxed)
    }

    let clears: [fn(); 3] = [
        number::cache_clear,
        || assert!(!number::cache_remove(7)),
        || assert_eq!(number::cache_retain(|_| false), 0),
    ];
    for clear in clears {
        RUNS.store(0, Relaxed);
        number::cache_clear();
        let mut computing = Box::pin(number(7));
        let mut waiting = Box::pin(number(7));
        assert!(poll(&mut computing).is_pending() && poll(&mut waiting).is_pending());
        clear();
        assert_eq!(poll(&mut computing), Poll::Ready(0));
        assert_eq!(poll(&mut waiting), Poll::Ready(0));
        assert!(!number::cache_contains(7));
        must_finish(async { miss!(number(7).await, 1) });
        assert!(number::cache_contains(7));
    }
}

#[test]
fn a_call_after_a_clear_does_not_wait_for_a_task_from_before() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "1h")]
    async fn number(_x: u32) -> u32 {
        let run = RUNS.fetch_add(1, Relaxed);
        yield_now().await;
        run
    }

    let mut before = Box::pin(number(7));
    assert!(poll(&mut before).is_pending());
    number::cache_clear();
    must_finish(async { miss!(number(7).await, 1) });
    assert!(poll(&mut before).is_ready());
    assert_eq!(number::cache_peek(7), Some(1));
}

/// Counts how often it has woken somebody.
struct Wakes(AtomicU32);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[test]
fn who_has_polled_last_is_woken_and_nobody_else() {
    #[memoize(single_flight = "1h")]
    async fn double(x: u32) -> u32 {
        yield_now().await;
        2 * x
    }

    let wakers = [(); 3].map(|()| Arc::new(Wakes(AtomicU32::new(0))));
    let poll_with = |waker: usize, future: Pin<&mut dyn Future<Output = u32>>| {
        let waker = Waker::from(wakers[waker].clone());
        future.poll(&mut Context::from_waker(&waker))
    };
    let mut computing = Box::pin(double(21));
    assert!(poll(&mut computing).is_pending());
    let (mut first, mut second) = (pin!(double(21)), pin!(double(21)));
    assert!(poll_with(0, first.as_mut()).is_pending());
    assert!(poll_with(1, first.as_mut()).is_pending());
    assert!(poll_with(2, second.as_mut()).is_pending());
    assert!(poll(&mut computing).is_ready());
    assert_eq!(wakers.each_ref().map(|it| it.0.load(Relaxed)), [0, 1, 1]);
    assert_eq!(poll_with(0, first), Poll::Ready(42));
    assert_eq!(poll_with(0, second), Poll::Ready(42));
    // Nobody keeps a waker any longer than that.
    assert!(wakers.iter().all(|it| Arc::strong_count(it) == 1));
}

#[test]
fn all_who_wait_are_woken_although_some_panic_then() {
    #[memoize(single_flight = "1h")]
    async fn number(x: u32) -> u32 {
        yield_now().await;
        x
    }
    struct Loud;
    impl Wake for Loud {
        fn wake(self: Arc<Self>) {
            std::panic::panic_any(Bomb)
        }
    }
    /// What a payload does that nobody has asked for.
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(!std::thread::panicking(), "this would be the end");
        }
    }

    let mut calls = [(); 4].map(|()| Box::pin(number(1)));
    let counter = Arc::new(Wakes(AtomicU32::new(0)));
    let wakers = [
        Waker::noop().clone(),
        Arc::new(Loud).into(),
        Arc::new(Loud).into(),
        counter.clone().into(),
    ];
    for (call, waker) in calls.iter_mut().zip(&wakers) {
        assert!(
            call.as_mut()
                .poll(&mut Context::from_waker(waker))
                .is_pending()
        );
    }
    let computes = catch_unwind(AssertUnwindSafe(|| poll(&mut calls[0])));
    assert!(computes.is_err_and(|payload| payload.is::<Bomb>()));
    assert_eq!(counter.0.load(Relaxed), 1);
    assert_eq!(poll(&mut calls[3]), Poll::Ready(1));
}

#[test]
fn a_future_is_hardly_larger_than_the_plain_functions() {
    /// The size of a plain function's future, and of the memoized one's.
    macro_rules! sizes {
        (($($name:ident: $ty:ty = $arg:expr),*) -> $returns:ty $body:block) => {{
            async fn plain($($name: $ty),*) -> $returns $body
            #[memoize(single_flight = "1h")]
            async fn memoized($($name: $ty),*) -> $returns $body
            let memoized = memoized($($arg),*);
            (size_of_val(&plain($($arg),*)), size_of_val(&memoized), 0 $(+ size_of::<$ty>())*)
        }};
    }

    let sizes = [
        sizes!((x: u32 = 1) -> u32 { 2 * x }),
        sizes!((text: String = String::new()) -> String {
            yield_now().await;
            text + "!"
        }),
        sizes!((text: &str = "", at: usize = 0) -> Option<u8> {
            yield_now().await;
            text.as_bytes().get(at).copied()
        }),
        sizes!((x: u8 = 1) -> usize {
            let room = [x; 10_000];
            yield_now().await;
            room.len()
        }),
        sizes!((room: [u8; 10_000] = [1; 10_000]) -> usize {
            yield_now().await;
            room.len()
        }),
    ];
    for (plain, memoized, arguments) in sizes {
        let most = plain + 128 + arguments;
        assert!(memoized <= most, "{memoized} > {most}: {sizes:?}");
    }
}
