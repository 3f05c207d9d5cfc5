//! What changes a cache while others compute.

use super::*;

/// Bodies read the epoch; whoever changes it clears. No call that begins after a clear may see the epoch before.
fn no_value_is_older_than(clear: fn(&Cache<Infallible>), patience: Option<Duration>) {
    check(move || {
        let cache = Plain::new(2, None, patience);
        let epoch = Arc::new(AtomicU64::new(1));
        // What the last clear but one has dropped cannot come back.
        let is_late = |seen, before| assert!(seen + 1 >= before, "{seen} in epoch {before}");
        let call = || {
            thread_with!(cache, epoch => {
                let before = epoch.load(Ordering::SeqCst);
                is_late(cache.call(1, || epoch.load(Ordering::SeqCst)), before);
            })
        };
        let task = thread_with!(cache, epoch => {
            let before = epoch.load(Ordering::SeqCst);
            let body = async { let seen = epoch.load(Ordering::SeqCst); yield_now().await; seen };
            is_late(block_on(cache.ask_task(WHOLE, 1, body, true)), before);
        });
        let reload = thread_with!(cache, epoch => {
            epoch.fetch_add(1, Ordering::SeqCst);
            clear(&cache);
            let seen = cache.call(1, || epoch.load(Ordering::SeqCst));
            assert_eq!(seen, 2, "a call after the clear");
        });
        together(vec![call(), call(), task, reload]);
        assert_eq!(cache.call(1, || 2), 2, "what is stored in the end");
        cache.memo.validate();
    });
}

#[test]
fn no_value_is_older_than_the_last_clear() {
    no_value_is_older_than(
        |cache| {
            cache.memo.clear();
        },
        FOR_EVER,
    );
    no_value_is_older_than(
        |cache| {
            cache.memo.clear();
        },
        SOME,
    );
    no_value_is_older_than(
        |cache| {
            cache.memo.clear();
        },
        None,
    );
}

#[test]
fn no_value_is_older_than_the_last_removal() {
    no_value_is_older_than(
        |cache| {
            cache.remove(1);
        },
        FOR_EVER,
    );
    no_value_is_older_than(
        |cache| {
            cache.remove(1);
        },
        SOME,
    );
    no_value_is_older_than(
        |cache| {
            cache.memo.retain(|_| false);
        },
        FOR_EVER,
    );
}

#[test]
fn an_insert_is_never_overwritten_by_an_older_computation() {
    for patience in [FOR_EVER, SOME, None] {
        check(move || {
            let cache = Plain::new(2, None, patience);
            let call = thread_with!(cache => cache.call(1, || 1));
            let task = cache.task(1, async {
                yield_now().await;
                1
            });
            together(vec![
                call,
                Box::new(|| block_on(task)),
                thread_with!(cache => cache.insert(1, 2).unwrap_or(2)),
            ]);
            assert_eq!(cache.peek(1), Some(2));
            cache.is_at_rest(2);
        });
    }
}

#[test]
fn an_insert_releases_those_who_wait() {
    check(|| {
        let cache = Plain::new(2, None, FOR_EVER);
        let (gate, leads) = (Arc::new(Gate::default()), Arc::new(Gate::default()));
        let leader =
            thread_with!(cache, gate, leads => cache.call(1, || { leads.open(); gate.pass(); 1 }));
        let follower = thread_with!(cache, gate, leads => {
            leads.pass();
            let seen = cache.call(1, || unreachable!("somebody computes, or it is there"));
            gate.open(); // only now does the leader go on
            seen
        });
        let other = thread_with!(cache, leads => { leads.pass(); cache.insert(1, 7); 7_u64 });
        assert_eq!(together(vec![leader, follower, other]), [7_u64, 7, 7]);
        cache.is_at_rest(2);
    });
}

#[test]
fn a_refresh_replaces_and_those_who_wait_for_it_get_its_value() {
    for patience in [FOR_EVER, SOME] {
        check(move || {
            let cache = Plain::new(2, None, patience);
            let call = || thread_with!(cache => cache.call(1, || 1));
            let refresh = thread_with!(cache => cache.refresh(1, || 2));
            let refreshed = together(vec![call(), call(), refresh])[2];
            // Who has lost patience with it computes later and may be done before.
            assert!(refreshed == 2_u64 || patience == SOME, "{refreshed}");
            cache.is_at_rest(3);
        });
    }
}

