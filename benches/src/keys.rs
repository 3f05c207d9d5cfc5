//! The keys that functions are called with.

/// Numbers that are the same in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, n: usize) -> usize {
        self.next() as usize % n
    }

    /// From 0 to 1, without 1.
    fn share(&mut self) -> f64 {
        self.next() as f64 / (1_u64 << 31) as f64
    }
}

/// `len` of the first `n` numbers, each as likely as any other.
pub fn uniform(n: usize, len: usize) -> Vec<u64> {
    let mut random = Random(1);
    (0..len).map(|_| random.below(n) as u64).collect()
}

/// `len` of the first `n` numbers, the k-th with a likelihood of 1 / k^0.99: few keys are asked for most of the time. Each
/// `seed` has its own sequence.
pub fn zipf(n: usize, len: usize, seed: u64) -> Vec<u64> {
    let mut random = Random(seed);
    let mut sums: Vec<f64> = (1..=n)
        .scan(0.0, |sum, rank| {
            *sum += (rank as f64).powf(-0.99);
            Some(*sum)
        })
        .collect();
    let all = sums[n - 1];
    for sum in &mut sums {
        *sum /= all;
    }
    (0..len)
        .map(|_| {
            let share = random.share();
            sums.partition_point(|sum| *sum <= share).min(n - 1) as u64
        })
        .collect()
}

/// Names of 24 bytes, as of a sensor, with a number.
pub fn named(keys: &[u64]) -> Vec<(String, u32)> {
    keys.iter()
        .map(|key| (format!("sensor/region-7/{key:08}"), (key % 7) as u32))
        .collect()
}
