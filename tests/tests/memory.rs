//! What a cache takes from the allocator, counted by one that counts.
#![allow(unsafe_code, reason = "a global allocator; each block is argued")]

use memo_runtime::{memoize, testing};
use memo_tests::crowd::all_at_once;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::path::Path;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

/// A full count in a release build; in a debug build it would take minutes.
const MANY: u64 = if cfg!(debug_assertions) {
    1_000_000
} else {
    10_000_000
};

/// Hands everything on to the system and counts, for each thread by itself: so tests may run side by side.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    // None has a destructor or is made lazily, so the allocator may use them at any moment of a thread's life.
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static TAKEN: Cell<u64> = const { Cell::new(0) };
    static GIVEN_BACK: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every block comes from `System` and goes back to it with the layout it came with. What is done besides adds to
// integers of the thread's own, which wrap: nothing there allocates, blocks or unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get().wrapping_add(1));
        TAKEN.set(TAKEN.get().wrapping_add(layout.size() as u64));
        // SAFETY: our caller's promise, that the layout is not of size 0, is the one that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        GIVEN_BACK.set(GIVEN_BACK.get().wrapping_add(layout.size() as u64));
        // SAFETY: our caller promises that the block came from `alloc` above with this layout, so from `System`.
        unsafe { System.dealloc(block, layout) }
    }
}

/// How many allocations this thread makes in `run`.
fn allocations(run: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.get();
    run();
    ALLOCATIONS.get() - before
}

/// How many bytes more this thread holds after `run` than before.
fn growth(run: impl FnOnce()) -> i64 {
    let before = live_bytes();
    run();
    live_bytes() - before
}

fn live_bytes() -> i64 {
    let signed = |bytes| i64::try_from(bytes).expect("no test takes exabytes");
    signed(TAKEN.get()) - signed(GIVEN_BACK.get())
}

/// Calls the function a million times and demands that all are hits and none allocates.
macro_rules! hits_allocate_nothing {
    ($function:ident, $($argument:expr),+) => {{
        $function($($argument),+);
        let allocations = allocations(|| {
            for _ in 0..1_000_000 {
                $function($($argument),+);
            }
        });
        assert_eq!($function::cache_info().hits, 1_000_000);
        assert_eq!(allocations, 0);
    }};
}

#[test]
fn a_hit_on_a_pair_of_str_and_number_allocates_nothing() {
    #[memoize]
    fn price(sku: &str, quantity: u32) -> u64 {
        sku.len() as u64 * u64::from(quantity)
    }

    hits_allocate_nothing!(price, "a name that no small string could hold", 3);
}

#[test]
fn a_hit_on_a_slice_allocates_nothing() {
    #[memoize]
    fn sum(terms: &[u32]) -> u32 {
        terms.iter().sum()
    }

    hits_allocate_nothing!(sum, &[1, 2, 3]);
}

#[test]
fn a_hit_on_a_path_allocates_nothing() {
    #[memoize]
    fn depth(path: &Path) -> usize {
        path.components().count()
    }

    hits_allocate_nothing!(depth, Path::new("/usr/lib"));
}

#[test]
fn a_hit_on_an_optional_str_allocates_nothing() {
    #[memoize]
    fn length(name: Option<&str>) -> usize {
        name.map_or(0, str::len)
    }

    hits_allocate_nothing!(length, Some("somebody"));
}

#[test]
fn a_hit_on_a_number_allocates_nothing() {
    #[memoize]
    fn double(x: u64) -> u64 {
        2 * x
    }

    hits_allocate_nothing!(double, 7);
}

#[test]
fn a_hit_with_a_ttl_allocates_nothing() {
    #[memoize(ttl = "1h")]
    fn rate(currency: &str) -> usize {
        currency.len()
    }

    hits_allocate_nothing!(rate, "EUR");
}

#[test]
fn the_largest_bound_costs_nothing_before_it_is_used() {
    #[memoize(maxsize = usize::MAX, ttl = "1s")]
    fn double(x: u64) -> u64 {
        2 * x
    }

    let unused = growth(|| assert!(!double::cache_contains(1)));
    let one = growth(|| assert_eq!(double(1), 2));
    println!("maxsize = usize::MAX: {unused} bytes unused, {one} more with one entry");
    assert!(unused < 4096, "{unused} bytes");
    assert!(one < 8192, "{one} bytes");
}

