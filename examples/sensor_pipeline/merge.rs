//! Many files, one stream: always the earliest of the rows that are next.

use crate::complaint::Complaint;
use crate::csv_file::{BadRows, CsvFile, Row};
use crate::input::Reading;
use jiff::civil::DateTime;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::path::PathBuf;

/// The readings of all files by timestamp; rows that are out of order in their file stay so.
///
/// Of each file [`CsvFile::ROWS_AT_ONCE`] rows are held, however long it is, and none is kept open, however many
/// there are.
pub(crate) struct Merge {
    sources: Vec<Source>,
    /// The timestamp of the next row of each file that has one.
    heads: BinaryHeap<Reverse<(DateTime, usize)>>,
}

struct Source {
    file: CsvFile,
    /// Empty only at the end of the file.
    rows: VecDeque<Row>,
}

impl Merge {
    /// Opens all of them, and says of all of them what is wrong.
    pub(crate) fn of(files: &[PathBuf], bad_rows: BadRows) -> Result<Self, Vec<Complaint>> {
        let mut merge = Self {
            sources: Vec::new(),
            heads: BinaryHeap::new(),
        };
        let mut unusable = Vec::new();
        for file in files {
            match Source::of(CsvFile::at(file, bad_rows)) {
                Ok(source) => merge.add(source),
                Err(why) => unusable.push(why),
            }
        }
        if unusable.is_empty() {
            Ok(merge)
        } else {
            Err(unusable)
        }
    }

    fn add(&mut self, source: Source) {
        let sensor = self.sources.len();
        self.heads
            .extend(source.rows.front().map(|row| Reverse((row.at, sensor))));
        self.sources.push(source);
    }

    pub(crate) fn bad_rows(&self) -> u64 {
        self.sources
            .iter()
            .map(|source| source.file.bad_rows())
            .sum()
    }
}

impl Iterator for Merge {
    type Item = Result<Reading, Complaint>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((_, sensor)) = self.heads.pop()?;
        let source = &mut self.sources[sensor];
        let Row { at, value } = source.rows.pop_front()?;
        if let Err(why) = source.refill() {
            return Some(Err(why));
        }
        self.heads
            .extend(source.rows.front().map(|row| Reverse((row.at, sensor))));
        Some(Ok(Reading { sensor, at, value }))
    }
}

impl Source {
    fn of(file: CsvFile) -> Result<Self, Complaint> {
        let mut source = Self {
            file,
            rows: VecDeque::new(),
        };
        source.refill()?;
        Ok(source)
    }

    fn refill(&mut self) -> Result<(), Complaint> {
        if self.rows.is_empty() {
            self.file.read_on(&mut self.rows)
        } else {
            Ok(())
        }
    }
}
