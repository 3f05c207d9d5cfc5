//! Standard error: what is wrong with the input, and how far a long run has come.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// Back to the beginning of the line, and the line empty.
const CLEAR_LINE: &str = "\r\x1b[K";

/// A line on standard error. Where nobody listens any more it is lost, and the program goes on.
pub(crate) fn tell(line: impl Display) {
    let mut stderr = io::stderr().lock();
    let clear = if stderr.is_terminal() { CLEAR_LINE } else { "" };
    let _ = writeln!(stderr, "{clear}{line}");
}

/// A line that counts the readings, on a terminal only.
pub(crate) struct Progress {
    pass: &'static str,
    readings: u64,
    shown: Instant,
    is_on: bool,
}

const SHOW_EVERY: Duration = Duration::from_millis(200);

/// Readings between two looks at the time.
const LOOK_EVERY: u64 = 1024;

impl Progress {
    pub(crate) fn of(pass: &'static str) -> Self {
        Self {
            pass,
            readings: 0,
            shown: Instant::now(),
            is_on: io::stderr().is_terminal(),
        }
    }

    /// One reading more.
    pub(crate) fn step(&mut self) {
        self.readings += 1;
        if self.is_on && self.readings % LOOK_EVERY == 0 && self.shown.elapsed() >= SHOW_EVERY {
            self.shown = Instant::now();
            let _ = write!(
                io::stderr(),
                "{CLEAR_LINE}{}: {} readings",
                self.pass,
                self.readings
            );
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_on {
            let _ = write!(io::stderr(), "{CLEAR_LINE}");
        }
    }
}
