//! Whose an allocation is.

use memo_runtime::memwatch::{self, By, Level, Owner, Snapshot, Statistic};
use memo_tests::watched::watched;
use std::future::poll_fn;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

fn block(len: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(len))
}

#[test]
fn the_inner_scope_has_it() {
    static OUTER: Owner = Owner::new("outer");
    static INNER: Owner = Owner::new("inner");

    watched(|| {
        memwatch::start_with(Level::Owners);
        let kept = OUTER.scope(|| (block(1), INNER.scope(|| block(20)), block(300)));
        let nobodys = block(4_000);
        assert_eq!((OUTER.live_bytes(), INNER.live_bytes()), (301, 20));
        let rows = Snapshot::take().statistics(By::Owner);
        let rows: Vec<_> = rows.iter().map(|row| (&*row.name, row.size)).collect();
        assert_eq!(rows, [("(none)", 4_000), ("outer", 301), ("inner", 20)]);
        drop((kept, nobodys));
        assert_eq!((OUTER.live_bytes(), INNER.live_bytes()), (0, 0));
    });
}

#[test]
fn a_row_tells_where_its_owner_is_declared() {
    static PARSER: (Owner, u32) = (Owner::new("parser"), line!());

    watched(|| {
        memwatch::start();
        let kept = PARSER.0.scope(|| block(7));
        let rows = Snapshot::take().statistics(By::Owner);
        let is_it = |row: &&Statistic| row.name == "parser";
        let row = rows.iter().find(is_it).expect("it has something");
        assert!(row.file.ends_with("owners.rs"), "{row:?}");
        assert_eq!((row.line, row.size, row.count), (PARSER.1, 7, 1));
        assert_eq!(row.error, None);
        drop(kept);
    });
}

#[test]
fn a_panic_leaves_the_scope() {
    static OWNER: Owner = Owner::new("owner");

    watched(|| {
        memwatch::start_with(Level::Owners);
        let panic = || OWNER.scope(|| panic!("as planned"));
        catch_unwind(AssertUnwindSafe(panic)).unwrap_err();
        let before = OWNER.live_bytes();
        let kept = block(1_000);
        assert_eq!(OWNER.live_bytes(), before);
        drop(kept);
    });
}

#[test]
fn a_future_has_what_its_own_polls_allocate() {
    static ONE: Owner = Owner::new("one");
    static OTHER: Owner = Owner::new("other");

    async fn work(len: usize) -> [Vec<u8>; 2] {
        let first = block(len);
        let mut polls = 0;
        let twice = poll_fn(|context| {
            polls += 1;
            if polls == 2 {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        });
        twice.await;
        [first, block(len)]
    }

    watched(|| {
        memwatch::start_with(Level::Owners);
        let both = futures::future::join(ONE.poll_with(work(10)), OTHER.poll_with(work(1_000)));
        let kept = futures::executor::block_on(both);
        assert_eq!((ONE.live_bytes(), OTHER.live_bytes()), (20, 2_000));
        drop(kept);
        assert_eq!((ONE.live_bytes(), OTHER.live_bytes()), (0, 0));
    });
}

#[test]
fn owners_for_which_there_is_no_room_are_counted_together() {
    watched(|| {
        memwatch::start_with(Level::Owners);
        let owners: Vec<_> = (0..1_100)
            .map(|n| Owner::new(Box::leak(format!("owner {n}").into_boxed_str())))
            .collect();
        let kept: Vec<_> = owners
            .iter()
            .map(|owner| owner.scope(|| block(10)))
            .collect();
        let rows = Snapshot::take().statistics(By::Owner);
        let of = |name: &str| {
            rows.iter()
                .find(|row| row.name == name)
                .map_or(0, |row| row.size)
        };
        let named = rows
            .iter()
            .filter(|row| row.name.starts_with("owner "))
            .count() as u64;
        assert!(named > 1_000, "{named} owners");
        assert_eq!(of("owner 0"), 10);
        assert_eq!(of("(others)"), (1_100 - named) * 10);
        drop(kept);
    });
}
