//! With `scope = thread`, clears from other threads that come while the thread cannot empty its store: it is as good as empty.

use crate::must_return;
use futures::executor::block_on;
use futures::future::FutureExt;
use futures::{join, poll};
use memo_runtime::memoize;
use smol::future::yield_now;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

#[test]
fn a_clear_may_come_while_what_another_has_cleared_is_dropped() {
    static DATA: AtomicU32 = AtomicU32::new(1);

    thread_local! {
        static IS_LAST: Cell<bool> = const { Cell::new(false) };
    }
    #[derive(Clone)]
    struct Number(u32);
    impl Drop for Number {
        fn drop(&mut self) {
            if IS_LAST.replace(false) {
                assert_eq!(number(7).0, 1);
                DATA.store(2, SeqCst);
                thread::spawn(number::cache_clear).join().unwrap();
                assert_eq!(number(7).0, 2);
                assert!(number::cache_peek(7).is_none() && !number::cache_contains(7));
            }
        }
    }
    #[memoize(scope = thread)]
    fn number(_x: u32) -> Number {
        Number(DATA.load(SeqCst))
    }

    let (left, again) = must_return(|| {
        number(1);
        thread::spawn(number::cache_clear).join().unwrap();
        IS_LAST.set(true);
        number(2); // drops the first
        (number::cache_peek(7).is_some(), number(7).0)
    });
    assert_eq!((left, again), (false, 2));
}

#[test]
fn a_call_while_a_panic_is_on_its_way_is_not_answered_with_what_was_cleared() {
    static DATA: AtomicU32 = AtomicU32::new(1);

    #[memoize(scope = thread)]
    fn number(_x: u32) -> u32 {
        DATA.load(SeqCst)
    }
    struct Asks;
    impl Drop for Asks {
        fn drop(&mut self) {
            assert_eq!(number::cache_peek(1), None);
            assert_eq!(number::cache_info().currsize, 0);
            DATA.fetch_add(number(1), SeqCst);
        }
    }

    number(1);
    DATA.store(2, SeqCst);
    thread::spawn(number::cache_clear).join().unwrap();
    let panicked = catch_unwind(|| {
        let _asks = Asks;
        panic!("on purpose")
    });
    assert!(panicked.is_err());
    assert_eq!(DATA.load(SeqCst), 4);
    assert_eq!(number(1), 4);
}

#[test]
fn what_was_to_be_stored_before_a_clear_is_not_stored_after_it() {
    #[memoize(scope = thread)]
    fn number(_x: u32) -> u32 {
        2
    }
    struct Inserts;
    impl Drop for Inserts {
        fn drop(&mut self) {
            number::cache_insert(1, 1);
        }
    }
    let clear_elsewhere = || thread::spawn(number::cache_clear).join().unwrap();

    number(1);
    clear_elsewhere();
    let panicked = catch_unwind(|| {
        let _inserts = Inserts;
        panic!("on purpose")
    });
    assert!(panicked.is_err());
    clear_elsewhere();
    assert_eq!(number(1), 2);
}

#[test]
fn a_computation_ends_although_a_clear_has_not_been_noticed() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(scope = thread, single_flight = "1h")]
    async fn number(x: u32) -> u32 {
        let is_first = RUNS.fetch_add(1, SeqCst) == 0;
        yield_now().await;
        if is_first {
            thread::spawn(number::cache_clear).join().unwrap();
            panic!("on purpose");
        }
        x
    }

    let answer = must_return(|| {
        block_on(async {
            let mut first = pin!(AssertUnwindSafe(number(1)).catch_unwind());
            let mut second = pin!(number(1));
            assert!(poll!(&mut first).is_pending());
            assert!(poll!(&mut second).is_pending());
            let (first, second) = join!(first, second);
            assert!(first.is_err());
            second
        })
    });
    assert_eq!(answer, 1);
    assert_eq!(RUNS.load(SeqCst), 2);
}

#[test]
fn a_computation_ends_although_what_was_cleared_panics_when_it_is_dropped() {
    thread_local! {
        static IS_LOUD: Cell<bool> = const { Cell::new(false) };
    }
    #[derive(Clone)]
    struct Number(u32);
    impl Drop for Number {
        fn drop(&mut self) {
            assert!(!IS_LOUD.replace(false), "on purpose");
        }
    }
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(scope = thread, single_flight = "1h")]
    async fn number(x: u32) -> Number {
        if x == 1 && RUNS.fetch_add(1, SeqCst) == 0 {
            yield_now().await;
            thread::spawn(number::cache_clear).join().unwrap();
            IS_LOUD.set(true);
        }
        Number(x)
    }

    let answer = must_return(|| {
        block_on(async {
            number(2).await;
            let mut first = pin!(AssertUnwindSafe(number(1)).catch_unwind());
            let mut second = pin!(number(1));
            assert!(poll!(&mut first).is_pending());
            assert!(poll!(&mut second).is_pending());
            let (first, second) = join!(first, second);
            assert!(first.is_err());
            second.0
        })
    });
    assert_eq!(answer, 1);
    assert_eq!(RUNS.load(SeqCst), 2);
}
