//! One CSV file: its header, its rows, and what is wrong with them.

use crate::complaint::Complaint;
use crate::console::tell;
use csv::{ByteRecord, Reader, ReaderBuilder, Terminator, Trim};
use jiff::civil::DateTime;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::error::Error;
use std::fs::File;
use std::io::{self, Chain, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// The readings of one sensor: a header `timestamp,value`, then rows such as `2014-02-14 14:30:00,51.8`.
///
/// A row that is something else is told with its line, counted and skipped.
pub(crate) struct CsvFile {
    path: PathBuf,
    /// Where to read on; 0 before the header, and always the beginning of a line.
    offset: u64,
    /// Lines before the offset.
    lines: u64,
    bad_rows: u64,
    telling: BadRows,
}

/// What happens to a row that cannot be used, beside being skipped and counted.
#[derive(Clone, Copy)]
pub(crate) enum BadRows {
    /// It is told on standard error; of many in one file, the first ten.
    Tell,
    CountOnly,
}

/// A row that can be used.
pub(crate) struct Row {
    pub(crate) at: DateTime,
    pub(crate) value: f64,
}

const HEADER: [&str; 2] = ["timestamp", "value"];

/// Bad rows of one file that are told one by one.
const TELL_AT_MOST: u64 = 10;

/// Three centuries: less than a clock of 64 bits counts in nanoseconds.
const YEARS: std::ops::Range<i16> = 1900..2200;

impl CsvFile {
    /// How many rows one call of [`read_on`](Self::read_on) hands over.
    pub(crate) const ROWS_AT_ONCE: usize = 256;

    /// Nothing is read yet.
    pub(crate) fn at(path: &Path, telling: BadRows) -> Self {
        Self {
            path: path.to_path_buf(),
            offset: 0,
            lines: 0,
            bad_rows: 0,
            telling,
        }
    }

    /// How many rows were skipped so far.
    pub(crate) fn bad_rows(&self) -> u64 {
        self.bad_rows
    }

    /// Opens the file, adds its next rows, and closes it again; adds none only at its end.
    pub(crate) fn read_on(&mut self, rows: &mut VecDeque<Row>) -> Result<(), Complaint> {
        let mut record = ByteRecord::new();
        let mut reader = self.open().map_err(|error| self.unreadable(&error))?;
        if self.offset == 0 {
            let line = self.next(&mut reader, &mut record)?;
            self.check_header(line, &record)?;
        }
        while rows.len() < Self::ROWS_AT_ONCE {
            let Some(line) = self.next(&mut reader, &mut record)? else {
                break;
            };
            match Row::of(&record) {
                Ok(row) => rows.push_back(row),
                Err(why) => self.skip(line, &why),
            }
        }
        if self.offset == 0 && rows.is_empty() {
            self.tell(Complaint::file(&self.path, "no row that can be used"));
        }
        self.offset += reader.position().byte();
        self.lines += lines_read(&reader);
        Ok(())
    }

    fn open(&self) -> io::Result<Reader<Rest>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.offset))?;
        Ok(ReaderBuilder::new()
            .has_headers(false)
            .flexible(true) // too few fields, or too many, are a bad row, not an error
            .quoting(false) // a stray quote spoils its line, not the rest of the file
            .terminator(Terminator::Any(b'\n')) // a record is a line; the `\r` of Windows is trimmed
            .trim(Trim::All)
            .from_reader(file.chain(b"\n")))
    }

    /// Reads the next line that is not blank; `None` at the end of the file.
    fn next(
        &self,
        reader: &mut Reader<Rest>,
        record: &mut ByteRecord,
    ) -> Result<Option<u64>, Complaint> {
        loop {
            let more = reader
                .read_byte_record(record)
                .map_err(|error| self.unreadable(&error))?;
            let is_blank = record.len() == 1 && record[0].is_empty();
            if !(more && is_blank) {
                return Ok(more.then(|| self.lines + lines_read(reader)));
            }
        }
    }

    fn unreadable(&self, error: &dyn Error) -> Complaint {
        Complaint::file(&self.path, format_args!("cannot be read: {error}"))
    }

    fn check_header(&self, line: Option<u64>, header: &ByteRecord) -> Result<(), Complaint> {
        let Some(line) = line else {
            return Err(Complaint::file(&self.path, "the file is empty"));
        };
        let fields: Vec<_> = header.iter().map(text).collect();
        if fields == HEADER {
            return Ok(());
        }
        let why = format!(
            "expected the header `{}`, found {}",
            HEADER.join(","),
            found(&fields.join(","))
        );
        Err(Complaint::line(&self.path, line, why))
    }

    #[cold]
    fn skip(&mut self, line: u64, why: &str) {
        self.bad_rows += 1;
        let then = match self.bad_rows.cmp(&TELL_AT_MOST) {
            Ordering::Less => "row skipped",
            Ordering::Equal => "row skipped; more of them are counted only",
            Ordering::Greater => return,
        };
        let why = format_args!("{why}; {then}");
        self.tell(Complaint::line(&self.path, line, why));
    }

    /// Something the user should know that does not stop the program.
    fn tell(&self, complaint: Complaint) {
        match self.telling {
            BadRows::Tell => tell(complaint),
            BadRows::CountOnly => {}
        }
    }
}

/// What is left of a file, with a line end behind it, so that every line has one.
type Rest = Chain<File, &'static [u8]>;

/// The reader counts from 1, and has read the end of its last line.
fn lines_read(reader: &Reader<Rest>) -> u64 {
    reader.position().line() - 1
}

impl Row {
    fn of(record: &ByteRecord) -> Result<Self, String> {
        if record.len() != HEADER.len() {
            return Err(format!(
                "expected {} fields, found {}",
                HEADER.len(),
                record.len()
            ));
        }
        Ok(Self {
            at: timestamp(&text(&record[0]))?,
            value: number(&text(&record[1]))?,
        })
    }
}

fn timestamp(text: &str) -> Result<DateTime, String> {
    match text.parse::<DateTime>() {
        Ok(at) if YEARS.contains(&at.year()) => Ok(at),
        Ok(_) => Err(format!(
            "expected a year from {} to {}, found {}",
            YEARS.start,
            YEARS.end - 1,
            found(text)
        )),
        Err(_) => Err(format!(
            "expected a timestamp such as `2014-02-14 14:30:00`, found {}",
            found(text)
        )),
    }
}

fn number(text: &str) -> Result<f64, String> {
    let value = text.parse().ok().filter(|value: &f64| value.is_finite());
    value.ok_or_else(|| format!("expected a number, found {}", found(text)))
}

/// A field as text, without the quotes it may stand in.
fn text(field: &[u8]) -> Cow<'_, str> {
    let bare = field
        .strip_prefix(b"\"")
        .and_then(|field| field.strip_suffix(b"\""));
    String::from_utf8_lossy(bare.unwrap_or(field))
}

/// A piece of the input for a message: not too long, and nothing in it that a terminal would obey.
fn found(text: &str) -> String {
    const LONGEST: usize = 40;
    let shown: String = text
        .chars()
        .take(LONGEST)
        .flat_map(char::escape_debug)
        .collect();
    let rest = if text.chars().nth(LONGEST).is_some() {
        "..."
    } else {
        ""
    };
    format!("`{shown}{rest}`")
}
