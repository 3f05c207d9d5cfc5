//! Everything in the process that holds values: what its bound is, what happens there, and how it is doing.

#[cfg(feature = "memwatch")]
use crate::owner::OwnerId;
use crate::registry::{self, Listed};
use crate::stats::{CacheInfo, Policy};
use std::collections::HashMap;
use std::fmt::{self, Write as _};

/// One bounded structure of the process; what [`structures`] lists.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Structure {
    /// What it is.
    pub kind: Kind,
    /// The name it was given: else of a memoized function its path, of anything else file and line.
    pub name: String,
    /// The source file where it is declared.
    pub file: &'static str,
    /// Its line.
    pub line: u32,
    /// The most values it ever holds; `None` where there is no bound.
    pub bound: Option<usize>,
    /// Values it holds now.
    pub size: usize,
    /// What happens at the bound, in words.
    pub when_full: &'static str,
    /// Values that ever got in; of a cache, its misses.
    pub total: u64,
    /// Values that were given up at the bound.
    pub dropped: u64,
    /// Bytes that it has allocated and that are live, its room and what a cache's body has made; those of all structures of its
    /// name and place are one number. What others have made and put in is theirs. `None` while nothing is
    /// [traced](crate::memwatch), and beyond the first 1,000 names and places of a program.
    #[cfg(feature = "memwatch")]
    pub bytes: Option<u64>,
    /// All counters of a cache; `None` for anything else.
    pub cache: Option<CacheInfo>,
    /// All counters of a queue; `None` for anything else.
    #[cfg(feature = "queue")]
    pub queue: Option<crate::bounded::QueueInfo>,
}

/// What a structure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Kind {
    /// Of a memoized function, or a [`Cache`](crate::Cache).
    Cache,
    /// A [`Recent`](crate::bounded::Recent).
    Recent,
    /// A [`queue`](crate::bounded).
    Queue,
}

/// `cache`, `recent`, `queue`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Cache => "cache",
            Self::Recent => "recent",
            Self::Queue => "queue",
        })
    }
}

