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

/// Thread `n` calls key `n`, whose body calls the next thread's.
fn circle_of(threads: u8) {
    check(move || {
        let cache = Plain::new(8, None, FOR_EVER);
        let call =
            |n: u8| thread_with!(cache => cache.call(n, || cache.call((n + 1) % threads, || 7)));
        assert_eq!(
            together((0..threads).map(call).collect()),
            vec![7_u64; threads.into()]
        );
        cache.memo.validate();
    });
}

#[test]
fn two_threads_that_need_each_other_finish_without_patience() {
    circle_of(2);
}

#[test]
fn three_threads_that_need_each_other_finish_without_patience() {
    circle_of(3);
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
