//! The one insertion that takes longest, in a cache of 100,000 entries all of which have been hit since they came.

use super::of_a_cache;
use crate::contestant::{Calls, Contestant};
use crate::measure::{fill, median};
use crate::table::{Best, Cell, Column};
use std::hint::black_box;
use std::time::Instant;

const ENTRIES: u64 = 100_000;
const ROUNDS: u64 = 21;
/// In each round.
const INSERTIONS: u64 = 10;

pub(super) fn run(contestants: &[Contestant]) -> Vec<Column> {
    let cells = contestants
        .iter()
        .map(|contestant| of_a_cache(contestant, |it| &it.huge).and_then(of))
        .map(|nanos| nanos.map_or_else(Cell::Word, Cell::Figure))
        .collect();
    vec![Column {
        head: "the longest of ten, among 100,000 entries".to_owned(),
        best: Best::Least,
        cells,
        note: None,
    }]
}

/// The median over the rounds, of the longest of each.
fn of(calls: &Calls<u64>) -> Result<f64, &'static str> {
    let mut keys: Vec<u64> = (0..ENTRIES).collect();
    fill(calls, &keys)?;
    let mut longest = Vec::new();
    for round in 0..ROUNDS {
        fill(calls, &keys)?;
        let from = ENTRIES + round * INSERTIONS;
        longest.push(
            (from..from + INSERTIONS)
                .map(|key| {
                    let start = Instant::now();
                    black_box(calls(&[key]));
                    start.elapsed().as_nanos() as f64
                })
                .fold(0.0, f64::max),
        );
        keys.drain(..INSERTIONS as usize);
        keys.extend(from..from + INSERTIONS);
    }
    Ok(median(longest))
}