impl Structure {
    pub(crate) fn of_cache(cache: &(dyn Listed + 'static)) -> Option<Self> {
        let report = cache.report()?;
        let info = report.info;
        Some(Self {
            kind: Kind::Cache,
            name: report.name,
            file: report.file,
            line: report.line,
            bound: info.maxsize,
            size: info.currsize,
            when_full: match (info.maxsize, report.parameters.policy) {
                (None, _) => "grows",
                (_, Policy::Lru) => "the least recently used goes",
                (_, Policy::Fifo) => "the oldest goes",
                (_, Policy::SoonestToExpire) => "the soonest to expire goes",
                (_, Policy::ClockPro) => "the least likely to be used again goes",
            },
            total: info.misses,
            dropped: info.evictions,
            #[cfg(feature = "memwatch")]
            bytes: bytes_of(cache.owner()),
            cache: Some(info),
            #[cfg(feature = "queue")]
            queue: None,
        })
    }
}

/// Bytes that are live and an owner's; nothing while nobody counts.
#[cfg(feature = "memwatch")]
pub(crate) fn bytes_of(owner: OwnerId) -> Option<u64> {
    let is_counted = owner.is_told_apart() && crate::memwatch::is_running().is_some();
    is_counted.then(|| owner.live_bytes())
}

/// Everything that declares its bound here, in the order of first use: the cache of every memoized function that was called,
/// every [`Cache`](crate::Cache), [`Recent`](crate::bounded::Recent) and [`queue`](crate::bounded) that there is.
///
/// ```
/// use memo_runtime::bounded::Recent;
/// use memo_runtime::memoize;
///
/// #[memoize(maxsize = 10, name = "squares")]
/// fn square(x: u64) -> u64 { x * x }
///
/// let mut alerts = Recent::new(100).named("alerts");
/// alerts.push(square(2));
///
/// let all = memo_runtime::structures();
/// let alerts = all.iter().find(|it| it.name == "alerts").unwrap();
/// assert_eq!((alerts.bound, alerts.size, alerts.when_full), (Some(100), 1, "the oldest goes"));
/// let squares = all.iter().find(|it| it.name == "squares").unwrap();
/// assert_eq!(squares.cache, Some(square::cache_info()));
/// ```
///
/// Takes the lock of each for a moment, one after the other: every line is exact, the list as a whole is not one moment's.
#[must_use]
pub fn structures() -> Vec<Structure> {
    registry::all_structures()
}

/// The same as a table to print; with the feature `serde` it can be serialized as well.
///
/// ```
/// use memo_runtime::bounded::Recent;
///
/// let mut alerts = Recent::new(100).named("alerts");
/// alerts.push("too warm");
/// println!("{}", memo_runtime::report());
/// ```
///
/// Structures of one name that are declared in one place are one line, with the sum of what they hold.
#[must_use]
pub fn report() -> Report {
    Report {
        structures: structures(),
    }
}

/// All structures at one moment; what [`report`] returns. Its `Display` is a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
#[non_exhaustive]
pub struct Report {
    /// In the order of first use.
    pub structures: Vec<Structure>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut columns = COLUMNS.map(|(title, align)| (align, vec![title.to_owned()]));
        for line in Line::of_all(&self.structures) {
            for ((_, column), cell) in columns.iter_mut().zip(line.cells()) {
                column.push(cell);
            }
        }
        // Nobody counts bytes unless they are traced.
        let shown = columns
            .iter()
            .filter(|(_, column)| column.len() == 1 || column[1..].iter().any(|it| !it.is_empty()));
        let shown: Vec<_> = shown
            .map(|(align, column)| (align, column, width(column)))
            .collect();
        for row in 0..columns[0].1.len() {
            let mut line = String::new();
            for (align, column, width) in &shown {
                let cell = &column[row];
                match align {
                    Align::Left => write!(line, "{cell:<width$}  ")?,
                    Align::Right => write!(line, "{cell:>width$}  ")?,
                }
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

fn width(column: &[String]) -> usize {
    let widths = column.iter().map(|cell| cell.chars().count());
    widths.max().unwrap_or(0)
}

#[derive(Clone, Copy)]
enum Align {
    Left,
    Right,
}

const COLUMNS: [(&str, Align); 9] = [
    ("name", Align::Left),
    ("kind", Align::Left),
    ("bound", Align::Right),
    ("holds", Align::Right),
    ("bytes", Align::Right),
    ("total", Align::Right),
    ("dropped", Align::Right),
    ("when full", Align::Left),
    ("declared at", Align::Left),
];

/// Structures of one name and place.
struct Line<'s> {
    first: &'s Structure,
    count: usize,
    size: usize,
    total: u64,
    dropped: u64,
}

impl<'s> Line<'s> {
    fn of_all(structures: &'s [Structure]) -> Vec<Self> {
        let mut lines: Vec<Self> = Vec::new();
        let mut known = HashMap::new();
        for it in structures {
            let same = (it.kind, &it.name, it.file, it.line, it.bound, it.when_full);
            let line = *known.entry(same).or_insert(lines.len());
            if line == lines.len() {
                lines.push(Self {
                    first: it,
                    count: 0,
                    size: 0,
                    total: 0,
                    dropped: 0,
                });
            }
            let line = &mut lines[line];
            line.count += 1;
            line.size += it.size;
            line.total += it.total;
            line.dropped += it.dropped;
        }
        lines
    }

    fn cells(&self) -> [String; COLUMNS.len()] {
        let Structure {
            kind,
            name,
            file,
            line,
            bound,
            when_full,
            ..
        } = self.first;
        let bound = bound.map_or("none".to_owned(), |it| it.to_string());
        [
            name.escape_debug().to_string(),
            kind.to_string(),
            match self.count {
                1 => bound,
                count => format!("{count} x {bound}"),
            },
            self.size.to_string(),
            self.bytes(),
            self.total.to_string(),
            self.dropped.to_string(),
            (*when_full).to_owned(),
            format!("{file}:{line}"),
        ]
    }

    /// They have one owner, so the bytes of one are those of all.
    #[cfg(feature = "memwatch")]
    fn bytes(&self) -> String {
        self.first
            .bytes
            .map_or_else(String::new, |it| it.to_string())
    }

    #[cfg(not(feature = "memwatch"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    fn bytes(&self) -> String {
        String::new()
    }
}
