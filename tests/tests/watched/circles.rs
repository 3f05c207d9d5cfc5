//! Threads that wait for each other in a circle. With a patience of an hour, a circle that is not seen hangs.

use memo_runtime::memoize;
use memo_tests::crowd::all_at_once;
use memo_tests::watched::watched;
use std::sync::Barrier;

const ROUNDS: u64 = 10_000;

/// A link of a circle: the body meets the other threads', if it is to, and calls the next link, if it is to.
#[memoize(single_flight = "1h")]
fn link(
    round: u64,
    _n: u64,
    #[memo(skip)] meet: Option<&Barrier>,
    #[memo(skip)] next: &[u64],
) -> u64 {
    if let Some(all) = meet {
        all.wait();
    }
    match next {
        [] => round,
        [next, rest @ ..] => link(round, *next, None, rest),
    }
}

/// In each round all compute their own link, and then each calls the next: whoever is last would close the circle.
fn closed_circles_of(threads: u64) {
    let all = Barrier::new(usize::try_from(threads).unwrap());
    all_at_once(threads, |n| {
        for round in 0..ROUNDS {
            assert_eq!(link(round, n, Some(&all), &[(n + 1) % threads]), round);
        }
    });
    let info = link::cache_info();
    assert_eq!(info.misses, ROUNDS * (threads + 1));
    assert_eq!(info.coalesced, ROUNDS * (threads - 1));
}

/// In each round all start at once, and what meets, meets.
fn circles_of(threads: u64) {
    let all = Barrier::new(usize::try_from(threads).unwrap());
    all_at_once(threads, |n| {
        for round in 0..ROUNDS {
            all.wait();
            let next = [n + 1, n + 2, n].map(|n| n % threads);
            assert_eq!(link(round, n, None, &next), round);
        }
    });
}

#[test]
fn of_two_threads_that_need_each_other_the_last_computes_at_once() {
    watched(|| closed_circles_of(2));
}

#[test]
fn of_three_threads_that_need_each_other_the_last_computes_at_once() {
    watched(|| closed_circles_of(3));
}

#[test]
fn two_threads_may_close_a_circle_at_any_moment() {
    watched(|| circles_of(2));
}

#[test]
fn three_threads_may_close_a_circle_at_any_moment() {
    watched(|| circles_of(3));
}

#[test]
fn a_circle_through_two_functions_is_closed_at_once() {
    #[memoize(single_flight = "1h")]
    fn f(round: u64, #[memo(skip)] meet: Option<&Barrier>) -> u64 {
        meet.map_or(round, |all| {
            all.wait();
            g(round, None)
        })
    }
    #[memoize(single_flight = "1h")]
    fn g(round: u64, #[memo(skip)] meet: Option<&Barrier>) -> u64 {
        meet.map_or(round, |all| {
            all.wait();
            f(round, None)
        })
    }

    watched(|| {
        let both = Barrier::new(2);
        all_at_once(2, |thread| {
            for round in 0..ROUNDS {
                let call = if thread == 0 { f } else { g };
                assert_eq!(call(round, Some(&both)), round);
            }
        });
        let (f, g) = (f::cache_info(), g::cache_info());
        assert_eq!(f.misses + g.misses, 3 * ROUNDS);
        assert_eq!(f.coalesced + g.coalesced, ROUNDS);
    });
}
