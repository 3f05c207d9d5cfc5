//! Many threads ask for one key that is not there, at the same time.

use super::NO_FUNCTION;
use crate::body;
use crate::contestant::{Calls, Contestant};
use crate::measure::median;
use crate::table::{Best, Cell, Column};
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;

const CALLERS: usize = 64;

pub(super) fn run(contestants: &[Contestant]) -> Vec<Column> {
    vec![Column {
        head: format!("bodies run for {CALLERS} callers at once"),
        best: Best::Nobody,
        cells: contestants
            .iter()
            .map(|contestant| match &contestant.functions.slow {
                Some(calls) => Cell::Figure(median((0..3).map(|key| bodies(calls, key)))),
                None => Cell::Word(NO_FUNCTION),
            })
            .collect(),
        note: None,
    }]
}

fn bodies(calls: &Calls<u64>, key: u64) -> f64 {
    let all_there = Barrier::new(CALLERS);
    thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                scope.spawn(|| {
                    all_there.wait();
                    black_box(calls(&[key]));
                    body::runs()
                })
            })
            .collect();
        callers
            .into_iter()
            .map(|caller| caller.join().expect("a call does not panic") as f64)
            .sum()
    })
}
