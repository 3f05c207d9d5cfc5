//! One cache for all threads.

use memo_runtime::memoize;
use memo_tests::crowd::all_at_once;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;

const THREADS: u64 = 8;

#[test]
fn what_one_thread_stored_is_a_hit_in_another() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }

    miss!(double(1), 2);
    thread::scope(|scope| {
        scope.spawn(|| hit!(double(1), 2));
    });
    thread::scope(|scope| {
        scope.spawn(double::cache_clear);
    });
    miss!(double(1), 2);
}

#[test]
fn hits_and_misses_of_many_threads_are_their_calls() {
    const CALLS: u64 = 20_000;
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[memoize(maxsize = 20)]
    fn double(x: u64) -> u64 {
        RUNS.fetch_add(1, Relaxed);
        2 * x
    }

    all_at_once(THREADS, |thread| {
        for n in 0..CALLS {
            let x = (n * n + thread) % 31;
            assert_eq!(double(x), 2 * x);
            if n % 64 == 0 {
                assert!(double::cache_info().currsize <= 20);
            }
        }
    });
    let info = double::cache_info();
    assert_eq!(info.hits + info.misses, THREADS * CALLS);
    assert_eq!(info.misses, RUNS.load(Relaxed));
    assert_eq!(info.currsize, 20);
}

#[test]
fn removals_and_resizes_lose_no_count() {
    const CALLS: u64 = 10_000;
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[memoize(maxsize = 20)]
    fn double(x: u64) -> u64 {
        RUNS.fetch_add(1, Relaxed);
        2 * x
    }

    all_at_once(THREADS, |thread| {
        for n in 0..CALLS {
            let x = (n * n + thread) % 31;
            assert_eq!(double(x), 2 * x);
            match n % 50 {
                7 => drop(double::cache_insert(x, 2 * x)),
                17 => assert!([true, false].contains(&double::cache_remove(x))),
                27 => double::cache_resize(usize::try_from(x % 25).unwrap()),
                37 => assert!(double::cache_retain(|y| y % 5 != x % 5) <= 25),
                _ => {}
            }
        }
    });
    let info = double::cache_info();
    assert_eq!(info.hits + info.misses, THREADS * CALLS);
    assert_eq!(info.misses, RUNS.load(Relaxed));
}

#[test]
fn the_bound_holds_at_every_look_whatever_threads_do() {
    static STOP: AtomicBool = AtomicBool::new(false);

    #[memoize(maxsize = 20, group = "threads: hammered")]
    fn double(x: u64) -> u64 {
        2 * x
    }

    fn hammer(thread: u64) {
        for n in 0..10_000 {
            let x = (n * n + thread) % 37;
            match (n + thread) % 40 {
                0 => double::cache_clear(),
                1 => double::cache_resize(usize::try_from(x).unwrap()),
                2 => drop(double::cache_remove(x)),
                3 => drop(double::cache_insert(x, 2 * x)),
                4 => drop(double::cache_retain(|y| y % 3 != x % 3)),
                5 => drop(memo_runtime::clear_group("threads: hammered")),
                6 => assert_eq!(double::cache_refresh(x), 2 * x),
                7 => assert!(double::cache_peek(x).is_none_or(|doubled| doubled == 2 * x)),
                _ => assert_eq!(double(x), 2 * x),
            }
        }
    }

    thread::scope(|scope| {
        let looks = scope.spawn(|| {
            let mut looks = 0_u64;
            while !STOP.load(Relaxed) || looks == 0 {
                let info = double::cache_info();
                assert!(info.maxsize.is_some_and(|bound| info.currsize <= bound));
                looks += 1;
            }
            looks
        });
        all_at_once(THREADS, hammer);
        STOP.store(true, Relaxed);
        assert!(looks.join().unwrap() > 0);
    });
    double::cache_resize(3);
    for x in 0..10 {
        assert_eq!(double(x), 2 * x);
    }
    let left = double::cache_info().currsize;
    assert_eq!(left, 3);
    assert_eq!(double::cache_retain(|_| false), left);
}

#[test]
fn two_threads_that_miss_one_key_at_once_both_return_what_was_stored_first() {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    static BOTH_COMPUTE: Barrier = Barrier::new(2);

    #[memoize(single_flight = false)]
    fn number(_x: u32) -> u64 {
        let run = RUNS.fetch_add(1, Relaxed);
        BOTH_COMPUTE.wait();
        run
    }

    let (one, two) = thread::scope(|scope| {
        let other = scope.spawn(|| number(7));
        (number(7), other.join().unwrap())
    });
    assert_eq!(one, two);
    assert_eq!(number::cache_peek(7), Some(one));
    let info = number::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (0, 2, 1));
}

#[test]
fn a_clear_while_another_thread_computes_keeps_its_value_out() {
    static COMPUTING: Barrier = Barrier::new(2);
    static CLEARED: Barrier = Barrier::new(2);

    #[memoize]
    fn double(x: u32) -> u32 {
        if x == 1 {
            COMPUTING.wait();
            CLEARED.wait();
        }
        2 * x
    }

    thread::scope(|scope| {
        let computing = scope.spawn(|| double(1));
        COMPUTING.wait();
        assert_eq!(double(2), 4); // another key is not held up
        double::cache_clear();
        CLEARED.wait();
        assert_eq!(computing.join().unwrap(), 2);
    });
    assert_eq!(double::cache_info().currsize, 0);
    thread::scope(|scope| {
        scope.spawn(|| double(1));
        COMPUTING.wait();
        CLEARED.wait();
    });
    hit!(double(1), 2);
}

#[test]
fn a_cache_first_used_by_many_threads_at_once_is_one_cache() {
    #[memoize(name = "threads: first use")]
    fn double(x: u64) -> u64 {
        2 * x
    }

    all_at_once(THREADS, |thread| assert_eq!(double(thread), 2 * thread));
    let info = double::cache_info();
    assert_eq!((info.hits, info.misses), (0, THREADS));
    assert_eq!(info.currsize, 8);
    let listed = memo_runtime::caches().into_iter();
    assert_eq!(
        listed.filter(|it| it.name == "threads: first use").count(),
        1
    );
}
