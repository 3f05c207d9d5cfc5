//! Does at random what can be done to memoized functions, from 64 threads, and checks all along what is promised:
//! `cargo run --release -p memo-tests --bin soak -- --minutes 10`.
//!
//! Ends with 0 and one line of figures, with 1 at the first promise that is broken, with 2 if it was asked for something
//! else.

use memo_runtime::{CacheInfo, memoize};
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{env, thread};

const THREADS: u64 = 64;

/// The largest bound that is ever in force.
const BOUND: usize = 64;

/// More than fit.
const KEYS: u64 = 96;

/// Who has not come back so long after the end hangs.
const GRACE: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    let duration = match duration(&env::args().skip(1).collect::<Vec<_>>()) {
        Ok(duration) => duration,
        Err(message) => {
            eprintln!("soak: {message}");
            return ExitCode::from(2);
        }
    };
    match soak(duration) {
        Ok(figures) => {
            println!("soak: {figures}");
            ExitCode::SUCCESS
        }
        Err(violation) => {
            eprintln!("soak: {violation}");
            ExitCode::FAILURE
        }
    }
}

/// What the arguments ask for; without any, a minute.
fn duration(arguments: &[String]) -> Result<Duration, String> {
    let asked = match arguments {
        [] => Some(1.0),
        [option, minutes] if option == "--minutes" => minutes.parse().ok(),
        _ => None,
    };
    let seconds = asked
        .filter(|&minutes: &f64| minutes > 0.0)
        .map(|it| 60.0 * it);
    seconds
        .and_then(|it| Duration::try_from_secs_f64(it).ok())
        .ok_or_else(|| {
            format!(
                "expected nothing or `--minutes N` with a number above 0, such as 0.5, found `{}`",
                arguments.join(" ")
            )
        })
}

/// Nothing, or the promise that is broken.
type Checked = Result<(), String>;

/// The figures, unless a promise is broken.
fn soak(duration: Duration) -> Result<String, String> {
    static IS_OVER: AtomicBool = AtomicBool::new(false);

    let (ended, ends) = mpsc::channel();
    for thread in 0..THREADS {
        let ended = ended.clone();
        thread::spawn(move || {
            let work = || hammer(Dice(thread), &IS_OVER);
            let end = catch_unwind(AssertUnwindSafe(work));
            // Nobody listens any more once a promise is broken.
            let _ = ended.send(end.unwrap_or_else(|_| Err("a thread panicked".to_owned())));
        });
    }
    let start = Instant::now();
    let pace = (duration / 4).min(Duration::from_secs(10));
    loop {
        let left = duration.saturating_sub(start.elapsed());
        match ends.recv_timeout(pace.min(left)) {
            Ok(end) => end?,
            Err(_) if start.elapsed() >= duration => break,
            Err(_) => eprintln!("soak: {}", figures(start.elapsed())),
        }
    }
    IS_OVER.store(true, SeqCst);
    for _ in 0..THREADS {
        let end = ends.recv_timeout(GRACE);
        end.unwrap_or_else(|_| {
            Err(format!(
                "a thread hangs: {GRACE:?} after the end it has not come back"
            ))
        })?;
    }
    for subject in SUBJECTS {
        subject.adds_up()?;
    }
    Ok(figures(start.elapsed()))
}

/// What each thread does, until it is over.
fn hammer(mut dice: Dice, is_over: &AtomicBool) -> Checked {
    while !is_over.load(SeqCst) {
        let subject = dice.one_of(SUBJECTS);
        (subject.act)(&mut dice)?;
        if dice.below(8) == 0 {
            subject.is_coherent()?;
        }
    }
    Ok(())
}

fn figures(elapsed: Duration) -> String {
    let total = |of: fn(&Subject) -> u64| SUBJECTS.iter().map(|it| of(it)).sum::<u64>();
    format!(
        "{:.1} s, {THREADS} threads, {} functions: {} calls, {} runs, {} clears; since the last clear {} hits, {} of them \
         coalesced, {} misses, {} evictions, {} expirations",
        elapsed.as_secs_f64(),
        SUBJECTS.len(),
        total(|it| it.tally.calls.load(SeqCst)),
        total(|it| it.tally.runs.load(SeqCst)),
        total(|it| it.tally.clears.load(SeqCst)),
        total(|it| (it.info)().hits),
        total(|it| (it.info)().coalesced),
        total(|it| (it.info)().misses),
        total(|it| (it.info)().evictions),
        total(|it| (it.info)().expirations),
    )
}

