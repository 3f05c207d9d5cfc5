//! Under loom: who has a lock for itself is alone, and sees all that was done and noted before.

use super::{Biased, Noted};
use crate::sync::Arc;
use loom::thread;

#[derive(Default)]
struct Counts {
    written: u64,
    noted: u64,
    kept: u64,
}

impl Noted for Counts {
    type Notes = u64;
    type Promises = u64;

    fn absorb(&mut self, notes: &mut u64) -> u64 {
        let noted = std::mem::take(notes);
        self.noted += noted;
        noted
    }
    fn keep(&mut self, promises: &mut u64) {
        self.kept += std::mem::take(promises);
    }
    fn is_used(&self) -> bool {
        true
    }
    fn take_calm(&mut self) -> bool {
        true
    }
}

/// Notes a look, in whichever way it can be had; what was seen.
fn look(lock: &Biased<Counts>) -> u64 {
    let beside = lock.beside::<true>().map(|mut look| {
        let (counts, notes) = look.parts();
        *notes += 1;
        counts.written
    });
    beside.unwrap_or_else(|| {
        let mut counts = lock.lock();
        counts.noted += 1;
        counts.written
    })
}

#[test]
fn a_writer_is_alone_and_reads_what_readers_have_left() {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(4);
    builder.check(|| {
        let lock = Arc::new(Biased::new(Counts::default()));
        let reader = thread::spawn({
            let lock = lock.clone();
            move || (look(&lock), look(&lock))
        });
        lock.lock().written += 1;
        lock.lock().written += 1;
        let (first, second) = reader.join().unwrap();
        assert!(first <= second && second <= 2, "what is written stays");
        let counts = lock.lock();
        assert_eq!((counts.written, counts.noted), (2, 2));
    });
}

#[test]
fn two_readers_and_a_writer_lose_nothing() {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(|| {
        let lock = Arc::new(Biased::new(Counts::default()));
        let readers = [(); 2].map(|()| {
            let lock = lock.clone();
            thread::spawn(move || look(&lock))
        });
        lock.lock().written += 1;
        for reader in readers {
            assert!(reader.join().unwrap() <= 1);
        }
        assert_eq!(lock.lock().noted, 2);
    });
}

#[test]
fn what_is_promised_beside_a_reader_is_kept_by_the_next_writer() {
    loom::model(|| {
        let lock = Arc::new(Biased::new(Counts::default()));
        let promising = thread::spawn({
            let lock = lock.clone();
            move || {
                let beside = lock.lock_or(|counts, promises| {
                    *promises += 1;
                    Some(counts.kept)
                });
                beside.unwrap_or_else(|mut counts| {
                    counts.kept += 1;
                    counts.kept - 1
                })
            }
        });
        let writer = thread::spawn({
            let lock = lock.clone();
            move || lock.lock().written += 1
        });
        assert!(look(&lock) <= 1);
        assert_eq!(promising.join().unwrap(), 0);
        writer.join().unwrap();
        let counts = lock.lock();
        assert_eq!((counts.written, counts.kept), (1, 1));
    });
}

#[test]
fn who_does_not_wait_for_a_reader_leaves_the_lock_as_it_was() {
    loom::model(|| {
        let lock = Arc::new(Biased::new(Counts::default()));
        let reader = thread::spawn({
            let lock = lock.clone();
            move || look(&lock)
        });
        let has_written = lock.lock_soon().map(|mut counts| counts.written += 1);
        let seen = reader.join().unwrap();
        assert!(seen == 0 || has_written.is_some());
        let counts = lock.lock();
        assert_eq!(counts.written, u64::from(has_written.is_some()));
        assert_eq!(counts.noted, 1);
    });
}
