//! Keys that were never asked for, in a cache that is full.

use super::{Group, ONE_THREAD, TWO_THREADS, nanos, of_a_cache, worst};
use crate::contestant::{Calls, Contestant, Role};
use crate::contestants;
use crate::measure::{Entry, Outcome, Run, at_once, compare, fill, timed};
use crate::processors::Second;
use crate::table::Column;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

const ROOM: u64 = 1024;

pub(super) fn group() -> Group {
    Group::new(
        "misses",
        "Misses, each with an insertion and an eviction, nanoseconds",
        contestants::all(),
        &[
            ("1 thread", |all| {
                let figures = compare(entries(all, alone), ONE_THREAD, || ());
                vec![checked("a call of one thread", &figures)]
            }),
            ("2 threads", |all| {
                let mut second = Second::default();
                let entries = entries(all, together);
                let figures = compare(entries, TWO_THREADS, || second.wait());
                let head = "a call of one of two threads";
                vec![Column {
                    note: second.note(head),
                    ..checked(head, &figures)
                }]
            }),
            ("worst", worst::run),
        ],
    )
}

fn checked(head: &str, figures: &[Outcome]) -> Column {
    for figure in figures.iter().flatten() {
        assert!(figure.misses == 1.0, "{head}: a new key was a hit");
    }
    nanos(head, figures)
}

type Calling = for<'a> fn(&'a Calls<u64>, Role) -> Run<'a>;

fn entries(contestants: &[Contestant], calling: Calling) -> Vec<Entry<'_>> {
    contestants
        .iter()
        .map(|contestant| {
            let calls = of_a_cache(contestant, |it| &it.small)?;
            fill(calls, &fresh(2 * ROOM))?;
            Ok(calling(calls, contestant.role))
        })
        .collect()
}

fn alone(calls: &Calls<u64>, _: Role) -> Run<'_> {
    Box::new(|n| {
        let keys = fresh(n as u64);
        timed(|| _ = black_box(calls(&keys))).turn(n)
    })
}

fn together(calls: &Calls<u64>, role: Role) -> Run<'_> {
    Box::new(move |n| {
        let keys = [(); 2].map(|()| fresh(n as u64));
        let prepare = || {
            if role == Role::PerThread {
                black_box(calls(&fresh(ROOM)));
            }
        };
        at_once(prepare, |who| _ = black_box(calls(&keys[who]))).turn(2 * n)
    })
}

/// Keys that nobody has had.
fn fresh(n: u64) -> Vec<u64> {
    static NEXT: AtomicU64 = AtomicU64::new(1 << 32);
    let from = NEXT.fetch_add(n, Ordering::Relaxed);
    (from..from + n).collect()
}