/// A memoized function.
struct Subject {
    name: &'static str,
    tally: &'static Tally,
    info: fn() -> CacheInfo,
    /// Does something at random.
    act: fn(&mut Dice) -> Checked,
}

/// What has happened to a function. Each is counted before it happens, so what the function counts is never more.
struct Tally {
    /// Calls and refreshes.
    calls: AtomicU64,
    runs: AtomicU64,
    clears: AtomicU64,
}

impl Tally {
    const fn new() -> Self {
        Self {
            calls: AtomicU64::new(0),
            runs: AtomicU64::new(0),
            clears: AtomicU64::new(0),
        }
    }
}

impl Subject {
    /// What holds at any moment.
    fn is_coherent(&self) -> Checked {
        let info = (self.info)();
        let calls = self.tally.calls.load(SeqCst);
        let is_bounded = info
            .maxsize
            .is_some_and(|maxsize| info.currsize <= maxsize && maxsize <= BOUND);
        demand(is_bounded, || {
            format!("{}: the bound does not hold: {info:?}", self.name)
        })?;
        demand(info.coalesced <= info.hits, || {
            format!("{}: coalesced calls are hits: {info:?}", self.name)
        })?;
        demand(info.hits + info.misses <= calls, || {
            format!(
                "{}: more answers than the {calls} calls: {info:?}",
                self.name
            )
        })
    }

    /// What holds when all calls have returned: the counts are exact, unless a clear has set them back.
    fn adds_up(&self) -> Checked {
        self.is_coherent()?;
        let (info, tally) = ((self.info)(), self.tally);
        let [calls, runs, clears] =
            [&tally.calls, &tally.runs, &tally.clears].map(|it| it.load(SeqCst));
        let is_exact = info.hits + info.misses == calls && info.misses == runs;
        demand(is_exact || clears > 0 && info.misses <= runs, || {
            format!(
                "{}: {calls} calls and {runs} runs do not add up to {info:?}",
                self.name
            )
        })
    }
}

fn demand(holds: bool, otherwise: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(otherwise()) }
}

static SUBJECTS: &[&Subject] = &[
    &lru::SUBJECT,
    &fifo::SUBJECT,
    &ttl::SUBJECT,
    &result::SUBJECT,
    &slow::SUBJECT,
    &racing::SUBJECT,
    &epoch::SUBJECT,
];

/// A memoized function from `u64`, its plain self, what its body does besides, and whether it is ever cleared.
macro_rules! subject {
    ($name:ident, #[$memoize:meta] $plain:expr => $returned:ty, $besides:expr, $clears:ident) => {
        mod $name {
            use super::*;

            static TALLY: Tally = Tally::new();

            pub(super) static SUBJECT: Subject = Subject {
                name: stringify!($name),
                tally: &TALLY,
                info: call::cache_info,
                act,
            };

            #[$memoize]
            fn call(x: u64) -> $returned {
                TALLY.runs.fetch_add(1, SeqCst);
                let besides: fn(u64) = $besides;
                besides(x);
                plain(x)
            }

            fn plain(x: u64) -> $returned {
                let plain: fn(u64) -> $returned = $plain;
                plain(x)
            }

            fn act(dice: &mut Dice) -> Checked {
                let x = dice.below(KEYS);
                match dice.below(100) {
                    0 => $clears(&TALLY, call::cache_clear),
                    1 => call::cache_resize(dice.size()),
                    2 => drop(call::cache_retain(|y| y % 7 != x % 7)),
                    3..=5 => drop(call::cache_remove(x)),
                    6..=8 => return is_right(x, call::cache_insert(x, plain(x))),
                    9..=11 => {
                        TALLY.calls.fetch_add(1, SeqCst);
                        return is_right(x, Some(call::cache_refresh(x)));
                    }
                    12..=14 => return is_right(x, call::cache_peek(x)),
                    _ => {
                        TALLY.calls.fetch_add(1, SeqCst);
                        return is_right(x, Some(call(x)));
                    }
                }
                Ok(())
            }

            fn is_right(x: u64, returned: Option<$returned>) -> Checked {
                super::is_right(stringify!($name), x, returned, &plain(x))
            }
        }
    };
}

