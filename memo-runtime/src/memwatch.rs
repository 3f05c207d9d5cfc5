//! What is live in this program, by line of its source: what `tracemalloc` is to Python.
//!
//! ```
//! use memo_runtime::memwatch::{self, By, Snapshot};
//!
//! #[global_allocator]
//! static ALLOCATOR: memwatch::Tracing = memwatch::Tracing::system();
//!
//! fn load() -> Vec<String> {
//!     (0..1_000).map(|n| format!("line {n}")).collect()
//! }
//!
//! memwatch::start();
//! let before = Snapshot::take();
//! let lines = load();
//! let after = Snapshot::take();
//!
//! println!("{:.10}", after.compare_to(&before, By::Line)); // the ten lines that changed the most
//! println!("{}", memwatch::traced()); // current 31.8 KiB, peak 31.8 KiB
//! memwatch::stop();
//! # drop(lines);
//! ```
//!
//! A block is counted from when it is allocated until it is freed, by whatever thread, at the size that was asked for. Whatever
//! was allocated before the start is not, nor what this module needs for itself.
//!
//! # What it costs
//!
//! Each block is eight bytes longer, always. Off, an allocation and a free look at one atomic. What is on is chosen at the start:
//!
//! | level | for | knows |
//! |---|---|---|
//! | [`Level::Owners`] | production | bytes and blocks of each [`Owner`], exactly; no stacks |
//! | [`Level::Sampled`] | production | owners exactly; lines and functions by samples, with the error stated |
//! | [`Level::Stacks`] | tests | the stack of every allocation |
//!
//! There is room for 16,384 different stacks, of 48 frames, and some 1,000 owners; what comes later is counted as `(others)`.
//! Names and lines are looked up when a report is made, and want debug info: `debug = 1` in the profile, or more. With line
//! tables only, inlined functions have no path, so filters do not know their crates.
//!
//! # Proving a bound
//!
//! [`assert_bounded`] runs something more and more often and panics with the lines that grow:
//!
//! ```should_panic
//! # #[global_allocator]
//! # static ALLOCATOR: memo_runtime::memwatch::Tracing = memo_runtime::memwatch::Tracing::system();
//! let mut log = Vec::new();
//! memo_runtime::memwatch::assert_bounded(100, || log.push(1)); // panics, naming this line
//! ```
//!
//! # What it does not see
//!
//! Memory that does not come from the program's Rust allocator: C's, `mmap`, thread stacks; and what an allocator has taken from
//! the system and not handed out.
//!
//! The child of a `fork` that other threads were allocating at may wait for ever, at its next allocation or for anything of this
//! module: it is for programs that do not fork, or do so before they have threads, or at once become another program.

mod allocator;
mod growth;
mod ledger;
mod owner;
mod sampling;
mod snapshot;
mod stack;
mod stacks;
mod state;
mod statistic;
mod symbol;
mod tracker;

pub use allocator::Tracing;
pub use growth::assert_bounded;
pub use owner::Owner;
pub(crate) use owner::{Entered, OwnerId};
pub use snapshot::{By, Snapshot};
pub use statistic::{StatDiff, Statistic, Table};

use state::Control;
use std::fmt;

/// How much is known of what is live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Level {
    /// The totals of each [`Owner`], exactly. No stack is walked.
    Owners,
    /// [`Level::Owners`], and the stacks of samples.
    Sampled {
        /// The mean number of allocated bytes from one sample to the next. A block of that size is sampled with a
        /// probability of 63 %, larger ones nearly always.
        every: usize,
    },
    /// [`Level::Owners`], and the stack of every allocation.
    Stacks,
}

/// Traces every allocation from now on, with its stack: [`Level::Stacks`]. If something is traced already, that is forgotten.
///
/// # Panics
///
/// If the program's global allocator is not a [`Tracing`].
pub fn start() {
    start_with(Level::Stacks);
}

/// Traces allocations from now on. If something is traced already, that is forgotten.
///
/// ```
/// # #[global_allocator]
/// # static ALLOCATOR: memo_runtime::memwatch::Tracing = memo_runtime::memwatch::Tracing::system();
/// use memo_runtime::memwatch::{self, By, Level, Snapshot};
///
/// memwatch::start_with(Level::Sampled { every: 512 * 1024 });
/// let text = "x".repeat(100_000_000); // so large that it is sure to be sampled
/// let largest = &Snapshot::take().statistics(By::Line)[0];
/// assert_eq!((largest.size, largest.error), (100_000_000, Some(0)));
/// # memwatch::stop();
/// # drop(text);
/// ```
///
/// # Panics
///
/// If the program's global allocator is not a [`Tracing`].
pub fn start_with(level: Level) {
    Control::take().switch(Some(level));
}

/// Traces no more, and forgets everything. Snapshots that have been taken stay as they are.
pub fn stop() {
    Control::take().switch(None);
}

/// What is on, if anything.
#[must_use]
pub fn is_running() -> Option<Level> {
    Control::take().level_and_epoch().map(|(level, _)| level)
}

/// Live bytes of what has been allocated since the start. Nothing while nothing is traced.
#[must_use]
pub fn traced() -> Traced {
    let control = Control::take();
    let live = control
        .level_and_epoch()
        .map(|(_, epoch)| ledger::traced(epoch));
    let (current, peak) = live.unwrap_or_default();
    let unsigned = |bytes: i64| bytes.try_into().unwrap_or(0);
    Traced {
        current: unsigned(current),
        peak: unsigned(peak),
    }
}

/// Live bytes, now and at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Traced {
    /// Now. Exact, if no other thread is allocating or freeing.
    pub current: u64,
    /// The most since the start. At [`Level::Stacks`] exactly, if no other thread is at work; otherwise each thread keeps up to 4 KiB to itself, so it may be so
    /// much less or more for each.
    pub peak: u64,
}

impl fmt::Display for Traced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (current, peak) = (statistic::bytes(self.current), statistic::bytes(self.peak));
        write!(f, "current {current}, peak {peak}")
    }
}
