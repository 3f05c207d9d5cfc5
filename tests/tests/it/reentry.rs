//! A key's `Eq` and a value's `Clone` run in the middle of things, and may call whatever they like.
#![expect(clippy::needless_pass_by_value, reason = "a key of its own type")]

use super::must_return;
use memo_runtime::memoize;
use memo_tests::crowd::Gate;
use std::cell::{Cell, RefCell};
use std::hash::{Hash, Hasher};
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::thread;

thread_local! {
    /// What the next `Eq` or `Clone` of this thread does, once.
    static MISCHIEF: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

fn plan(mischief: impl FnOnce() + 'static) {
    MISCHIEF.set(Some(Box::new(mischief)));
}

fn strike() {
    if let Some(mischief) = MISCHIEF.take() {
        mischief();
    }
}

/// Hashes like any other, so that it is compared with all.
#[derive(Clone, Debug)]
struct Key(u32);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        strike();
        self.0 == other.0
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

#[derive(Debug, PartialEq)]
struct Value(u32);

impl Clone for Value {
    fn clone(&self) -> Self {
        strike();
        Self(self.0)
    }
}

#[test]
fn the_eq_of_a_key_may_call_the_function() {
    #[memoize]
    fn double(x: Key) -> u32 {
        2 * x.0
    }

    must_return(|| {
        miss!(double(Key(1)), 2);
        plan(|| assert_eq!(double(Key(1)), 2)); // computed, for what is stored cannot be reached from there
        assert_eq!(double(Key(1)), 2);
        let info = double::cache_info();
        assert_eq!((info.hits, info.misses, info.currsize), (1, 2, 1));
        plan(|| assert_eq!(double(Key(2)), 4));
        assert_eq!(double(Key(3)), 6);
    });
}

#[test]
fn the_clone_of_a_value_may_call_the_function() {
    #[memoize]
    fn make(x: u32) -> Value {
        Value(x)
    }

    must_return(|| {
        miss!(make(1), Value(1));
        plan(|| assert_eq!((make(1), make(2)), (Value(1), Value(2))));
        assert_eq!(make(1), Value(1));
        let info = make::cache_info();
        assert_eq!((info.hits, info.misses, info.currsize), (1, 3, 1));
    });
}

#[test]
fn what_is_asked_of_the_cache_from_there_is_done_afterwards() {
    #[memoize]
    fn make(x: u32) -> Value {
        Value(x)
    }

    must_return(|| {
        for x in 0..4 {
            miss!(make(x), Value(x));
        }
        plan(|| assert!(!make::cache_remove(1)));
        hit!(make(0), Value(0));
        assert!(!make::cache_contains(1));

        plan(|| assert_eq!(make::cache_insert(5, Value(7)), None));
        hit!(make(0), Value(0));
        hit!(make(5), Value(7));

        plan(|| make::cache_resize(2));
        hit!(make(0), Value(0));
        assert_eq!(make::cache_info().maxsize, Some(2));
        assert_eq!(make::cache_info().currsize, 2);

        plan(make::cache_clear);
        assert_eq!(make(0), Value(0));
        let info = make::cache_info();
        assert_eq!((info.hits, info.misses, info.currsize), (0, 0, 0));
    });
}

#[test]
fn what_is_asked_about_the_cache_from_there_has_an_answer() {
    #[memoize]
    fn make(x: u32) -> Value {
        Value(x)
    }

    must_return(|| {
        miss!(make(1), Value(1));
        plan(|| {
            assert_eq!(make::cache_info().maxsize, Some(128));
            assert_eq!(make::cache_parameters().maxsize, Some(128));
            assert!(!make::cache_contains(1));
            assert_eq!(make::cache_peek(1), None);
            assert_eq!(make::cache_refresh(1), Value(1));
            assert_eq!(make::cache_retain(|_| false), 0);
            assert!(!memo_runtime::caches().is_empty());
        });
        assert_eq!(make(1), Value(1));
        assert!(make::cache_contains(1));
    });
}

#[test]
fn a_predicate_may_call_the_function() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }

    must_return(|| {
        miss!(double(1), 2);
        miss!(double(2), 4);
        assert_eq!(double::cache_retain(|&x| double(x) > 2), 1);
        hit!(double(2), 4);
    });
}

