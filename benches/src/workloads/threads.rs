//! Hits of two threads in one cache.

use super::{Group, NO_FUNCTION, TWO_THREADS, check_all_hit, first, millions_a_second};
use crate::contestant::{Calls, Contestant, Functions};
use crate::contestants;
use crate::keys;
use crate::measure::{compare, fill, together};
use crate::processors::Second;
use crate::table::Column;

pub(super) fn group() -> Group {
    Group::new(
        "threads",
        "Hits of two threads, million calls a second",
        contestants::all(),
        &[
            ("zipf, 10,000 keys", |all| {
                let asked = [1, 2].map(|seed| keys::zipf(10_000, 1 << 14, seed));
                vec![of(
                    "zipf, 10,000 keys",
                    all,
                    10_000,
                    [&asked[0], &asked[1]],
                    |it| &it.large,
                )]
            }),
            ("one key", |all| {
                vec![of("one key", all, 1, [&[0; 1024]; 2], |it| &it.small)]
            }),
        ],
    )
}

fn of(
    head: &str,
    contestants: &[Contestant],
    n: u64,
    asked: [&[u64]; 2],
    function: impl Fn(&Functions) -> &Option<Calls<u64>>,
) -> Column {
    let all: Vec<u64> = (0..n).collect();
    let firsts: Vec<_> = contestants.iter().map(|it| first(it, &all)).collect();
    let entries = contestants
        .iter()
        .zip(&firsts)
        .map(|(contestant, first)| {
            let calls = function(&contestant.functions)
                .as_ref()
                .ok_or(NO_FUNCTION)?;
            fill(calls, &all)?;
            Ok(together(calls, asked, first))
        })
        .collect();
    let mut second = Second::default();
    let figures = compare(entries, TWO_THREADS, || second.wait());
    check_all_hit(head, &figures);
    Column {
        note: second.note(head),
        ..millions_a_second(head, &figures)
    }
}
