//! Starting and stopping at any moment.

use super::{of_function, rounds};
use memo_runtime::memwatch::{self, By, Level, Owner, Snapshot};
use memo_tests::watched::watched;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread::{self, JoinHandle};

const LEVELS: [Level; 3] = [
    Level::Owners,
    Level::Sampled { every: 2_000 },
    Level::Stacks,
];

#[inline(never)]
fn block(len: usize) -> Vec<u8> {
    let mut block = Vec::with_capacity(len);
    black_box(&mut block);
    block
}

#[test]
fn starts_and_stops_race_with_nobody() {
    const THREADS: usize = 16;
    const BLOCKS: usize = 50;
    static WORK: Owner = Owner::new("work");
    static DONE: AtomicBool = AtomicBool::new(false);

    fn allocate() {
        let mut kept: Vec<Vec<u8>> = Vec::new();
        for n in 0.. {
            if DONE.load(SeqCst) {
                return;
            }
            WORK.scope(|| {
                if kept.len() == BLOCKS {
                    kept.clear();
                }
                kept.push(block(n % 997 + 1));
                let last = kept.last_mut().expect("one was pushed");
                last.reserve_exact(n % 1_999);
            });
            if n % 100 == 0 {
                thread::yield_now();
            }
        }
    }

    watched(|| {
        let most = (THREADS * (BLOCKS * 3_000 + 10_000)) as u64;
        let begin = || -> Vec<_> { (0..THREADS).map(|_| thread::spawn(allocate)).collect() };
        let end = |threads: Vec<JoinHandle<()>>| {
            DONE.store(true, SeqCst);
            for thread in threads {
                thread.join().unwrap();
            }
        };
        let threads = begin();
        for round in 0..rounds("MEMWATCH_STARTS", 3_000) {
            let level = LEVELS[(round % 3) as usize];
            memwatch::start_with(level);
            let live = WORK.live_bytes();
            assert!(live < most, "{live} bytes");
            assert!(memwatch::traced().peak < 2 * most);
            if round % 16 == 0 {
                thread::yield_now();
                drop(Snapshot::take());
            }
            if round % 2 == 0 {
                memwatch::stop();
            }
        }
        memwatch::start();
        end(threads);
        assert_quiet(&WORK, Level::Stacks);
        for level in LEVELS {
            DONE.store(false, SeqCst);
            let threads = begin();
            memwatch::start_with(level);
            thread::yield_now();
            end(threads);
            assert_quiet(&WORK, level);
        }
    });
}

/// Nothing is live, and what is allocated then is all there is: so nothing was below zero either.
fn assert_quiet(owner: &Owner, level: Level) {
    assert_eq!(owner.live_bytes(), 0, "{level:?}");
    let kept = owner.scope(|| block(100));
    assert_eq!(owner.live_bytes(), 100, "{level:?}");
    if level == Level::Stacks {
        let rows = Snapshot::take().statistics(By::Function);
        assert_eq!(of_function(&rows, "block"), (100, 1));
    }
    drop(kept);
}

#[test]
fn a_level_is_on_until_the_stop() {
    watched(|| {
        assert_eq!(memwatch::is_running(), None);
        for level in LEVELS {
            memwatch::start_with(level);
            assert_eq!(memwatch::is_running(), Some(level));
        }
        memwatch::stop();
        assert_eq!(memwatch::is_running(), None);
        memwatch::stop();
    });
}

#[test]
fn a_start_forgets_what_was_before() {
    watched(|| {
        memwatch::start();
        let kept = block(1_000);
        memwatch::start();
        assert_eq!(memwatch::traced().current, 0);
        drop(kept);
        assert_eq!(memwatch::traced().current, 0);
        assert!(Snapshot::take().statistics(By::Line).is_empty());
    });
}
