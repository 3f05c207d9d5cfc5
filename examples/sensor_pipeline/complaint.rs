//! What is wrong with the input, and where.

use std::fmt::{self, Display, Formatter};
use std::path::Path;

/// A sentence with a file in front of it, and a line if it is about one.
#[derive(Debug)]
pub(crate) struct Complaint(String);

impl Complaint {
    pub(crate) fn file(path: &Path, why: impl Display) -> Self {
        Self(format!("{}: {why}", path.display()))
    }

    pub(crate) fn line(path: &Path, line: u64, why: impl Display) -> Self {
        Self(format!("{}:{line}: {why}", path.display()))
    }

    /// The calendar ends before the readings do.
    pub(crate) fn too_long(left: u64) -> Self {
        Self(format!(
            "with {left} readings left, time has come to the end of the calendar: ask for fewer"
        ))
    }

    /// There is a header in each file, and not one row that can be used.
    pub(crate) fn no_readings(files: usize) -> Self {
        Self(format!(
            "no readings in {files} file{}",
            if files == 1 { "" } else { "s" }
        ))
    }
}

impl Display for Complaint {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
