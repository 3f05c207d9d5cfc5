//! Flights: who waits is told, once, and the same as all others, and nobody waits for itself.

use super::{ALL, check, poll_when_woken};
use crate::flight::{Flight, Outcome, Run, TaskWait, Wait, Waited};
use crate::sync::{Arc, Mutex};
use loom::sync::atomic::{AtomicU64, Ordering};
use loom::thread;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

type Number = Flight<u64, u8>;

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
