//! What tracing costs: `cargo run --release --features memwatch --bin memwatch` in this folder prints a table.
//!
//! The work is counting and indexing words: about a million allocations, short-lived and long-lived ones, of all sizes. A
//! process has one allocator, so each contestant is this program again, as a child with an allocator that is told which one to
//! be. They take turns, round by round; a figure is the median over the rounds, of time on the processor where the system
//! tells. At the end of the work, what is live by each line is compared with what dhat says of it.

use memo_runtime::memwatch::{self, By, Level, Snapshot, Tracing};
use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::process::Command;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::time::Instant;

const ROUNDS: usize = 11;

const CONTESTANTS: [&str; 6] = ["system", "off", "owners", "sampled", "stacks", "dhat"];

/// One of three allocators, chosen before the first allocation. The choice costs all of them the same.
struct OneOf(AtomicU8);

const SYSTEM: u8 = 1;
const TRACING: u8 = 2;
const DHAT: u8 = 3;

static TRACED: Tracing = Tracing::system();
static DHAT_ALLOC: dhat::Alloc = dhat::Alloc;

#[global_allocator]
static ALLOCATOR: OneOf = OneOf(AtomicU8::new(0));

unsafe extern "C" {
    fn getenv(name: *const std::ffi::c_char) -> *const std::ffi::c_char;
}

impl OneOf {
    #[inline]
    fn choice(&self) -> u8 {
        match self.0.load(Relaxed) {
            0 => self.choose(),
            choice => choice,
        }
    }

    #[cold]
    fn choose(&self) -> u8 {
        // SAFETY: a C string; nobody changes the environment. What is found is one, too, or null.
        let choice = unsafe {
            let name = getenv(c"MEMWATCH_BENCH".as_ptr());
            match if name.is_null() { 0 } else { *name as u8 } {
                0 | b'y' => SYSTEM, // s(y)stem
                b'd' => DHAT,
                _ => TRACING,
            }
        };
        self.0.store(choice, Relaxed);
        choice
    }
}

macro_rules! by {
    ($choice:expr, $method:ident($($argument:expr),*)) => {
        match $choice {
            SYSTEM => System.$method($($argument),*),
            TRACING => TRACED.$method($($argument),*),
            _ => DHAT_ALLOC.$method($($argument),*),
        }
    };
}

// SAFETY: the choice never changes, so all is handed on to one allocator.
unsafe impl GlobalAlloc for OneOf {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { by!(self.choice(), alloc(layout)) }
    }
    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        unsafe { by!(self.choice(), alloc_zeroed(layout)) }
    }
    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe { by!(self.choice(), dealloc(block, layout)) }
    }
    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe { by!(self.choice(), realloc(block, layout, size)) }
    }
}

/// The work's result: where each word is, and how often words of each length are.
type Index = (HashMap<String, Vec<u32>>, BTreeMap<usize, Vec<String>>);

fn index(text: &[u32]) -> Index {
    let mut places: HashMap<String, Vec<u32>> = HashMap::new();
    let mut lengths: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (at, &number) in (0..).zip(text) {
        let word = word(number);
        if number % 8 == 0 {
            let list = lengths.entry(word.len()).or_default();
            list.push(word.to_uppercase());
            if list.len() > 4_096 {
                list.clear();
            }
        }
        // In one line: dhat leaves a block that grows to who allocated it first, we give it to who has it grow.
        places.entry(word).or_default().push(at);
        if at % 16 == 0 {
            let line: Vec<String> = (0..4).map(|n| format!("{n}:{number}")).collect();
            black_box(line.join(" "));
        }
    }
    (places, lengths)
}

/// A word for a number.
fn word(mut number: u32) -> String {
    let mut word = String::new();
    while number > 0 {
        word.push_str(["ba", "ke", "li", "mo", "nu", "sa", "te", "ri"][number as usize % 8]);
        number /= 8;
    }
    word
}

/// Numbers of words; small ones are more frequent.
fn text(words: usize) -> Vec<u32> {
    let mut random = 1_u64;
    let mut next = || {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 40) as u32
    };
    (0..words)
        .map(|_| (next() % 300) * (next() % 300) + 1)
        .collect()
}

fn main() {
    match std::env::var("MEMWATCH_BENCH") {
        Ok(contestant) => compete(contestant.trim_start_matches('y')),
        Err(_) => compare(),
    }
}

/// Prints how long the work takes, and what is live at its end.
fn compete(contestant: &str) {
    let level = match contestant {
        "owners" => Some(Level::Owners),
        "sampled" => Some(Level::Sampled { every: 512 * 1024 }),
        "stacks" => Some(Level::Stacks),
        _ => None,
    };
    let text = text(400_000);
    let file = std::env::temp_dir().join(format!("memwatch-bench-{}.json", std::process::id()));
    let profiler = (contestant == "dhat").then(|| {
        dhat::Profiler::builder()
            .file_name(&file)
            .trim_backtraces(None)
            .build()
    });
    if let Some(level) = level {
        memwatch::start_with(level);
    }
    let start = Clock::read();
    let kept = index(black_box(&text));
    println!("nanos {}", start.elapsed());
    if contestant == "stacks" {
        let snapshot = Snapshot::take();
        println!("live {}", memwatch::traced().current);
        for row in snapshot.statistics(By::Line) {
            println!(
                "line {}:{} {} {}",
                row.file.rsplit('/').next().unwrap_or(""),
                row.line,
                row.size,
                row.count
            );
        }
    }
    if let Some(profiler) = profiler {
        let stats = dhat::HeapStats::get();
        println!("allocations {}", stats.total_blocks);
        println!("live {}", stats.curr_bytes);
        drop(profiler);
        by_line_of_dhat(&std::fs::read_to_string(&file).unwrap_or_default());
        let _ = std::fs::remove_file(&file);
    }
    drop(black_box(kept));
}

