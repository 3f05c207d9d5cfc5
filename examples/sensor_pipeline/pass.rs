//! The whole input, once through the pipeline: one thread reads, another judges.

use crate::Failure;
use crate::census::Census;
use crate::complaint::Complaint;
use crate::console::Progress;
use crate::csv_file::BadRows;
use crate::input::{Input, Reading, Readings};
use crate::pipeline::{History, Lookups, Pipeline};
use memo_runtime::bounded::Queue;
use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};

/// What one pass over the input came to.
pub(crate) struct Pass<'a> {
    pub(crate) census: Census,
    pub(crate) pipeline: Pipeline<'a>,
    /// Empty now. While it is there it is on the list of all structures.
    _queue: Queue<Result<Reading, Complaint>>,
    pub(crate) took: Duration,
}

/// How a pass is made.
pub(crate) struct Manner {
    /// What the user sees while it lasts.
    pub(crate) name: &'static str,
    pub(crate) lookups: Lookups,
    pub(crate) history: History,
    pub(crate) bad_rows: BadRows,
}

/// Readings that wait to be judged; when there are as many, the reader waits.
const AHEAD: usize = 256;

impl<'a> Pass<'a> {
    /// Reads and judges everything, and after each reading tells how many there were.
    pub(crate) fn through(
        input: &'a Input,
        manner: Manner,
        mut each: impl FnMut(u64),
    ) -> Result<Self, Failure> {
        let start = Instant::now();
        let mut progress = Progress::of(manner.name);
        let mut census = Census::of(input.sensors.len());
        let mut pipeline = Pipeline::new(&input.sensors, manner.lookups, manner.history);
        let readings = input.readings(manner.bad_rows)?;
        let queue = Queue::builder(AHEAD).name("readings").build();
        thread::scope(|scope| {
            let reader = scope.spawn(|| read(readings, &queue));
            let end = queue.close_on_drop(); // of a pass that fails, too: the reader is not to wait for it
            for reading in &queue {
                let reading = reading?;
                census.count(&reading);
                pipeline.take(reading);
                progress.step();
                each(census.readings);
            }
            drop(end);
            census.bad_rows = reader.join().unwrap_or_else(|panic| resume_unwind(panic));
            Ok::<_, Failure>(())
        })?;
        if census.readings == 0 {
            return Err(Complaint::no_readings(input.sensors.len()).into());
        }
        let took = start.elapsed();
        Ok(Self {
            census,
            pipeline,
            _queue: queue,
            took,
        })
    }
}

/// Reads until the end, an error, or until nobody wants more; how many rows were skipped.
fn read(mut readings: Readings, queue: &Queue<Result<Reading, Complaint>>) -> u64 {
    let _end = queue.close_on_drop();
    for reading in &mut readings {
        let is_last = reading.is_err();
        if queue.push(reading).is_err() || is_last {
            break;
        }
    }
    readings.bad_rows()
}
