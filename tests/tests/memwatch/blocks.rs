//! Every kind of block, and what becomes of it.

use super::{diff_of, of_function};
use memo_runtime::memwatch::{self, By, Snapshot};
use memo_tests::watched::watched;
use std::hint::black_box;

#[inline(never)]
fn bytes(len: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(len))
}

#[inline(never)]
fn zeros(len: usize) -> Vec<u8> {
    black_box(vec![0; len])
}

#[inline(never)]
fn grow(bytes: &mut Vec<u8>, to: usize) {
    bytes.reserve_exact(to);
    black_box(bytes);
}

#[inline(never)]
fn shrink(bytes: &mut Vec<u8>, to: usize) {
    bytes.shrink_to(to);
    black_box(bytes);
}

/// What a function has at the end of `run`, and after that has been dropped.
fn live<R>(function: &str, run: impl FnOnce() -> R) -> ((i64, i64), (i64, i64)) {
    let before = Snapshot::take();
    let kept = run();
    let during = Snapshot::take().compare_to(&before, By::Function);
    drop(kept);
    let after = Snapshot::take().compare_to(&before, By::Function);
    (diff_of(&during, function), diff_of(&after, function))
}

#[test]
fn a_block_counts_until_it_is_freed() {
    watched(|| {
        memwatch::start();
        assert_eq!(live("bytes", || bytes(1_000)), ((1_000, 1), (0, 0)));
        assert_eq!(live("bytes", || [bytes(1), bytes(7)]), ((8, 2), (0, 0)));
    });
}

#[test]
fn zeroed_blocks_count_and_are_zero() {
    watched(|| {
        memwatch::start();
        for len in [1, 7, 4_096, 1 << 24] {
            let size = i64::try_from(len).unwrap();
            let run = || {
                let zeros = zeros(len);
                assert!(zeros.iter().all(|&byte| byte == 0));
                zeros
            };
            assert_eq!(live("zeros", run), ((size, 1), (0, 0)));
        }
    });
}

#[test]
fn a_block_that_grows_belongs_to_who_has_it_grow() {
    watched(|| {
        memwatch::start();
        let run = || {
            let mut block = bytes(10);
            block.extend_from_slice(b"0123456789");
            grow(&mut block, 100_000);
            assert_eq!(block, b"0123456789");
            block
        };
        assert_eq!(live("bytes", run), ((0, 0), (0, 0)));
        assert_eq!(live("grow", run), ((100_010, 1), (0, 0)));
    });
}

#[test]
fn a_block_that_shrinks_counts_as_what_is_left() {
    watched(|| {
        memwatch::start();
        let run = || {
            let mut block = bytes(100_000);
            block.extend_from_slice(b"0123456789");
            shrink(&mut block, 10);
            assert_eq!(block, b"0123456789");
            block
        };
        assert_eq!(live("bytes", run), ((0, 0), (0, 0)));
        assert_eq!(live("shrink", run), ((10, 1), (0, 0)));
    });
}

#[test]
fn a_block_keeps_its_alignment() {
    #[repr(align(4096))]
    struct Page([u8; 4096]);

    #[inline(never)]
    fn pages(count: u8) -> Vec<Box<Page>> {
        // Not the last call here, which would be a jump that leaves no frame.
        black_box((0..count).map(|n| Box::new(Page([n; 4096]))).collect())
    }

    #[inline(never)]
    fn grown_page() -> Vec<Page> {
        let mut pages = vec![Page([1; 4096])];
        pages.push(Page([2; 4096]));
        pages
    }

    watched(|| {
        let run = || {
            let pages = pages(10);
            for (n, page) in (0..).zip(&pages) {
                assert_eq!(std::ptr::from_ref::<Page>(page).addr() % 4096, 0);
                assert_eq!(page.0, [n; 4096]);
            }
            pages
        };
        run(); // nothing is traced yet
        memwatch::start();
        let vec = i64::try_from(10 * size_of::<usize>()).unwrap();
        assert_eq!(live("pages", run), ((40_960 + vec, 11), (0, 0)));
        let run = || {
            let pages = grown_page();
            assert_eq!((pages[0].0, pages[1].0), ([1; 4096], [2; 4096]));
            pages
        };
        let ((bytes, blocks), after) = live("grown_page", run);
        assert!(bytes >= 8_192 && bytes % 4_096 == 0, "{bytes} bytes");
        assert_eq!((blocks, after), (1, (0, 0)));
    });
}

#[test]
fn blocks_from_before_the_start_are_nobodys() {
    watched(|| {
        let mut before = (bytes(1_000), bytes(1_000), bytes(1_000));
        memwatch::start();
        drop(before.0);
        grow(&mut before.1, 2_000);
        let rows = Snapshot::take().statistics(By::Function);
        assert_eq!(of_function(&rows, "bytes"), (0, 0));
        assert_eq!(of_function(&rows, "grow"), (2_000, 1));
        memwatch::start(); // which forgets
        drop(before.1);
        drop(before.2);
        let traced = memwatch::traced();
        assert_eq!(traced.current, 0, "{traced}");
    });
}

#[test]
fn what_cannot_be_allocated_is_not_counted() {
    watched(|| {
        memwatch::start();
        let refused = || {
            let mut block = bytes(1_000);
            let most = isize::MAX.unsigned_abs();
            for len in [most - 1_000, most - 7, most] {
                block.try_reserve_exact(len).unwrap_err();
                Vec::<u8>::new().try_reserve_exact(len).unwrap_err();
            }
            block
        };
        assert_eq!(live("bytes", refused), ((1_000, 1), (0, 0)));
    });
}

#[test]
fn the_peak_is_the_most_there_has_been() {
    watched(|| {
        memwatch::start();
        drop(bytes(1_000_000));
        let kept = bytes(1_000);
        let traced = memwatch::traced();
        assert_eq!(traced.current, 1_000);
        assert_eq!(traced.peak, 1_000_000);
        assert_eq!(traced.to_string(), "current 1000 B, peak 976.5 KiB");
        memwatch::stop();
        assert_eq!(memwatch::traced().to_string(), "current 0 B, peak 0 B");
        drop(kept);
    });
}
