//! Numbers that look random and are the same on every run.

use std::f64::consts::TAU;

/// `SplitMix64`: small, quick, and good enough for noise.
pub(crate) struct Random(u64);

impl Random {
    /// A sequence of its own for every text.
    pub(crate) fn seeded(text: &str) -> Self {
        // FNV-1a, so that one letter more or less is another sequence.
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(hash)
    }

    /// Above 0 and up to 1, all equally likely.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (f64::from((bits >> 32) as u32) + 1.0) / 2.0_f64.powi(32)
    }

    /// Between the two ends, all equally likely.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Normally distributed around 0, with a standard deviation of 1.
    pub(crate) fn noise(&mut self) -> f64 {
        // Box and Muller: a distance and a direction.
        let distance = (-2.0 * self.unit().ln()).sqrt();
        distance * (TAU * self.unit()).cos()
    }
}
