//! A stream of sensor readings, watched for what is unusual. What each reading needs again and again is memoized.
//!
//! ```text
//! cargo run --release --example sensor_pipeline                            50,000 readings made up here
//! cargo run --release --example sensor_pipeline -- folder other.csv ...    one sensor a file: timestamp,value
//! ```
//!
//! ```text
//! input     files -> csv_file -> merge -> readings in the order of their timestamps
//! pipeline  reading -> calibration (memoized) -> score against the window -> threshold (memoized, ttl) -> alert
//! report    readings, alerts, calls against computations, bounds, time
//! ```
//!
//! Memory depends on the number of sensors and the longest line, not on the number of readings.

mod census;
mod complaint;
mod console;
mod csv_file;
mod curve;
mod generate;
mod input;
mod merge;
mod pass;
mod pipeline;
mod random;
mod report;
mod schedule;

use crate::complaint::Complaint;
use crate::console::tell;
use crate::csv_file::BadRows;
use crate::curve::calibration;
use crate::input::Input;
use crate::pass::Pass;
use crate::pipeline::Lookups;
use crate::schedule::threshold;
use std::env;
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
Watches sensor readings for what is unusual, with the lookups they need memoized.

usage: sensor_pipeline [FILE or FOLDER]...

A FILE is one sensor: CSV with the header `timestamp,value` and rows such as `2014-02-14 14:30:00,51.8`.
Of a FOLDER, every .csv file in it. With neither, 50,000 readings of 10 sensors are made up.";

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
        Failure::Usage(option) => tell(format_args!(
            "error: there is no option `{option}`\n\n{USAGE}"
        )),
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
    let Request::Watch(paths) = Request::of_arguments()? else {
        writeln!(out, "{USAGE}")?;
        return Ok(out.flush()?);
    };
    let input = Input::of(&paths)?;
    make_room(input.sensors.len());

    let memoized = Pass::through(&input, "reading", Lookups::MEMOIZED, BadRows::Tell)?;
    report::write(&mut out, &input.sensors, &memoized)?;
    out.flush()?; // the second pass takes longer

    let plain = Pass::through(
        &input,
        "again, without memoization",
        Lookups::PLAIN,
        BadRows::CountOnly,
    )?;
    report::compare(&mut out, &memoized, &plain)?;
    Ok(out.flush()?)
}

/// What the arguments ask for.
enum Request {
    Help,
    Watch(Vec<PathBuf>),
}

impl Request {
    fn of_arguments() -> Result<Self, Failure> {
        let mut paths = Vec::new();
        for argument in env::args_os().skip(1) {
            match argument.to_str() {
                Some("--help" | "-h") => return Ok(Self::Help),
                Some(option) if option.starts_with('-') => {
                    return Err(Failure::Usage(option.to_owned()));
                }
                _ => paths.push(PathBuf::from(argument)),
            }
        }
        Ok(Self::Watch(paths))
    }
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
enum Failure {
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
