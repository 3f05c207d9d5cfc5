//! What leaves the store is dropped at once, and outside the lock.

use crate::{must_return, secs};
use memo_runtime::{memoize, testing};
use memo_tests::crowd::{Awaited, all_at_once};
use std::sync::Arc;

/// How many clones of the token somebody holds.
fn held(token: &Arc<()>) -> usize {
    Arc::strong_count(token) - 1
}

#[test]
fn an_evicted_value_is_dropped_at_once() {
    #[memoize(maxsize = 3)]
    fn keep(_x: u32, #[memo(skip)] token: &Arc<()>) -> Arc<()> {
        token.clone()
    }

    let token = Arc::new(());
    for x in 1..=10 {
        keep(x, &token);
        assert_eq!(held(&token), usize::try_from(x.min(3)).unwrap());
    }
    keep::cache_resize(1);
    assert_eq!(held(&token), 1);
}

#[test]
fn a_replaced_value_is_handed_back_or_dropped_at_once() {
    #[memoize]
    fn keep(_x: u32, #[memo(skip)] token: &Arc<()>) -> Arc<()> {
        token.clone()
    }

    let token = Arc::new(());
    keep(1, &token);
    let before = keep::cache_insert(1, Arc::new(()));
    assert!(before.is_some_and(|before| Arc::ptr_eq(&before, &token)));
    assert_eq!(held(&token), 0);
    keep::cache_refresh(1, &token);
    keep::cache_refresh(1, &Arc::new(()));
    assert_eq!(held(&token), 0);
}

#[test]
fn a_removed_value_is_dropped_at_once() {
    #[memoize]
    fn keep(_x: u32, #[memo(skip)] token: &Arc<()>) -> Arc<()> {
        token.clone()
    }

    let token = Arc::new(());
    for x in 0..10 {
        keep(x, &token);
    }
    keep::cache_remove(3);
    assert_eq!(held(&token), 9);
    keep::cache_retain(|x| *x < 5);
    assert_eq!(held(&token), 4);
    keep::cache_clear();
    assert_eq!(held(&token), 0);
}

#[test]
fn expired_values_are_dropped_by_calls_for_other_keys() {
    #[memoize(ttl = "30s")]
    fn keep(_x: u32, #[memo(skip)] token: &Arc<()>) -> Arc<()> {
        token.clone()
    }

    let clock = testing::pause();
    let (token, other) = (Arc::new(()), Arc::new(()));
    for x in 0..10 {
        keep(x, &token);
    }
    clock.advance(secs(30));
    for x in 11..=21 {
        keep(x, &other);
    }
    assert_eq!(held(&token), 0);
    clock.advance(secs(30));
    assert_eq!(keep::cache_info().currsize, 0);
    assert_eq!(held(&other), 0);
}

#[test]
fn a_value_that_is_not_stored_is_not_held() {
    #[memoize(cache_if = |_| false)]
    fn refused(_x: u32, #[memo(skip)] token: &Arc<()>) -> Arc<()> {
        token.clone()
    }
    #[memoize]
    fn cleared(_x: u32, #[memo(skip)] token: &Arc<()>) -> Arc<()> {
        cleared::cache_clear();
        token.clone()
    }
    #[memoize]
    fn overtaken(x: u32, #[memo(skip)] token: &Arc<()>) -> Arc<()> {
        overtaken::cache_insert(x, Arc::new(()));
        token.clone()
    }

    let token = Arc::new(());
    refused(1, &token);
    refused::cache_insert(1, token.clone());
    cleared(1, &token);
    overtaken(1, &token);
    assert_eq!(held(&token), 0);
}

#[test]
fn a_value_that_others_waited_for_is_held_by_the_cache_alone() {
    #[memoize(single_flight = "1h")]
    fn keep(x: &Awaited, #[memo(skip)] token: &Arc<()>) -> Arc<()> {
        x.until_awaited(7);
        token.clone()
    }
    #[memoize(single_flight = "1h", cache_if = |_| false)]
    fn refuse(x: &Awaited, #[memo(skip)] token: &Arc<()>) -> Arc<()> {
        x.until_awaited(7);
        token.clone()
    }

    must_return(|| {
        let token = Arc::new(());
        let key = Awaited::new(1);
        all_at_once(8, |_| drop(keep(&key, &token)));
        assert_eq!(held(&token), 1);
        keep::cache_clear();
        assert_eq!(held(&token), 0);
        let key = Awaited::new(1);
        all_at_once(8, |_| drop(refuse(&key, &token)));
        assert_eq!(held(&token), 0);
    });
}

