//! Bodies that hand work to a pool. A thread that waits there for another runs whatever work it finds meanwhile, on top of
//! what it was doing: what it then waits for may wait for what is below, and nobody can see that. It ends by patience.

use crate::fibonacci;
use memo_runtime::memoize;
use memo_tests::crowd::{Gate, Tally};
use memo_tests::watched::watched;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder, Yield};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

const WORKERS: usize = 16;

fn pool() -> ThreadPool {
    let pool = ThreadPoolBuilder::new().num_threads(WORKERS).build();
    pool.expect("there is room for a few threads")
}

/// Keeps so many workers busy until the gate opens.
fn occupy(pool: &ThreadPool, workers: usize) -> Arc<Gate> {
    let (busy, until) = (Arc::new(Tally::new()), Arc::new(Gate::new()));
    for _ in 0..workers {
        let (busy, until) = (busy.clone(), until.clone());
        pool.spawn(move || {
            busy.add();
            until.pass();
        });
    }
    busy.until(workers as u64);
    until
}

#[test]
fn a_thread_that_steals_a_call_for_a_key_whose_computation_waits_for_that_thread_finishes() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    static IS_OFFERED: Gate = Gate::new();
    static IS_STOLEN: Gate = Gate::new();

    #[memoize(single_flight = "10ms")]
    fn double(x: u32) -> u32 {
        if RUNS.fetch_add(1, Relaxed) == 0 {
            rayon::join(offer_a_call, run_what_is_offered);
        }
        2 * x
    }

    /// Done by the leader, which waits for the other half as soon as the call has been stolen.
    fn offer_a_call() {
        rayon::spawn(|| {
            IS_STOLEN.open();
            assert_eq!(double(21), 42);
        });
        IS_OFFERED.open();
        IS_STOLEN.pass();
    }

    /// Done by the other worker, for whom the leader waits.
    fn run_what_is_offered() {
        IS_OFFERED.pass();
        while rayon::yield_now() != Some(Yield::Executed) {}
    }

    watched(|| {
        let pool = pool();
        let others = occupy(&pool, WORKERS - 2);
        assert_eq!(pool.install(|| double(21)), 42);
        others.open();
        let info = double::cache_info();
        assert_eq!((RUNS.load(Relaxed), info.misses, info.hits), (2, 2, 0));
    });
}

#[test]
fn a_body_whose_own_key_is_called_in_the_pool_finishes() {
    #[memoize(single_flight = "10ms")]
    fn depth(levels: u32, #[memo(skip)] left: u32) -> u32 {
        match left {
            0 => levels,
            _ => rayon::join(|| depth(levels, left - 1), || depth(levels, left - 1)).0,
        }
    }

    watched(|| assert_eq!(pool().install(|| depth(3, 3)), 3));
}

#[test]
fn a_recursion_by_join_is_right() {
    #[memoize(single_flight = "10ms")]
    fn fib(n: u64) -> u64 {
        if n < 2 {
            return n;
        }
        thread::yield_now(); // so that there is time to steal
        let (one, two) = rayon::join(|| fib(n - 2), || fib(n - 1));
        one + two
    }

    watched(|| {
        let pool = pool();
        for _ in 0..40 {
            fib::cache_clear();
            assert_eq!(pool.install(|| fib(90)), fibonacci(90));
        }
    });
}

#[test]
fn a_recursion_by_parallel_iterators_is_right() {
    /// In how many ways one can climb so many stairs.
    #[memoize(single_flight = "10ms")]
    fn ways(stairs: u32) -> u64 {
        match stairs {
            0 => {
                thread::yield_now(); // so that there is time to steal
                1
            }
            _ => (0..stairs).into_par_iter().map(ways).sum(),
        }
    }

    watched(|| {
        let pool = pool();
        for _ in 0..40 {
            ways::cache_clear();
            assert_eq!(pool.install(|| ways(24)), 1 << 23);
        }
    });
}
