//! What a pass holds while it goes on, and which of its lines have grown.

use memo_runtime::memwatch::{self, By, Snapshot, StatDiff, Table};
use std::io::{self, Write};

/// Looks at memory while a pass goes on. What it keeps does not grow with the readings, and is not counted.
pub(crate) struct Watch {
    points: Points,
    /// At powers of ten.
    snapshots: Vec<(u64, Snapshot)>,
    marks: Vec<Point>,
    next_mark: u64,
}

/// What a pass has held.
pub(crate) struct Memory {
    points: Vec<Point>,
    marks: Vec<Point>,
    /// Since so many readings.
    growth: Option<(u64, Table<StatDiff>)>,
}

/// So many readings, and the bytes that were live.
type Point = (u64, u64);

const FIRST_MARK: u64 = 1_000;
/// Powers of ten that there are from there on, and the end.
const MARKS: usize = 18;
/// Lines that are printed.
const SHOWN: usize = 5;

impl Watch {
    /// From here on every allocation is known with its stack.
    pub(crate) fn begin() -> Self {
        let watch = Self {
            points: Points {
                held: Vec::with_capacity(POINTS),
                every: 1,
                next: 1,
            },
            snapshots: Vec::with_capacity(MARKS),
            marks: Vec::with_capacity(MARKS),
            next_mark: FIRST_MARK,
        };
        memwatch::start(); // only now: what is above does not count
        watch
    }

    pub(crate) fn look(&mut self, readings: u64) {
        self.points.look(readings);
        if readings == self.next_mark {
            self.next_mark = self.next_mark.saturating_mul(10);
            self.marks.push((readings, live()));
            self.snapshots.push((readings, Snapshot::take()));
        }
    }

    /// Compares with when there was a quarter of the readings, or less.
    pub(crate) fn end(mut self, readings: u64) -> Memory {
        let (last, after) = (live(), Snapshot::take());
        self.points.held.push((readings, last)); // there is room: it is never full
        if self.marks.last().is_none_or(|(at, _)| *at < readings) {
            self.marks.push((readings, last));
        }
        let mut snapshots = self.snapshots.iter().rev();
        let before = snapshots.find(|(at, _)| *at <= readings / 4);
        let of_ours = |snapshot: &Snapshot| snapshot.only_crates(&["sensor_pipeline"]);
        let growth = before.map(|(at, before)| {
            let growth = of_ours(&after).compare_to(&of_ours(before), By::Line);
            (*at, growth)
        });
        memwatch::stop();
        Memory {
            points: self.points.held,
            marks: self.marks,
            growth,
        }
    }
}

fn live() -> u64 {
    memwatch::traced().current
}

/// At most so many points, evenly over the readings: when there are too many, every second goes.
struct Points {
    held: Vec<Point>,
    every: u64,
    next: u64,
}

const POINTS: usize = 1_024;

impl Points {
    fn look(&mut self, readings: u64) {
        if readings < self.next {
            return;
        }
        self.held.push((readings, live()));
        if self.held.len() == POINTS {
            let mut is_kept = false;
            self.held.retain(|_| {
                is_kept = !is_kept;
                is_kept
            });
            self.every *= 2;
        }
        self.next = readings + self.every;
    }
}

impl Memory {
    pub(crate) fn points(&self) -> impl Iterator<Item = Point> {
        self.points.iter().copied()
    }

    pub(crate) fn readings(&self) -> u64 {
        self.points.iter().map(|point| point.0).max().unwrap_or(0)
    }

    /// The most bytes.
    pub(crate) fn most(&self) -> u64 {
        self.points.iter().map(|point| point.1).max().unwrap_or(0)
    }

    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "\nlive bytes")?;
        for (readings, live) in &self.marks {
            writeln!(out, "  after {readings:>12} readings  {live:>10}")?;
        }
        let Some((since, growth)) = &self.growth else {
            return writeln!(out, "  too few readings to say what grows");
        };
        writeln!(out, "\nlines that have grown since {since} readings")?;
        let grown = growth.iter().filter(|line| line.size_diff > 0);
        let grown: Vec<_> = grown.take(SHOWN).collect();
        for line in &grown {
            writeln!(
                out,
                "  {}:{}  {:+} bytes, {} in all",
                line.file, line.line, line.size_diff, line.size
            )?;
        }
        if grown.is_empty() {
            writeln!(out, "  none")?;
        }
        Ok(())
    }
}
