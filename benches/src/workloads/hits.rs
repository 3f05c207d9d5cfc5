//! Hits of one thread.

use super::{Group, NO_FUNCTION, ONE_THREAD, check_all_hit, nanos};
use crate::contestant::{Calls, Contestant, Functions};
use crate::contestants;
use crate::keys;
use crate::measure::{alone, compare, fill};
use crate::table::Column;

pub(super) fn group() -> Group {
    Group::new(
        "hits",
        "Hits of one thread, nanoseconds a call",
        contestants::all(),
        &[
            ("u64, 10 keys", |all| {
                vec![of_numbers("u64, 10 keys", all, 10, |it| &it.small)]
            }),
            ("u64, 10,000 keys", |all| {
                vec![of_numbers("u64, 10,000 keys", all, 10_000, |it| &it.large)]
            }),
            ("(&str, u32), 10 keys", |all| {
                vec![of_names("`(&str, u32)`, 10 keys", all, 10, |it| &it.named)]
            }),
            ("(&str, u32), 10,000 keys", |all| {
                vec![of_names("`(&str, u32)`, 10,000 keys", all, 10_000, |it| {
                    &it.named_large
                })]
            }),
            ("ttl, u64, 10 keys", |all| {
                vec![of_numbers("ttl, u64, 10 keys", all, 10, |it| &it.timed)]
            }),
            ("ttl, u64, 10,000 keys", |all| {
                vec![of_numbers("ttl, u64, 10,000 keys", all, 10_000, |it| {
                    &it.timed_large
                })]
            }),
        ],
    )
}

pub(super) fn of_numbers(
    head: &str,
    contestants: &[Contestant],
    n: u64,
    function: impl Fn(&Functions) -> &Option<Calls<u64>>,
) -> Column {
    let all: Vec<u64> = (0..n).collect();
    let asked = keys::uniform(all.len(), 1 << 14);
    of(head, contestants, &all, &asked, function)
}

fn of_names(
    head: &str,
    contestants: &[Contestant],
    n: u64,
    function: impl Fn(&Functions) -> &Option<Calls<(String, u32)>>,
) -> Column {
    let all: Vec<u64> = (0..n).collect();
    let asked = keys::named(&keys::uniform(all.len(), 1 << 14));
    of(head, contestants, &keys::named(&all), &asked, function)
}

/// Of `all` keys, each is there when those are asked for that are `asked`.
fn of<K>(
    head: &str,
    contestants: &[Contestant],
    all: &[K],
    asked: &[K],
    function: impl Fn(&Functions) -> &Option<Calls<K>>,
) -> Column {
    let entries = contestants
        .iter()
        .map(|contestant| {
            let calls = function(&contestant.functions)
                .as_ref()
                .ok_or(NO_FUNCTION)?;
            fill(calls, all)?;
            Ok(alone(calls, asked))
        })
        .collect();
    let figures = compare(entries, ONE_THREAD, || ());
    check_all_hit(head, &figures);
    nanos(head, &figures)
}
