//! What was live at one moment, and how it is added up.

use super::sampling::{self, Weight};
use super::state::{Control, Inside};
use super::statistic::{Place, StatDiff, Statistic, Table};
use super::symbol::{self, Frame, Part};
use super::{Level, ledger, owner, stacks};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What [`Snapshot::statistics`] and [`Snapshot::compare_to`] add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum By {
    /// The line of the program that allocated: of each stack, the first frame that is not the standard library's.
    Line,
    /// The function that line is in. An optimizing compiler may make one of two functions that are equal.
    Function,
    /// The [`Owner`](super::Owner), always exact.
    Owner,
}

/// What is live at one moment, by stack and by owner.
///
/// ```
/// # #[global_allocator]
/// # static ALLOCATOR: memo_runtime::memwatch::Tracing = memo_runtime::memwatch::Tracing::system();
/// use memo_runtime::memwatch::{self, By, Snapshot};
///
/// memwatch::start();
/// let before = Snapshot::take();
/// let kept = vec![0_u8; 10_000];
/// let after = Snapshot::take();
///
/// let diff = after.compare_to(&before, By::Line);
/// assert_eq!(diff[0].size_diff, 10_000);
/// assert_eq!(diff[0].count_diff, 1);
/// println!("{diff:.10}"); // the ten lines that changed the most
/// # memwatch::stop();
/// # drop(kept);
/// ```
///
/// Taking one stops nobody: what other threads allocate or free meanwhile is in it or not. Its own memory is not traced, nor is
/// that of what is made from it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    taken: Arc<Taken>,
    filter: Filter,
}

#[derive(Debug)]
struct Taken {
    level: Level,
    stacks: Vec<(Vec<usize>, Weight)>,
    /// Live bytes and blocks, by the owner's number.
    owners: Vec<(usize, (i64, i64))>,
}

/// Where in a stack to look for its line.
#[derive(Debug, Clone, Default)]
struct Filter {
    /// Only in these crates; in all, if none are named.
    only: Option<Vec<String>>,
    without: Vec<String>,
}

impl Snapshot {
    /// What is live now.
    ///
    /// # Panics
    ///
    /// If nothing is traced: what came before a [`start`](super::start) is not known.
    #[must_use]
    pub fn take() -> Self {
        let control = Control::take();
        let Some((level, epoch)) = control.level_and_epoch() else {
            drop(control);
            panic!("nothing is traced: a snapshot can be taken after `memwatch::start()`");
        };
        let owners = (0..owner::count()).chain([owner::OTHERS]);
        let taken = Taken {
            level,
            stacks: stacks::all(),
            owners: owners
                .map(|owner| (owner, ledger::of_owner(owner, epoch)))
                .collect(),
        };
        let taken = Arc::new(taken);
        let filter = Filter::default();
        Self { taken, filter }
    }

    /// The same, but the line of a stack is its first frame in one of these crates; a stack without such a frame is left out.
    /// Owners are not filtered.
    #[must_use]
    pub fn only_crates(&self, crates: &[&str]) -> Self {
        let _inside = Inside::enter();
        let mut filtered = self.clone();
        filtered.filter.only = Some(names(crates).collect());
        filtered
    }

    /// The same, but frames in these crates are passed over as those of the standard library are; a stack without another frame
    /// is left out.
    #[must_use]
    pub fn without_crates(&self, crates: &[&str]) -> Self {
        let _inside = Inside::enter();
        let mut filtered = self.clone();
        filtered.filter.without.extend(names(crates));
        filtered
    }

    /// What is live, added up, the largest first.
    ///
    /// # Panics
    ///
    /// By line or function, if the snapshot was taken at [`Level::Owners`], where there are no stacks.
    #[must_use]
    pub fn statistics(&self, by: By) -> Table<Statistic> {
        let _inside = Inside::enter();
        let sums = self.sums(by).into_values();
        let mut rows: Vec<_> = sums.map(|sum| sum.statistic(self.is_exact(by))).collect();
        rows.sort_by(|a, b| b.size.cmp(&a.size).then(b.count.cmp(&a.count)));
        Table::new(rows)
    }

    /// What is live here less what was live `before`, the largest difference first, be it more or less. Stacks of both are looked
    /// at through the filter of this one.
    ///
    /// # Panics
    ///
    /// By line or function, if one of the two was taken at [`Level::Owners`], where there are no stacks.
    #[must_use]
    pub fn compare_to(&self, before: &Self, by: By) -> Table<StatDiff> {
        let _inside = Inside::enter();
        let before = Self {
            taken: Arc::clone(&before.taken),
            filter: self.filter.clone(),
        };
        let is_exact = self.is_exact(by) && before.is_exact(by);
        let mut sums: BTreeMap<_, (Sum, Sum)> = BTreeMap::new();
        for (key, sum) in self.sums(by) {
            let place = sum.place.clone();
            sums.insert(key, (sum, Sum::of(place)));
        }
        for (key, sum) in before.sums(by) {
            let nothing = Sum::of(sum.place.clone());
            let (_, then) = sums
                .entry(key)
                .or_insert_with(|| (nothing.clone(), nothing));
            *then = sum;
        }
        let diffs = sums
            .into_values()
            .map(|(now, then)| now.less(&then, is_exact));
        let mut rows: Vec<_> = diffs.collect();
        rows.sort_by(|a, b| {
            let by = |diff: &StatDiff| {
                (
                    diff.size_diff.unsigned_abs(),
                    diff.count_diff.unsigned_abs(),
                )
            };
            by(b).cmp(&by(a)).then(b.size.cmp(&a.size))
        });
        Table::new(rows)
    }