#[test]
fn keys_that_come_and_go_do_not_grow_a_full_cache() {
    const KEYS: u64 = if cfg!(debug_assertions) {
        1_000_000
    } else {
        100_000_000
    };
    #[memoize(maxsize = 1_000)]
    fn name(n: u64) -> String {
        format!("{n:020}")
    }

    let call = |n| drop(name(n));
    let warm_up = growth(|| (0..100_000).for_each(call));
    let rest = growth(|| (100_000..KEYS).for_each(call));
    println!(
        "{KEYS} keys through maxsize 1,000: {warm_up} bytes after 100,000, {rest} more at the end"
    );
    assert_eq!(name::cache_info().misses, KEYS);
    assert_eq!(rest, 0);
}

#[test]
fn a_deep_recursion_that_comes_to_nothing_gives_its_room_back() {
    #[memoize]
    fn descend(n: u32) -> Result<u32, ()> {
        if n == 0 { Err(()) } else { descend(n - 1) }
    }

    let descent = || {
        descend(0).unwrap_err();
        let growth = growth(|| descend(10_000).unwrap_err());
        assert!(growth < 4_096, "{growth} bytes more");
    };
    let thread = thread::Builder::new().stack_size(1 << 28);
    thread.spawn(descent).unwrap().join().unwrap();
}

#[test]
fn keys_used_once_leave_soon_after_their_ttl() {
    #[memoize(unbounded, ttl = "1s")]
    fn reading(n: u64) -> Counted {
        let _ = n;
        Counted::new()
    }

    const RATE: u64 = 1_000; // a second, so this many are to be live
    let clock = testing::pause();
    let mut most = 0;
    let mut use_once = |n| {
        drop(reading(n));
        clock.advance(Duration::from_secs(1) / u32::try_from(RATE).expect("a small number"));
        most = most.max(Counted::live());
    };
    let warm_up = growth(|| (0..100_000).for_each(&mut use_once));
    let rest = growth(|| (100_000..MANY).for_each(&mut use_once));
    println!(
        "{MANY} keys at {RATE}/s with ttl 1 s: {most} held at most, {warm_up} bytes, {rest} more at the end"
    );
    assert!(most * 10 <= RATE * 12, "{most} entries");
    assert_eq!(rest, 0);
}

#[test]
fn storing_one_key_again_and_again_grows_nothing() {
    #[memoize(ttl = "1h", policy = lru)]
    fn reading(sensor: &str) -> u64 {
        sensor.len() as u64
    }

    reading("a-1");
    reading::cache_refresh("a-1");
    let inserts = growth(|| {
        for value in 0..1_000_000 {
            reading::cache_insert("a-1", value);
        }
    });
    let refreshes = growth(|| {
        for _ in 0..1_000_000 {
            reading::cache_refresh("a-1");
        }
    });
    let removals = growth(|| {
        for value in 0..1_000_000 {
            reading::cache_remove("a-1");
            reading::cache_insert("a-1", value);
        }
    });
    assert_eq!((inserts, refreshes, removals), (0, 0, 0));
}

#[test]
fn a_cleared_cache_gives_all_its_memory_back() {
    #[memoize(maxsize = 100_000, ttl = "1h", policy = lru)]
    fn name(n: u64) -> String {
        format!("{n:020}")
    }

    drop(name(0)); // what a cache has for its readers stays
    name::cache_clear();
    let filled_and_cleared = growth(|| {
        (0..100_000).for_each(|n| drop(name(n)));
        name::cache_clear();
    });
    // A few slots it keeps, but not where there were many.
    assert!(filled_and_cleared <= 0, "{filled_and_cleared} bytes");
}

