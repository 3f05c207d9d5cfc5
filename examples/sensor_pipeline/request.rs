//! What the arguments ask for.

use crate::Failure;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
Watches sensor readings for what is unusual, with the lookups they need memoized.

usage: sensor_pipeline [OPTION]... [FILE or FOLDER]...

A FILE is one sensor: CSV with the header `timestamp,value` and rows such as `2014-02-14 14:30:00,51.8`.
Of a FOLDER, every .csv file in it. With neither, 50,000 readings of 10 sensors are made up.

With any of these options it is memory that is looked at, and there is no second pass without memoization:

  --readings N    as many readings: files are read again, later in time, until there are as many
  --hz N          readings that are made up come N times a second, not 10 times a minute
  --leaky         the history of alerts has no bound, to see how that is found
  --plot FILE     a picture of memory over readings (SVG), with a bounded history and with a leaky one";

/// More readings a second than timestamps could tell apart.
const MOST_HZ: u64 = 1_000_000_000;

/// What the arguments ask for.
#[derive(Default)]
pub(crate) struct Request {
    pub(crate) is_help: bool,
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) readings: Option<u64>,
    pub(crate) hz: Option<u64>,
    pub(crate) is_leaky: bool,
    pub(crate) plot: Option<PathBuf>,
}

impl Request {
    pub(crate) fn of_arguments() -> Result<Self, Failure> {
        let mut request = Self::default();
        let mut arguments = env::args_os().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("--help" | "-h") => request.is_help = true,
                Some("--leaky") => request.is_leaky = true,
                Some("--readings") => {
                    request.readings = Some(number("--readings", arguments.next())?);
                }
                Some("--hz") => request.hz = Some(number("--hz", arguments.next())?),
                Some("--plot") => {
                    let file = arguments.next();
                    let is_file = |file: &OsString| !file.to_string_lossy().starts_with('-');
                    let file = file.filter(is_file);
                    let file = file.ok_or_else(|| usage("`--plot` needs a file to write"))?;
                    request.plot = Some(file.into());
                }
                Some(option) if option.starts_with('-') => {
                    return Err(usage(format!("there is no option `{option}`")));
                }
                _ => request.paths.push(argument.into()),
            }
        }
        if request.is_leaky && request.plot.is_some() {
            return Err(usage(
                "`--plot` draws both histories; `--leaky` is for one without it",
            ));
        }
        if request.hz.is_some_and(|hz| hz > MOST_HZ) {
            return Err(usage(format!("`--hz` goes up to {MOST_HZ}")));
        }
        if request.hz.is_some() && !request.paths.is_empty() {
            return Err(usage(
                "`--hz` is for readings that are made up; those of files have timestamps",
            ));
        }
        Ok(request)
    }

    /// Whether it is memory that is looked at.
    pub(crate) fn is_about_memory(&self) -> bool {
        self.is_leaky || self.readings.or(self.hz).is_some() || self.plot.is_some()
    }
}

fn number(option: &str, value: Option<OsString>) -> Result<u64, Failure> {
    let value = value.unwrap_or_default();
    let number = value.to_str().and_then(|it| it.parse().ok());
    number.filter(|it| *it > 0).ok_or_else(|| {
        usage(format!(
            "`{option}` needs a number from 1 on, found `{}`",
            value.to_string_lossy()
        ))
    })
}

fn usage(why: impl Into<String>) -> Failure {
    Failure::Usage(why.into())
}
