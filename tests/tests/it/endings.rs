//! How a computation ends that others wait for: with a panic, an error, or a value that is not stored.

use crate::must_return;
use memo_runtime::memoize;
use memo_tests::crowd::{Awaited, Gate, all_at_once};
use std::cell::Cell;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Barrier, LazyLock};
use std::thread;

/// What 64 threads get that call at once: `None` is a panic.
fn outcomes<R: Send + 'static>(call: impl Fn() -> R + Send + Sync + 'static) -> Vec<Option<R>> {
    let call = move |_| catch_unwind(AssertUnwindSafe(&call)).ok();
    must_return(move || all_at_once(64, call))
}

/// How many of them there are.
fn count<T: PartialEq>(outcomes: &[T], which: &T) -> usize {
    outcomes.iter().filter(|&outcome| outcome == which).count()
}

#[test]
fn a_panic_is_its_callers_alone_and_one_of_63_who_wait_computes_for_the_others() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[memoize(single_flight = "1h")]
    fn double(x: &Awaited) -> u32 {
        if RUNS.fetch_add(1, Relaxed) == 0 {
            x.until_awaited(63);
            panic!("broken");
        }
        2 * x.number
    }

    let key = Awaited::new(21);
    let outcomes = outcomes(move || double(&key));
    assert_eq!(
        (count(&outcomes, &None), count(&outcomes, &Some(42))),
        (1, 63)
    );
    assert_eq!(RUNS.load(Relaxed), 2);
    let info = double::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (62, 2, 1));
}

#[test]
fn a_body_that_always_panics_does_so_for_each_who_waits() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[memoize(single_flight = "1h")]
    fn fail(x: &Awaited) -> u32 {
        if RUNS.fetch_add(1, Relaxed) == 0 {
            x.until_awaited(63);
        }
        panic!("broken");
    }

    let key = Awaited::new(21);
    assert_eq!(outcomes(move || fail(&key)), [None; 64]);
    assert_eq!(RUNS.load(Relaxed), 64);
    let info = fail::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (0, 64, 0));
}

#[test]
fn an_error_that_can_be_cloned_is_everybodys_who_waits() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[memoize(single_flight = "1h")]
    fn read(x: &Awaited) -> Result<u32, String> {
        RUNS.fetch_add(1, Relaxed);
        x.until_awaited(63);
        Err(format!("no {}", x.number))
    }

    let key = Awaited::new(21);
    let again = key.clone();
    let outcomes = outcomes(move || read(&key));
    assert_eq!(count(&outcomes, &Some(Err("no 21".to_owned()))), 64);
    assert_eq!(RUNS.load(Relaxed), 1);
    let info = read::cache_info();
    assert_eq!((info.hits, info.misses, info.coalesced), (63, 1, 63));
    miss!(read(&again), Err("no 21".to_owned()));
}

#[test]
fn with_an_error_that_cannot_be_cloned_nobody_waits_for_more_than_two_failures() {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    static THE_REST_COMPUTE: Barrier = Barrier::new(62);

    #[memoize(single_flight = "1h")]
    fn read(x: &Awaited) -> Result<u32, Box<dyn Error>> {
        match RUNS.fetch_add(1, Relaxed) {
            0 => x.until_awaited(63),
            1 => x.until_awaited(63 + 62),
            _ => drop(THE_REST_COMPUTE.wait()),
        }
        Err("broken".into())
    }

    let key = Awaited::new(21);
    let outcomes = outcomes(move || read(&key).map_err(|error| error.to_string()));
    assert_eq!(count(&outcomes, &Some(Err("broken".to_owned()))), 64);
    assert_eq!(RUNS.load(Relaxed), 64);
    assert_eq!(read::cache_info().misses, 64);
}

#[test]
fn after_an_error_that_cannot_be_cloned_one_of_63_who_wait_computes_for_the_others() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[memoize(single_flight = "1h")]
    fn read(x: &Awaited) -> Result<u32, Box<dyn Error>> {
        if RUNS.fetch_add(1, Relaxed) == 0 {
            x.until_awaited(63);
            return Err("broken".into());
        }
        Ok(2 * x.number)
    }

    let key = Awaited::new(21);
    let outcomes = outcomes(move || read(&key).ok());
    assert_eq!(count(&outcomes, &Some(None)), 1);
    assert_eq!(count(&outcomes, &Some(Some(42))), 63);
    assert_eq!(RUNS.load(Relaxed), 2);
}