/// The time this thread has run, where the system tells; so it matters less what else the machine does. Otherwise the time.
enum Clock {
    Running(u64),
    Wall(Instant),
}

impl Clock {
    fn read() -> Self {
        running().map_or_else(|| Self::Wall(Instant::now()), Self::Running)
    }

    fn elapsed(self) -> u128 {
        match self {
            Self::Running(since) => u128::from(running().unwrap_or(since) - since),
            Self::Wall(since) => since.elapsed().as_nanos(),
        }
    }
}

fn running() -> Option<u64> {
    std::thread::yield_now(); // the figure is brought up to date
    let figures = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    figures.split(' ').next()?.parse().ok()
}

/// Adds up dhat's stacks by their first line in this file, as memwatch does. "eb" and "ebk" are the bytes and blocks at the end,
/// "fs" the frames, which name lines of a table at the end.
fn by_line_of_dhat(json: &str) {
    let number = |text: &str, key: &str| -> u64 {
        let (_, rest) = text.split_once(&format!("\"{key}\":")).unwrap_or(("", "0"));
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        rest[..end].parse().unwrap_or(0)
    };
    let (stacks, frames) = json.split_once("\"ftbl\":").unwrap_or((json, ""));
    let frames: Vec<&str> = frames.lines().filter(|line| line.contains('"')).collect();
    let mut lines: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for stack in stacks
        .replace(char::is_whitespace, "")
        .split("{\"tb\":")
        .skip(1)
    {
        let list = stack
            .split_once("\"fs\":[")
            .and_then(|(_, list)| list.split_once(']'));
        let list = list.map_or("", |(list, _)| list);
        let at = list
            .split(',')
            .filter_map(|at| frames.get(at.trim().parse::<usize>().ok()?));
        let ours = at.filter_map(|frame| {
            let (_, place) = frame.rsplit_once("memwatch.rs:")?;
            let line = place.split(':').next()?;
            // Not the allocator above.
            (!frame.contains("GlobalAlloc") && !frame.contains("__rust"))
                .then(|| format!("memwatch.rs:{line}"))
        });
        if let Some(line) = ours.into_iter().next() {
            let sum = lines.entry(line).or_default();
            sum.0 += number(stack, "eb");
            sum.1 += number(stack, "ebk");
        }
    }
    for (line, (bytes, blocks)) in lines {
        println!("line {line} {bytes} {blocks}");
    }
}

fn compare() {
    let mut nanos = [const { Vec::new() }; CONTESTANTS.len()];
    let mut outputs: [String; CONTESTANTS.len()] = Default::default();
    for round in 0..ROUNDS {
        for turn in 0..CONTESTANTS.len() {
            let who = (round + turn) % CONTESTANTS.len();
            let name = if who == 0 {
                "ysystem"
            } else {
                CONTESTANTS[who]
            };
            let program = std::env::current_exe().expect("a running program has a path");
            let child = Command::new(program).env("MEMWATCH_BENCH", name).output();
            outputs[who] = String::from_utf8_lossy(&child.expect("it can run").stdout).into_owned();
            nanos[who].push(number_of(&outputs[who], "nanos ") as f64);
        }
    }
    let median = |nanos: &mut Vec<f64>| {
        nanos.sort_by(f64::total_cmp);
        nanos[nanos.len() / 2]
    };
    let medians: Vec<f64> = nanos.iter_mut().map(median).collect();
    let allocations = number_of(&outputs[5], "allocations ");
    println!("{allocations} allocations, medians of {ROUNDS}");
    for (name, nanos) in CONTESTANTS.iter().zip(&medians) {
        let extra = nanos - medians[0];
        println!(
            "  {name:<8} {:>7.1} ms  {:>6.2} x system  {:>7.1} ns an allocation more  {:>6.1} % of dhat's extra",
            nanos / 1e6,
            nanos / medians[0],
            extra / allocations as f64,
            100.0 * extra / (medians[5] - medians[0])
        );
    }
    agree(&outputs[4], &outputs[5]);
}

fn number_of(output: &str, what: &str) -> u64 {
    let line = output.lines().find_map(|line| line.strip_prefix(what));
    line.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Compares what memwatch and dhat say is live by each line of this file.
fn agree(ours: &str, dhats: &str) {
    let lines = |output: &str| -> BTreeMap<String, String> {
        let lines = output
            .lines()
            .filter_map(|line| line.strip_prefix("line memwatch.rs:"));
        let parts = lines.filter_map(|line| line.split_once(' '));
        let live = parts.filter(|(_, live)| *live != "0 0");
        live.map(|(line, live)| (line.to_owned(), live.to_owned()))
            .collect()
    };
    let (by_us, by_dhat) = (lines(ours), lines(dhats));
    println!("live at the end by line, bytes and blocks:");
    for (line, live) in &by_dhat {
        let ours = by_us.get(line).map_or("nothing", String::as_str);
        println!(
            "  line {line:<4} dhat {live:<20} memwatch {ours:<20} {}",
            if ours == live { "same" } else { "DIFFERENT" }
        );
    }
    let (ours, dhats) = (number_of(ours, "live "), number_of(dhats, "live "));
    println!("  all        dhat {dhats:<20} memwatch {ours}");
    assert!(
        !by_us.is_empty() && by_us == by_dhat,
        "they differ: {by_us:?} {by_dhat:?}"
    );
}
