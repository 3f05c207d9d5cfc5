//! From the arguments to one stream of readings in the order of their timestamps.

use crate::complaint::Complaint;
use crate::csv_file::BadRows;
use crate::generate;
use crate::merge::Merge;
use crate::repeat::Repeat;
use crate::request::Request;
use jiff::civil::DateTime;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What a sensor said, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// Its place in [`Input::sensors`].
    pub(crate) sensor: usize,
    pub(crate) at: DateTime,
    pub(crate) value: f64,
}

/// Where the readings come from; can be read more than once.
pub(crate) struct Input {
    pub(crate) sensors: Vec<String>,
    source: Source,
    /// How many, if that is not for the source to say.
    count: Option<u64>,
}

enum Source {
    Generated {
        hz: Option<u64>,
    },
    /// One a sensor, in the order of the sensors.
    Files(Vec<PathBuf>),
}

impl Input {
    /// The readings made up here if there are no paths.
    pub(crate) fn of(request: &Request) -> Result<Self, Vec<Complaint>> {
        let count = request.readings;
        if request.paths.is_empty() {
            return Ok(Self {
                sensors: generate::sensors(),
                source: Source::Generated { hz: request.hz },
                count,
            });
        }
        let files = files(&request.paths)?;
        Ok(Self {
            sensors: names(&files),
            source: Source::Files(files),
            count,
        })
    }

    pub(crate) fn readings(&self, bad_rows: BadRows) -> Result<Readings, Vec<Complaint>> {
        let count = self.count;
        match (&self.source, count) {
            (Source::Generated { hz }, _) => {
                let readings = generate::readings(count, *hz);
                Ok(Readings::Generated(Box::new(readings)))
            }
            (Source::Files(files), None) => Merge::of(files, bad_rows).map(Readings::Merged),
            (Source::Files(files), Some(count)) => {
                Repeat::of(files, count, bad_rows).map(Readings::Repeated)
            }
        }
    }
}

/// A stream of readings; an error ends it.
pub(crate) enum Readings {
    Generated(Box<dyn Iterator<Item = Reading> + Send>),
    Merged(Merge),
    Repeated(Repeat),
}

impl Readings {
    /// How many rows were skipped so far.
    pub(crate) fn bad_rows(&self) -> u64 {
        match self {
            Self::Generated(_) => 0,
            Self::Merged(merge) => merge.bad_rows(),
            Self::Repeated(repeat) => repeat.bad_rows(),
        }
    }
}

impl Iterator for Readings {
    type Item = Result<Reading, Complaint>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Generated(readings) => readings.next().map(Ok),
            Self::Merged(merge) => merge.next(),
            Self::Repeated(repeat) => repeat.next(),
        }
    }
}

/// The files that the paths stand for, each once, however often it was named.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Vec<Complaint>> {
    let mut files = Vec::new();
    let mut seen = HashSet::new();
    let mut unusable = Vec::new();
    for path in paths {
        match files_at(path) {
            Ok(found) => files.extend(found.into_iter().filter(|file| {
                seen.insert(fs::canonicalize(file).unwrap_or_else(|_| file.clone()))
            })),
            Err(why) => unusable.push(Complaint::file(path, why)),
        }
    }
    if unusable.is_empty() {
        Ok(files)
    } else {
        Err(unusable)
    }
}

fn files_at(path: &Path) -> io::Result<Vec<PathBuf>> {
    let kind = fs::metadata(path)?;
    if kind.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    if !kind.is_dir() {
        return Err(io::Error::other("neither a file nor a folder"));
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let file = entry?.path();
        if file
            .extension()
            .is_some_and(|it| it.eq_ignore_ascii_case("csv"))
            && file.is_file()
        {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(io::Error::other("no .csv file in this folder"));
    }
    files.sort();
    Ok(files)
}

/// A sensor is called like its file; where two files have one name, like its path.
fn names(files: &[PathBuf]) -> Vec<String> {
    let stem = |file: &PathBuf| {
        file.file_stem()
            .map_or_else(String::new, |it| it.to_string_lossy().into_owned())
    };
    let mut times = HashMap::new();
    for file in files {
        *times.entry(stem(file)).or_insert(0) += 1;
    }
    let name = |file: &PathBuf| match times[&stem(file)] {
        1 => stem(file),
        _ => file.display().to_string(),
    };
    files.iter().map(name).collect()
}
