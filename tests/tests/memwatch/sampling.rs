//! Samples: about right, and saying how nearly.

use super::is_of;
use memo_runtime::memwatch::{self, By, Level, Owner, Snapshot, Statistic};
use memo_tests::watched::watched;
use std::hint::black_box;

#[inline(never)]
fn mixed() -> Vec<Vec<u8>> {
    let mut blocks = Vec::with_capacity(40_000);
    for n in 0..40_000_usize {
        let len = [16, 100, 700, 5_000][n % 4] + n % 13;
        blocks.push(black_box(Vec::with_capacity(len)));
    }
    blocks
}

fn size(blocks: &[Vec<u8>]) -> u64 {
    let bytes: usize = blocks.iter().map(Vec::capacity).sum();
    bytes as u64 + size_of_val(blocks) as u64
}

/// The row of `mixed`.
fn of_mixed() -> Option<Statistic> {
    let rows = Snapshot::take().statistics(By::Function);
    rows.into_iter().find(|row| is_of(&row.name, "mixed"))
}

#[test]
fn the_truth_is_within_the_stated_error() {
    watched(|| {
        let mut within_twice = 0;
        for _ in 0..20 {
            memwatch::start_with(Level::Sampled { every: 64 * 1024 });
            let blocks = mixed();
            let row = of_mixed().expect("it has been sampled");
            let (truth, error) = (size(&blocks), row.error.expect("it is an estimate"));
            let off = row.size.abs_diff(truth);
            assert!(off < 5 * error, "{} for {truth}, error {error}", row.size);
            assert!(error < truth / 10, "an error of {error} for {truth}");
            within_twice += u32::from(off <= 2 * error);
            let blocks_off = row.count.abs_diff(40_001);
            assert!(blocks_off < 20_000, "{} blocks", row.count);
            drop(blocks);
            assert_eq!(of_mixed(), None); // to the byte
        }
        assert!(within_twice >= 15, "{within_twice} of 20");
    });
}

#[test]
fn owners_are_exact_while_stacks_are_sampled() {
    static OWNER: Owner = Owner::new("owner");

    watched(|| {
        memwatch::start_with(Level::Sampled { every: 512 * 1024 });
        let blocks = OWNER.scope(mixed);
        assert_eq!(OWNER.live_bytes(), size(&blocks));
        let rows = Snapshot::take().statistics(By::Owner);
        assert_eq!((rows[0].size, rows[0].error), (size(&blocks), None));
        drop(blocks);
        assert_eq!(OWNER.live_bytes(), 0);
    });
}

#[test]
fn a_distance_of_one_byte_samples_everything() {
    watched(|| {
        memwatch::start_with(Level::Sampled { every: 1 });
        let blocks = mixed();
        let row = of_mixed().expect("it has been sampled");
        assert!(row.size.abs_diff(size(&blocks)) < 10, "{row:?}");
        assert_eq!(row.count, 40_001);
    });
}
