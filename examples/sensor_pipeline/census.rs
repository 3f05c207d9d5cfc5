//! What the stream asks for, counted from the readings alone: the other half of every comparison in the report.

use crate::input::Reading;
use crate::schedule::Shift;
use jiff::civil::DateTime;

/// Counts the readings; knows nothing of caches and clocks.
pub(crate) struct Census {
    pub(crate) readings: u64,
    pub(crate) bad_rows: u64,
    /// Readings older than one before them.
    pub(crate) late: u64,
    /// The earliest and the latest timestamp.
    pub(crate) span: Option<(DateTime, DateTime)>,
    /// Sensors that were read at all: the distinct arguments of the calibration.
    pub(crate) sensors: u64,
    /// Shifts in which a sensor was read, summed over the sensors: the thresholds that have to be made.
    pub(crate) shifts: u64,
    /// By sensor, the shift that its last reading came in.
    last_shift: Vec<Option<Shift>>,
}

impl Census {
    pub(crate) fn of(sensors: usize) -> Self {
        Self {
            readings: 0,
            bad_rows: 0,
            late: 0,
            span: None,
            sensors: 0,
            shifts: 0,
            last_shift: vec![None; sensors],
        }
    }

    pub(crate) fn count(&mut self, reading: &Reading) {
        let at = reading.at;
        let (first, last) = self.span.unwrap_or((at, at));
        let now = last.max(at);
        self.span = Some((first.min(at), now));
        self.readings += 1;
        self.late += u64::from(at < last);

        // A late reading comes in the shift that it now is.
        let shift = Some(Shift::of(now));
        let last_shift = &mut self.last_shift[reading.sensor];
        self.sensors += u64::from(last_shift.is_none());
        self.shifts += u64::from(*last_shift != shift);
        *last_shift = shift;
    }
}
