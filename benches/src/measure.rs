//! How contestants are compared.
//!
//! They take turns, round by round, each starting in its turn; a figure is the median over the rounds, so that what else the
//! machine does hits all alike. Ratios are of such medians.

use crate::body;
use std::hint::{black_box, spin_loop};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Makes about so many calls.
pub type Run<'a> = Box<dyn FnMut(usize) -> Turn + 'a>;

/// Somebody who takes part, or why not.
pub type Entry<'a> = Result<Run<'a>, &'static str>;

/// What came of the calls of one turn.
#[derive(Clone, Copy)]
pub struct Turn {
    pub time: Duration,
    pub calls: u64,
    /// The calls that ran the body.
    pub misses: u64,
}

/// What came of all turns.
#[derive(Clone, Copy)]
pub struct Figure {
    /// The median, for a call.
    pub nanos: f64,
    /// The part of all calls that ran the body.
    pub misses: f64,
}

/// Of somebody who took part, or why there is none.
pub type Outcome = Result<Figure, &'static str>;

/// How long a turn is, and how many each has.
#[derive(Clone, Copy)]
pub struct Pace {
    pub turn: Duration,
    pub rounds: usize,
}

/// Who takes longer to have its keys at first does not take part.
const PATIENCE: Duration = Duration::from_secs(3);
pub const TOO_SLOW: &str = "too slow";

/// Lets all take turns.
pub fn compare(
    entries: Vec<Entry<'_>>,
    pace: Pace,
    mut before_round: impl FnMut(),
) -> Vec<Outcome> {
    let mut seats: Vec<_> = entries
        .into_iter()
        .map(|entry| entry.map(|run| Seat::new(run, pace)))
        .collect();
    for round in 0..pace.rounds {
        before_round();
        let first = round % seats.len();
        let (later, sooner) = seats.split_at_mut(first);
        for seat in sooner.iter_mut().chain(later).flatten() {
            seat.turns.push((seat.run)(seat.calls));
        }
    }
    seats
        .into_iter()
        .map(|seat| seat.map(|seat| seat.figure()))
        .collect()
}

struct Seat<'a> {
    run: Run<'a>,
    /// About a turn's worth.
    calls: usize,
    turns: Vec<Turn>,
}

impl<'a> Seat<'a> {
    fn new(mut run: Run<'a>, pace: Pace) -> Self {
        let mut calls = 64;
        loop {
            let time = run(calls).time;
            if time * 4 > pace.turn {
                let part = pace.turn.as_secs_f64() / time.as_secs_f64();
                calls = ((calls as f64 * part) as usize).max(1);
                break;
            }
            calls *= 4;
        }
        Self {
            run,
            calls,
            turns: Vec::new(),
        }
    }

    fn figure(&self) -> Figure {
        let nanos = |turn: &Turn| turn.time.as_nanos() as f64 / turn.calls as f64;
        let sum = |part: fn(&Turn) -> u64| self.turns.iter().map(part).sum::<u64>() as f64;
        Figure {
            nanos: median(self.turns.iter().map(nanos)),
            misses: sum(|turn| turn.misses) / sum(|turn| turn.calls),
        }
    }
}

pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Calls with each of these keys once, before anything is timed.
pub fn fill<K>(calls: impl Fn(&[K]) -> u64, keys: &[K]) -> Result<(), &'static str> {
    let start = Instant::now();
    for part in keys.chunks(256) {
        black_box(calls(part));
        if start.elapsed() > PATIENCE {
            return Err(TOO_SLOW);
        }
    }
    Ok(())
}

/// Calls of this thread, with these keys over and over.
pub fn alone<'a, K>(calls: &'a dyn Fn(&[K]) -> u64, keys: &'a [K]) -> Run<'a> {
    let mut at = 0;
    Box::new(move |n| {
        let turn = timed(|| cycle(calls, keys, at, n)).turn(n);
        at = (at + n) % keys.len();
        turn
    })
}

/// Calls of two threads at once, each with its own keys over and over, after each has called with those of `first`.
pub fn together<'a>(
    calls: &'a (dyn Fn(&[u64]) -> u64 + Sync),
    keys: [&'a [u64]; 2],
    first: &'a [u64],
) -> Run<'a> {
    let mut at = 0;
    Box::new(move |n| {
        let turn = at_once(
            || black_box(calls(first)),
            |who| cycle(calls, keys[who], at, n),
        )
        .turn(2 * n);
        at = (at + n) % keys[0].len();
        turn
    })
}

fn cycle<K>(calls: impl Fn(&[K]) -> u64, keys: &[K], mut at: usize, mut n: usize) {
    while n > 0 {
        let part = &keys[at..keys.len().min(at + n)];
        black_box(calls(black_box(part)));
        n -= part.len();
        at = 0;
    }
}

/// From when to when, and how many bodies meanwhile.
pub struct Span {
    start: Instant,
    end: Instant,
    bodies: u64,
}

impl Span {
    pub fn turn(&self, calls: usize) -> Turn {
        Turn {
            time: self.end - self.start,
            calls: calls as u64,
            misses: self.bodies,
        }
    }
}

pub fn timed(work: impl FnOnce()) -> Span {
    let bodies = body::runs();
    let start = Instant::now();
    work();
    Span {
        start,
        end: Instant::now(),
        bodies: body::runs() - bodies,
    }
}

/// Two threads that are both running when they begin, for who is woken is late. It lasts until the later one is done.
pub fn at_once<T>(prepare: impl Fn() -> T + Sync, work: impl Fn(usize) + Sync) -> Span {
    let ready = AtomicUsize::new(0);
    let of_one = |who: usize| {
        prepare();
        ready.fetch_add(1, Ordering::SeqCst);
        while ready.load(Ordering::SeqCst) < 2 {
            spin_loop();
        }
        timed(|| work(who))
    };
    let [one, other] = thread::scope(|scope| {
        [0, 1]
            .map(|who| scope.spawn(move || of_one(who)))
            .map(|thread| thread.join().expect("a call does not panic"))
    });
    Span {
        start: one.start.min(other.start),
        end: one.end.max(other.end),
        bodies: one.bodies + other.bodies,
    }
}
