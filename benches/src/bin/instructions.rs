//! How many instructions a call is, counted by valgrind, which has to be installed: `cargo run --release --bin instructions`.
//!
//! Each kind of call is made by a process of its own, once some and once many times; what is between them is counted. So the figures
//! are the same each time, but for the addresses of a run.

use memo_runtime::memoize;
use std::cell::RefCell;
use std::error::Error;
use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;
use std::{env, fs};

const FEW: u64 = 20_000;
const MANY: u64 = 220_000;

type Kind = (&'static str, fn(u64) -> u64);

const KINDS: [Kind; 8] = [
    ("hit, u64, 10 keys", |n| small(n % 10)),
    ("hit, u64, 1,000 keys", |n| small(n % 1_000)),
    ("hit, `(&str, u32)` of 24 bytes to `Arc<str>`", |n| {
        named("sensor/region-7/00000001", (n % 10) as u32).len() as u64
    }),
    ("hit with a ttl", |n| timed(n % 10)),
    ("hit, `policy = clock_pro`", |n| scanned(n % 10)),
    ("hit, `scope = thread`", |n| own(n % 10)),
    ("miss, with an eviction", missed),
    ("a `hashbrown` map that is only read", |n| {
        FLOOR.with_borrow_mut(|map| *map.entry(n % 10).or_insert(n))
    }),
];

#[memoize(maxsize = 1024)]
fn small(key: u64) -> u64 {
    key.rotate_left(7)
}

#[memoize(maxsize = 1024)]
fn named(name: &str, n: u32) -> Arc<str> {
    format!("{name}/{n}").into()
}

#[memoize(maxsize = 1024, ttl = "1h")]
fn timed(key: u64) -> u64 {
    key.rotate_left(7)
}

#[memoize(maxsize = 1024, policy = clock_pro)]
fn scanned(key: u64) -> u64 {
    key.rotate_left(7)
}

#[memoize(maxsize = 1024, scope = thread)]
fn own(key: u64) -> u64 {
    key.rotate_left(7)
}

#[memoize(maxsize = 1024)]
fn missed(key: u64) -> u64 {
    key.rotate_left(7)
}

thread_local! {
    static FLOOR: RefCell<hashbrown::HashMap<u64, u64, foldhash::fast::FixedState>> = RefCell::default();
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    if let [kind, calls] = &args[..] {
        let (_, call) = KINDS[kind.parse::<usize>()?];
        let calls: u64 = calls.parse()?;
        black_box((0..calls).fold(0, |sum, n| sum ^ call(black_box(n))));
        return Ok(());
    }
    println!("| | instructions |\n|---|---:|");
    for (at, (name, _)) in KINDS.iter().enumerate() {
        let calls = count(at, MANY)? - count(at, FEW)?;
        println!("| {name} | {} |", calls / (MANY - FEW));
    }
    Ok(())
}

/// The instructions of a process that makes so many calls.
fn count(kind: usize, calls: u64) -> Result<u64, Box<dyn Error>> {
    let out = env::temp_dir().join(format!("instructions-{}", std::process::id()));
    let mut file = std::ffi::OsString::from("--callgrind-out-file=");
    file.push(&out);
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(file)
        .arg(env::current_exe()?)
        .args([kind.to_string(), calls.to_string()])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    if !run.status.success() {
        return Err(String::from_utf8_lossy(&run.stderr).into_owned().into());
    }
    let told = fs::read_to_string(&out)?;
    fs::remove_file(&out)?;
    let total = told.lines().find_map(|line| line.strip_prefix("totals: "));
    Ok(total.ok_or("callgrind tells no totals")?.trim().parse()?)
}
