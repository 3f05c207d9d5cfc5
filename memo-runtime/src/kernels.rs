//! What must hold in every schedule there is: the small pieces that everybody's waiting rests on, under loom, which tries
//! them all, and what the memory model allows besides.
//!
//! `cargo test -p memo-tests --test models` runs them. [`models`](crate) has the large pieces, under shuttle.

use crate::expiry::Never;
use crate::flight::{Flight, Outcome, Run, TaskWait, Wait, Waited};
use crate::key::ByRef;
use crate::memo::{Call, Claim, Memo, Place};
use crate::policy::Lru;
use crate::sync::{Arc, Mutex};
use crate::value::Whole;
use foldhash::fast::FixedState;
use loom::sync::atomic::{AtomicU64, Ordering};
use loom::thread;
use std::convert::Infallible;
use std::future::{pending, ready};
use std::marker::PhantomData;
use std::panic::Location;
use std::pin::pin;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

type Number = Flight<u64, u8>;

/// All schedules with up to so many preemptions: all there are for two threads, and for three what can be had.
fn check(preemptions: usize, kernel: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(kernel);
}

/// More than two threads of these kernels could use.
const ALL: usize = 20;

#[expect(clippy::unnecessary_wraps, reason = "it is an outcome")]
fn value(value: u64) -> Outcome<u64, u8> {
    Ok(Arc::new(value))
}

/// What came of waiting, as far as these kernels care: a value, or why there is none.
fn wait(flight: &Arc<Number>) -> Result<u64, &'static str> {
    told(waited(flight, Duration::MAX))
}

fn told(waited: Waited<u64, u8>) -> Result<u64, &'static str> {
    match waited {
        Waited::Landed(Ok(value)) => Ok(*value),
        Waited::Landed(Err(_)) => Err("failed"),
        Waited::Lost(_) => Err("lost"),
        Waited::TooLong(_) => Err("too long"),
        Waited::ForItself => Err("for itself"),
    }
}

fn waited(flight: &Arc<Number>, patience: Duration) -> Waited<u64, u8> {
    Wait::begin(flight.clone(), patience, 2).map_or(Waited::ForItself, Wait::wait)
}

/// A flight that the calling thread leads.
fn flight() -> Arc<Number> {
    Arc::new(Flight::new(Run::begin()))
}

#[test]
fn whoever_waits_gets_the_value_whenever_it_comes() {
    check(ALL, || {
        let flight = flight();
        let waiting = thread::spawn({
            let flight = flight.clone();
            move || wait(&flight)
        });
        flight.land(&value(7));
        assert_eq!(waiting.join().unwrap(), Ok(7));
    });
}

#[test]
fn whoever_waits_for_a_computation_that_comes_to_nothing_is_told() {
    check(ALL, || {
        let flight = flight();
        let waiting = thread::spawn({
            let flight = flight.clone();
            move || wait(&flight)
        });
        flight.lose();
        assert_eq!(waiting.join().unwrap(), Err("lost"));
    });
}

#[test]
fn a_failure_reaches_whoever_waits() {
    check(ALL, || {
        let flight = flight();
        let waiting = thread::spawn({
            let flight = flight.clone();
            move || wait(&flight)
        });
        flight.land(&Err(Arc::new(Mutex::new(1))));
        assert_eq!(waiting.join().unwrap(), Err("failed"));
    });
}

#[test]
fn two_who_wait_get_the_same_value() {
    check(2, || {
        let flight = flight();
        let waiting = [(); 2].map(|()| {
            let flight = flight.clone();
            thread::spawn(move || wait(&flight))
        });
        flight.land(&value(7));
        for waiting in waiting {
            assert_eq!(waiting.join().unwrap(), Ok(7));
        }
    });
}

#[test]
fn of_two_values_the_first_is_everybodys() {
    check(2, || {
        let flight = flight();
        let other = thread::spawn({
            let flight = flight.clone();
            move || flight.land(&value(2))
        });
        flight.land(&value(1));
        let first = thread::spawn({
            let flight = flight.clone();
            move || wait(&flight)
        });
        other.join().unwrap();
        let (first, second) = (first.join().unwrap(), wait_elsewhere(&flight));
        assert_eq!(first, second);
    });
}

/// Waits in a thread that does not lead the flight.
fn wait_elsewhere(flight: &Arc<Number>) -> Result<u64, &'static str> {
    let flight = flight.clone();
    thread::spawn(move || wait(&flight)).join().unwrap()
}

/// Wakes a thread that polls.
struct Bell(loom::sync::Notify);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.notify();
    }
}

/// Polls until there is something, and again only when woken.
fn poll_when_woken<R>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<R>) -> R {
    let bell = Arc::new(Bell(loom::sync::Notify::new()));
    let waker = Waker::from(bell.clone());
    loop {
        if let Poll::Ready(ready) = poll(&mut Context::from_waker(&waker)) {
            return ready;
        }
        bell.0.wait();
    }
}

