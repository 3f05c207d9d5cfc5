//! What snapshots tell, and how it reads.

use memo_runtime::memwatch::{self, By, Level, Owner, Snapshot, StatDiff};
use memo_tests::crowd::all_at_once;
use memo_tests::watched::watched;
use std::hint::black_box;
use std::panic::{UnwindSafe, catch_unwind};

fn block(len: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(len))
}

#[test]
fn a_line_is_where_the_program_has_the_library_allocate() {
    watched(|| {
        memwatch::start();
        let before = Snapshot::take();
        let (line, kept) = (line!(), "x".repeat(10_000));
        let diff = Snapshot::take().compare_to(&before, By::Line);
        let row = &diff[0];
        assert!(row.file.ends_with("tests/memwatch/reports.rs"), "{diff}");
        assert!(row.name.starts_with("memwatch::reports::"), "{diff}");
        assert_eq!((row.line, row.size_diff, row.count_diff), (line, 10_000, 1));
        assert_eq!((row.size, row.count, row.error), (10_000, 1, None));
        drop(kept);
    });
}

#[test]
fn the_largest_change_comes_first_be_it_more_or_less() {
    watched(|| {
        memwatch::start();
        let (less, line_of_less) = (block(3_000), line!());
        let before = Snapshot::take();
        drop(less);
        let (more, line_of_more) = (block(2_000), line!());
        let (_little, line_of_little) = (block(10), line!());
        let diff = Snapshot::take().compare_to(&before, By::Function);
        assert_eq!(diff[0].size_diff, -990, "{diff}");
        assert_eq!(
            (diff[0].size, diff[0].count, diff[0].count_diff),
            (2_010, 2, 1)
        );
        let _ = (line_of_less, line_of_more, line_of_little);
        drop(more);
    });
}

#[test]
fn rows_are_in_order() {
    // Unlike any other functions here: the compiler may make one of two that are equal.
    #[inline(never)]
    fn one() -> Vec<u8> {
        black_box(Vec::with_capacity(1_100))
    }
    #[inline(never)]
    fn two() -> Vec<u8> {
        black_box(Vec::with_capacity(2_200))
    }
    #[inline(never)]
    fn three() -> Vec<u8> {
        black_box(Vec::with_capacity(3_300))
    }

    watched(|| {
        memwatch::start();
        let gone = two();
        let before = Snapshot::take();
        drop(gone);
        let kept = (one(), three());
        let after = Snapshot::take();
        let sizes = |diff: &StatDiff| (diff.size_diff, diff.size);
        let diff = after.compare_to(&before, By::Line);
        let diff: Vec<_> = diff.iter().map(sizes).collect();
        assert_eq!(diff, [(3_300, 3_300), (-2_200, 0), (1_100, 1_100)]);
        let rows = after.statistics(By::Line);
        let rows: Vec<_> = rows.iter().map(|row| row.size).collect();
        assert_eq!(rows, [3_300, 1_100]);
        drop(kept);
    });
}

#[test]
fn a_filter_chooses_the_crate_whose_line_it_is() {
    watched(|| {
        memwatch::start();
        let kept = all_at_once(4, |_| block(10_000));
        let all = Snapshot::take();

        let first = |snapshot: &Snapshot| {
            let row = snapshot.statistics(By::Line).into_iter().next();
            let row = row.expect("there is something");
            (row.file, row.size)
        };
        let (file, size) = first(&all);
        assert!(file.ends_with("reports.rs"), "{file}");
        assert_eq!(size, 40_000);
        // A package's name will do.
        for snapshot in [
            all.only_crates(&["memo-tests"]),
            all.without_crates(&["memwatch"]),
        ] {
            let (file, size) = first(&snapshot);
            assert!(file.ends_with("crowd.rs"), "{file}");
            assert_eq!(size, 40_000);
        }
        assert!(all.only_crates(&["serde"]).statistics(By::Line).is_empty());
        let neither = all.without_crates(&["memwatch", "memo_tests"]);
        let left = neither.statistics(By::Line);
        assert!(left.iter().all(|row| row.size < 10_000), "{left}");
        drop(kept);
    });
}

#[test]
fn a_table_is_printed_in_columns() {
    watched(|| {
        memwatch::start();
        let before = Snapshot::take();
        let (line, kept) = (line!(), block(2_048));
        let after = Snapshot::take();
        let _ = line;
        let statistics = after.statistics(By::Function).to_string();
        let diff = after.compare_to(&before, By::Function).to_string();
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            lines(&statistics)[0],
            "                size      count  where"
        );
        let row = &lines(&statistics)[1];
        assert!(
            row.starts_with("             2.0 KiB          1  "),
            "{row}"
        );
        assert!(row.ends_with("memwatch::reports::block"), "{row}");
        let row = &lines(&diff)[1];
        assert!(
            row.starts_with("            +2.0 KiB         +1     2.0 KiB          1  "),
            "{row}"
        );
        drop(kept);
    });
}

/// What it panics with.
fn message<R>(panic: impl FnOnce() -> R + UnwindSafe) -> String {
    let Err(panic) = catch_unwind(panic) else {
        panic!("it does not panic");
    };
    match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => (*panic.downcast_ref::<&str>().expect("a message")).to_owned(),
    }
}

#[test]
fn misuse_is_told() {
    watched(|| {
        assert_eq!(
            message(Snapshot::take),
            "nothing is traced: a snapshot can be taken after `memwatch::start()`"
        );
        memwatch::start_with(Level::Owners);
        assert_eq!(
            message(|| Snapshot::take().statistics(By::Line)),
            "this snapshot was taken at `Level::Owners`, which keeps no stacks: ask `By::Owner`, or start with \
             `Level::Stacks` or `Level::Sampled`"
        );
    });
}

#[test]
fn a_report_is_not_in_the_next_one() {
    static OWNER: Owner = Owner::new("owner");

    watched(|| {
        memwatch::start();
        OWNER.scope(|| {
            let kept = block(1_000);
            let snapshot = Snapshot::take();
            let rows = snapshot.statistics(By::Line);
            let diff = snapshot.compare_to(&snapshot, By::Owner);
            assert_eq!(OWNER.live_bytes(), 1_000);
            drop((kept, rows, diff, snapshot));
            assert_eq!(OWNER.live_bytes(), 0);
        });
    });
}