#[test]
fn keys_are_dropped_with_their_entries() {
    #[memoize(maxsize = 3)]
    fn count(names: &Arc<str>) -> usize {
        names.len()
    }

    let names: Vec<Arc<str>> = (0..10).map(|n: u32| n.to_string().into()).collect();
    for name in &names {
        count(name);
        count(name);
    }
    let held = || -> usize { names.iter().map(|it| Arc::strong_count(it) - 1).sum() };
    assert_eq!(held(), 3);
    count::cache_remove(&names[9]);
    assert_eq!(held(), 2);
    count::cache_clear();
    assert_eq!(held(), 0);
}

/// Asserts that nothing hangs if a value's `Drop` uses the function it came from while the value leaves like this.
macro_rules! may_call_as_it_leaves {
    ($($leave:expr),* $(,)?) => {{
        #[derive(Clone)]
        struct Caller(u32);

        impl Drop for Caller {
            fn drop(&mut self) {
                let _ = make::cache_info();
                if self.0 < 100 {
                    make(100 + self.0 % 7);
                    make::cache_remove(100 + self.0 % 5);
                }
            }
        }

        #[memoize(maxsize = 4, ttl = "30s")]
        fn make(x: u32) -> Caller {
            Caller(x)
        }

        must_return(|| {
            let clock = testing::pause();
            $({
                for x in 0..4 {
                    make(x);
                }
                let leave: &dyn Fn(&testing::Clock) = &$leave;
                leave(&clock);
                assert!(make::cache_info().currsize <= 4);
            })*
        });
    }};
}

#[test]
fn a_value_may_call_the_function_as_it_is_evicted() {
    may_call_as_it_leaves!(
        |_| drop(make(9)),
        |_| drop(make::cache_insert(9, Caller(9))),
        |_| make::cache_resize(1),
        |_| make::cache_resize(4),
    );
}

#[test]
fn a_value_may_call_the_function_as_it_is_replaced() {
    may_call_as_it_leaves!(|_| drop(make::cache_insert(1, Caller(1))), |_| drop(
        make::cache_refresh(1)
    ),);
}

#[test]
fn a_value_may_call_the_function_as_it_is_removed() {
    may_call_as_it_leaves!(
        |_| {
            let _ = make::cache_remove(1);
        },
        |_| {
            let _ = make::cache_retain(|x| x % 2 == 0);
        },
        |_| make::cache_clear(),
    );
}

#[test]
fn a_value_may_call_the_function_as_it_expires() {
    may_call_as_it_leaves!(
        |clock| {
            clock.advance(secs(30));
            make(1);
        },
        |clock| {
            clock.advance(secs(30));
            let _ = make::cache_info();
        },
        |clock| {
            clock.advance(secs(30));
            assert!(make::cache_peek(1).is_none());
        },
        |clock| {
            clock.step_back(secs(1));
            make(1);
        },
    );
}

#[test]
fn a_key_may_call_the_function_as_it_leaves() {
    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Caller(u32);

    impl Drop for Caller {
        fn drop(&mut self) {
            let _ = double::cache_info();
            if self.0 > 1_000 {
                double(&Caller(self.0 % 1_000));
            }
        }
    }

    #[memoize(maxsize = 3)]
    fn double(x: &Caller) -> u32 {
        2 * x.0
    }

    must_return(|| {
        for x in 1_001..1_020 {
            assert_eq!(double(&Caller(x)), 2 * x);
            double::cache_insert(&Caller(x), 7);
        }
        double::cache_retain(|key| key.0 % 2 == 0);
        double::cache_remove(&Caller(1_019));
        double::cache_clear();
        assert!(double::cache_info().currsize <= 3);
    });
}
