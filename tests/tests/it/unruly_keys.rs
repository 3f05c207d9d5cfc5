//! Keys that count how they are used, or do what keys should not.

use crate::must_return;
use memo_runtime::memoize;
use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

thread_local! {
    /// How often this thread has hashed a [`Counted`].
    static HASHED: Cell<u32> = const { Cell::new(0) };
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Counted(u32);

#[allow(clippy::derived_hash_with_manual_eq, reason = "it only counts")]
impl Hash for Counted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        HASHED.set(HASHED.get() + 1);
        self.0.hash(state);
    }
}

/// How often `call` hashes a [`Counted`].
fn hashes<R>(call: impl FnOnce() -> R) -> u32 {
    let before = HASHED.get();
    call();
    HASHED.get() - before
}

#[test]
fn an_argument_is_hashed_once_a_call() {
    #[memoize]
    fn double(x: Counted) -> u32 {
        2 * x.0
    }

    assert_eq!(hashes(|| double(Counted(1))), 1, "a miss");
    assert_eq!(hashes(|| double(Counted(1))), 1, "a hit");
    assert_eq!(hashes(|| double::cache_contains(Counted(1))), 1);
    assert_eq!(hashes(|| double::cache_peek(Counted(1))), 1);
    assert_eq!(hashes(|| double::cache_insert(Counted(1), 7)), 1);
    assert_eq!(hashes(|| double::cache_refresh(Counted(1))), 1);
    assert_eq!(hashes(|| double::cache_remove(Counted(1))), 1);
    assert_eq!(hashes(|| double::uncached(Counted(1))), 0);
}

#[test]
fn an_eviction_hashes_only_the_argument_of_the_call() {
    #[memoize(maxsize = 2)]
    fn double(x: Counted) -> u32 {
        2 * x.0
    }

    for x in 0..100 {
        assert_eq!(hashes(|| double(Counted(x))), 1);
    }
    assert_eq!(double::cache_info().evictions, 98);
    assert_eq!(hashes(|| double::cache_resize(1)), 0);
    assert_eq!(hashes(|| double::cache_retain(|_| false)), 0);
    assert_eq!(hashes(double::cache_clear), 0);
}

#[test]
fn a_growing_store_hashes_only_the_argument_of_the_call() {
    #[memoize(unbounded)]
    fn double(x: Counted) -> u32 {
        2 * x.0
    }

    for x in 0..5_000 {
        assert_eq!(hashes(|| double(Counted(x))), 1);
    }
}

/// A number that others may change while it is a key.
#[derive(Clone, Debug)]
struct Shared(Arc<AtomicU64>);

impl Shared {
    fn new(number: u64) -> Self {
        Self(Arc::new(AtomicU64::new(number)))
    }
    fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
    fn set(&self, number: u64) {
        self.0.store(number, Relaxed);
    }
}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for Shared {}

impl Hash for Shared {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.get().hash(state);
    }
}

#[test]
fn a_key_whose_hash_has_changed_costs_its_entry() {
    // A hasher without a seed: with some seeds the two hashes look the same to the table.
    #[memoize(maxsize = 2, hasher = BuildHasherDefault<DefaultHasher>)]
    fn double(x: &Shared) -> u64 {
        2 * x.get()
    }

    let key = Shared::new(1);
    miss!(double(&key), 2);
    key.set(2);
    miss!(double(&key), 4);
    miss!(double(&Shared::new(1)), 2);
    assert_eq!(double::cache_info().currsize, 2);
    assert_eq!(double::cache_retain(|_| false), 2);
    assert_eq!(double::cache_info().currsize, 0);
}

#[test]
fn keys_whose_hash_changes_all_the_time_never_break_the_bound() {
    #[memoize(maxsize = 8, ttl = "1h", policy = lru)]
    fn double(x: &Shared) -> u64 {
        2 * x.get()
    }

    must_return(|| {
        let keys: Vec<_> = (0..20).map(Shared::new).collect();
        for n in 0..20_000_u64 {
            let key = &keys[usize::try_from(n * n % 20).unwrap()];
            key.set(n * 31 % 41);
            // Which entry is found, if any, nobody can say.
            double(key);
            keys[usize::try_from(n % 20).unwrap()].set(n % 7);
            match n % 11 {
                0 => drop(double::cache_remove(key)),
                1 => drop(double::cache_insert(key, 2 * key.get())),
                2 => drop(double::cache_refresh(key)),
                3 => drop(double::cache_retain(|key| key.get() % 5 != 0)),
                4 => double::cache_resize(8),
                5 => double::cache_resize(3),
                _ => {}
            }
            assert!(double::cache_info().currsize <= 8);
        }
        let left = double::cache_info().currsize;
        assert_eq!(double::cache_retain(|_| false), left);
    });
}

