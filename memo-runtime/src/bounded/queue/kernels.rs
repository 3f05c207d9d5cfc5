//! Under loom: between who waits and who has something for them, one sees the other.

use super::halves::Halves;
use super::waiting::Line;
use super::{PushError, WhenFull};
use crate::owner::OwnerId;
use crate::sync::Arc;
use loom::thread;
use std::panic::Location;
use std::time::Duration;

struct Ends {
    halves: Halves<u8>,
    line: Line,
}

fn ends(line: Line) -> Arc<Ends> {
    let owner = OwnerId::of("kernel", Location::caller());
    let halves = Halves::new(1, owner);
    Arc::new(Ends { halves, line })
}

/// Somebody who is counted and listens, then looks once more; what they find.
fn waiting<R: Send + 'static>(
    ends: &Arc<Ends>,
    look: impl FnOnce(&Halves<u8>) -> R + Send + 'static,
) -> thread::JoinHandle<R> {
    let ends = ends.clone();
    thread::spawn(move || {
        let _listener = ends.line.join();
        look(&ends.halves)
    })
}

#[test]
fn a_producer_that_finds_no_room_is_seen_by_who_makes_some() {
    loom::model(|| {
        let ends = ends(Line::of_producers());
        assert_eq!(ends.halves.offer(1, WhenFull::Wait), Ok(None));
        let producer = waiting(&ends, |halves| halves.offer(2, WhenFull::Wait));
        assert_eq!(ends.halves.take().ok(), Some(1));
        let is_awaited = ends.line.is_awaited();
        let pushed = producer.join().unwrap();
        assert!(is_awaited || pushed == Ok(None), "{pushed:?}");
    });
}

#[test]
fn a_consumer_that_finds_nothing_is_seen_by_who_brings_something() {
    loom::model(|| {
        let ends = ends(Line::of_consumers());
        let consumer = waiting(&ends, |halves| halves.take().ok());
        assert_eq!(ends.halves.offer(1, WhenFull::Wait), Ok(None));
        let is_awaited = ends.line.is_awaited();
        let taken = consumer.join().unwrap();
        assert!(is_awaited || taken == Some(1), "{taken:?}");
    });
}

#[test]
fn who_waits_when_it_is_closed_sees_that_or_is_seen() {
    loom::model(|| {
        let ends = ends(Line::of_producers());
        assert_eq!(ends.halves.offer(1, WhenFull::Wait), Ok(None));
        let producer = waiting(&ends, |halves| halves.offer(2, WhenFull::Wait));
        ends.halves.close();
        let is_awaited = ends.line.is_awaited();
        let pushed = producer.join().unwrap();
        assert!(
            is_awaited || pushed == Err(PushError::Closed(2)),
            "{pushed:?}"
        );
    });
}

#[test]
fn three_threads_leave_what_got_in_and_was_not_taken() {
    loom::model(|| {
        let ends = ends(Line::of_producers());
        let pushes = [1, 2].map(|n| {
            let ends = ends.clone();
            thread::spawn(move || ends.halves.offer(n, WhenFull::DropOldest))
        });
        let taken = ends.halves.take().ok();
        let dropped = pushes.map(|it| it.join().unwrap().expect("it is not closed"));
        let left = ends.halves.take().ok();
        let mut all: Vec<_> = dropped
            .into_iter()
            .flatten()
            .chain(taken)
            .chain(left)
            .collect();
        all.sort_unstable();
        assert_eq!(all, [1, 2]);
        let info = ends.halves.info(Duration::ZERO);
        assert_eq!((info.pushed, info.len), (2, 0));
        assert_eq!(info.high_water, 1);
    });
}
