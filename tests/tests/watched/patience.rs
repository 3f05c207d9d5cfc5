//! Tasks that wait for one that is not polled any more. A test watches over the thread that sees to their patience.

use futures::executor::block_on;
use futures::future::join_all;
use memo_runtime::memoize;
use memo_tests::watched::watched;
use smol::future::yield_now;
use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};
use std::{fs, thread};

#[test]
fn who_waits_for_a_task_that_is_not_polled_computes_too_and_then_nobody_watches_the_clock() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "50ms")]
    async fn number(_x: u32) -> u32 {
        let run = RUNS.fetch_add(1, Relaxed);
        if run == 0 {
            yield_now().await;
        }
        run
    }

    watched(|| {
        let mut left_alone = Box::pin(number(7));
        assert!(poll(left_alone.as_mut()).is_pending());
        let mut waits = Box::pin(number(7));
        assert!(poll(waits.as_mut()).is_pending());
        let answers = block_on(join_all((0..64).map(|_| number(7))));
        assert_eq!(answers, [number::cache_peek(7).unwrap(); 64]);
        assert_eq!(poll(waits.as_mut()), Poll::Ready(answers[0]));
        assert_eq!(poll(left_alone.as_mut()), Poll::Ready(answers[0]));
        assert_eq!(number::cache_info().misses, u64::from(RUNS.load(Relaxed)));
        until(|| !somebody_watches_the_clock());
    });
}

#[test]
fn somebody_watches_the_clock_while_a_task_waits() {
    #[memoize(single_flight = "1h")]
    async fn number(x: u32) -> u32 {
        yield_now().await;
        x
    }

    watched(|| {
        let [mut computes, mut waits] = [(); 2].map(|()| Box::pin(number(7)));
        assert!(poll(computes.as_mut()).is_pending());
        assert!(!somebody_watches_the_clock());
        assert!(poll(waits.as_mut()).is_pending());
        if cfg!(target_os = "linux") {
            until(somebody_watches_the_clock);
        }
        drop(waits);
        until(|| !somebody_watches_the_clock());
        assert_eq!(poll(computes.as_mut()), Poll::Ready(7));
    });
}

#[test]
fn somebody_watches_the_clock_whatever_a_waker_does() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(single_flight = "50ms")]
    async fn number(_x: u32) -> u32 {
        let run = RUNS.fetch_add(1, Relaxed);
        if run % 2 == 0 {
            pending::<()>().await;
        }
        run
    }
    struct Loud;
    impl Wake for Loud {
        fn wake(self: Arc<Self>) {
            WOKEN.fetch_add(1, Relaxed);
            std::panic::panic_any(Bomb)
        }
    }
    static WOKEN: AtomicU32 = AtomicU32::new(0);
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("on purpose")
        }
    }

    watched(|| {
        let [mut left_alone, mut waits] = [(); 2].map(|()| Box::pin(number(1)));
        assert!(poll(left_alone.as_mut()).is_pending());
        let waker = Waker::from(Arc::new(Loud));
        let polled = waits.as_mut().poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
        until(|| WOKEN.load(Relaxed) == 1);
        drop((waits, left_alone));

        let mut left_alone = Box::pin(number(2));
        RUNS.store(2, Relaxed);
        assert!(poll(left_alone.as_mut()).is_pending());
        assert_eq!(block_on(number(2)), 3);
    });
}

fn poll<T>(future: Pin<&mut impl Future<Output = T>>) -> Poll<T> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn until(condition: impl Fn() -> bool) {
    while !condition() {
        thread::yield_now();
    }
}

/// Whether there is a thread for that; none is seen but on Linux.
fn somebody_watches_the_clock() -> bool {
    let Ok(mut threads) = fs::read_dir("/proc/self/task") else {
        return false;
    };
    threads.any(|thread| {
        let name = thread.and_then(|it| fs::read_to_string(it.path().join("comm")));
        name.is_ok_and(|it| it.starts_with("memo-runtime"))
    })
}
