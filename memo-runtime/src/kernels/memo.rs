//! Calls to one memo: what is computed is stored once, and not where it was removed or replaced meanwhile.

use super::{ALL, check, poll_when_woken};
use crate::expiry::Never;
use crate::key::ByRef;
use crate::memo::{Answer, Claim, Memo, Place};
use crate::policy::Lru;
use crate::sync::Arc;
use crate::value::Whole;
use foldhash::fast::FixedState;
use loom::sync::atomic::{AtomicU64, Ordering};
use loom::thread;
use std::convert::Infallible;
use std::future::{pending, ready};
use std::marker::PhantomData;
use std::panic::Location;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

type Cache = Memo<u8, u64, Infallible, (Lru, Never, FixedState)>;

fn cache() -> Arc<Cache> {
    let place = Place {
        name: "kernel".into(),
        at: Location::caller(),
        group: None,
    };
    Arc::new(Memo::new(
        Some(2),
        None,
        Some(Duration::MAX),
        place,
        <_>::default(),
        FixedState::default(),
    ))
}

const WHOLE: Whole<u64> = Whole(PhantomData);

fn call(cache: &Cache, body: impl FnOnce() -> u64) -> u64 {
    match cache.entry(&ByRef(&1), WHOLE).claim() {
        Claim::Ready(value) => value,
        Claim::Vacant(seat) => seat.fill(body(), |_| true),
    }
}

#[test]
fn two_misses_compute_once() {
    check(3, || {
        let (cache, runs) = (cache(), loom::sync::Arc::new(AtomicU64::new(0)));
        let body = |runs: &AtomicU64| 10 + runs.fetch_add(1, Ordering::Relaxed);
        let other = thread::spawn({
            let (cache, runs) = (cache.clone(), runs.clone());
            move || call(&cache, || body(&runs))
        });
        assert_eq!(call(&cache, || body(&runs)), 10);
        assert_eq!(other.join().unwrap(), 10);
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        cache.validate();
    });
}

#[test]
fn a_seat_from_before_a_removal_stores_nothing() {
    check(ALL, || {
        let cache = cache();
        let computing = thread::spawn({
            let cache = cache.clone();
            move || call(&cache, || 1)
        });
        let removed = cache.entry(&ByRef(&1), WHOLE).remove();
        assert_eq!(computing.join().unwrap(), 1);
        let left = cache.entry(&ByRef(&1), WHOLE).peek();
        // If there was an entry to remove, it was this one, and it has not come back.
        assert!(!removed || left.is_none());
        cache.validate();
    });
}

#[test]
fn an_insert_outlives_a_computation_under_way() {
    check(3, || {
        let cache = cache();
        let computing = thread::spawn({
            let cache = cache.clone();
            move || call(&cache, || 1)
        });
        cache.entry(&ByRef(&1), WHOLE).insert(2, |_| true);
        computing.join().unwrap();
        assert_eq!(cache.entry(&ByRef(&1), WHOLE).peek(), Some(2));
        cache.validate();
    });
}

/// An async call that computes and is cancelled then.
fn cancelled(cache: &Cache) {
    let Claim::Vacant(call) = cache.entry(&ByRef(&1), WHOLE).claim_task() else {
        return;
    };
    let body = pin!(Some(pending()));
    let mut answer = pin!(Answer::of(Box::new(call), body, |_| true));
    let _ = answer
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
}

#[test]
fn whoever_waits_for_a_cancelled_task_takes_over() {
    check(3, || {
        let cache = cache();
        let thread = thread::spawn({
            let cache = cache.clone();
            move || call(&cache, || 7)
        });
        cancelled(&cache);
        assert_eq!(thread.join().unwrap(), 7);
        cache.validate();
    });
}

#[test]
fn a_task_that_waits_for_a_cancelled_one_takes_over() {
    check(3, || {
        let cache = cache();
        let task = thread::spawn({
            let cache = cache.clone();
            move || {
                let call = match cache.entry(&ByRef(&1), WHOLE).claim_task() {
                    Claim::Ready(value) => return value,
                    Claim::Vacant(call) => Box::new(call),
                };
                let body = pin!(Some(ready(7)));
                let mut answer = pin!(Answer::of(call, body, |_| true));
                poll_when_woken(|cx| answer.as_mut().poll(cx))
            }
        });
        cancelled(&cache);
        assert_eq!(task.join().unwrap(), 7);
        cache.validate();
    });
}