#[test]
fn a_cache_resized_to_0_gives_its_memory_back() {
    #[memoize(maxsize = 100_000, ttl = "1h", policy = lru)]
    fn name(n: u64) -> String {
        format!("{n:020}")
    }

    drop(name(0)); // what a cache has for its readers stays
    name::cache_clear();
    let filled_and_resized = growth(|| {
        (0..100_000).for_each(|n| drop(name(n)));
        name::cache_resize(0);
    });
    println!("filled with 100,000 entries and resized to 0: {filled_and_resized} bytes left");
    assert!(filled_and_resized < 4096, "{filled_and_resized} bytes");
}

#[test]
fn keys_computed_concurrently_leave_nothing_behind() {
    const KEYS: u64 = if cfg!(debug_assertions) {
        100_000
    } else {
        1_000_000
    };
    // Two threads for each key, so that some wait for others.
    const THREADS: u64 = 8;
    /// What a cache has for a reader stays: room for a hundred notes.
    const OF_A_READER: i64 = 600;

    #[memoize(unbounded, single_flight = "1h")]
    fn name(n: u64) -> String {
        if n % 16 == 0 {
            thread::yield_now(); // so that there is time to come and wait
        }
        format!("{n:020}")
    }

    drop(name(0)); // the cache itself stays
    name::cache_clear();
    let all_are_called = Barrier::new(8);
    let grown: i64 = all_at_once(THREADS, |thread| {
        growth(|| {
            let first = thread / 2 * (KEYS / 4);
            (first..first + KEYS / 4).for_each(|n| drop(name(n)));
            if all_are_called.wait().is_leader() {
                assert_eq!(name::cache_info().misses, KEYS);
                name::cache_clear();
            }
        })
    })
    .into_iter()
    .sum();
    println!("{KEYS} keys computed by {THREADS} threads and cleared: {grown} bytes left");
    assert!(grown < 9 * OF_A_READER, "{grown} bytes");
}

#[test]
fn whatever_leaves_the_cache_is_dropped_at_once() {
    #[memoize(maxsize = 3, ttl = "1s")]
    fn value(n: u32) -> Counted {
        let _ = n;
        Counted::new()
    }
    let live_after = |what: &str, act: &dyn Fn(), live| {
        act();
        assert_eq!(Counted::live(), live, "after {what}");
    };

    let clock = testing::pause();
    live_after("filling", &|| (0..3).for_each(|n| drop(value(n))), 3);
    live_after("an eviction", &|| drop(value(3)), 3);
    live_after("a removal", &|| assert!(value::cache_remove(3)), 2);
    live_after(
        "a replacement",
        &|| drop(value::cache_insert(2, Counted::new())),
        2,
    );
    live_after("a refresh", &|| drop(value::cache_refresh(2)), 2);
    live_after(
        "a retain",
        &|| assert_eq!(value::cache_retain(|&n| n == 2), 1),
        1,
    );
    live_after("an expiry", &|| clock.advance(Duration::from_secs(1)), 1);
    live_after("the next miss", &|| drop(value(4)), 1);
    live_after("more", &|| drop(value(5)), 2);
    live_after("a smaller bound", &|| value::cache_resize(1), 1);
    live_after("a clear", &value::cache_clear, 0);
}

#[test]
fn an_entry_of_two_numbers_takes_few_bytes() {
    #[memoize(maxsize = 100_000)]
    fn double(x: u64) -> u64 {
        2 * x
    }

    double::cache_clear();
    let full = growth(|| (0..100_000).for_each(|x| _ = double(x)));
    let used = growth(|| (100_000..1_000_000).for_each(|x| _ = double(x))) + full;
    println!(
        "u64 -> u64, maxsize 100,000: {} bytes an entry, {} after 900,000 more keys",
        full / 100_000,
        used / 100_000
    );
    assert!(used < 100_000 * 64, "{used} bytes");
}

thread_local!(static COUNTED: Cell<u64> = const { Cell::new(0) });

/// A value that knows how many there are of its kind on its thread.
#[derive(Debug)]
struct Counted(());

impl Counted {
    fn new() -> Self {
        COUNTED.set(COUNTED.get() + 1);
        Self(())
    }

    fn live() -> u64 {
        COUNTED.get()
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        COUNTED.set(COUNTED.get() - 1);
    }
}
