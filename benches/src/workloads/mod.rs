//! What is measured, in groups; each group is a table, and each piece of work some columns of it.

mod herd;
mod hits;
mod kinds;
mod memory;
mod misses;
mod mixed;
pub mod recursion;
mod threads;
mod worst;

use crate::contestant::{Calls, Contestant, Functions, Role};
use crate::contestants;
use crate::measure::{Figure, Outcome, Pace};
use crate::table::{Best, Cell, Column, Table};
use std::time::Duration;

pub use memory::{Heap, measure as measure_memory};

pub struct Group {
    /// Part of what is typed to run only some.
    pub name: &'static str,
    pub title: &'static str,
    contestants: Vec<Contestant>,
    pub works: Vec<Work>,
}

pub struct Work {
    pub name: &'static str,
    run: Measure,
}

impl Group {
    fn new(
        name: &'static str,
        title: &'static str,
        contestants: Vec<Contestant>,
        works: &[(&'static str, Measure)],
    ) -> Self {
        Self {
            name,
            title,
            contestants,
            works: works
                .iter()
                .map(|&(name, run)| Work { name, run })
                .collect(),
        }
    }

    /// A table of those works that are asked for, if there are any.
    pub fn table(&self, asked: &str) -> Option<Table> {
        let is_asked = |work: &&Work| format!("{}: {}", self.name, work.name).contains(asked);
        let columns: Vec<Column> = self
            .works
            .iter()
            .filter(is_asked)
            .flat_map(|work| {
                eprintln!("{}: {}", self.name, work.name);
                (work.run)(&self.contestants)
            })
            .collect();
        if columns.is_empty() {
            return None;
        }
        Some(Table {
            title: self.title,
            who: self
                .contestants
                .iter()
                .map(|it| (it.name, it.role))
                .collect(),
            columns,
        })
    }
}

type Measure = fn(&[Contestant]) -> Vec<Column>;

pub fn groups() -> Vec<Group> {
    vec![
        hits::group(),
        threads::group(),
        mixed::group(),
        misses::group(),
        memory::group(),
        Group::new(
            "once",
            "Many callers of one key, and a function that calls itself",
            contestants::all(),
            &[("herd", herd::run), ("fib", recursion::run)],
        ),
        kinds::group(),
    ]
}

const ONE_THREAD: Pace = Pace {
    turn: Duration::from_millis(4),
    rounds: 101,
};

/// So long that it does not matter which of them begins first.
const TWO_THREADS: Pace = Pace {
    turn: Duration::from_millis(10),
    rounds: 101,
};

/// Those who have no such function have nothing in the table.
const NO_FUNCTION: &str = "";

fn nanos(head: &str, figures: &[Outcome]) -> Column {
    column(head, Best::Least, figures, |figure| figure.nanos)
}

fn millions_a_second(head: &str, figures: &[Outcome]) -> Column {
    column(head, Best::Most, figures, |figure| 1_000.0 / figure.nanos)
}

fn column(head: &str, best: Best, figures: &[Outcome], of: impl Fn(&Figure) -> f64) -> Column {
    Column {
        head: head.to_owned(),
        best,
        cells: figures
            .iter()
            .map(|figure| match figure {
                Ok(figure) => Cell::Figure(of(figure)),
                Err(why) => Cell::Word(why),
            })
            .collect(),
        note: None,
    }
}

/// A table of hits is worth nothing if some were none.
fn check_all_hit(work: &str, figures: &[Outcome]) {
    for figure in figures.iter().flatten() {
        assert!(
            figure.misses == 0.0,
            "{work}: a call that was to be a hit ran its body"
        );
    }
}

/// What is to be there before two threads begin: all of it where each has a cache of its own.
fn first(contestant: &Contestant, keys: &[u64]) -> Vec<u64> {
    match contestant.role {
        Role::PerThread => keys.to_vec(),
        _ => Vec::new(),
    }
}

/// The function of a contestant that can miss, which the floor cannot.
fn of_a_cache(
    contestant: &Contestant,
    function: fn(&Functions) -> &Option<Calls<u64>>,
) -> Result<&Calls<u64>, &'static str> {
    match contestant.role {
        Role::Floor => Err(NO_FUNCTION),
        _ => function(&contestant.functions).as_ref().ok_or(NO_FUNCTION),
    }
}