#[test]
fn a_key_that_equals_nothing_is_never_found_and_never_breaks_the_bound() {
    #[derive(Clone)]
    struct Loner;

    #[allow(clippy::unconditional_recursion, reason = "there is none")]
    impl PartialEq for Loner {
        fn eq(&self, _: &Self) -> bool {
            false
        }
    }

    impl Eq for Loner {}

    impl Hash for Loner {
        fn hash<H: Hasher>(&self, _: &mut H) {}
    }

    #[memoize(maxsize = 3)]
    fn one(_: Loner) -> u32 {
        1
    }

    for n in 0..100 {
        miss!(one(Loner), 1);
        assert_eq!(one::cache_info().currsize, 3.min(n + 1));
    }
    assert_eq!(one::cache_info().evictions, 97);
}

#[test]
fn keys_of_one_hash_are_told_apart() {
    #[derive(Clone, PartialEq, Eq)]
    struct Crowd(u32);

    #[allow(clippy::derived_hash_with_manual_eq, reason = "poor, but right")]
    impl Hash for Crowd {
        fn hash<H: Hasher>(&self, _: &mut H) {}
    }

    #[memoize(maxsize = 50)]
    fn double(x: &Crowd) -> u32 {
        2 * x.0
    }

    for x in 0..100 {
        miss!(double(&Crowd(x)), 2 * x);
    }
    for x in 50..100 {
        hit!(double(&Crowd(x)), 2 * x);
    }
    assert!(double::cache_remove(&Crowd(70)));
    miss!(double(&Crowd(70)), 140);
}

/// A name in which upper and lower case are the same.
#[derive(Clone)]
struct Name(&'static str);

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(other.0)
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_ascii_lowercase().hash(state);
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[test]
fn of_keys_that_are_equal_but_not_identical_the_stored_one_stays() {
    #[memoize]
    fn greet(name: &Name) -> String {
        format!("hello {name}")
    }

    fn stored() -> Vec<&'static str> {
        let mut stored = Vec::new();
        greet::cache_retain(|name| {
            stored.push(name.0);
            true
        });
        stored
    }

    miss!(greet(&Name("Ada")), "hello Ada");
    hit!(greet(&Name("ADA")), "hello Ada");
    assert_eq!(stored(), ["Ada"]);
    greet::cache_insert(&Name("ADA"), "hi".to_owned());
    assert_eq!(stored(), ["Ada"]);
    assert_eq!(greet::cache_refresh(&Name("ADA")), "hello ADA");
    assert_eq!(stored(), ["Ada"]);
    assert!(greet::cache_remove(&Name("ada")));
    greet(&Name("ADA"));
    assert_eq!(stored(), ["ADA"]);
}

#[test]
fn equal_paths_are_one_key_however_they_are_written() {
    #[memoize]
    fn length(path: &Path) -> usize {
        path.as_os_str().len()
    }

    miss!(length(Path::new("a/b")), 3);
    hit!(length(Path::new("a//b/")), 3);
    hit!(length(Path::new("a/./b")), 3);
    miss!(length(Path::new("a/../b")), 6);
}

#[test]
fn hashing_and_cloning_a_key_may_call_the_function() {
    struct Caller(u32);

    impl Hash for Caller {
        fn hash<H: Hasher>(&self, state: &mut H) {
            if self.0 > 0 {
                double(&Self(self.0 - 1));
            }
            self.0.hash(state);
        }
    }

    #[allow(clippy::non_canonical_clone_impl, reason = "it calls")]
    impl Clone for Caller {
        fn clone(&self) -> Self {
            let _ = double::cache_info();
            if self.0 > 0 {
                double(&Self(self.0 - 1));
            }
            Self(self.0)
        }
    }

    impl PartialEq for Caller {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }

    impl Eq for Caller {}

    #[memoize]
    fn double(x: &Caller) -> u32 {
        2 * x.0
    }

    must_return(|| {
        assert_eq!(double(&Caller(5)), 10);
        assert_eq!(double(&Caller(5)), 10);
        assert_eq!(double::cache_info().currsize, 6);
        assert!(double::cache_remove(&Caller(3)));
    });
}