#[test]
fn a_task_that_refreshes_replaces_unless_it_is_cancelled() {
    for polls in [1, 2, 3] {
        check(move || {
            let cache = Plain::new(2, None, FOR_EVER);
            let call = || {
                let call = cache.task(1, async {
                    yield_now().await;
                    1
                });
                Box::new(|| Some(block_on(call))) as Thread<_>
            };
            let refresh = thread_with!(cache => {
                let body = async { yield_now().await; 2 };
                given_up(Box::pin(async move { cache.refresh_task(1, body).await }), polls)
            });
            let values = together(vec![refresh, call(), call()]);
            match values[0] {
                Some(value) => assert_eq!((value, cache.peek(1)), (2_u64, Some(2))),
                None => assert_eq!(cache.peek(1), Some(1)),
            }
            cache.is_at_rest(values.iter().flatten().count() as u64);
        });
    }
}

#[test]
fn what_is_removed_while_a_task_computes_is_not_stored() {
    check(|| {
        let cache = Plain::new(2, None, FOR_EVER);
        let (leads, gate) = (Arc::new(Gate::default()), Arc::new(Gate::default()));
        let leader = {
            let (leads, gate) = (leads.clone(), gate.clone());
            let body = async move {
                leads.open();
                gate.passed().await;
                1
            };
            let leader = cache.task(1, body);
            Box::new(|| block_on(leader)) as Thread<_>
        };
        let task = cache.task(1, std::future::ready(2));
        let after = thread_with!(cache, leads, gate => {
            leads.pass();
            cache.remove(1);
            let value = block_on(task);
            gate.open();
            value
        });
        assert_eq!(together(vec![leader, after]), [1_u64, 2]);
        assert_eq!(cache.peek(1), Some(2));
        cache.is_at_rest(2);
    });
}

#[test]
fn the_bound_holds_while_it_changes() {
    check(|| {
        let cache = Plain::new(3, None, FOR_EVER);
        let calls = |from: u8| {
            thread_with!(cache => for key in from..from + 3 {
                assert_eq!(cache.call(key, || u64::from(key)), u64::from(key));
            })
        };
        let resize = thread_with!(cache => for bound in [1, 0, 2] {
            cache.memo.resize(bound);
            let info = cache.info();
            assert!(info.currsize <= bound, "{info:?}");
        });
        together(vec![calls(0), calls(1), resize]);
        assert_eq!(cache.info().maxsize, Some(2));
        cache.is_at_rest(6);
    });
}

#[test]
fn two_clears_and_a_call_leave_nothing_behind() {
    check(|| {
        let cache = Plain::new(2, None, FOR_EVER);
        let clear = || thread_with!(cache => { cache.memo.clear(); });
        let call = thread_with!(cache => assert_eq!(cache.call(1, || 1), 1));
        together(vec![clear(), clear(), call]);
        cache.memo.clear();
        cache.memo.validate();
        assert_eq!(cache.info().currsize, 0);
    });
}

#[test]
fn no_value_is_served_past_its_ttl() {
    check(|| {
        let clock = testing::pause(); // for all threads of the model: they are one thread to the clock
        let ttl = Duration::from_nanos(10);
        let cache: Arc<Cache<Infallible, (SoonestToExpire, After, FixedState)>> =
            Cache::new(2, Some(ttl), FOR_EVER);
        let time = Arc::new(AtomicU64::new(0));
        let call = || {
            thread_with!(cache, time => for _ in 0..2 {
                let before = time.load(Ordering::SeqCst);
                let seen = cache.call(1, || 1_000);
                assert!(seen + 10 > before, "{seen} was stored then, and asked for at {before}");
            })
        };
        let calls = [call(), call()].map(thread::spawn);
        for now in [0, 10, 20] {
            cache.insert(1, now);
            clock.advance(ttl);
            time.store(now + 10, Ordering::SeqCst);
            thread::yield_now();
        }
        for call in calls {
            call.join().unwrap();
        }
        cache.memo.validate();
    });
}
