//! A test that memory does not grow with the work done.

use super::state::Inside;
use super::statistic::bytes;
use super::{By, Level, Snapshot, is_running, start, stop};
use std::collections::BTreeMap;
use std::fmt::Write;

/// So many times each of the totals is `rounds`.
const TOTALS: [usize; 4] = [1, 2, 4, 8];

/// Runs `work` eight times `rounds` times, and panics if some line has more bytes live each time the number of rounds has
/// doubled, or if all lines together do, by a byte a round or more. What is bounded does not: it may grow until it is full, and
/// what is full after so many rounds passes.
///
/// ```
/// # #[global_allocator]
/// # static ALLOCATOR: memo_runtime::memwatch::Tracing = memo_runtime::memwatch::Tracing::system();
/// use memo_runtime::bounded::Recent;
/// use memo_runtime::memwatch;
///
/// let mut last = Recent::new(64);
/// memwatch::assert_bounded(100, || {
///     last.push(String::from("a line of a log"));
/// });
/// ```
///
/// Traces at [`Level::Stacks`] if nothing is traced yet, and then stops again. `rounds` should be enough to fill what is
/// bounded; what grows by doubling is seen from some ten on. Other threads are watched, too: in a test program either this is
/// the only test, or the tests run one after the other.
///
/// # Panics
///
/// If memory grows, with a table of the lines that do. If `rounds` is 0. If [`start`] does. If tracing runs at another level: estimates vary by
/// themselves, and owners have no lines.
#[track_caller]
pub fn assert_bounded(rounds: usize, mut work: impl FnMut()) {
    assert!(rounds > 0, "`assert_bounded` wants at least one round");
    let stops = match is_running() {
        None => {
            start();
            Some(Stop)
        }
        Some(Level::Stacks) => None,
        Some(_) => panic!("`assert_bounded` wants `Level::Stacks`, and another one is on"),
    };
    let mut done = 0;
    let snapshots = TOTALS.map(|times| {
        let total = rounds.saturating_mul(times);
        while done < total {
            work();
            done += 1;
        }
        Snapshot::take()
    });
    let growing = {
        let _inside = Inside::enter();
        growing(&snapshots, rounds)
    };
    drop(stops);
    assert!(growing.is_empty(), "{}", report(&growing, rounds));
}

/// Stops tracing, also if the work panics.
struct Stop;

impl Drop for Stop {
    fn drop(&mut self) {
        stop();
    }
}

/// A line, and its live bytes at each of the snapshots.
type Growing = (String, [u64; TOTALS.len()]);

/// The lines that have more from each snapshot to the next, the largest first. If there is none, it may be that one collection
/// is made to grow by several lines, now this and now that: then all lines together do, and those are named that have more in
/// the end.
fn growing(snapshots: &[Snapshot; TOTALS.len()], rounds: usize) -> Vec<Growing> {
    let lines = lines(snapshots);
    let grows = |(_, sizes): &Growing| sizes.windows(2).all(|pair| pair[0] < pair[1]);
    let growing: Vec<_> = lines.iter().filter(|line| grows(line)).cloned().collect();
    if !growing.is_empty() {
        return growing;
    }
    let all: [u64; TOTALS.len()] =
        std::array::from_fn(|at| lines.iter().map(|(_, sizes)| sizes[at]).sum());
    let grows_by_the_round = (1..TOTALS.len()).all(|at| {
        let more = rounds.saturating_mul(TOTALS[at] - TOTALS[at - 1]);
        all[at].saturating_sub(all[at - 1]) >= more as u64
    });
    if !grows_by_the_round {
        return growing;
    }
    let has_more = |(_, sizes): &Growing| sizes[0] < sizes[TOTALS.len() - 1];
    let together = ("all lines together".to_owned(), all);
    let parts = lines.into_iter().filter(has_more);
    std::iter::once(together).chain(parts).collect()
}

/// All lines, those with the most in the end first.
fn lines(snapshots: &[Snapshot; TOTALS.len()]) -> Vec<Growing> {
    let mut lines: BTreeMap<(String, u32, String), Growing> = BTreeMap::new();
    for (at, snapshot) in snapshots.iter().enumerate() {
        for row in snapshot.statistics(By::Line) {
            let place = super::statistic::place(&row.file, row.line, &row.name);
            // Its function may be another each time, where a line has several.
            let name = if row.line == 0 {
                row.name
            } else {
                String::new()
            };
            let line = lines.entry((row.file, row.line, name));
            line.or_insert((place, [0; TOTALS.len()])).1[at] = row.size;
        }
    }
    let mut lines: Vec<_> = lines.into_values().collect();
    lines.sort_by_key(|(_, sizes)| std::cmp::Reverse(sizes[TOTALS.len() - 1]));
    lines
}

fn report(growing: &[Growing], rounds: usize) -> String {
    let mut report = String::from("memory grows with the work done; live after so many rounds:\n");
    for times in TOTALS {
        let _ = write!(report, "{:>12}", rounds.saturating_mul(times));
    }
    for (place, sizes) in growing {
        report.push('\n');
        for &size in sizes {
            let _ = write!(report, "{:>12}", bytes(size));
        }
        let _ = write!(report, "  {place}");
    }
    report
}
