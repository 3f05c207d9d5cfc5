//! Many threads at once, and threads that end.

use super::{diff_of, of_function, rounds};
use memo_runtime::memwatch::{self, By, Level, Owner, Snapshot};
use memo_tests::crowd::all_at_once;
use memo_tests::watched::watched;
use std::cell::RefCell;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

#[inline(never)]
fn small() -> Vec<u8> {
    black_box(Vec::with_capacity(24))
}

#[inline(never)]
fn large() -> Vec<u8> {
    black_box(Vec::with_capacity(1_000))
}

fn live_in(function: &str) -> (u64, u64) {
    of_function(&Snapshot::take().statistics(By::Function), function)
}

#[test]
fn each_call_site_of_64_threads_has_its_exact_sum() {
    watched(|| {
        memwatch::start();
        let before = Snapshot::take();
        let kept = all_at_once(64, |_| {
            let kept: Vec<_> = (0..100).map(|_| (small(), large())).collect();
            drop((0..50).map(|_| (small(), large())).collect::<Vec<_>>());
            kept
        });
        let during = Snapshot::take().compare_to(&before, By::Function);
        assert_eq!(diff_of(&during, "small"), (64 * 100 * 24, 64 * 100));
        assert_eq!(diff_of(&during, "large"), (64 * 100 * 1_000, 64 * 100));
        drop(kept);
        let after = Snapshot::take().compare_to(&before, By::Function);
        assert_eq!(diff_of(&after, "small"), (0, 0));
        assert_eq!(diff_of(&after, "large"), (0, 0));
    });
}

#[test]
fn more_threads_than_have_room_of_their_own_are_exact_too() {
    static CROWD: Owner = Owner::new("crowd");

    watched(|| {
        for level in [Level::Owners, Level::Stacks] {
            memwatch::start_with(level);
            let kept = all_at_once(300, |_| {
                CROWD.scope(|| (small(), thread::yield_now(), large()))
            });
            assert_eq!(CROWD.live_bytes(), 300 * 1_024, "{level:?}");
            drop(kept);
            assert_eq!(CROWD.live_bytes(), 0, "{level:?}");
        }
    });
}

#[test]
fn another_thread_may_free() {
    static MADE: Owner = Owner::new("made");

    watched(|| {
        memwatch::start();
        let (sender, receiver) = std::sync::mpsc::channel();
        let maker = thread::spawn(move || {
            for _ in 0..10_000 {
                sender.send(MADE.scope(|| (small(), large()))).unwrap();
            }
        });
        let last = receiver.into_iter().last();
        maker.join().unwrap();
        assert_eq!((live_in("small"), live_in("large")), ((24, 1), (1_000, 1)));
        assert_eq!(MADE.live_bytes(), 1_024);
        drop(last);
        assert_eq!((live_in("small"), live_in("large")), ((0, 0), (0, 0)));
        assert_eq!(MADE.live_bytes(), 0);
    });
}

#[test]
fn what_a_thread_allocates_as_it_ends_is_counted() {
    static KEPT: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());
    static LATE: Owner = Owner::new("late");

    struct AtTheEnd(RefCell<Vec<Vec<u8>>>);

    impl Drop for AtTheEnd {
        fn drop(&mut self) {
            LATE.scope(|| {
                self.0.borrow_mut().push(large());
                KEPT.lock().unwrap().push(small());
            });
        }
    }

    thread_local! {
        static FIRST: AtTheEnd = const { AtTheEnd(RefCell::new(Vec::new())) };
        static LAST: AtTheEnd = const { AtTheEnd(RefCell::new(Vec::new())) };
    }

    watched(|| {
        for level in [Level::Stacks, Level::Owners] {
            KEPT.lock().unwrap().reserve_exact(1_000);
            memwatch::start_with(level);
            for _ in 0..4 {
                all_at_once(64, |_| {
                    FIRST.with(|first| first.0.borrow_mut().push(large()));
                    LAST.with(|last| last.0.borrow_mut().push(large()));
                });
            }
            // A scope does not wait for the thread-locals of its threads.
            while KEPT.lock().unwrap().len() < 4 * 64 * 2 || LATE.live_bytes() > 4 * 64 * 2 * 24 {
                thread::yield_now();
            }
            assert_eq!(LATE.live_bytes(), 4 * 64 * 2 * 24);
            KEPT.lock().unwrap().clear();
            assert_eq!(LATE.live_bytes(), 0);
        }
    });
}

#[test]
fn snapshots_can_be_taken_while_64_threads_allocate() {
    const BLOCKS: usize = if cfg!(debug_assertions) {
        2_000
    } else {
        16_000
    };
    static DONE: AtomicBool = AtomicBool::new(false);

    watched(|| {
        memwatch::start();
        let ready = Arc::new(std::sync::Barrier::new(65));
        let threads: Vec<_> = (0..64)
            .map(|_| {
                let ready = Arc::clone(&ready);
                thread::spawn(move || {
                    let kept: Vec<_> = (0..BLOCKS).map(|_| small()).collect();
                    ready.wait();
                    while !DONE.load(SeqCst) {
                        drop(black_box(large()));
                    }
                    kept
                })
            })
            .collect();
        ready.wait();
        let first = Snapshot::take();
        let next: Vec<_> = (0..20)
            .map(|_| {
                let start = Instant::now();
                let next = Snapshot::take();
                assert!(start.elapsed() < Duration::from_secs(2));
                next
            })
            .collect();
        DONE.store(true, SeqCst);
        let kept: Vec<_> = threads.into_iter().map(thread::JoinHandle::join).collect();
        for next in next {
            let diff = next.compare_to(&first, By::Function);
            assert_eq!(diff_of(&diff, "small"), (0, 0));
            let (bytes, blocks) = diff_of(&diff, "large");
            assert!(bytes.abs() <= 64_000 && blocks.abs() <= 64, "{diff}");
        }
        let blocks = 64 * BLOCKS as u64;
        assert_eq!(live_in("small"), (blocks * 24, blocks));
        assert_eq!(live_in("large"), (0, 0));
        // Nothing happens between these two.
        let (one, other) = (Snapshot::take(), Snapshot::take());
        for row in other.compare_to(&one, By::Line) {
            assert_eq!((row.size_diff, row.count_diff), (0, 0));
        }
        drop(kept);
    });
}

#[test]
fn locks_and_caches_that_allocate_do_not_hang() {
    for _ in 0..rounds("MEMWATCH_RUNS", 5) {
        watched(|| {
            memwatch::start();
            let cache = moka::sync::Cache::new(100);
            let total = parking_lot::Mutex::new(Vec::new());
            let waiting = parking_lot::Condvar::new();
            all_at_once(16, |thread| {
                for n in 0..200 {
                    let value = cache.get_with((n + thread) % 150, || vec![n; 10]);
                    total.lock().push(value);
                    waiting.notify_all();
                    let mut total = total.lock();
                    if total.len() > 100 {
                        waiting.wait_for(&mut total, Duration::from_micros(10));
                        total.clear();
                    }
                    if n % 50 == 0 {
                        drop(total);
                        drop(Snapshot::take());
                    }
                }
            });
            memwatch::stop();
        });
    }
}
