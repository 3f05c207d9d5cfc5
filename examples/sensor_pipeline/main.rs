//! A stream of sensor readings, watched for what is unusual. What each reading needs again and again is memoized.
//!
//! ```text
//! cargo run --release --example sensor_pipeline                            50,000 readings made up here
//! cargo run --release --example sensor_pipeline -- folder other.csv ...    one sensor a file: timestamp,value
//! ```
//!
//! ```text
//! input     files -> csv_file -> merge -> readings in the order of their timestamps
//! queue     a thread reads, another judges, and when the queue is full the reader waits
//! pipeline  reading -> calibration (memoized) -> score against the window -> threshold (memoized, ttl) -> alert
//! report    readings, alerts, calls against computations, bounds, time
//! ```
//!
//! Memory depends on the number of sensors and the longest line, not on the number of readings: `--help` says how that is shown.

mod census;
mod complaint;
mod console;
mod csv_file;
mod curve;
mod generate;
mod input;
mod memory;
mod merge;
mod pass;
mod pipeline;
mod plot;
mod random;
mod repeat;
mod report;
mod request;
mod schedule;

use crate::complaint::Complaint;
use crate::console::tell;
use crate::csv_file::BadRows;
use crate::curve::calibration;
use crate::input::Input;
use crate::memory::Watch;
use crate::pass::{Manner, Pass};
use crate::pipeline::{History, Lookups};
use crate::request::{Request, USAGE};
use crate::schedule::threshold;
use memo_runtime::memwatch;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: memwatch::Tracing = memwatch::Tracing::system();

fn main() -> ExitCode {
    let failure = match run() {
        Ok(()) => return ExitCode::SUCCESS,
        Err(failure) => failure,
    };
    match failure {
        // Whoever read the report has seen enough of it.
        Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            return ExitCode::SUCCESS;
        }
        Failure::Output(error) => {
            tell(format_args!("error: the report cannot be written: {error}"));
        }
        Failure::Usage(why) => tell(format_args!("error: {why}\n\n{USAGE}")),
        Failure::Input(complaints) => {
            for complaint in complaints {
                tell(format_args!("error: {complaint}"));
            }
        }
    }
    ExitCode::FAILURE
}

fn run() -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout());
    let request = Request::of_arguments()?;
    if request.is_help {
        writeln!(out, "{USAGE}")?;
        return Ok(out.flush()?);
    }
    let input = Input::of(&request)?;
    make_room(input.sensors.len());

    if request.is_about_memory() {
        return watch_memory(&mut out, &input, &request);
    }
    let reading = Manner {
        name: "reading",
        lookups: Lookups::MEMOIZED,
        history: History::bounded(),
        bad_rows: BadRows::Tell,
    };
    let memoized = Pass::through(&input, reading, |_| ())?;
    report::write(&mut out, &input.sensors, &memoized)?;
    out.flush()?; // the second pass takes longer

    let again = Manner {
        name: "again, without memoization",
        lookups: Lookups::PLAIN,
        history: History::bounded(),
        bad_rows: BadRows::CountOnly,
    };
    let plain = Pass::through(&input, again, |_| ())?;
    report::compare(&mut out, &memoized, &plain)?;
    Ok(out.flush()?)
}

/// What a pass holds while it goes on: with a bounded history, a leaky one, or both for a picture.
fn watch_memory(out: &mut impl Write, input: &Input, request: &Request) -> Result<(), Failure> {
    let mut pass = |name, history| {
        let manner = Manner {
            name,
            lookups: Lookups::MEMOIZED,
            history,
            bad_rows: BadRows::Tell,
        };
        schedule::forget();
        curve::forget();
        let mut watch = Watch::begin();
        let pass = Pass::through(input, manner, |readings| watch.look(readings))?;
        let memory = watch.end(pass.census.readings);
        report::write(out, &input.sensors, &pass)?;
        memory.write(out)?;
        out.flush()?;
        Ok::<_, Failure>(memory)
    };
    let Some(file) = &request.plot else {
        let history = if request.is_leaky {
            History::leaky()
        } else {
            History::bounded()
        };
        return pass("reading", history).map(drop);
    };
    // Before the work, not after it: can it be written?
    File::create(file).map_err(|error| vec![Complaint::file(file, error)])?;
    let bounded = pass("a bounded history", History::bounded())?;
    let leaky = pass("a leaky history", History::leaky())?;
    let lines = [("Recent: bounded", &bounded), ("Vec: leaky", &leaky)];
    plot::draw(file, &lines).map_err(|error| vec![Complaint::file(file, error)].into())
}

/// More sensors than the caches were declared for: they get room for all of them, once, and stay bounded.
fn make_room(sensors: usize) {
    let declared = calibration::cache_parameters().maxsize;
    if declared.is_some_and(|declared| declared < sensors) {
        calibration::cache_resize(sensors);
        threshold::cache_resize(sensors);
    }
}

/// Why the program ends without its report.
pub(crate) enum Failure {
    Usage(String),
    Input(Vec<Complaint>),
    Output(io::Error),
}

impl From<Vec<Complaint>> for Failure {
    fn from(complaints: Vec<Complaint>) -> Self {
        Self::Input(complaints)
    }
}

impl From<Complaint> for Failure {
    fn from(complaint: Complaint) -> Self {
        Self::Input(vec![complaint])
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
