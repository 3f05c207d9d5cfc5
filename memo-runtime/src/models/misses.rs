//! Misses of one key and of several.

use super::*;

#[test]
fn misses_of_one_key_run_the_body_once() {
    for callers in [2, 3, 4] {
        check(move || {
            let cache = Plain::new(2, None, FOR_EVER);
            let call = || thread_with!(cache => cache.call(1, || 10 + cache.runs()));
            assert_eq!(
                together((0..callers).map(|_| call()).collect()),
                vec![11_u64; callers]
            );
            assert_eq!(cache.runs(), 1);
            cache.is_at_rest(callers as u64);
        });
    }
}

#[test]
fn misses_of_different_keys_do_not_wait_for_each_other() {
    check(|| {
        let cache = Plain::new(2, None, FOR_EVER);
        let gate = Arc::new(Gate::default());
        together(vec![
            thread_with!(cache, gate => cache.call(1, || { gate.pass(); 1 })),
            thread_with!(cache, gate => cache.call(2, || { gate.open(); 2 })),
        ]);
        cache.is_at_rest(2);
    });
}

#[test]
fn without_single_flight_the_first_value_stored_is_everybodys() {
    check(|| {
        let cache = Plain::new(2, None, None);
        let number = Arc::new(AtomicU64::new(0));
        let call = || thread_with!(cache, number => cache.call(1, || number.fetch_add(1, Ordering::SeqCst)));
        let values = together(vec![call(), call(), call()]);
        assert!(values.iter().all(|value| *value == values[0]), "{values:?}");
        assert_eq!(cache.peek(1), Some(values[0]));
        cache.is_at_rest(3);
    });
}

#[test]
fn evictions_and_hits_do_not_mix_keys() {
    check(|| {
        let cache = Plain::new(1, None, FOR_EVER);
        let calls = |keys: [u8; 4]| {
            thread_with!(cache => for key in keys {
                assert_eq!(cache.call(key, || u64::from(key)), u64::from(key));
            })
        };
        together(vec![calls([1, 2, 1, 1]), calls([2, 1, 2, 1])]);
        cache.is_at_rest(8);
    });
}
