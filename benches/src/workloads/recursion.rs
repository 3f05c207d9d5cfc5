//! A function that calls itself, in a process that has not called it before. Some never return, so each is a child that is
//! killed when it has had long enough.

use super::NO_FUNCTION;
use crate::contestant::Contestant;
use crate::measure::median;
use crate::table::{Best, Cell, Column};
use std::env;
use std::hint::black_box;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The argument by which a process knows that it is such a child; the next names the contestant.
pub const CHILD: &str = "--child";

const ROUNDS: usize = 21;
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn run(contestants: &[Contestant]) -> Vec<Column> {
    let mut seats: Vec<Result<Vec<f64>, &'static str>> = contestants
        .iter()
        .map(|contestant| match contestant.functions.fibonacci {
            Some(_) => Ok(Vec::new()),
            None => Err(NO_FUNCTION),
        })
        .collect();
    for round in 0..ROUNDS {
        for turn in 0..seats.len() {
            let who = (round + turn) % seats.len();
            if let Ok(micros) = &mut seats[who] {
                match in_a_child(contestants[who].name) {
                    Some(time) => micros.push(time),
                    None => seats[who] = Err("deadlock"),
                }
            }
        }
    }
    let cell = |seat| match seat {
        Ok(micros) => Cell::Figure(median(micros)),
        Err(why) => Cell::Word(why),
    };
    vec![Column {
        head: "first fib(90), microseconds".to_owned(),
        best: Best::Least,
        cells: seats.into_iter().map(cell).collect(),
        note: None,
    }]
}

/// Microseconds, unless it does not end.
fn in_a_child(name: &str) -> Option<f64> {
    let program = env::current_exe().expect("a program knows its own path");
    let mut child = Command::new(program)
        .args([CHILD, name])
        .stdout(Stdio::piped())
        .spawn()
        .expect("a program that runs can be started");
    let start = Instant::now();
    while child.try_wait().expect("a child can be asked").is_none() {
        if start.elapsed() > PATIENCE {
            child.kill().expect("a child can be killed");
            child.wait().expect("a child that was killed ends");
            return None;
        }
        thread::sleep(Duration::from_millis(1));
    }
    let mut told = String::new();
    let mut pipe = child.stdout.take().expect("it was asked for");
    pipe.read_to_string(&mut told).expect("it tells a number");
    Some(told.trim().parse().expect("it tells a number"))
}

/// What such a child does.
pub fn tell(contestants: &[Contestant], name: &str) {
    let calls = contestants
        .iter()
        .find(|it| it.name == name)
        .and_then(|it| it.functions.fibonacci.as_ref())
        .expect("a parent names one that has the function");
    let start = Instant::now();
    let sum = black_box(calls(black_box(&[90])));
    let time = start.elapsed();
    assert_eq!(sum, 2_880_067_194_370_816_120);
    println!("{}", time.as_nanos() as f64 / 1_000.0);
}
