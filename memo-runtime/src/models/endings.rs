//! How a computation ends: with a panic, with a failure, with a value that is not stored.

use super::*;

/// A call whose body may panic, and whether it did.
fn panics(cache: &Cache<Infallible>, body: impl FnOnce() -> u64) -> bool {
    let call = AssertUnwindSafe(|| cache.call(1, body));
    catch_unwind(call).is_err()
}

#[test]
fn when_the_leader_panics_exactly_one_of_the_others_computes() {
    check(|| {
        let cache = Plain::new(2, None, FOR_EVER);
        let body = |run: u64| {
            if run == 1 {
                std::panic::resume_unwind(Box::new("once"));
            }
            run
        };
        let call = || thread_with!(cache => panics(&cache, || body(cache.runs())));
        // Counted before the body runs, so the first to run is number 1 only if it runs alone.
        let panicked = together(vec![call(), call(), call()]);
        assert_eq!(panicked.iter().filter(|it| **it).count(), 1);
        assert_eq!((cache.runs(), cache.peek(1)), (2, Some(2)));
        cache.is_at_rest(3 - 1 + 1);
    });
}

#[test]
fn when_the_body_always_panics_everybody_has_a_panic_of_their_own() {
    check(|| {
        let cache = Plain::new(2, None, FOR_EVER);
        let call = || thread_with!(cache => panics(&cache, || std::panic::resume_unwind(Box::new("always"))));
        assert_eq!(together(vec![call(), call(), call(), call()]), [true; 4]);
        assert_eq!((cache.runs(), cache.peek(1)), (4, None));
        cache.is_at_rest(4);
    });
}

#[test]
fn a_failure_that_can_be_shared_is_everybodys() {
    check(|| {
        let cache: Arc<Cache<Shared<u8>>> = Cache::new(2, None, FOR_EVER);
        let leads = Arc::new(Gate::default());
        let leader: Thread<Result<u64, u8>> =
            thread_with!(cache, leads => cache.try_call(1, || { leads.open(); Err(1_u8) }));
        let follower =
            || thread_with!(cache, leads => { leads.pass(); cache.try_call(1, || Ok(2)) });
        let outcomes = together(vec![leader, follower(), follower()]);
        assert_eq!(outcomes[0], Err(1));
        // A success is never made up, and whoever computed anew stored it for the rest.
        let after = outcomes.iter().filter(|it| it.is_ok()).count();
        assert_eq!(cache.runs(), if after == 0 { 1 } else { 2 });
        cache.is_at_rest(3);
    });
}

#[test]
fn nobody_waits_for_more_than_two_failures_that_cannot_be_shared() {
    check(|| {
        let cache = Plain::new(2, None, FOR_EVER);
        let call = || thread_with!(cache => cache.try_call(1, || Err(1)));
        let outcomes = together(vec![call(), call(), call(), call(), call()]);
        assert_eq!(outcomes, [Err(1_u8); 5]);
        assert_eq!(cache.runs(), 5);
        cache.is_at_rest(5);
    });
}

#[test]
fn what_cache_if_refuses_is_handed_to_those_who_wait() {
    check(|| {
        let cache = Plain::new(2, None, FOR_EVER);
        let call = || thread_with!(cache => cache.ask(WHOLE, 1, || 5, false));
        assert_eq!(together(vec![call(), call(), call()]), [5_u64; 3]);
        assert_eq!(cache.peek(1), None);
        cache.is_at_rest(3);
    });
}
