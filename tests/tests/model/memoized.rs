//! A memoized function as a [`Cache`], and the body that all of them have.

use crate::cache::Cache;
use crate::operation::Run;
use memo_runtime::CacheInfo;
use memo_runtime::testing::{self, Clock};
use std::cell::Cell;
use std::time::Duration;

thread_local! {
    /// Each test has a thread to itself, so it has a clock to itself.
    static CLOCK: Clock = testing::pause();
    /// The next run of a body, and of which function.
    static NEXT: Cell<Option<(Run, Memoized)>> = const { Cell::new(None) };
    /// How many bodies have run.
    static RUNS: Cell<u32> = const { Cell::new(0) };
}

/// The body of every memoized function here.
pub(crate) fn body(_: u8) -> u32 {
    let (run, mut memoized) = NEXT.take().expect("set before each call");
    let value = RUNS.replace(RUNS.get() + 1);
    memoized.advance(run.takes);
    for change in run.meanwhile.into_iter().flatten() {
        change.apply(&mut memoized);
    }
    value
}

/// A memoized function and its companions.
#[derive(Clone, Copy)]
pub(crate) struct Memoized {
    pub(crate) call: fn(u8) -> u32,
    pub(crate) refresh: fn(u8) -> u32,
    pub(crate) peek: fn(u8) -> Option<u32>,
    pub(crate) contains: fn(u8) -> bool,
    pub(crate) insert: fn(u8, u32) -> Option<u32>,
    pub(crate) remove: fn(u8) -> bool,
    pub(crate) retain: fn(&mut dyn FnMut(u8) -> bool) -> usize,
    pub(crate) resize: fn(usize),
    pub(crate) clear: fn(),
    pub(crate) info: fn() -> CacheInfo,
}

/// The function of this name as [`Memoized`].
macro_rules! memoized {
    ($function:ident) => {
        $crate::memoized::Memoized {
            call: $function,
            refresh: $function::cache_refresh,
            peek: $function::cache_peek,
            contains: $function::cache_contains,
            insert: $function::cache_insert,
            remove: $function::cache_remove,
            retain: |keep| $function::cache_retain(|&key| keep(key)),
            resize: $function::cache_resize,
            clear: $function::cache_clear,
            info: $function::cache_info,
        }
    };
}
pub(crate) use memoized;

impl Memoized {
    /// Forgets what earlier cases have left behind.
    pub(crate) fn start_over(&mut self) {
        CLOCK.with(|_| "stands still from here on");
        RUNS.set(0);
        self.clear();
    }
}

impl Cache for Memoized {
    fn call(&mut self, key: u8, run: Run) -> u32 {
        NEXT.set(Some((run, *self)));
        (self.call)(key)
    }
    fn refresh(&mut self, key: u8, run: Run) -> u32 {
        NEXT.set(Some((run, *self)));
        (self.refresh)(key)
    }
    fn peek(&mut self, key: u8) -> Option<u32> {
        (self.peek)(key)
    }
    fn contains(&mut self, key: u8) -> bool {
        (self.contains)(key)
    }
    fn insert(&mut self, key: u8, value: u32) -> Option<u32> {
        (self.insert)(key, value)
    }
    fn remove(&mut self, key: u8) -> bool {
        (self.remove)(key)
    }
    fn retain(&mut self, keys: u64) -> usize {
        (self.retain)(&mut |key| keys >> key & 1 == 1)
    }
    fn resize(&mut self, bound: usize) {
        (self.resize)(bound);
    }
    fn clear(&mut self) {
        (self.clear)();
    }
    fn advance(&mut self, by: Duration) {
        CLOCK.with(|clock| clock.advance(by));
    }
    fn info(&mut self) -> CacheInfo {
        (self.info)()
    }
    fn keys(&mut self) -> u64 {
        let mut keys = 0;
        let went = (self.retain)(&mut |key| {
            keys |= 1 << key;
            true
        });
        assert_eq!(went, 0, "all were to be kept");
        keys
    }
}