#[test]
fn a_key_that_removes_keys_whenever_it_is_compared_comes_to_an_end() {
    #[derive(Clone)]
    struct Remover(u32);
    impl PartialEq for Remover {
        fn eq(&self, other: &Self) -> bool {
            double::cache_remove(Self(self.0));
            self.0 == other.0
        }
    }
    impl Eq for Remover {}
    impl Hash for Remover {
        fn hash<H: Hasher>(&self, _: &mut H) {}
    }

    #[memoize]
    fn double(x: Remover) -> u32 {
        2 * x.0
    }

    must_return(|| {
        for x in [1, 1, 2, 1, 2] {
            assert_eq!(double(Remover(x)), 2 * x);
        }
    });
}

#[test]
fn two_caches_whose_keys_call_each_other_do_not_block_each_other() {
    #[derive(Clone)]
    struct Left(u32);
    impl PartialEq for Left {
        fn eq(&self, other: &Self) -> bool {
            right(Right(self.0));
            self.0 == other.0
        }
    }
    impl Eq for Left {}
    impl Hash for Left {
        fn hash<H: Hasher>(&self, _: &mut H) {}
    }
    #[derive(Clone)]
    struct Right(u32);
    impl PartialEq for Right {
        fn eq(&self, other: &Self) -> bool {
            left(Left(self.0));
            self.0 == other.0
        }
    }
    impl Eq for Right {}
    impl Hash for Right {
        fn hash<H: Hasher>(&self, _: &mut H) {}
    }

    #[memoize(maxsize = 4)]
    fn left(x: Left) -> u32 {
        x.0
    }
    #[memoize(maxsize = 4)]
    fn right(x: Right) -> u32 {
        x.0
    }

    must_return(|| {
        std::thread::scope(|scope| {
            for from in 0..4 {
                scope.spawn(move || {
                    for x in from..from + 500 {
                        assert_eq!(left(Left(x % 6)), x % 6);
                        assert_eq!(right(Right(x % 6)), x % 6);
                    }
                });
            }
        });
    });
}

#[test]
fn what_a_key_asks_for_whenever_it_is_compared_does_not_pile_up() {
    thread_local!(static COMPARED: Cell<u32> = const { Cell::new(0) });
    #[derive(Clone)]
    struct Remover(u32);
    impl PartialEq for Remover {
        fn eq(&self, other: &Self) -> bool {
            COMPARED.set(COMPARED.get() + 1);
            double::cache_remove(Self(99));
            self.0 == other.0
        }
    }
    impl Eq for Remover {}
    impl Hash for Remover {
        fn hash<H: Hasher>(&self, _: &mut H) {}
    }

    #[memoize]
    fn double(x: Remover) -> u32 {
        2 * x.0
    }

    for x in 0..300 {
        COMPARED.set(0);
        double(Remover(x % 3));
        assert!(
            COMPARED.get() < 50,
            "call {x} compared {} times",
            COMPARED.get()
        );
    }
}

/// Hardly more than bits: made under the lock.
#[derive(Clone, Copy, Debug)]
struct Bits(u32);

impl PartialEq for Bits {
    fn eq(&self, other: &Self) -> bool {
        strike();
        self.0 == other.0
    }
}

impl Eq for Bits {}

