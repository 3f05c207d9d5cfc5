//! Proving a bound.

use memo_runtime::bounded::Recent;
use memo_runtime::memoize;
use memo_runtime::memwatch::{self, Level};
use memo_tests::watched::watched;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What it panics with.
fn complaint(rounds: usize, work: impl FnMut()) -> String {
    let assert = || memwatch::assert_bounded(rounds, work);
    let panic = catch_unwind(AssertUnwindSafe(assert)).expect_err("it grows");
    *panic.downcast::<String>().expect("a message")
}

#[test]
fn what_is_bounded_passes() {
    #[memoize(maxsize = 50)]
    fn name(n: u64) -> String {
        format!("{n:020}")
    }

    watched(|| {
        let mut last = Recent::new(20);
        let mut n = 0;
        memwatch::assert_bounded(200, || {
            n += 1;
            last.push(name(n));
        });
        assert_eq!(memwatch::is_running(), None);
    });
}

#[test]
fn a_leak_is_named_by_its_line() {
    watched(|| {
        let mut kept = Vec::with_capacity(10_000);
        let mut line = 0;
        let complaint = complaint(100, || {
            line = line!() + 1;
            kept.push(String::from("four"));
        });
        assert!(
            complaint.starts_with("memory grows with the work done"),
            "{complaint}"
        );
        assert!(
            complaint.contains(&format!("growth.rs:{line} ")),
            "{complaint}"
        );
        assert!(
            complaint.contains("400 B       800 B     1.5 KiB     3.1 KiB"),
            "{complaint}"
        );
        assert_eq!(complaint.lines().count(), 3, "{complaint}");
        assert_eq!(memwatch::is_running(), None);
    });
}

#[test]
fn what_grows_by_doubling_is_seen() {
    watched(|| {
        let (mut list, mut map) = (Vec::new(), HashMap::new());
        let mut n = 0_u32;
        let complaint = complaint(50, || {
            n += 1;
            list.push(n);
            map.insert(n, n);
        });
        assert_eq!(complaint.matches("growth.rs:").count(), 2, "{complaint}");
    });
}

/// The block is always that line's which made it larger last.
#[test]
fn what_grows_by_many_hands_is_seen() {
    watched(|| {
        for rounds in [10, 50, 1_000] {
            let (mut list, mut n) = (Vec::new(), 0_u64);
            let complaint = complaint(rounds, || {
                n += 1;
                match list.capacity().checked_ilog2().unwrap_or(0) % 4 {
                    0 => list.push(n),
                    1 => list.push(2 * n),
                    2 => list.push(3 * n),
                    _ => list.push(4 * n),
                }
            });
            assert!(complaint.contains("  all lines together\n"), "{complaint}");
            assert!(complaint.contains("growth.rs:"), "{complaint}");
        }
    });
}

#[test]
fn no_rounds_prove_nothing() {
    watched(|| {
        let assert = || memwatch::assert_bounded(0, || ());
        assert!(catch_unwind(assert).is_err());
    });
}

#[test]
fn estimates_prove_nothing() {
    watched(|| {
        memwatch::start_with(Level::Owners);
        let assert = || memwatch::assert_bounded(1, || {});
        let panic = catch_unwind(assert).unwrap_err();
        let message = panic.downcast_ref::<&str>().expect("a message");
        assert_eq!(
            *message,
            "`assert_bounded` wants `Level::Stacks`, and another one is on"
        );
        assert_eq!(memwatch::is_running(), Some(Level::Owners));
    });
}

#[test]
fn work_that_panics_leaves_nothing_on() {
    watched(|| {
        let assert = || memwatch::assert_bounded(1, || panic!("as planned"));
        catch_unwind(assert).unwrap_err();
        assert_eq!(memwatch::is_running(), None);
    });
}
