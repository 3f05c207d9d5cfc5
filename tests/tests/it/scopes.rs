//! `scope = thread`: each thread has a cache of its own, which nobody else sees and everybody can clear.

use crate::must_return;
use memo_runtime::{CacheInfo, Scope, caches, clear_group, memoize};
use std::cell::{Cell, RefCell};
use std::collections::hash_map::DefaultHasher;
use std::hash::{BuildHasher, Hash, Hasher};
use std::marker::PhantomData;
use std::rc::{Rc, Weak};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

#[test]
fn nothing_need_be_send_or_sync() {
    #[memoize(scope = thread, hasher = Mine)]
    fn twice(text: &Rc<str>, _cell: &Unsent) -> Result<Rc<str>, Rc<str>> {
        match &**text {
            "" => Err("empty".into()),
            text => Ok(format!("{text}{text}").into()),
        }
    }

    /// A hasher that is not `Send` either.
    #[derive(Default)]
    struct Mine(PhantomData<Rc<()>>);
    impl BuildHasher for Mine {
        type Hasher = DefaultHasher;
        fn build_hasher(&self) -> DefaultHasher {
            DefaultHasher::new()
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Unsent(*const u8);

    let null = Unsent(std::ptr::null());
    let first = twice(&"ab".into(), &null).unwrap();
    let again = twice(&"ab".into(), &null).unwrap();
    assert_eq!(&*first, "abab");
    assert!(Rc::ptr_eq(&first, &again));
    assert_eq!(twice(&"".into(), &null), Err("empty".into()));
    let info = twice::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (1, 2, 1));
    assert!(twice::cache_contains(&"ab".into(), &null));
}

#[test]
fn each_thread_computes_counts_and_lists_for_itself() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(scope = thread, maxsize = 2, name = "scopes::each_thread")]
    fn double(x: u32) -> u32 {
        RUNS.fetch_add(1, SeqCst);
        2 * x
    }

    let listed = || {
        caches()
            .into_iter()
            .find(|it| it.name == "scopes::each_thread")
    };
    let call = move || {
        assert_eq!(listed(), None);
        assert_eq!((double(1), double(1), double(2), double(3)), (2, 2, 4, 6));
        let info = double::cache_info();
        assert_eq!(
            (info.hits, info.misses, info.currsize, info.evictions),
            (1, 3, 2, 1)
        );
        let listed = listed().expect("it has been called");
        assert_eq!(
            (listed.info, listed.parameters.scope),
            (info, Scope::Thread)
        );
    };
    call();
    thread::spawn(call).join().unwrap();
    assert_eq!(RUNS.load(SeqCst), 6);
    let parameters = double::cache_parameters();
    assert_eq!(
        (parameters.maxsize, parameters.single_flight),
        (Some(2), None)
    );
}

/// In another thread: fills its cache, meets the caller twice, and says how the cache is then.
fn elsewhere(fill: fn(), info: fn() -> CacheInfo, meanwhile: impl FnOnce()) -> [CacheInfo; 2] {
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            fill();
            let before = info();
            barrier.wait();
            barrier.wait();
            [before, info()]
        });
        barrier.wait();
        meanwhile();
        barrier.wait();
        other.join().unwrap()
    })
}

#[test]
fn a_clear_reaches_every_thread() {
    #[memoize(scope = thread, group = "scopes")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    type Clear = fn() -> usize;
    let clears: [Clear; 2] = [
        || {
            double::cache_clear();
            1
        },
        || clear_group("scopes"),
    ];
    for clear in clears {
        for is_used_here in [false, true] {
            let here = move || {
                let fill = || assert_eq!(double(1), 2);
                let [before, after] = elsewhere(fill, double::cache_info, || {
                    if is_used_here {
                        fill();
                        assert_eq!(clear(), 1); // one of its own
                    } else {
                        clear();
                    }
                });
                assert_eq!((before.misses, before.currsize), (1, 1));
                assert_eq!((after.misses, after.currsize), (0, 0));
            };
            thread::spawn(here).join().unwrap();
        }
    }
}

#[test]
fn a_resize_is_the_threads_own_and_may_come_before_the_first_call() {
    #[memoize(scope = thread, maxsize = 5)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    double::cache_resize(1);
    double(1);
    double(2);
    assert_eq!(double::cache_info().currsize, 1);
    let elsewhere = thread::spawn(|| double::cache_parameters().maxsize).join();
    assert_eq!(elsewhere.unwrap(), Some(5));
}

#[test]
fn what_is_computed_while_another_thread_clears_is_not_stored() {
    static BARRIER: Barrier = Barrier::new(2);

    #[memoize(scope = thread)]
    fn double(x: u32) -> u32 {
        BARRIER.wait();
        BARRIER.wait();
        2 * x
    }

    let other = thread::spawn(|| (double(1), double::cache_contains(1), double::cache_info()));
    BARRIER.wait();
    double::cache_clear();
    BARRIER.wait();
    let (value, is_stored, info) = other.join().unwrap();
    assert_eq!((value, is_stored, info.misses), (2, false, 0));
}

#[test]
fn it_may_call_itself() {
    #[memoize(scope = thread)]
    fn fib(n: u64) -> u64 {
        if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
    }
    #[memoize(scope = thread)]
    fn in_circles(n: u64) -> u64 {
        DEPTH.set(DEPTH.get() + 1);
        if DEPTH.get() < 5 {
            in_circles(n) + 1
        } else {
            n
        }
    }
    thread_local!(static DEPTH: Cell<u32> = const { Cell::new(0) });

    assert_eq!(fib(90), 2_880_067_194_370_816_120);
    assert_eq!(fib::cache_info().misses, 91);
    // The innermost is stored first, and all agree on it.
    assert_eq!(must_return(|| in_circles(7)), 7);
}

