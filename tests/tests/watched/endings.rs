//! The end of a thread, and of the process.

use memo_runtime::{memoize, testing};
use memo_tests::crowd::{Awaited, Gate};
use memo_tests::watched::{FINISHED, watched};
use std::cell::RefCell;
use std::process;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Calls [`make`] for the one before it when it is dropped.
#[derive(Clone)]
struct Caller(u32);

#[memoize(maxsize = 3, ttl = "1h")]
fn make(x: u32) -> Caller {
    Caller(x)
}

impl Drop for Caller {
    fn drop(&mut self) {
        if let Some(before) = self.0.checked_sub(1) {
            assert_eq!(make(before).0, before);
            assert!(make::cache_info().currsize <= 3);
            make::cache_remove(before);
        }
    }
}

thread_local! {
    static FIRST: RefCell<Vec<Caller>> = const { RefCell::new(Vec::new()) };
    static LAST: RefCell<Vec<Caller>> = const { RefCell::new(Vec::new()) };
}

#[test]
fn a_value_may_call_the_function_as_its_thread_ends() {
    watched(|| {
        // One is there before the thread has called anything, the other after: they are destroyed one after the other.
        let thread = thread::spawn(|| {
            FIRST.with_borrow_mut(|values| values.reserve(1));
            let clock = testing::pause();
            let value = make(5);
            clock.advance(Duration::from_secs(1));
            FIRST.with_borrow_mut(|values| values.push(value.clone()));
            LAST.with_borrow_mut(|values| values.push(value));
        });
        assert!(thread.join().is_ok());
        assert_eq!(make(7).0, 7);
    });
}

#[test]
fn a_thread_that_ends_may_wait_for_another() {
    struct Waiter(Arc<Awaited>);

    impl Drop for Waiter {
        fn drop(&mut self) {
            assert_eq!(double(&self.0), 42);
        }
    }

    thread_local!(static KEPT: RefCell<Option<Waiter>> = const { RefCell::new(None) });

    #[memoize(single_flight = "1h")]
    fn double(x: &Awaited) -> u32 {
        x.until_awaited(1);
        2 * x.number
    }

    watched(|| {
        let key = Arc::new(Awaited::new(21));
        let keep = || {
            let kept = Waiter(key.clone());
            thread::spawn(|| KEPT.set(Some(kept)))
        };
        for thread in [keep(), keep()] {
            assert!(thread.join().is_ok());
        }
        assert_eq!(double::cache_info().coalesced, 1);
    });
}

#[test]
fn a_process_may_end_while_threads_compute_and_wait() {
    static NEVER: Gate = Gate::new();

    #[memoize(single_flight = "1h")]
    fn double(x: &Awaited) -> u32 {
        NEVER.pass();
        2 * x.number
    }

    watched(|| {
        let key = Arc::new(Awaited::new(21));
        for _ in 0..2 {
            let key = key.clone();
            thread::spawn(move || double(&key));
        }
        key.until_awaited(1);
        process::exit(FINISHED);
    });
}

#[test]
fn a_body_may_end_the_process() {
    #[memoize(single_flight = "1h")]
    fn double(x: &Awaited) -> u32 {
        x.until_awaited(1);
        process::exit(FINISHED)
    }

    watched(|| {
        let key = Arc::new(Awaited::new(21));
        let waits = key.clone();
        thread::spawn(move || double(&waits));
        double(&key);
        unreachable!("there is no process any more");
    });
}
