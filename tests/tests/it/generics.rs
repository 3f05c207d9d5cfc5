//! A generic function has a cache for each of its instances.
#![allow(
    clippy::needless_pass_by_value,
    reason = "an argument may come by value"
)]

use memo_runtime::memoize;
use std::any::type_name;
use std::cell::Cell;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::str::FromStr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

#[test]
fn two_instances_never_share_an_entry() {
    #[memoize]
    fn name<T: 'static>(suffix: &str) -> String {
        type_name::<T>().to_owned() + suffix
    }

    assert_eq!(name::<u8>("!"), "u8!");
    assert_eq!(name::<i8>("!"), "i8!");
    assert_eq!(name::<u8>("!"), "u8!");
    let (one, other) = (name::<u8>::cache_info(), name::<i8>::cache_info());
    assert_eq!((one.hits, one.misses), (1, 1));
    assert_eq!((other.hits, other.misses), (0, 1));
    assert_eq!(name::<u16>::cache_info().misses, 0);
}

#[test]
fn every_companion_is_an_instances() {
    #[memoize(maxsize = 4)]
    fn parse<T: FromStr + Clone + Send + Sync + 'static>(text: &str) -> Option<T> {
        text.parse().ok()
    }

    assert_eq!(parse::<u8>("1"), Some(1));
    assert!(parse::<u8>::cache_contains("1"));
    assert!(!parse::<i8>::cache_contains("1"));
    assert_eq!(parse::<u8>::cache_peek("1"), Some(Some(1)));
    assert_eq!(parse::<u8>::cache_insert("2", None), None);
    assert_eq!(parse::<u8>::cache_refresh("2"), Some(2));
    assert_eq!(parse::<u8>::uncached("3"), Some(3));
    assert_eq!(parse::<u8>::cache_retain(|text| text == "2"), 1);
    assert!(parse::<u8>::cache_remove("2"));
    parse::<u8>::cache_resize(2);
    assert_eq!(parse::<u8>::cache_parameters().maxsize, Some(2));
    assert_eq!(parse::<i8>::cache_parameters().maxsize, Some(4));
    parse::<u8>::cache_clear();
    assert_eq!(parse::<u8>::cache_info().misses, 0);
}

#[test]
fn an_argument_of_any_type_is_part_of_the_key() {
    #[memoize]
    fn show<T, U>(one: &T, other: U) -> String
    where
        T: Debug + Hash + Eq + Clone + Send + Sync + 'static,
        U: Display + Hash + Eq + Clone + Send + Sync + 'static,
    {
        format!("{one:?} {other}")
    }

    assert_eq!(show(&'x', 1), "'x' 1");
    assert_eq!(show(&'x', 2), "'x' 2");
    assert_eq!(show(&'x', 1), "'x' 1");
    let info = show::<char, i32>::cache_info();
    assert_eq!((info.hits, info.misses), (1, 2));
    assert_eq!(
        show::<char, i32>::cache_retain(|one, other| *one == 'x' && *other == 2),
        1
    );
}

#[test]
fn constants_make_instances_and_may_be_the_bound() {
    #[memoize(maxsize = N)]
    fn filled<const N: usize, const UP: bool>(x: u8) -> [u8; N] {
        [if UP { x + 1 } else { x }; N]
    }

    assert_eq!(filled::<2, true>(1), [2, 2]);
    assert_eq!(filled::<2, false>(1), [1, 1]);
    assert_eq!(filled::<3, true>(1), [2, 2, 2]);
    assert_eq!(filled::<3, true>::cache_info().maxsize, Some(3));
    assert_eq!(filled::<2, true>::cache_info().currsize, 1);
}

#[test]
fn lifetimes_make_no_instances() {
    #[memoize]
    fn longest<'a, 'b: 'a, T>(one: &'a [T], other: &'b [T]) -> Vec<T>
    where
        T: Hash + Eq + Clone + Send + Sync + 'static,
    {
        let longest = if one.len() < other.len() { other } else { one };
        longest.to_vec()
    }

    assert_eq!(longest(&[1], &[1, 2]), [1, 2]);
    let shorter = vec![1];
    assert_eq!(longest(&shorter, &[1, 2]), [1, 2]);
    assert_eq!(longest::<i32>::cache_info().hits, 1);
}

#[test]
fn a_bound_may_mention_a_lifetime() {
    trait Read<'a>: Sized {
        fn read(text: &'a str) -> Option<Self>;
    }
    impl Read<'_> for u8 {
        fn read(text: &str) -> Option<Self> {
            text.parse().ok()
        }
    }

    #[memoize]
    fn read<'a, T: Read<'a> + Clone + Send + Sync + 'static>(text: &'a str) -> Option<T> {
        T::read(text)
    }

    assert_eq!(read::<u8>("7"), Some(7));
    assert_eq!(read::<u8>("7"), Some(7));
    assert_eq!(read::<u8>::cache_info().hits, 1);
}

#[test]
fn what_is_skipped_needs_no_bounds() {
    #[memoize]
    fn with<F: FnMut(u32) + 'static, T: ?Sized + 'static>(
        x: u32,
        #[memo(skip)] seen: &mut F,
        #[memo(skip)] _more: &T,
    ) -> u32 {
        seen(x);
        x
    }

    let count = std::rc::Rc::new(Cell::new(0));
    let counter = count.clone();
    let mut seen = move |_| counter.set(counter.get() + 1);
    with(1, &mut seen, "not sized");
    with(1, &mut seen, "not sized");
    assert_eq!(count.get(), 1);
}

#[test]
fn a_generic_function_may_call_itself() {
    #[memoize]
    fn fib<const M: u64>(n: u64) -> u64 {
        if n < 2 {
            n
        } else {
            (fib::<M>(n - 1) + fib::<M>(n - 2)) % M
        }
    }

    assert_eq!(fib::<1000>(90), 120);
    assert_eq!(fib::<1000>::cache_info().misses, 91);
    assert_eq!(fib::<7>::cache_info().misses, 0);
}

#[test]
fn clear_group_reaches_every_instance() {
    #[memoize(group = "instances")]
    fn size<T: 'static>() -> usize {
        size_of::<T>()
    }

    size::<u8>();
    size::<u16>();
    assert_eq!(memo_runtime::clear_group("instances"), 2);
    assert_eq!(size::<u8>::cache_info().currsize, 0);
}

#[test]
fn an_instance_is_listed_with_its_parameters() {
    #[memoize]
    fn listed<T: 'static, const N: usize>(x: u32) -> u32 {
        x
    }

    listed::<Vec<u8>, 3>(1);
    let name = concat!(module_path!(), "::listed::<alloc::vec::Vec<u8>, 3>");
    assert!(
        memo_runtime::caches()
            .iter()
            .any(|cache| cache.name == name)
    );
}

#[test]
fn threads_that_come_for_many_instances_at_once_find_the_same_caches() {
    #[memoize]
    fn run<const N: u32>(#[memo(skip)] runs: &AtomicU32) -> u32 {
        runs.fetch_add(1, Ordering::SeqCst);
        N
    }
    macro_rules! all {
        ($($n:literal)*) => { [$(run::<$n>),*] };
    }

    let all: [fn(&AtomicU32) -> u32; 40] = all!(
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19
        20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39
    );
    let (runs, start) = (AtomicU32::new(0), Barrier::new(8));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                for (n, run) in (0..).zip(all) {
                    assert_eq!(run(&runs), n);
                }
            });
        }
    });
    assert_eq!(runs.load(Ordering::SeqCst), 40);
}
