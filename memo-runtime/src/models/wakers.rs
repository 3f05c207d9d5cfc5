//! Who is woken, and by which waker; what wakers may do; and tasks that are not polled although they could be.

use super::*;
use crate::flight::{Flight, Helper, Run, TaskWait, Wait, Waited};

/// A body that takes two polls and tells how many have begun: 11 is the first.
async fn numbered(cache: Arc<Plain>) -> u64 {
    let run = cache.runs();
    yield_now().await;
    10 + run
}

fn in_task(cache: &Arc<Plain>) -> Thread<u64> {
    let call = cache.task(1, numbered(cache.clone()));
    Box::new(|| block_on(call))
}

/// Wakes by opening the gate, and does something before that and when it is dropped.
struct Nosy {
    gate: Arc<Gate>,
    first: Arc<dyn Fn() + Send + Sync>,
}

impl Wake for Nosy {
    fn wake(self: Arc<Self>) {
        (self.first)();
        self.gate.open();
    }
}

impl Drop for Nosy {
    fn drop(&mut self) {
        (self.first)();
    }
}

/// Polls until there is an answer, with wakers that do something first: with one more than it waits for.
fn block_on_nosily(mut task: Task, first: &Arc<dyn Fn() + Send + Sync>) -> u64 {
    let mut polled = |gate: &Arc<Gate>| {
        let (gate, first) = (gate.clone(), first.clone());
        poll(&mut task, &Arc::new(Nosy { gate, first }).into())
    };
    loop {
        let gate = Arc::new(Gate::default());
        let value = polled(&Arc::default()).or_else(|| polled(&gate));
        if let Some(value) = value {
            return value;
        }
        gate.pass();
    }
}

/// Gives the task up after one poll.
fn cancelled(cache: &Arc<Plain>) -> Thread<u64> {
    let mut call = cache.task(1, numbered(cache.clone()));
    Box::new(move || poll(&mut call, Waker::noop()).unwrap_or(0))
}

#[test]
fn who_polled_last_is_woken() {
    check(|| {
        let cache = Plain::new(2, None, FOR_EVER);
        let moves = || {
            let call = cache.task(1, numbered(cache.clone()));
            Box::new(|| moved(call)) as Thread<_>
        };
        assert_eq!(together(vec![moves(), moves(), in_task(&cache)]), [11; 3]);
        cache.is_at_rest(3);
    });
}

#[test]
fn a_waker_may_call() {
    check(|| {
        let cache = Plain::new(4, None, FOR_EVER);
        let calls = Arc::new(AtomicU64::new(0));
        let first: Arc<dyn Fn() + Send + Sync> = {
            let (cache, calls) = (cache.clone(), calls.clone());
            Arc::new(move || {
                for key in [1, 2] {
                    cache.call(key, || 10 + cache.runs());
                    calls.fetch_add(1, Ordering::SeqCst);
                }
            })
        };
        let nosy = || thread_with!(cache, first => block_on_nosily(cache.task(1, numbered(cache.clone())), &first));
        let values = together(vec![cancelled(&cache), nosy(), nosy(), in_task(&cache)]);
        assert_eq!(values[1..], [values[1]; 3]);
        drop(first);
        let returned = values.iter().filter(|it| **it != 0).count() as u64;
        cache.is_at_rest(returned + calls.load(Ordering::SeqCst));
    });
}

#[test]
fn a_waker_may_take_a_lock_under_which_others_call() {
    check(|| {
        let cache = Plain::new(4, None, FOR_EVER);
        let lock = Arc::new(Mutex::new(()));
        let first: Arc<dyn Fn() + Send + Sync> = {
            let lock = lock.clone();
            Arc::new(move || drop(lock.lock().unwrap()))
        };
        let nosy = || {
            thread_with!(cache, first => {
                // One that wakes nobody: whoever holds the lock may wait for it.
                let body = std::future::ready(1);
                block_on_nosily(cache.task(1, body), &first)
            })
        };
        // Wakes nobody, for that would be under the lock: those who call the other key are threads.
        let calls = thread_with!(cache, lock => {
            let _held = lock.lock().unwrap();
            cache.info();
            cache.peek(1);
            cache.call(2, || 1)
        });
        let other = thread_with!(cache => cache.call(2, || 1));
        together(vec![cancelled(&cache), nosy(), nosy(), calls, other]);
        cache.memo.validate();
    });
}

/// Wakes under the lock that its task is polled under.
#[derive(Default)]
struct Locks(Mutex<()>);

impl Wake for Locks {
    fn wake(self: Arc<Self>) {
        drop(self.0.lock().unwrap());
    }
}

#[test]
fn a_waker_may_take_the_lock_under_which_its_task_is_polled() {
    check(|| {
        let cache = Plain::new(4, None, FOR_EVER);
        let call = || {
            let mut call = cache.task(1, std::future::ready(1));
            Box::new(move || {
                let locks = Arc::new(Locks::default());
                loop {
                    let locked = locks.0.lock().unwrap();
                    // Not only when it is woken.
                    if let Some(value) = poll(&mut call, &locks.clone().into()) {
                        return value;
                    }
                    drop(locked);
                    thread::yield_now();
                }
            }) as Thread<_>
        };
        together(vec![cancelled(&cache), call(), call(), call()]);
        cache.memo.validate();
    });
}

