//! Who would wait for itself, and who waits too long.

use super::*;

#[test]
fn a_call_of_itself_computes_at_once() {
    check(|| {
        let cache = Plain::new(2, None, FOR_EVER);
        let call = || thread_with!(cache => cache.call(1, || cache.call(1, || cache.call(1, || 3) + 1) + 1));
        // The innermost is stored first, and everybody agrees on it.
        assert_eq!(together(vec![call(), call()]), [3_u64, 3]);
        assert_eq!(cache.runs(), 3);
        cache.memo.validate();
    });
}

#[test]
fn a_task_that_calls_itself_computes_at_once() {
    check(|| {
        let cache = Plain::new(2, None, FOR_EVER);
        let call = |run: fn(Task) -> u64| {
            let inner = cache.task(1, std::future::ready(3));
            let middle = cache.task(1, async { inner.await + 1 });
            let outer = cache.task(1, async { middle.await + 1 });
            Box::new(move || run(outer)) as Thread<_>
        };
        assert_eq!(together(vec![call(block_on), call(moved)]), [3_u64; 2]);
        assert_eq!(cache.runs(), 3);
        cache.memo.validate();
    });
}

/// Who calls, and how its body calls the next.
#[derive(Debug, Clone, Copy)]
enum By {
    Thread,
    /// Its body calls as a task does, and holds the thread up until there is an answer.
    ThreadByTask,
    Task,
    /// One that is polled by two threads.
    MovedTask,
    /// Its body calls as a thread does.
    TaskByThread,
}

const ALL: [By; 5] = [
    By::Thread,
    By::ThreadByTask,
    By::Task,
    By::MovedTask,
    By::TaskByThread,
];

/// The caller `n` calls key `n`, whose body calls the next one's.
fn circle_of(callers: Vec<By>, schedules: usize) {
    check_for(schedules, move || {
        let cache = Plain::new(8, None, FOR_EVER);
        let call = |(n, by): (u8, &By)| -> Thread<u64> {
            let next = (n + 1) % u8::try_from(callers.len()).unwrap();
            let task = move |cache: &Arc<Plain>| {
                let next = cache.task(next, std::future::ready(7));
                cache.task(n, next)
            };
            match by {
                By::Thread => thread_with!(cache => cache.call(n, || cache.call(next, || 7))),
                By::ThreadByTask => {
                    thread_with!(cache => cache.call(n, || block_on(cache.task(next, std::future::ready(7)))))
                }
                By::Task => thread_with!(cache => block_on(task(&cache))),
                By::MovedTask => thread_with!(cache => moved(task(&cache))),
                By::TaskByThread => thread_with!(cache => {
                    let body = async { cache.call(next, || 7) };
                    block_on(cache.ask_task(WHOLE, n, body, true))
                }),
            }
        };
        let all = (0..).zip(&callers).map(call);
        assert_eq!(together(all.collect()), vec![7; callers.len()]);
        cache.memo.validate();
    });
}

#[test]
fn two_that_need_each_other_finish_without_patience() {
    for one in ALL {
        for two in ALL {
            circle_of(vec![one, two], schedules() / 4);
        }
    }
}

#[test]
fn three_that_need_each_other_finish_without_patience() {
    for one in ALL {
        for two in ALL {
            for three in ALL {
                circle_of(vec![one, two, three], schedules() / 20);
            }
        }
    }
}

#[test]
fn a_circle_that_a_waiting_task_is_moved_into_is_seen() {
    check(|| {
        let cache = Plain::new(8, None, FOR_EVER);
        let leads = Arc::new(Gate::default());
        let one = {
            let (leads, other) = (leads.clone(), cache.task(2, std::future::ready(7)));
            let body = async move {
                leads.open();
                other.await
            };
            let one = cache.task(1, body);
            Box::new(|| block_on(one)) as Thread<_>
        };
        let two = thread_with!(cache, leads => {
            leads.pass();
            let mut waits = cache.task(1, std::future::ready(7));
            match poll(&mut waits, Waker::noop()) {
                Some(value) => value,
                None => block_on(cache.task(2, waits)),
            }
        });
        assert_eq!(together(vec![one, two]), [7_u64; 2]);
        cache.memo.validate();
    });
}

#[test]
fn two_that_need_each_other_finish_in_one_thread() {
    check(|| {
        let cache = Plain::new(8, None, FOR_EVER);
        let needs = |key, other| {
            let other = cache.task(other, std::future::ready(7));
            cache.task(key, async {
                yield_now().await;
                other.await
            })
        };
        let both = [needs(0, 1), needs(1, 0)];
        let other = thread_with!(cache => [cache.call(0, || cache.call(1, || 7)); 2]);
        let joined = Box::new(|| block_on(join(both)));
        assert_eq!(together(vec![joined, other]), [[7; 2]; 2]);
        cache.memo.validate();
    });
}

