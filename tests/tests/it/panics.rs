//! A panic leaves the cache as if the call had not been made.

use memo_runtime::memoize;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

/// Asserts that `call` panics, with this word.
#[track_caller]
fn panics<R>(word: &str, call: impl FnOnce() -> R) {
    let Err(panic) = catch_unwind(AssertUnwindSafe(call)) else {
        panic!("it does not panic");
    };
    assert_eq!(panic.downcast_ref::<&str>(), Some(&word));
}

#[test]
fn a_body_that_panics_leaves_no_trace_and_the_next_call_computes() {
    static FAILS: AtomicBool = AtomicBool::new(true);

    #[memoize]
    fn double(x: u32) -> u32 {
        assert!(!FAILS.load(Relaxed), "broken");
        2 * x
    }

    for misses in 1..4 {
        panics("broken", || double(1));
        assert!(!double::cache_contains(1));
        assert_eq!(double::cache_peek(1), None);
        assert!(!double::cache_remove(1));
        let info = double::cache_info();
        assert_eq!((info.hits, info.misses, info.currsize), (0, misses, 0));
    }
    assert_eq!(double::cache_retain(|_| false), 0);
    FAILS.store(false, Relaxed);
    miss!(double(1), 2);
    hit!(double(1), 2);
}

#[test]
fn a_body_that_panics_leaves_the_other_entries_alone() {
    #[memoize(maxsize = 2)]
    fn odd(x: u32) -> u32 {
        assert!(x % 2 == 1, "even");
        x
    }

    odd(1);
    odd(3);
    for x in 0..100 {
        panics("even", || odd(2 * x));
    }
    assert_eq!(odd::cache_info().evictions, 0);
    hit!(odd(1), 1);
    hit!(odd(3), 3);
}

#[test]
fn a_refresh_that_panics_leaves_the_entry_there_was() {
    static FAILS: AtomicBool = AtomicBool::new(false);

    #[memoize]
    fn double(x: u32) -> u32 {
        assert!(!FAILS.load(Relaxed), "broken");
        2 * x
    }

    double(1);
    FAILS.store(true, Relaxed);
    panics("broken", || double::cache_refresh(1));
    panics("broken", || double::cache_refresh(2));
    hit!(double(1), 2);
    assert_eq!(double::cache_info().currsize, 1);
}

#[test]
fn a_panic_passes_through_a_recursion() {
    #[memoize]
    fn down(x: u32) -> u32 {
        assert!(x > 0, "ground");
        down(x - 1)
    }

    panics("ground", || down(10));
    let info = down::cache_info();
    assert_eq!((info.misses, info.currsize), (11, 0));
    down::cache_insert(0, 7);
    assert_eq!(down(10), 7);
    assert_eq!(down::cache_info().currsize, 11);
}

#[test]
fn a_panic_in_cache_if_leaves_no_trace() {
    static FAILS: AtomicBool = AtomicBool::new(true);

    #[memoize(cache_if = |_| { assert!(!FAILS.load(Relaxed), "undecided"); true })]
    fn double(x: u32) -> u32 {
        2 * x
    }

    panics("undecided", || double(1));
    panics("undecided", || double::cache_insert(1, 2));
    assert_eq!(double::cache_info().currsize, 0);
    FAILS.store(false, Relaxed);
    miss!(double(1), 2);
}

#[test]
fn a_panic_in_the_predicate_of_retain_keeps_the_rest() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }

    for x in 0..10 {
        double(x);
    }
    let mut asked = 0;
    panics("tired", || {
        double::cache_retain(|_| {
            asked += 1;
            assert!(asked < 4, "tired");
            false
        })
    });
    assert_eq!(double::cache_info().currsize, 7);
    assert_eq!(double::cache_retain(|_| false), 7);
}

#[test]
fn a_panic_while_an_option_is_evaluated_is_tried_again() {
    static ASKED: AtomicU32 = AtomicU32::new(0);

    fn bound() -> usize {
        assert!(ASKED.fetch_add(1, Relaxed) > 0, "not yet");
        3
    }

    #[memoize(maxsize = bound())]
    fn double(x: u32) -> u32 {
        2 * x
    }

    panics("not yet", || double(1));
    miss!(double(1), 2);
    assert_eq!(double::cache_info().maxsize, Some(3));
}

/// Panics when it is used, if told so.
#[derive(Default)]
struct Brittle {
    number: u32,
    in_hash: Arc<AtomicBool>,
    in_eq: Arc<AtomicBool>,
    in_clone: Arc<AtomicBool>,
}

