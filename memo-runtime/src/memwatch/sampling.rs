//! Which allocations are sampled, and for how many bytes one stands.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "estimates; and sizes are below 2^63"
)]

use super::state::{Local, State, every};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What one block adds to its stack. Whole numbers, so that a free takes off exactly what the allocation added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Weight {
    pub(super) bytes: i64,
    /// In units of 1 / [`Weight::BLOCK`].
    pub(super) count: i64,
    /// Of the bytes; in units of 2^-32 times the square of the mean distance.
    pub(super) variance: i64,
}

impl Weight {
    pub(super) const BLOCK: i64 = 256;
    const VARIANCE: f64 = (1_u64 << 32) as f64;

    /// Of a block that was certain to be recorded.
    #[inline]
    pub(super) fn whole(size: usize) -> Self {
        Self {
            bytes: size as i64,
            count: Self::BLOCK,
            variance: 0,
        }
    }

    /// Of a block that was sampled.
    pub(super) fn sampled(size: usize) -> Self {
        Self::sampled_at(size, every())
    }

    /// A block of `s` bytes is sampled with the probability p = 1 - exp(-s / every), so it stands for 1 / p blocks of its kind
    /// (Horvitz and Thompson); the variance of the sum of `s / p` is estimated without bias by the sum of
    /// `(s / p)² (1 - p)`.
    fn sampled_at(size: usize, every: u64) -> Self {
        // What is allocated without a size counts as a byte.
        let (size, every) = (size.max(1) as f64, every as f64);
        let p = -(-size / every).exp_m1();
        let bytes = size / p;
        Self {
            bytes: bytes.round() as i64,
            count: (Self::BLOCK as f64 / p).round() as i64,
            variance: ((bytes / every) * (bytes / every) * (1.0 - p) * Self::VARIANCE) as i64,
        }
    }

    pub(super) fn negated(self) -> Self {
        Self {
            bytes: -self.bytes,
            count: -self.count,
            variance: -self.variance,
        }
    }
}

/// A sum of variances in bytes².
pub(super) fn variance(sum: i64, every: u64) -> f64 {
    sum.max(0) as f64 / Weight::VARIANCE * (every as f64).powi(2)
}

/// Whether a block of this size is to be sampled. The distance to the next sample is exponentially distributed: whether a
/// byte is hit does not depend on what came before.
#[inline]
pub(super) fn is_due(local: &Local, state: State, size: usize) -> bool {
    if local.sampled_epoch.get() != state.epoch() {
        local.sampled_epoch.set(state.epoch());
        draw(local);
    }
    let until = local.until_sample.get() - size.max(1) as f64;
    local.until_sample.set(until);
    let due = until <= 0.0;
    if due {
        draw(local);
    }
    due
}

#[cold]
fn draw(local: &Local) {
    // In (0, 1].
    let uniform = ((random(local) >> 11) + 1) as f64 / (1_u64 << 53) as f64;
    local.until_sample.set(-uniform.ln() * every() as f64);
}

/// Marsaglia's xorshift, seeded differently in each thread.
fn random(local: &Local) -> u64 {
    static SEEDS: AtomicU64 = AtomicU64::new(0x9e37_79b9_7f4a_7c15);
    let mut x = local.random.get();
    if x == 0 {
        let seed = SEEDS.fetch_add(0x9e37_79b9_7f4a_7c15, Relaxed);
        x = (seed ^ seed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9) | 1;
    }
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    local.random.set(x);
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_block_stands_for_the_distance_and_a_large_one_for_itself() {
        let small = Weight::sampled_at(1, 1 << 20);
        assert!((small.bytes - (1 << 20)).abs() <= 1, "{small:?}");
        let large = Weight::sampled_at(1 << 30, 1 << 20);
        assert_eq!(large.bytes, 1 << 30);
        assert_eq!(large.count, Weight::BLOCK);
        assert_eq!(large.variance, 0);
    }

    #[test]
    fn the_variance_of_a_small_block_is_the_square_of_the_distance() {
        let every = 1 << 20;
        let of_one = variance(Weight::sampled_at(16, every).variance, every);
        let expected = (every as f64).powi(2);
        assert!((of_one / expected - 1.0).abs() < 0.001, "{of_one}");
    }

    #[test]
    fn no_distance_is_too_long_for_the_numbers() {
        for every in [1, 2, 1 << 40, u64::MAX] {
            for size in [0, 1, 4096, 1 << 40] {
                let weight = Weight::sampled_at(size, every);
                assert!(weight.bytes >= size as i64, "{weight:?}");
                assert!(weight.variance <= 1 << 32, "{weight:?}");
            }
        }
    }
}