/// Wakes by opening the gate, and panics.
struct Panics(Arc<Gate>);

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        self.0.open();
        std::panic::resume_unwind(Box::new("waker"));
    }
}

#[test]
fn when_a_waker_panics_the_others_are_woken_all_the_same() {
    check(|| {
        let cache = Plain::new(2, None, FOR_EVER);
        // One is cancelled, and one computes: it is their calls that panic then.
        let caught = |call: Thread<u64>| {
            Box::new(|| catch_unwind(AssertUnwindSafe(call)).unwrap_or(0)) as Thread<_>
        };
        let panics = thread_with!(cache => {
            let (gate, mut call) = (Arc::new(Gate::default()), cache.task(1, numbered(cache.clone())));
            if let Some(value) = poll(&mut call, &Arc::new(Panics(gate.clone())).into()) {
                return value;
            }
            gate.pass();
            block_on(call)
        });
        let values = together(vec![
            caught(cancelled(&cache)),
            caught(in_task(&cache)),
            caught(in_task(&cache)),
            caught(panics),
        ]);
        // Only one can panic, for only one waker does, once.
        let returned = values[1..].iter().filter(|it| **it != 0);
        assert!(returned.clone().count() >= 2, "{values:?}");
        assert!(
            returned.clone().all(|it| Some(*it) == cache.peek(1)),
            "{values:?}"
        );
        cache.memo.validate();
    });
}

/// A leader that has been polled once.
fn leader(cache: &Arc<Plain>) -> Task {
    let mut leader = cache.task(1, numbered(cache.clone()));
    assert_eq!(poll(&mut leader, Waker::noop()), None);
    leader
}

#[test]
fn a_leader_that_is_not_polled_stops_nobody() {
    for threads in [0, 1] {
        check(move || {
            let cache = Plain::new(2, None, SOME);
            let leader = leader(&cache);
            let thread = || thread_with!(cache => cache.call(1, || 10 + cache.runs()));
            let others = (0..threads).map(|_| thread());
            let others = others.chain([in_task(&cache), in_task(&cache)]);
            let values = together(others.collect());
            assert!(values.iter().all(|it| *it == values[0]), "{values:?}");
            assert_eq!(block_on(leader), values[0], "what they stored");
            cache.is_at_rest(3 + threads);
        });
    }
}

#[test]
fn whoever_computes_for_others_may_be_cancelled() {
    for polls in [1, 2, 3] {
        check(move || {
            let cache = Plain::new(2, None, SOME);
            let leader = leader(&cache);
            let helps = || {
                let mut call = cache.task(1, numbered(cache.clone()));
                Box::new(move || {
                    let polled = (0..polls).find_map(|_| poll(&mut call, Waker::noop()));
                    polled.unwrap_or(0)
                }) as Thread<_>
            };
            let values = together(vec![helps(), helps(), in_task(&cache), in_task(&cache)]);
            let returned = values.iter().filter(|it| **it != 0);
            assert!(returned.clone().all(|it| *it == values[2]), "{values:?}");
            drop(leader);
            cache.is_at_rest(returned.count() as u64);
        });
    }
}

type Number = Flight<u64, u8>;

/// What comes of a task's wait for one failure at most, if somebody else computes too and stops like this. The leader
/// does as it is told then.
fn wait_while_another(stops: fn(Helper<u64, u8>), leader: impl FnOnce(&Number)) -> Waited<u64, u8> {
    let flight = Arc::new(Number::new(Run::begin()));
    let waits = Arc::new(Gate::default());
    let begin = |flight: Arc<Number>, patience| {
        Wait::begin(flight, patience, 1).expect("another thread leads")
    };
    let task = thread::spawn(thread_with!(flight, waits => {
        let mut wait = TaskWait::of(begin(flight, Duration::MAX));
        waits.open();
        block_on(std::future::poll_fn(|cx| wait.poll(cx)))
    }));
    let other = thread::spawn(thread_with!(flight, waits => {
        waits.pass();
        match begin(flight, Duration::ZERO).wait() {
            Waited::TooLong(helper) => stops(helper),
            waited => unreachable!("{waited:?}"),
        }
    }));
    other.join().unwrap();
    leader(&flight);
    task.join().unwrap()
}

#[test]
fn who_waits_for_one_failure_is_woken_by_it() {
    check(|| {
        let waited = wait_while_another(drop, |_| {});
        assert!(matches!(waited, Waited::TooLong(_)), "{waited:?}");
    });
}

#[test]
fn who_waits_for_one_failure_waits_on_when_somebody_is_cancelled() {
    check(|| {
        let waited =
            wait_while_another(Helper::cancel, |flight| drop(flight.land(&Ok(Arc::new(7)))));
        assert!(matches!(waited, Waited::Landed(_)), "{waited:?}");
    });
}
