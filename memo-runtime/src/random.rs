//! Numbers that only look random, the same in each run.

/// A linear congruential generator; its seed is all there is to it.
#[derive(Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(n)).unwrap()
    }

    /// One of so many keys.
    pub(crate) fn key(&mut self, keys: u8) -> u8 {
        u8::try_from(self.below(keys.into())).unwrap()
    }
}