    fn is_exact(&self, by: By) -> bool {
        by == By::Owner || !matches!(self.taken.level, Level::Sampled { .. })
    }

    /// Adds up, by what tells the rows apart.
    fn sums(&self, by: By) -> BTreeMap<Place, Sum> {
        if by == By::Owner {
            return self.sums_by_owner();
        }
        assert!(
            self.taken.level != Level::Owners,
            "this snapshot was taken at `Level::Owners`, which keeps no stacks: ask `By::Owner`, or start with \
             `Level::Stacks` or `Level::Sampled`"
        );
        let every = match self.taken.level {
            Level::Sampled { every } => u64::try_from(every).unwrap_or(u64::MAX),
            _ => 1,
        };
        let mut sums = BTreeMap::new();
        for (stack, weight) in &self.taken.stacks {
            let Some(place) = self.filter.place(stack) else {
                continue;
            };
            let key = match by {
                By::Line => place.line_only(),
                _ => place.name_only(),
            };
            let sum = sums.entry(key).or_insert_with(|| Sum::of(place));
            sum.bytes += weight.bytes;
            sum.count += weight.count;
            sum.variance += sampling::variance(weight.variance, every);
        }
        sums
    }

    fn sums_by_owner(&self) -> BTreeMap<Place, Sum> {
        let is_used = |(_, live): &&(usize, (i64, i64))| *live != (0, 0);
        let used = self.taken.owners.iter().filter(is_used);
        used.map(|&(owner, (bytes, count))| {
            let (name, file, line) = owner::describe(owner);
            let place = Place { name, file, line };
            let sum = Sum {
                bytes,
                count: count * Weight::BLOCK,
                ..Sum::of(place.clone())
            };
            (place, sum)
        })
        .collect()
    }
}

fn names(crates: &[&str]) -> impl Iterator<Item = String> {
    // A package `my-app` is a crate `my_app`.
    crates.iter().map(|name| name.replace('-', "_"))
}

impl Filter {
    /// The place a stack stands for; none if it is left out.
    fn place(&self, stack: &[usize]) -> Option<Place> {
        if stack.is_empty() {
            // Of those for which the table had no room.
            return self.only.is_none().then(Place::others);
        }
        let mut in_std = None;
        let mut passed_over = false;
        for &address in stack {
            for frame in symbol::resolve(address).iter() {
                match frame.part {
                    // What was before it was on the way there, too.
                    Part::Allocator => in_std = None,
                    _ if frame.is_of(&self.without) => passed_over = true,
                    Part::Std if !self.names(frame) => {
                        in_std.get_or_insert_with(|| Place::of(frame));
                    }
                    _ if self.only.is_some() && !self.names(frame) => {}
                    _ => return Some(Place::of(frame)),
                }
            }
        }
        // A stack of the standard library alone, as of a thread that begins.
        let is_left_out = self.only.is_some() || passed_over;
        (!is_left_out).then(|| in_std.unwrap_or_else(Place::unknown))
    }

    /// Whether it is of a crate that was asked for.
    fn names(&self, frame: &Frame) -> bool {
        self.only.as_ref().is_some_and(|only| frame.is_of(only))
    }
}

impl Place {
    fn of(frame: &Frame) -> Self {
        Self {
            name: frame.function.clone(),
            file: frame.file.clone(),
            line: frame.line,
        }
    }

    fn unknown() -> Self {
        Self {
            name: symbol::UNKNOWN.to_owned(),
            file: symbol::UNKNOWN.to_owned(),
            line: 0,
        }
    }

    fn others() -> Self {
        Self {
            name: "(others)".to_owned(),
            ..Self::unknown()
        }
    }

    /// What is the same for all of a line; without debug info, of a function.
    fn line_only(&self) -> Self {
        let mut line = self.clone();
        if self.file != symbol::UNKNOWN {
            line.name.clear();
        }
        line
    }

    fn name_only(&self) -> Self {
        Self {
            name: self.name.clone(),
            ..Self::unknown()
        }
    }
}

/// A row in the making.
#[derive(Debug, Clone)]
struct Sum {
    place: Place,
    bytes: i64,
    /// In units of 1 / [`Weight::BLOCK`].
    count: i64,
    variance: f64,
}

impl Sum {
    fn of(place: Place) -> Self {
        Self {
            place,
            bytes: 0,
            count: 0,
            variance: 0.0,
        }
    }

    fn count(&self) -> i64 {
        (self.count + Weight::BLOCK / 2).div_euclid(Weight::BLOCK)
    }

    fn statistic(self, is_exact: bool) -> Statistic {
        Statistic {
            size: unsigned(self.bytes),
            count: unsigned(self.count()),
            error: (!is_exact).then(|| root(self.variance)),
            name: self.place.name,
            file: self.place.file,
            line: self.place.line,
        }
    }

    fn less(self, before: &Self, is_exact: bool) -> StatDiff {
        StatDiff {
            size: unsigned(self.bytes),
            size_diff: self.bytes - before.bytes,
            count: unsigned(self.count()),
            count_diff: self.count() - before.count(),
            // Too large by what is in both, which cancels out.
            error: (!is_exact).then(|| root(self.variance + before.variance)),
            name: self.place.name,
            file: self.place.file,
            line: self.place.line,
        }
    }
}

/// While others allocate, a free may be seen without its allocation.
fn unsigned(sum: i64) -> u64 {
    sum.try_into().unwrap_or(0)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate, never negative"
)]
fn root(variance: f64) -> u64 {
    variance.sqrt().round() as u64
}
