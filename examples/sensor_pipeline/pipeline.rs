//! A reading comes in; is it an alert?

use crate::curve::{Calibration, calibration};
use crate::input::Reading;
use crate::schedule::{Clock, Shift, Threshold, threshold};
use jiff::civil::DateTime;
use memo_runtime::bounded::Recent;
use std::sync::Arc;

/// Everything that is kept from one reading to the next; each part of it has a bound.
pub(crate) struct Pipeline<'a> {
    sensors: &'a [String],
    lookups: Lookups,
    clock: Clock,
    /// One a sensor: its last corrected values.
    windows: Vec<Recent<f64>>,
    pub(crate) alerts: History,
    /// Lookups that answered with the threshold of another shift than the present one.
    pub(crate) stale: u64,
}

/// Values a sensor is compared with.
const WINDOW: usize = 60;

/// With fewer values than this, nothing is unusual.
const WARM_UP: usize = 20;

/// Alerts that are remembered.
const ALERTS: usize = 100;

/// The alerts there were.
pub(crate) enum History {
    Bounded(Recent<Alert>),
    /// What grows as long as the program runs: here to be found out.
    Leaky(Vec<Alert>),
}

impl History {
    pub(crate) fn bounded() -> Self {
        Self::Bounded(Recent::new(ALERTS).named("alerts"))
    }

    pub(crate) fn leaky() -> Self {
        Self::Leaky(Vec::new())
    }

    fn add(&mut self, alert: Alert) {
        match self {
            Self::Bounded(recent) => drop(recent.push(alert)),
            Self::Leaky(all) => all.push(alert),
        }
    }

    /// How many there ever were.
    pub(crate) fn total(&self) -> u64 {
        match self {
            Self::Bounded(recent) => recent.total(),
            Self::Leaky(all) => all.len() as u64,
        }
    }

    /// The last of them, oldest first.
    pub(crate) fn last(&self, count: usize) -> Vec<&Alert> {
        match self {
            Self::Bounded(recent) => recent
                .iter()
                .skip(recent.len().saturating_sub(count))
                .collect(),
            Self::Leaky(all) => all.iter().skip(all.len().saturating_sub(count)).collect(),
        }
    }

    /// Whether they remember the same.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.total() == other.total() && self.last(ALERTS) == other.last(ALERTS)
    }
}

/// The two functions that every reading needs, memoized or not.
pub(crate) struct Lookups {
    calibration: fn(&str) -> Arc<Calibration>,
    threshold: fn(&str, Shift) -> Threshold,
}

impl Lookups {
    pub(crate) const MEMOIZED: Self = Self {
        calibration,
        threshold,
    };
    pub(crate) const PLAIN: Self = Self {
        calibration: calibration::uncached,
        threshold: threshold::uncached,
    };
}

/// A reading that was too far from those before it.
#[derive(Debug, PartialEq)]
pub(crate) struct Alert {
    pub(crate) sensor: usize,
    pub(crate) at: DateTime,
    pub(crate) value: f64,
    pub(crate) score: f64,
    pub(crate) threshold: f64,
}

impl<'a> Pipeline<'a> {
    pub(crate) fn new(sensors: &'a [String], lookups: Lookups, history: History) -> Self {
        Self {
            sensors,
            lookups,
            clock: Clock::stopped(),
            windows: sensors.iter().map(|_| window()).collect(),
            alerts: history,
            stale: 0,
        }
    }

    pub(crate) fn take(&mut self, reading: Reading) {
        let Reading { sensor, at, value } = reading;
        let name = &self.sensors[sensor];
        let shift = self.clock.follow(at);
        let calibration = (self.lookups.calibration)(name);
        let threshold = (self.lookups.threshold)(name, shift);
        self.stale += u64::from(threshold.shift != shift);

        let value = calibration.corrected(value);
        let score = score(value, &self.windows[sensor], calibration.accuracy);
        if score > threshold.score {
            self.alerts.add(Alert {
                sensor,
                at,
                value,
                score,
                threshold: threshold.score,
            });
        }
        self.windows[sensor].push(value);
    }
}

fn window() -> Recent<f64> {
    Recent::new(WINDOW).named("windows")
}

/// How many standard deviations the value is from the mean of the window.
///
/// A deviation smaller than the accuracy of the sensor is taken for the accuracy of the sensor: after a window that
/// stood still, the first small change is no alert. Nor is anything while values in the window are too large to be
/// squared.
fn score(value: f64, window: &Recent<f64>, accuracy: f64) -> f64 {
    if window.len() < WARM_UP {
        return 0.0;
    }
    let usual = mean(window.iter().copied());
    let deviation = mean(window.iter().map(|value| (value - usual).powi(2))).sqrt();
    if deviation.is_finite() {
        (value - usual).abs() / deviation.max(accuracy)
    } else {
        0.0
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}
