//! Whether there are two processors at the moment: on a machine that is shared there sometimes are not, and then two threads
//! take turns, and nothing can be said of what they share.

use crate::measure::{at_once, timed};
use std::hint::black_box;
use std::thread;
use std::time::Duration;

/// Looks before each round of a comparison, and waits for the second one.
pub struct Second {
    /// What a stretch of work has taken at best.
    alone: Duration,
    /// For as long as it waits, at most, in all.
    patience: Duration,
    rounds: usize,
    without: usize,
}

const PAUSE: Duration = Duration::from_millis(20);

impl Default for Second {
    fn default() -> Self {
        Self {
            alone: Duration::MAX,
            patience: Duration::from_secs(15),
            rounds: 0,
            without: 0,
        }
    }
}

impl Second {
    pub fn wait(&mut self) {
        self.rounds += 1;
        while !self.is_there() {
            if self.patience.is_zero() {
                self.without += 1;
                break;
            }
            self.patience = self.patience.saturating_sub(PAUSE);
            thread::sleep(PAUSE);
        }
    }

    /// Two threads do what one does, each, and it takes little longer.
    fn is_there(&mut self) -> bool {
        self.alone = self.alone.min(timed(work).turn(1).time);
        at_once(|| (), |_| work()).turn(1).time < self.alone.mul_f64(1.3)
    }

    /// If it was not always there.
    pub fn note(&self, head: &str) -> Option<String> {
        let Self {
            rounds, without, ..
        } = self;
        (*without > 0).then(|| {
            format!("{head}: in {without} of {rounds} rounds there was no second processor.")
        })
    }
}

/// About a millisecond, in registers: what goes by way of memory takes sometimes twice as long, by where the stack is.
#[inline(never)]
fn work() {
    let step = |sum: u64, n| sum.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ n;
    black_box((0..1_000_000).fold(black_box(1), step));
}