#[test]
fn keys_and_values_may_call_it_while_it_looks() {
    thread_local!(static CALLS: Cell<u32> = const { Cell::new(0) });

    #[derive(Eq)]
    struct Nosy(u8);
    impl Hash for Nosy {
        fn hash<H: Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }
    impl Nosy {
        fn asks(&self) {
            if CALLS.get() < 100 {
                CALLS.set(CALLS.get() + 1);
                name(&Self(self.0 ^ 1));
                name::cache_remove(&Self(2));
                let _ = name::cache_info();
            }
        }
    }
    impl PartialEq for Nosy {
        fn eq(&self, other: &Self) -> bool {
            self.asks();
            self.0 == other.0
        }
    }
    impl Clone for Nosy {
        fn clone(&self) -> Self {
            self.asks();
            Self(self.0)
        }
    }

    #[memoize(scope = thread)]
    fn name(key: &Nosy) -> Nosy {
        Nosy(key.0 + 10)
    }

    for _ in 0..3 {
        assert_eq!(name(&Nosy(0)).0, 10);
        assert_eq!(name(&Nosy(1)).0, 11);
    }
    assert_eq!(CALLS.get(), 100);
}

#[test]
fn a_panic_leaves_the_key_as_if_it_had_not_been_called() {
    thread_local!(static PANICS: Cell<bool> = const { Cell::new(true) });

    #[memoize(scope = thread)]
    fn double(x: u32) -> u32 {
        assert!(!PANICS.get(), "as it is told");
        2 * x
    }

    assert!(std::panic::catch_unwind(|| double(1)).is_err());
    PANICS.set(false);
    assert_eq!((double(1), double(1)), (2, 2));
    let info = double::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (1, 2, 1));
}

#[test]
fn a_thread_that_ends_drops_what_it_had_and_its_values_may_call() {
    static DROPPED: AtomicU32 = AtomicU32::new(0);

    struct Last(u32);
    impl Drop for Last {
        fn drop(&mut self) {
            // The cache is gone, so this computes, for itself.
            assert_eq!((double(self.0), double(self.0)), (2 * self.0, 2 * self.0));
            keep::cache_clear();
            assert_eq!(double::cache_info().currsize, 0);
            DROPPED.fetch_add(1, SeqCst);
        }
    }

    #[memoize(scope = thread)]
    fn double(x: u32) -> u32 {
        2 * x
    }
    #[memoize(scope = thread)]
    fn keep(x: u32) -> Rc<Last> {
        double(x);
        Rc::new(Last(x))
    }

    let uses = || {
        keep(1);
        keep(2);
    };
    thread::spawn(uses).join().unwrap();
    assert_eq!(DROPPED.load(SeqCst), 2);
}

#[test]
fn a_thread_ends_although_a_value_panics_when_it_is_dropped() {
    static DROPPED: AtomicU32 = AtomicU32::new(0);

    struct Loud;
    impl Drop for Loud {
        fn drop(&mut self) {
            DROPPED.fetch_add(1, SeqCst);
            panic!("on purpose")
        }
    }
    #[memoize(scope = thread)]
    fn one(_x: u32) -> Rc<Loud> {
        Rc::new(Loud)
    }
    #[memoize(scope = thread)]
    fn other(_x: u32) -> Rc<Loud> {
        Rc::new(Loud)
    }

    let ended = thread::spawn(|| drop((one(1), other(1))));
    ended.join().unwrap();
    assert_eq!(DROPPED.load(SeqCst), 2);
}

#[test]
fn an_instance_a_method_and_a_block_have_theirs_too() {
    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Shelf(Rc<str>);
    trait Count {
        fn count(&self, of: char) -> Rc<usize>;
    }

    #[memoize(scope = thread)]
    fn pair<T: Clone + Eq + Hash + 'static>(one: T) -> Rc<(T, T)> {
        Rc::new((one.clone(), one))
    }
    impl Shelf {
        #[memoize(scope = thread)]
        fn len(&self) -> Rc<usize> {
            Rc::new(self.0.len())
        }
    }
    #[memoize]
    impl Count for Shelf {
        #[memoize(scope = thread)]
        fn count(&self, of: char) -> Rc<usize> {
            Rc::new(self.0.chars().filter(|it| *it == of).count())
        }
    }

    let shelf = Shelf("books".into());
    assert!(Rc::ptr_eq(&pair(1), &pair(1)) && Rc::ptr_eq(&pair("a"), &pair("a")));
    assert_eq!(pair::<i32>::cache_info().currsize, 1);
    assert!(Rc::ptr_eq(&shelf.len(), &shelf.len()));
    assert!(Rc::ptr_eq(&shelf.count('o'), &shelf.count('o')));
    assert_eq!(
        (Shelf::len_cache_info().hits, Shelf::count_cache_info().hits),
        (1, 1)
    );
}

#[test]
fn what_is_evicted_is_dropped_at_once() {
    thread_local!(static KEPT: RefCell<Vec<Weak<u32>>> = const { RefCell::new(Vec::new()) });

    #[memoize(scope = thread, maxsize = 1)]
    fn share(x: u32) -> Rc<u32> {
        let value = Rc::new(x);
        KEPT.with_borrow_mut(|kept| kept.push(Rc::downgrade(&value)));
        value
    }

    let live = || KEPT.with_borrow(|kept| kept.iter().filter(|it| it.upgrade().is_some()).count());
    share(1);
    share(2);
    assert_eq!(live(), 1);
    share::cache_clear();
    assert_eq!(live(), 0);
}
