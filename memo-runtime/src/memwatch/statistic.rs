//! The rows of a report, and how they are printed.

use std::fmt;
use std::ops::Deref;

/// What a row is about: a line, a function or an owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) file: String,
    pub(super) line: u32,
}

/// What is live of one line, function or owner.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistic {
    /// The function, or the owner's name.
    pub name: String,
    /// The file as the compiler was given it; `??` without debug info.
    pub file: String,
    /// The line; 0 without debug info. Of a function one of those that allocate, of an owner where it is declared.
    pub line: u32,
    /// Live bytes.
    pub size: u64,
    /// Live blocks.
    pub count: u64,
    /// The standard error of `size` where that is estimated, at [`Level::Sampled`](super::Level::Sampled). In some 95 of 100
    /// cases the truth is within twice of it. (What has not been sampled at all is in no row.)
    pub error: Option<u64>,
}

/// What has changed of one line, function or owner between two snapshots.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatDiff {
    /// The function, or the owner's name.
    pub name: String,
    /// The file as the compiler was given it; `??` without debug info.
    pub file: String,
    /// The line; 0 without debug info. Of a function one of those that allocate, of an owner where it is declared.
    pub line: u32,
    /// Live bytes in the later snapshot.
    pub size: u64,
    /// So many more than in the earlier one.
    pub size_diff: i64,
    /// Live blocks in the later snapshot.
    pub count: u64,
    /// So many more than in the earlier one.
    pub count_diff: i64,
    /// The standard error of `size_diff` where that is estimated, at [`Level::Sampled`](super::Level::Sampled); no less than it
    /// is, as if nothing were in both snapshots.
    pub error: Option<u64>,
}

/// The rows of a report: a slice, and a table when it is printed. `{table:.10}` prints the first ten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<R>(Vec<R>);

impl<R> Table<R> {
    pub(super) fn new(rows: Vec<R>) -> Self {
        Self(rows)
    }
}

impl<R> Deref for Table<R> {
    type Target = [R];

    fn deref(&self) -> &[R] {
        &self.0
    }
}

impl<R> IntoIterator for Table<R> {
    type Item = R;
    type IntoIter = std::vec::IntoIter<R>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, R> IntoIterator for &'a Table<R> {
    type Item = &'a R;
    type IntoIter = std::slice::Iter<'a, R>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Display for Table<Statistic> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>20} {:>10}  where", "size", "count")?;
        for row in self.iter().take(f.precision().unwrap_or(usize::MAX)) {
            let size = with_error(bytes(row.size), row.error);
            let place = place(&row.file, row.line, &row.name);
            writeln!(f, "{size:>20} {:>10}  {place}", row.count)?;
        }
        rest(f, self.len())
    }
}

impl fmt::Display for Table<StatDiff> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ("size diff", "count diff", "size", "count");
        writeln!(
            f,
            "{:>20} {:>10} {:>11} {:>10}  where",
            heads.0, heads.1, heads.2, heads.3
        )?;
        for row in self.iter().take(f.precision().unwrap_or(usize::MAX)) {
            let sign = if row.size_diff < 0 { '-' } else { '+' };
            let diff = format!("{sign}{}", bytes(row.size_diff.unsigned_abs()));
            let diff = with_error(diff, row.error);
            let (size, place) = (bytes(row.size), place(&row.file, row.line, &row.name));
            writeln!(
                f,
                "{diff:>20} {:>+10} {size:>11} {:>10}  {place}",
                row.count_diff, row.count
            )?;
        }
        rest(f, self.len())
    }
}

/// Says how many rows have not been printed.
fn rest(f: &mut fmt::Formatter<'_>, rows: usize) -> fmt::Result {
    match f.precision() {
        Some(printed) if printed < rows => {
            writeln!(f, "{:>20}", format!("and {} more", rows - printed))
        }
        _ => Ok(()),
    }
}

fn with_error(size: String, error: Option<u64>) -> String {
    match error {
        Some(error) => format!("{size} ±{}", bytes(error)),
        None => size,
    }
}

pub(super) fn place(file: &str, line: u32, name: &str) -> String {
    let at = format!("{file}:{line}");
    match line {
        0 if name.starts_with('(') => name.to_owned(), // no place at all
        0 => format!("{name} (no debug info)"),
        _ if name == at => at, // an owner without a name of its own
        _ => format!("{at} {name}"),
    }
}

/// A size as people read it: `512 B`, `1.5 KiB`.
pub(super) fn bytes(size: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if size < 1024 {
        return format!("{size} B");
    }
    let (mut tenths, mut unit) = (u128::from(size) * 10 / 1024, 0);
    while tenths >= 10 * 1024 {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_printed_in_the_largest_unit_that_fits() {
        for (size, printed) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1536, "1.5 KiB"),
            (1 << 20, "1.0 MiB"),
            ((1 << 20) - 1, "1023.9 KiB"),
            (u64::MAX, "15.9 EiB"),
        ] {
            assert_eq!(bytes(size), printed);
        }
    }

    #[test]
    fn a_row_says_where_it_is_or_why_not() {
        assert_eq!(place("a.rs", 7, "a::load"), "a.rs:7 a::load");
        assert_eq!(place("??", 0, "a::load"), "a::load (no debug info)");
        assert_eq!(place("??", 0, "(none)"), "(none)");
        assert_eq!(place("a.rs", 7, "a.rs:7"), "a.rs:7");
    }

    #[test]
    fn a_table_has_a_line_for_each_row() {
        let row = |line, size_diff, error| StatDiff {
            name: "app::load".into(),
            file: "src/main.rs".into(),
            line,
            size: 4096,
            size_diff,
            count: 3,
            count_diff: -1,
            error,
        };
        let table = Table::new(vec![row(7, -2048, None), row(8, 10, Some(1024))]);
        assert_eq!(
            table.to_string(),
            "           size diff count diff        size      count  where\n\
             \x20           -2.0 KiB         -1     4.0 KiB          3  src/main.rs:7 app::load\n\
             \x20     +10 B ±1.0 KiB         -1     4.0 KiB          3  src/main.rs:8 app::load\n"
        );
        assert!(
            format!("{table:.1}").ends_with("and 1 more\n"),
            "{table:.1}"
        );
    }
}
