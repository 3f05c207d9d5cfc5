//! With `scope = thread`, clears from other threads that come while the thread cannot empty its store: it is as good as empty.

use crate::must_return;
use memo_runtime::memoize;
use std::cell::Cell;
use std::panic::catch_unwind;
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