subject!(lru, #[memoize(maxsize = BOUND)] |x| 2 * x => u64, |_| {}, never);
subject!(fifo, #[memoize(maxsize = BOUND, policy = fifo)] |x| 3 * x => u64, |_| {}, at_times);
subject!(ttl, #[memoize(maxsize = BOUND, ttl = "2ms")] |x| 5 * x => u64, |_| {}, never);
subject!(result, #[memoize(maxsize = BOUND)] third => Result<u64, String>, |_| thread::yield_now(), never);
subject!(slow, #[memoize(maxsize = BOUND, ttl = "5ms")] |x| 7 * x => u64, |_| thread::sleep(A_WHILE), at_times);
subject!(racing, #[memoize(maxsize = BOUND, single_flight = false)] |x| 9 * x => u64, |_| thread::yield_now(), never);

const A_WHILE: Duration = Duration::from_micros(200);

fn third(x: u64) -> Result<u64, String> {
    if x % 3 == 0 {
        Ok(x / 3)
    } else {
        Err(format!("{x} is no multiple of 3"))
    }
}

fn never(_: &Tally, _: fn()) {}

fn at_times(tally: &Tally, clear: fn()) {
    tally.clears.fetch_add(1, SeqCst);
    clear();
}

fn is_right<R: PartialEq + Debug>(name: &str, x: u64, returned: Option<R>, right: &R) -> Checked {
    match returned {
        Some(returned) if returned != *right => Err(format!(
            "{name}({x}) is {right:?}, and {returned:?} was returned"
        )),
        _ => Ok(()),
    }
}

/// A function that is cleared each time its value changes.
mod epoch {
    use super::{
        AtomicU64, BOUND, Checked, Dice, KEYS, SeqCst, Subject, Tally, at_times, demand, memoize,
        thread,
    };

    static TALLY: Tally = Tally::new();

    pub(super) static SUBJECT: Subject = Subject {
        name: "epoch",
        tally: &TALLY,
        info: call::cache_info,
        act,
    };

    /// What the body returns.
    static NOW: AtomicU64 = AtomicU64::new(0);
    /// What a call that begins now returns at least.
    static CLEARED: AtomicU64 = AtomicU64::new(0);

    #[memoize(maxsize = BOUND)]
    fn call(x: u64) -> u64 {
        TALLY.runs.fetch_add(1, SeqCst);
        let now = NOW.load(SeqCst);
        if x % 4 == 0 {
            thread::yield_now(); // so that there is time to be cleared
        }
        now
    }

    fn act(dice: &mut Dice) -> Checked {
        let x = dice.below(KEYS);
        let cleared = CLEARED.load(SeqCst);
        let returned = match dice.below(100) {
            0..=4 => {
                let now = NOW.fetch_add(1, SeqCst) + 1;
                at_times(&TALLY, call::cache_clear);
                CLEARED.fetch_max(now, SeqCst);
                return Ok(());
            }
            5 => {
                call::cache_resize(dice.size());
                return Ok(());
            }
            6..=9 => call::cache_peek(x),
            10 => {
                TALLY.calls.fetch_add(1, SeqCst);
                Some(call::cache_refresh(x))
            }
            _ => {
                TALLY.calls.fetch_add(1, SeqCst);
                Some(call(x))
            }
        };
        demand(returned.is_none_or(|returned| returned >= cleared), || {
            format!("epoch({x}) returned {returned:?}, stored before the clear of {cleared}")
        })
    }
}

/// Numbers that look random.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let n = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let n = (n ^ n >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (n ^ n >> 31) % bound
    }

    /// A bound for a cache: any, but large ones often enough that something can be stored.
    fn size(&mut self) -> usize {
        let size = usize::try_from(self.below(2 * BOUND as u64)).expect("a small number");
        size.min(BOUND)
    }

    fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[usize::try_from(self.below(of.len() as u64)).expect("an index")]
    }
}
