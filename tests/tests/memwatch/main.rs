//! What memwatch counts is what the program has: each test in a process of its own, for what is traced is traced everywhere.

mod blocks;
mod growth;
mod owners;
mod reports;
mod sampling;
mod starts;
mod structures;
mod threads;

use memo_runtime::memwatch::{StatDiff, Statistic, Tracing};
use std::env;

#[global_allocator]
static ALLOCATOR: Tracing = Tracing::system();

/// Bytes and blocks of a function of these tests, its closures among it.
fn of_function(rows: &[Statistic], function: &str) -> (u64, u64) {
    let rows = rows.iter().filter(|row| is_of(&row.name, function));
    rows.fold((0, 0), |sum, row| (sum.0 + row.size, sum.1 + row.count))
}

/// The same, more or less than before.
fn diff_of(rows: &[StatDiff], function: &str) -> (i64, i64) {
    let rows = rows.iter().filter(|row| is_of(&row.name, function));
    rows.fold((0, 0), |sum, row| {
        (sum.0 + row.size_diff, sum.1 + row.count_diff)
    })
}

fn is_of(name: &str, function: &str) -> bool {
    let name = name.strip_prefix("memwatch::").unwrap_or("");
    let mut path = name.rsplit("::").skip_while(|part| part.starts_with('{'));
    path.next() == Some(function)
}

/// A number of rounds, from the environment for a long run.
fn rounds(variable: &str, otherwise: u64) -> u64 {
    env::var(variable).map_or(otherwise, |rounds| {
        rounds.parse().expect("a number of rounds")
    })
}
