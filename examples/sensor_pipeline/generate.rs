//! The readings of a run without arguments: the same on every run.

use crate::input::Reading;
use crate::random::Random;
use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use std::f64::consts::TAU;
use std::iter;

const SENSORS: usize = 10;
/// Unless another number is asked for.
const READINGS: u64 = 50_000;
const MINUTES_A_DAY: f64 = 24.0 * 60.0;

/// The names: `sensor-01` and so on.
pub(crate) fn sensors() -> Vec<String> {
    (1..=SENSORS).map(|n| format!("sensor-{n:02}")).collect()
}

/// One reading of each sensor a minute, or all together so many times a second: a daily wave, noise, and now and then a value
/// that is far off.
pub(crate) fn readings(
    count: Option<u64>,
    hz: Option<u64>,
) -> impl Iterator<Item = Reading> + Send {
    let mut random = Random::seeded("the stream of a run without arguments");
    let count = usize::try_from(count.unwrap_or(READINGS)).unwrap_or(usize::MAX);
    let minute = SignedDuration::from_mins(1);
    let step = hz.map_or(minute, |hz| nanos(SENSORS as u64 * 1_000_000_000 / hz));
    every(step)
        .flat_map(|at| (0..SENSORS).map(move |sensor| (at, sensor)))
        .map(move |(at, sensor)| {
            let usual = daily_wave(at) + random.noise();
            let is_odd = random.unit() < 0.001;
            Reading {
                sensor,
                at,
                value: if is_odd { usual + 15.0 } else { usual },
            }
        })
        .take(count)
}

fn nanos(count: u64) -> SignedDuration {
    SignedDuration::from_nanos(i64::try_from(count).unwrap_or(i64::MAX))
}

fn every(step: SignedDuration) -> impl Iterator<Item = DateTime> + Send {
    let start = date(2024, 1, 1).at(0, 0, 0, 0);
    iter::successors(Some(start), move |at| at.checked_add(step).ok())
}

fn daily_wave(at: DateTime) -> f64 {
    let minute = 60.0 * f64::from(at.hour()) + f64::from(at.minute());
    50.0 + 20.0 * (TAU * minute / MINUTES_A_DAY).sin()
}
