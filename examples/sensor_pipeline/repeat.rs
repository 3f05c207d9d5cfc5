//! A stream that ends, again and again: each time later.

use crate::complaint::Complaint;
use crate::csv_file::BadRows;
use crate::input::Reading;
use crate::merge::Merge;
use jiff::SignedDuration;
use jiff::civil::DateTime;
use std::path::PathBuf;

/// The readings of files, until there are as many as are wanted: at the end they are read again, moved to behind the last.
pub(crate) struct Repeat {
    files: Vec<PathBuf>,
    readings: Merge,
    /// How much later than their files say.
    shift: SignedDuration,
    /// The earliest and the latest timestamp of the files.
    span: Option<(DateTime, DateTime)>,
    left: u64,
    bad_rows: u64,
}

/// Between the last reading and the first of the next round.
const PAUSE: SignedDuration = SignedDuration::from_mins(5);

impl Repeat {
    pub(crate) fn of(
        files: &[PathBuf],
        readings: u64,
        bad_rows: BadRows,
    ) -> Result<Self, Vec<Complaint>> {
        Ok(Self {
            files: files.to_vec(),
            readings: Merge::of(files, bad_rows)?,
            shift: SignedDuration::ZERO,
            span: None,
            left: readings,
            bad_rows: 0,
        })
    }

    pub(crate) fn bad_rows(&self) -> u64 {
        self.bad_rows + self.readings.bad_rows()
    }

    /// From the beginning. What was told of bad rows is not told again.
    fn again(&mut self) -> Result<(), Complaint> {
        let Some((first, last)) = self.span else {
            return Ok(()); // there is nothing
        };
        self.shift += last.duration_since(first) + PAUSE;
        self.bad_rows += self.readings.bad_rows();
        let readings = Merge::of(&self.files, BadRows::CountOnly);
        self.readings = readings.map_err(|mut why| why.swap_remove(0))?;
        Ok(())
    }

    fn shifted(&mut self, reading: Reading) -> Result<Reading, Complaint> {
        let at = reading.at;
        let (first, last) = self.span.unwrap_or((at, at));
        self.span = Some((first.min(at), last.max(at)));
        self.left -= 1;
        let at = at.checked_add(self.shift);
        let at = at.map_err(|_| Complaint::too_long(self.left))?;
        Ok(Reading { at, ..reading })
    }
}

impl Iterator for Repeat {
    type Item = Result<Reading, Complaint>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        let next = match self.readings.next() {
            Some(next) => next,
            None => match self.again() {
                Ok(()) => self.readings.next()?,
                Err(why) => return Some(Err(why)),
            },
        };
        Some(next.and_then(|reading| self.shifted(reading)))
    }
}