impl Hash for Brittle {
    fn hash<H: Hasher>(&self, state: &mut H) {
        assert!(!self.in_hash.load(Relaxed), "in hash");
        self.number.hash(state);
    }
}

impl PartialEq for Brittle {
    fn eq(&self, other: &Self) -> bool {
        assert!(!self.in_eq.load(Relaxed), "in eq");
        self.number == other.number
    }
}

impl Eq for Brittle {}

impl Clone for Brittle {
    fn clone(&self) -> Self {
        assert!(!self.in_clone.load(Relaxed), "in clone");
        Self {
            number: self.number,
            in_hash: self.in_hash.clone(),
            in_eq: self.in_eq.clone(),
            in_clone: self.in_clone.clone(),
        }
    }
}

#[test]
fn a_key_that_panics_leaves_the_counters_and_the_other_entries_right() {
    #[memoize(maxsize = 2)]
    fn double(x: &Brittle) -> u32 {
        2 * x.number
    }

    let (one, two) = (numbered(1), numbered(2));
    double(&one);
    let before = double::cache_info();

    one.in_hash.store(true, Relaxed);
    panics("in hash", || double(&one));
    one.in_hash.store(false, Relaxed);
    one.in_eq.store(true, Relaxed);
    panics("in eq", || double(&one));
    panics("in eq", || double::cache_remove(&one));
    panics("in eq", || double::cache_insert(&one, 7));
    one.in_eq.store(false, Relaxed);
    two.in_clone.store(true, Relaxed);
    panics("in clone", || double(&two));
    panics("in clone", || double::cache_insert(&two, 7));

    assert_eq!(double::cache_info(), before);
    hit!(double(&one), 2);
    two.in_clone.store(false, Relaxed);
    miss!(double(&two), 4);
    hit!(double(&two), 4);
}

#[test]
fn a_value_that_panics_as_it_is_cloned_is_no_hit_and_stays() {
    #[memoize]
    fn make(x: u32, #[memo(skip)] fails: &Arc<AtomicBool>) -> Brittle {
        Brittle {
            number: x,
            in_clone: fails.clone(),
            ..Brittle::default()
        }
    }

    let fails = Arc::default();
    make(1, &fails);
    fails.store(true, Relaxed);
    let before = make::cache_info();
    panics("in clone", || make(1, &fails));
    panics("in clone", || make::cache_peek(1));
    assert_eq!(make::cache_info(), before);
    panics("in clone", || make(2, &fails)); // which is when it is stored
    assert_eq!(make::cache_info().currsize, 1);
    fails.store(false, Relaxed);
    assert_eq!(make(1, &fails).number, 1);
    assert_eq!(make(2, &fails).number, 2);
    let info = make::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (1, 3, 2));
}

fn numbered(number: u32) -> Brittle {
    Brittle {
        number,
        ..Brittle::default()
    }
}

#[test]
fn a_value_that_panics_as_it_is_dropped_leaves_the_store_right() {
    #[derive(Clone)]
    struct Sticky {
        drops: Arc<AtomicU32>,
        fails: Arc<AtomicBool>,
    }

    impl Drop for Sticky {
        fn drop(&mut self) {
            self.drops.fetch_add(1, Relaxed);
            assert!(!self.fails.swap(false, Relaxed), "in drop");
        }
    }

    #[memoize(maxsize = 2)]
    fn make(_x: u32, #[memo(skip)] like: &Sticky) -> Sticky {
        like.clone()
    }

    let like = Sticky {
        drops: Arc::default(),
        fails: Arc::default(),
    };
    make(1, &like);
    make(2, &like);
    like.fails.store(true, Relaxed);
    panics("in drop", || make::cache_resize(1));
    let info = make::cache_info();
    assert_eq!((info.currsize, info.evictions), (1, 1));
    like.fails.store(true, Relaxed);
    panics("in drop", || make::cache_remove(2));
    assert_eq!(make::cache_info().currsize, 0);

    make::cache_resize(3);
    let before = like.drops.load(Relaxed);
    for x in 1..=3 {
        make::cache_insert(x, like.clone());
    }
    like.fails.store(true, Relaxed);
    panics("in drop", make::cache_clear);
    assert_eq!(like.drops.load(Relaxed), before + 3);
    assert_eq!(make::cache_info().currsize, 0);
    make(1, &like);
    assert!(make::cache_contains(1));
}
