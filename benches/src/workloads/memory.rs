//! What is allocated: by a hit, and for an entry. In another process, `heap`, whose allocator counts; ours here does not.

use super::{Group, NO_FUNCTION};
use crate::contestant::{Calls, Contestant};
use crate::contestants;
use crate::keys;
use crate::measure::{TOO_SLOW, fill};
use crate::table::{Best, Cell, Column};
use std::env;
use std::hint::black_box;
use std::process::{Command, Stdio};

const ENTRIES: u64 = 100_000;

pub(super) fn group() -> Group {
    Group::new("memory", "Memory", contestants::all(), &[("heap", run)])
}

/// What the counting allocator knows.
#[derive(Clone, Copy)]
pub struct Heap {
    /// All that there ever were.
    pub blocks: u64,
    /// Now.
    pub bytes: u64,
}

fn run(contestants: &[Contestant]) -> Vec<Column> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let told = Command::new(cargo)
        .args(["run", "--release", "--bin", "heap"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo can be run");
    let told = String::from_utf8_lossy(&told.stdout);
    let lines: Vec<Vec<Cell>> = told
        .lines()
        .map(|line| line.split('\t').map(cell).collect())
        .collect();
    assert_eq!(lines.len(), contestants.len(), "a line for each");
    let column = |at: usize, head: &str, best| Column {
        head: head.to_owned(),
        best,
        cells: lines.iter().map(|line| line[at].clone()).collect(),
        note: None,
    };
    vec![
        column(0, "allocations of a hit, u64", Best::Nobody),
        column(1, "allocations of a hit, `(&str, u32)`", Best::Nobody),
        column(2, "bytes an entry, u64 to u64, of 100,000", Best::Least),
    ]
}

fn cell(told: &str) -> Cell {
    match told.parse() {
        Ok(figure) => Cell::Figure(figure),
        Err(_) if told == NO_FUNCTION => Cell::Word(NO_FUNCTION),
        Err(_) => Cell::Word(TOO_SLOW),
    }
}

/// A line of figures, for what `heap` prints.
pub fn measure(contestant: &Contestant, heap: impl Fn() -> Heap) -> String {
    let functions = &contestant.functions;
    let keys: Vec<u64> = (0..10).collect();
    [
        of_a_hit(&functions.small, &keys, &heap),
        of_a_hit(&functions.named, &keys::named(&keys), &heap),
        of_an_entry(&functions.huge, &heap),
    ]
    .map(|figure| figure.map_or_else(|why| why.to_owned(), |figure| figure.to_string()))
    .join("\t")
}

fn of_a_hit<K>(
    calls: &Option<Calls<K>>,
    keys: &[K],
    heap: impl Fn() -> Heap,
) -> Result<f64, &'static str> {
    const ROUNDS: usize = 200;
    let calls = calls.as_ref().ok_or(NO_FUNCTION)?;
    // Whatever a store does now and then for itself, it has done by then.
    for _ in 0..ROUNDS {
        black_box(calls(keys));
    }
    let before = heap().blocks;
    for _ in 0..ROUNDS {
        black_box(calls(keys));
    }
    let hits = ROUNDS * keys.len();
    Ok((heap().blocks - before) as f64 / hits as f64)
}

fn of_an_entry(calls: &Option<Calls<u64>>, heap: impl Fn() -> Heap) -> Result<f64, &'static str> {
    let calls = calls.as_ref().ok_or(NO_FUNCTION)?;
    let keys: Vec<u64> = (0..ENTRIES).collect();
    let before = heap().bytes;
    fill(calls, &keys)?;
    fill(calls, &keys)?; // for those who put things off
    Ok((heap().bytes - before) as f64 / ENTRIES as f64)
}
