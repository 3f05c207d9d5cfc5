//! What a sensor says, and what it means: a curve fitted to the sensor's reference table.

use crate::random::Random;
use memo_runtime::memoize;
use std::array;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How often the body of [`calibration`] ran, counted by itself and not by the cache.
pub(crate) static RUNS: AtomicU64 = AtomicU64::new(0);

/// The calibration of a sensor: some ten microseconds of work, and the same answer each time.
#[memoize(maxsize = 1024)]
pub(crate) fn calibration(sensor: &str) -> Arc<Calibration> {
    RUNS.fetch_add(1, Relaxed);
    Arc::new(Calibration::fitted(&reference_points(sensor)))
}

/// Begins anew.
pub(crate) fn forget() {
    calibration::cache_clear();
    RUNS.store(0, Relaxed);
}

/// A cubic over what the sensor says; beyond the reference table it goes on as a straight line.
#[derive(Debug)]
pub(crate) struct Calibration {
    curve: Cubic,
    /// How far the reference points are from the curve, root mean square.
    pub(crate) accuracy: f64,
}

impl Calibration {
    fn fitted(points: &[Point]) -> Self {
        let curve = Cubic::through(points);
        let squares: f64 = points
            .iter()
            .map(|p| (curve.at(p.said / SPAN) - p.was).powi(2))
            .sum();
        Self {
            curve,
            accuracy: (squares / f64::from(POINTS)).sqrt(),
        }
    }

    /// What the sensor measured when it said `said`.
    pub(crate) fn corrected(&self, said: f64) -> f64 {
        let inside = said.clamp(0.0, SPAN);
        self.curve.at(inside / SPAN) + self.curve.slope(inside / SPAN) * (said - inside) / SPAN
    }
}

/// A line of the reference table: what the sensor said when the true value was known.
struct Point {
    said: f64,
    was: f64,
}

/// Reference tables go from 0 to here.
const SPAN: f64 = 100.0;

const POINTS: u32 = 400;

/// Stands for the table that comes with the sensor: gain, offset, a slight bend and noise of its own.
fn reference_points(sensor: &str) -> Vec<Point> {
    let mut random = Random::seeded(sensor);
    let gain = random.between(0.97, 1.03);
    let offset = random.between(-0.5, 0.5);
    let bend = random.between(-1.0, 1.0);
    let point = |n| {
        let x = f64::from(n) / f64::from(POINTS - 1);
        let was = offset + gain * SPAN * x + bend * x * (1.0 - x) + 0.2 * random.noise();
        Point {
            said: SPAN * x,
            was,
        }
    };
    (0..POINTS).map(point).collect()
}

/// `c0 + c1 x + c2 x^2 + c3 x^3`
#[derive(Debug)]
struct Cubic([f64; 4]);

impl Cubic {
    /// The least squares fit: the normal equations, solved by elimination.
    fn through(points: &[Point]) -> Self {
        let mut powers = [0.0; 7]; // sums of x^k
        let mut products = [0.0; 4]; // sums of x^k y
        for point in points {
            let x = point.said / SPAN;
            let mut power = 1.0;
            for k in 0..7 {
                powers[k] += power;
                if k < 4 {
                    products[k] += power * point.was;
                }
                power *= x;
            }
        }
        Self(solved(array::from_fn(|row| {
            array::from_fn(|column| match column {
                4 => products[row],
                _ => powers[row + column],
            })
        })))
    }

    fn at(&self, x: f64) -> f64 {
        let [c0, c1, c2, c3] = self.0;
        c0 + x * (c1 + x * (c2 + x * c3))
    }

    fn slope(&self, x: f64) -> f64 {
        let [_, c1, c2, c3] = self.0;
        c1 + x * (2.0 * c2 + x * 3.0 * c3)
    }
}

/// Gauss-Jordan. The equations of a fit are positive definite, so the diagonal never has a zero to divide by.
fn solved(mut equations: [[f64; 5]; 4]) -> [f64; 4] {
    for column in 0..4 {
        let pivot = equations[column].map(|factor| factor / equations[column][column]);
        for equation in &mut equations {
            let factor = equation[column];
            for (left, right) in equation.iter_mut().zip(pivot) {
                *left -= factor * right;
            }
        }
        equations[column] = pivot;
    }
    array::from_fn(|row| equations[row][4])
}
