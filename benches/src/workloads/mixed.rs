//! Two threads ask for more keys than there is room for, some far oftener than others.

use super::{Group, TWO_THREADS, column, first, millions_a_second, of_a_cache};
use crate::contestant::Contestant;
use crate::contestants;
use crate::keys;
use crate::measure::{compare, fill, together};
use crate::processors::Second;
use crate::table::{Best, Column};

pub(super) fn group() -> Group {
    Group::new(
        "mixed",
        "Hits and misses of two threads, room for 16,384 entries, million calls a second",
        contestants::all(),
        &[
            ("zipf, 20,000 keys", |all| {
                of("zipf, 20,000 keys", all, 20_000)
            }),
            ("zipf, 100,000 keys", |all| {
                of("zipf, 100,000 keys", all, 100_000)
            }),
        ],
    )
}

fn of(head: &str, contestants: &[Contestant], n: usize) -> Vec<Column> {
    // So long that they hold nearly all keys, as in a program that does not ask the same again and again.
    let asked = [3, 4].map(|seed| keys::zipf(n, 1 << 20, seed));
    let before = keys::zipf(n, 1 << 17, 5);
    let firsts: Vec<_> = contestants.iter().map(|it| first(it, &before)).collect();
    let entries = contestants
        .iter()
        .zip(&firsts)
        .map(|(contestant, first)| {
            let calls = of_a_cache(contestant, |it| &it.large)?;
            fill(calls, &before)?;
            Ok(together(calls, [&asked[0], &asked[1]], first))
        })
        .collect();
    let mut second = Second::default();
    let figures = compare(entries, TWO_THREADS, || second.wait());
    vec![
        Column {
            note: second.note(head),
            ..millions_a_second(head, &figures)
        },
        column("misses, %", Best::Nobody, &figures, |it| 100.0 * it.misses),
    ]
}
