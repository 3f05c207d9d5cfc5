//! Memoized functions under random operations do, step by step, what something much simpler does: the `lru` crate, or a
//! plain list of entries that knows the time.

mod cache;
mod list;
mod lru_crate;
mod memoized;
mod operation;

use cache::{Cache, Oracle};
use list::{List, Use};
use lru_crate::LruCrate;
use memo_runtime::memoize;
use memoized::{Memoized, body, memoized};
use operation::{Operation, mostly_hits, overlapping, timed, untimed};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use std::time::Duration;

const TTL: Duration = Duration::from_secs(10);

/// Cases of 500 operations on average. A failure is printed, shrunk, and leaves no file behind.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}

/// Applies the operations to both and compares what they return, what they count and what they hold, after each.
fn agree(
    mut memoized: Memoized,
    mut oracle: impl Oracle,
    bound: usize,
    operations: &[Operation],
) -> TestCaseResult {
    memoized.start_over();
    memoized.resize(bound);
    oracle.resize(bound);
    for (step, operation) in operations.iter().enumerate() {
        let operation = operation.with(oracle.next_death());
        let returned = operation.apply(&mut memoized);
        prop_assert_eq!(
            returned,
            operation.apply(&mut oracle),
            "step {}, {:?}",
            step,
            operation
        );
        // Looking frees what has expired, and the next operation must be right without that.
        if !matches!(operation, Operation::Advance(_)) {
            same(&mut memoized, &mut oracle)?;
        }
    }
    same_to_the_last(memoized, oracle)
}

/// Takes the entries away one by one, so that their order shows.
fn same_to_the_last(mut memoized: Memoized, mut oracle: impl Oracle) -> TestCaseResult {
    for key in 0..u64::BITS {
        let key = u8::try_from(key).expect("less than 64");
        prop_assert_eq!(memoized.peek(key), oracle.peek(key), "key {}", key);
    }
    for bound in (0..oracle.info().currsize).rev() {
        memoized.resize(bound);
        oracle.resize(bound);
        same(&mut memoized, &mut oracle)?;
    }
    Ok(())
}

fn same(memoized: &mut Memoized, oracle: &mut impl Oracle) -> TestCaseResult {
    prop_assert_eq!(memoized.info(), oracle.info());
    prop_assert_eq!(memoized.keys(), oracle.keys(), "keys as bits");
    Ok(())
}

proptest! {
    #![proptest_config(cases(2_100))]

    #[test]
    fn evictions_come_in_the_order_of_the_lru_crate(
        bound in 0..=10_usize,
        operations in vec(untimed(12), 0..=1_000),
    ) {
        #[memoize(maxsize = 7)]
        fn few(key: u8) -> u32 { body(key) }

        agree(memoized!(few), LruCrate::default(), bound, &operations)?;
    }
}

proptest! {
    #![proptest_config(cases(700))]

    #[test]
    fn long_runs_of_hits_leave_the_order_of_the_lru_crate(
        bound in 29..=32_usize,
        operations in vec(mostly_hits(32), 0..=1_000),
    ) {
        #[memoize(maxsize = 32)]
        fn many(key: u8) -> u32 { body(key) }

        agree(memoized!(many), LruCrate::default(), bound, &operations)?;
    }

    #[test]
    fn what_becomes_of_a_key_while_its_body_runs_is_not_undone(
        bound in 0..=6_usize,
        operations in vec(overlapping(5), 0..=1_000),
    ) {
        #[memoize]
        fn slow(key: u8) -> u32 { body(key) }

        agree(memoized!(slow), List::new(None, Use::Promotes), bound, &operations)?;
    }

    #[test]
    fn with_a_ttl_the_soonest_to_expire_goes(
        bound in 0..=10_usize,
        operations in vec(timed(12, TTL), 0..=1_000),
    ) {
        #[memoize(ttl = TTL)]
        fn soonest(key: u8) -> u32 { body(key) }

        agree(memoized!(soonest), List::new(Some(TTL), Use::Ignored), bound, &operations)?;
    }

    #[test]
    fn with_a_ttl_and_policy_lru_the_least_recently_used_goes(
        bound in 0..=10_usize,
        operations in vec(timed(12, TTL), 0..=1_000),
    ) {
        #[memoize(ttl = TTL, policy = lru)]
        fn least_recent(key: u8) -> u32 { body(key) }

        agree(memoized!(least_recent), List::new(Some(TTL), Use::Promotes), bound, &operations)?;
    }

    #[test]
    fn with_policy_fifo_the_oldest_goes(
        bound in 0..=10_usize,
        operations in vec(untimed(12), 0..=1_000),
    ) {
        #[memoize(policy = fifo)]
        fn oldest(key: u8) -> u32 { body(key) }

        agree(memoized!(oldest), List::new(None, Use::Ignored), bound, &operations)?;
    }

    #[test]
    fn with_a_ttl_and_policy_fifo_the_oldest_goes(
        bound in 0..=10_usize,
        operations in vec(timed(12, TTL), 0..=1_000),
    ) {
        #[memoize(ttl = TTL, policy = fifo)]
        fn oldest_timed(key: u8) -> u32 { body(key) }

        agree(memoized!(oldest_timed), List::new(Some(TTL), Use::Ignored), bound, &operations)?;
    }
}