#[test]
fn what_cache_if_refuses_is_handed_to_those_who_wait_and_not_stored() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[memoize(single_flight = "1h", cache_if = |_| false)]
    fn double(x: &Awaited) -> u32 {
        RUNS.fetch_add(1, Relaxed);
        x.until_awaited(63);
        2 * x.number
    }

    let key = Awaited::new(21);
    let again = key.clone();
    assert_eq!(outcomes(move || double(&key)), [Some(42); 64]);
    assert_eq!(RUNS.load(Relaxed), 1);
    let info = double::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (63, 1, 0));
    miss!(double(&again), 42);
}

#[test]
fn those_who_wait_get_the_value_though_nothing_can_be_stored_any_more() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[memoize(single_flight = "1h")]
    fn double(x: &Awaited) -> u32 {
        if RUNS.fetch_add(1, Relaxed) == 0 {
            x.until_awaited(63);
            double::cache_resize(0);
        }
        2 * x.number
    }

    let key = Awaited::new(21);
    let again = key.clone();
    assert_eq!(outcomes(move || double(&key)), [Some(42); 64]);
    assert_eq!(RUNS.load(Relaxed), 1);
    miss!(double(&again), 42);
    miss!(double(&again), 42);
}

#[test]
fn nobody_waits_for_more_than_two_failures_though_the_first_computation_hangs() {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    static END: Gate = Gate::new();

    #[memoize(single_flight = "10ms")]
    fn read() -> Result<u32, Box<dyn Error>> {
        if RUNS.fetch_add(1, Relaxed) == 0 {
            END.pass();
        }
        Err("down".into())
    }

    // Without a limit the last would wait for 10 ms x 2^15.
    let failures = must_return(|| {
        let hangs = thread::spawn(|| read().is_err());
        while RUNS.load(Relaxed) == 0 {
            thread::yield_now();
        }
        let failures = all_at_once(16, |_| read().is_err());
        END.open();
        assert!(hangs.join().unwrap());
        failures
    });
    assert_eq!(failures, [true; 16]);
}

#[test]
fn a_computation_that_hangs_does_not_hold_up_its_key_once_there_has_been_a_value() {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    static END: Gate = Gate::new();

    #[memoize(maxsize = 1, single_flight = "200ms")]
    fn number(x: u32) -> u64 {
        if x > 0 {
            return 0;
        }
        let run = RUNS.fetch_add(1, Relaxed);
        if run == 0 {
            END.pass();
        }
        run
    }

    must_return(|| {
        let hangs = thread::spawn(|| number(0));
        while RUNS.load(Relaxed) == 0 {
            thread::yield_now();
        }
        // The first has to wait for the end of the patience. If the others did, this would take more than a minute.
        for run in 1..400 {
            assert_eq!((number(0), number(1)), (run, 0));
        }
        END.open();
        assert_eq!(hangs.join().unwrap(), 0);
    });
}

#[test]
fn an_errors_clone_may_call_what_waits_for_the_same_error() {
    thread_local!(static CALLS: Cell<bool> = const { Cell::new(false) });
    static KEY: LazyLock<Awaited> = LazyLock::new(|| Awaited::new(1));

    #[derive(Debug)]
    struct Broken;
    impl Clone for Broken {
        fn clone(&self) -> Self {
            if CALLS.take() {
                assert!(retried());
            }
            Self
        }
    }

    #[memoize(single_flight = "1h")]
    fn broken(x: &Awaited) -> Result<u32, Broken> {
        x.until_awaited(2);
        Err(Broken)
    }

    #[memoize(single_flight = "1h")]
    fn retried() -> bool {
        broken(&KEY).is_err()
    }

    let answers = must_return(|| {
        all_at_once(3, |thread| {
            CALLS.set(thread == 1);
            if thread == 2 {
                retried()
            } else {
                broken(&KEY).is_err()
            }
        })
    });
    assert_eq!(answers, [true; 3]);
}