/// Waits as a task.
fn wait_as_task(flight: &Arc<Number>) -> TaskWait<u64, u8> {
    let wait = Wait::begin(flight.clone(), Duration::MAX, 2);
    TaskWait::of(wait.expect("another thread leads the flight"))
}

#[test]
fn a_task_is_woken_whenever_the_value_comes() {
    check(ALL, || {
        let flight = flight();
        let waiting = thread::spawn({
            let flight = flight.clone();
            move || {
                let mut wait = wait_as_task(&flight);
                told(poll_when_woken(|cx| wait.poll(cx)))
            }
        });
        flight.land(&value(7));
        assert_eq!(waiting.join().unwrap(), Ok(7));
    });
}

#[test]
fn of_two_wakers_the_last_is_woken() {
    check(ALL, || {
        let flight = flight();
        let waiting = thread::spawn({
            let flight = flight.clone();
            move || {
                let mut wait = wait_as_task(&flight);
                match wait.poll(&mut Context::from_waker(Waker::noop())) {
                    Poll::Ready(waited) => told(waited),
                    Poll::Pending => told(poll_when_woken(|cx| wait.poll(cx))),
                }
            }
        });
        flight.lose();
        assert_eq!(waiting.join().unwrap(), Err("lost"));
    });
}

#[test]
fn a_helper_lands_what_the_leader_loses() {
    check(2, || {
        let flight = flight();
        let helper = thread::spawn({
            let flight = flight.clone();
            move || match waited(&flight, Duration::ZERO) {
                Waited::TooLong(helper) => helper.land(&value(7)),
                Waited::Lost(_) => {}
                _ => unreachable!("nobody else lands it"),
            }
        });
        flight.lose();
        helper.join().unwrap();
        // Who asks now is told that it has ended, one way or the other.
        assert!(matches!(wait_elsewhere(&flight), Ok(7) | Err("lost")));
    });
}

#[test]
fn of_two_who_wait_for_each_other_one_is_told() {
    check(ALL, || {
        let mine = flight();
        let (theirs, told) = (
            Arc::new(loom::sync::Mutex::new(None)),
            loom::sync::Arc::new(AtomicU64::new(0)),
        );
        let other = thread::spawn({
            let (mine, theirs, told) = (mine.clone(), theirs.clone(), told.clone());
            move || {
                let led = flight();
                *theirs.lock().unwrap() = Some(led.clone());
                let waited = wait(&mine);
                told.fetch_add(u64::from(waited == Err("for itself")), Ordering::Relaxed);
                led.land(&value(2));
                waited
            }
        });
        let led = theirs.lock().unwrap().clone();
        let waited = led.map_or(Ok(0), |led| wait(&led));
        told.fetch_add(u64::from(waited == Err("for itself")), Ordering::Relaxed);
        mine.land(&value(1));
        let others = other.join().unwrap();
        assert!(told.load(Ordering::Relaxed) <= 1, "{waited:?} {others:?}");
        assert!(
            matches!(waited, Ok(0 | 2) | Err("for itself")),
            "{waited:?}"
        );
        assert!(matches!(others, Ok(1) | Err("for itself")), "{others:?}");
    });
}

#[test]
fn who_has_been_answered_waits_for_nobody() {
    check(ALL, || {
        // The other waits for this thread's flight; once that has landed, waiting for the other is no circle.
        let mine = flight();
        let theirs = Arc::new(loom::sync::Mutex::new(None));
        let other = thread::spawn({
            let (mine, theirs) = (mine.clone(), theirs.clone());
            move || {
                let led = flight();
                *theirs.lock().unwrap() = Some(led.clone());
                assert_eq!(wait(&mine), Ok(1));
                led.land(&value(2));
            }
        });
        mine.land(&value(1));
        let led = theirs.lock().unwrap().clone();
        if let Some(led) = led {
            assert_eq!(wait(&led), Ok(2));
        }
        other.join().unwrap();
    });
}

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
    let mut call = Call::new();
    cache.entry(&ByRef(&1), WHOLE).claim_task(&mut call);
    let body = pin!(Some(pending()));
    let mut answer = pin!(call.answer(body, |_| true));
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
                let mut call = Call::new();
                cache.entry(&ByRef(&1), WHOLE).claim_task(&mut call);
                let body = pin!(Some(ready(7)));
                let mut answer = pin!(call.answer(body, |_| true));
                poll_when_woken(|cx| answer.as_mut().poll(cx))
            }
        });
        cancelled(&cache);
        assert_eq!(task.join().unwrap(), 7);
        cache.validate();
    });
}