impl Hash for Bits {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

#[test]
fn a_clear_from_there_is_done_before_the_body_runs() {
    #[memoize]
    fn held(x: Bits) -> usize {
        if x.0 == 2 {
            held::cache_info().currsize
        } else {
            7
        }
    }

    must_return(|| {
        miss!(held(Bits(1)), 7);
        plan(held::cache_clear);
        assert_eq!(held(Bits(2)), 0);
    });
}

#[test]
fn a_call_under_the_lock_of_another_cache_waits_for_nobody() {
    static LEADS: Gate = Gate::new();
    static ASKED: Gate = Gate::new();

    #[memoize]
    fn other(x: u32) -> u32 {
        x
    }
    static FIRST: AtomicBool = AtomicBool::new(true);

    #[memoize(single_flight = "1h")]
    fn led(x: u32) -> u32 {
        if FIRST.swap(false, Relaxed) {
            LEADS.open();
            ASKED.pass();
        }
        other(x + 100) // takes the lock that the predicate holds
    }

    must_return(|| {
        other(1);
        let leader = std::thread::spawn(|| led(1));
        LEADS.pass();
        other::cache_retain(|&x| {
            ASKED.open();
            led(x) > 0
        });
        assert_eq!(leader.join().unwrap(), 101);
    });
}

#[test]
fn a_clear_from_what_is_done_afterwards_is_done_too() {
    #[memoize]
    fn make(x: Key) -> Value {
        Value(x.0)
    }
    #[memoize]
    fn other(x: u32) -> Value {
        Value(x)
    }

    must_return(|| {
        for x in 0..3 {
            make(Key(x));
        }
        plan(|| {
            make::cache_remove(Key(2));
            plan(make::cache_clear); // by the comparison that the removal makes
        });
        make(Key(0));
        assert_eq!(make::cache_info().currsize, 0);

        // The other cache's lock is held all the while.
        other(1);
        make(Key(0));
        make(Key(1));
        plan(|| {
            plan(|| {
                make::cache_remove(Key(1));
                plan(other::cache_clear);
            });
            make(Key(0));
        });
        other(1);
        assert_eq!(other::cache_info().currsize, 0);
    });
}

#[test]
fn a_clear_from_a_comparison_that_panics_is_done_before_the_next_answer() {
    static VERSION: AtomicU32 = AtomicU32::new(1);

    #[memoize]
    fn version(_key: Key) -> u32 {
        VERSION.load(Relaxed)
    }

    must_return(|| {
        assert_eq!(version(Key(1)), 1);
        VERSION.store(2, Relaxed);
        plan(|| {
            version::cache_clear();
            panic!("broken");
        });
        catch_unwind(|| version(Key(1))).unwrap_err();
        assert_eq!(version(Key(1)), 2);
        assert_eq!(version::cache_info().misses, 1);
    });
}

#[test]
fn who_does_afterwards_what_ends_a_computation_does_not_wait_for_it() {
    thread_local!(static CALLS: Cell<bool> = const { Cell::new(false) });
    static COMPUTING: Gate = Gate::new();
    static ASKED: Gate = Gate::new();
    static END: Gate = Gate::new();
    static ENDED: Gate = Gate::new();
    static RUNS: AtomicU32 = AtomicU32::new(0);

    struct Calls(u32);
    impl Clone for Calls {
        fn clone(&self) -> Self {
            strike();
            Self(self.0)
        }
    }
    impl Drop for Calls {
        fn drop(&mut self) {
            if self.0 == 2 && CALLS.take() {
                make(5);
            }
        }
    }

    #[memoize(single_flight = "1h")]
    fn make(x: u32) -> Calls {
        if x == 5 && RUNS.fetch_add(1, Relaxed) == 0 {
            COMPUTING.open();
            END.pass();
        }
        Calls(x)
    }
    #[memoize]
    fn other(x: u32) -> Calls {
        Calls(x)
    }

    must_return(|| {
        make(1);
        make(2);
        other(1);
        thread::scope(|scope| {
            // Under the other cache's lock, so that the end of its computation is left to the one below.
            scope.spawn(|| {
                plan(|| {
                    make(5);
                    ENDED.open();
                });
                other(1);
            });
            COMPUTING.pass();
            scope.spawn(|| {
                plan(|| {
                    make::cache_remove(2);
                    ASKED.open();
                    ENDED.pass();
                    CALLS.set(true);
                });
                make(1);
            });
            ASKED.pass();
            END.open();
        });
        assert_eq!(RUNS.load(Relaxed), 2);
    });
}
