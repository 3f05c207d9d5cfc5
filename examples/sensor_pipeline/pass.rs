//! The whole input, once through the pipeline.

use crate::Failure;
use crate::census::Census;
use crate::complaint::Complaint;
use crate::console::Progress;
use crate::csv_file::BadRows;
use crate::input::Input;
use crate::pipeline::{Lookups, Pipeline};
use std::time::{Duration, Instant};

/// What one pass over the input came to.
pub(crate) struct Pass<'a> {
    pub(crate) census: Census,
    pub(crate) pipeline: Pipeline<'a>,
    /// The most rows ever held before their turn; `None` if there are no files.
    pub(crate) read_ahead: Option<usize>,
    pub(crate) took: Duration,
}

impl<'a> Pass<'a> {
    /// Reads and judges everything. `name` is what the user sees while it lasts.
    pub(crate) fn through(
        input: &'a Input,
        name: &'static str,
        lookups: Lookups,
        bad_rows: BadRows,
    ) -> Result<Self, Failure> {
        let start = Instant::now();
        let mut progress = Progress::of(name);
        let mut census = Census::of(input.sensors.len());
        let mut pipeline = Pipeline::new(&input.sensors, lookups);
        let mut readings = input.readings(bad_rows)?;
        for reading in &mut readings {
            let reading = reading?;
            census.count(&reading);
            pipeline.take(reading);
            progress.step();
        }
        if census.readings == 0 {
            return Err(Complaint::no_readings(input.sensors.len()).into());
        }
        census.bad_rows = readings.bad_rows();
        let (read_ahead, took) = (readings.read_ahead(), start.elapsed());
        Ok(Self {
            census,
            pipeline,
            read_ahead,
            took,
        })
    }
}