#[test]
fn a_circle_through_two_caches_is_seen() {
    check(|| {
        let (a, b) = (Plain::new(8, None, FOR_EVER), Plain::new(8, None, FOR_EVER));
        let one = thread_with!(a, b => a.call(1, || b.call(1, || 7)));
        let two = thread_with!(a, b => b.call(1, || a.call(1, || 7)));
        assert_eq!(together(vec![one, two]), [7_u64, 7]);
        a.memo.validate();
        b.memo.validate();
    });
}

#[test]
fn a_wait_that_nobody_can_see_ends_by_patience() {
    check(|| {
        let cache = Plain::new(2, None, SOME);
        let gate = Arc::new(Gate::default());
        // Whoever is first waits for what only another computation of the same key does.
        let call = || {
            thread_with!(cache, gate => cache.call(1, || {
                match cache.runs() {
                    1 => gate.pass(),
                    _ => gate.open(),
                }
                cache.runs()
            }))
        };
        let values = together(vec![call(), call(), call()]);
        assert!(values.iter().all(|value| *value == values[0]), "{values:?}");
        cache.is_at_rest(3);
    });
}

#[test]
fn patience_may_end_at_any_moment() {
    check(|| {
        let cache = Plain::new(2, None, SOME);
        let call = || thread_with!(cache => cache.call(1, || 10 + cache.runs()));
        let clear = thread_with!(cache => u64::from(cache.remove(1)));
        together(vec![call(), call(), call(), clear]);
        cache.memo.validate();
    });
}

#[test]
fn those_who_have_lost_patience_and_those_who_wait_get_one_value() {
    // It takes three coincidences to tell.
    check_for(10 * schedules(), || {
        let cache = Plain::new(2, None, SOME);
        let call = || thread_with!(cache => cache.call(1, || 10 + cache.runs()));
        let values = together(vec![call(), call(), call()]);
        assert!(values.iter().all(|value| *value == values[0]), "{values:?}");
        cache.is_at_rest(3);
    });
}

#[test]
fn what_is_refused_is_for_those_who_wait_and_for_nobody_after_them() {
    check(|| {
        let cache = Plain::new(2, None, SOME);
        let (gate, leads) = (Arc::new(Gate::default()), Arc::new(Gate::default()));
        let ask = |cache: &Plain, value| cache.ask(WHOLE, 1, || value, false);
        let leader = thread_with!(cache, gate, leads => {
            let body = || { leads.open(); gate.pass(); 1 };
            assert_eq!(cache.ask(WHOLE, 1, body, false), 1);
        });
        // Each of its calls waits, and loses patience.
        let other = thread_with!(cache => {
            leads.pass();
            assert_eq!([2, 3].map(|value| ask(&cache, value)), [2, 3]);
            gate.open();
        });
        together(vec![leader, other]);
        cache.is_at_rest(3);
    });
}

#[test]
fn whoever_holds_a_lock_leaves_nobody_waiting() {
    check(|| {
        let (x, f) = (Plain::new(4, None, FOR_EVER), Plain::new(4, None, FOR_EVER));
        x.call(0, || 0);
        // Leads under the lock of the other cache, and may not get this one's back in time to end it.
        let nested = thread_with!(x, f => u64::from(x.memo.retain(|_| f.call(1, || 1) == 1) > 0));
        let waits = thread_with!(f => f.call(1, || 1));
        let other = thread_with!(f => f.call(2, || 2));
        together(vec![nested, waits, other]);
        f.info();
        f.memo.validate();
        x.memo.validate();
    });
}

#[test]
fn predicates_that_call_crosswise_finish_without_patience() {
    check(|| {
        let (x, f) = (Plain::new(4, None, FOR_EVER), Plain::new(4, None, FOR_EVER));
        x.call(0, || 0);
        f.call(0, || 0);
        let one = thread_with!(x, f => x.memo.retain(|_| f.call(1, || x.call(1, || 1)) == 1));
        let two = thread_with!(x, f => f.memo.retain(|_| x.call(1, || f.call(1, || 1)) == 1));
        let three = thread_with!(x, f => usize::from(f.call(1, || x.call(1, || 1)) != 1));
        assert_eq!(together(vec![one, two, three]), [0_usize; 3]);
        f.info();
        x.info();
        f.memo.validate();
        x.memo.validate();
    });
}
