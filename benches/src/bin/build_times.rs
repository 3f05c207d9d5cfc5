//! How long it takes to build a crate with memoized functions, from nothing: `cargo run --release --bin build_times`.
//!
//! Takes a quarter of an hour, and needs all peers in cargo's cache, where building this crate has put them. With a number behind
//! it, `-- 10`, it builds only a crate with so many functions.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs};

const ROUNDS: usize = 3;

struct Contestant {
    name: &'static str,
    dependency: &'static str,
    attribute: &'static str,
}

const CONTESTANTS: [Contestant; 3] = [
    Contestant {
        name: "memo-runtime",
        dependency: concat!(
            "memo-runtime = { path = \"",
            env!("CARGO_MANIFEST_DIR"),
            "/../memo-runtime\" }"
        ),
        attribute: "#[memo_runtime::memoize(maxsize = 100)]",
    },
    Contestant {
        name: "cached",
        dependency: "cached = \"=4.1.0\"",
        attribute: "#[cached::macros::cached(max_size = 100)]",
    },
    Contestant {
        name: "memoize",
        dependency: "memoize = { version = \"=0.6.0\", features = [\"full\"] }",
        attribute: "#[memoize::memoize(Capacity: 100)]",
    },
];

fn main() -> Result<(), Box<dyn Error>> {
    let asked: Result<Vec<usize>, _> = env::args().skip(1).map(|arg| arg.parse()).collect();
    let asked = asked.map_err(|_| "usage: cargo run --release --bin build_times [-- FUNCTIONS]")?;
    let sizes = if asked.is_empty() {
        vec![1, 1_000]
    } else {
        asked
    };
    let scratch = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/build_times");
    println!("seconds, the median of {ROUNDS}, and the ratio to cached\n");
    println!("| profile | functions | memo-runtime | cached | memoize |");
    println!("|---|---:|---:|---:|---:|");
    for functions in sizes {
        for profile in ["dev", "release"] {
            let mut times = CONTESTANTS.map(|_| Vec::new());
            for round in 0..ROUNDS {
                // In turns, each beginning once.
                for turn in 0..CONTESTANTS.len() {
                    let at = (round + turn) % CONTESTANTS.len();
                    times[at].push(build(&CONTESTANTS[at], functions, profile, &scratch)?);
                }
            }
            let medians = times.map(|mut times| {
                times.sort_by(f64::total_cmp);
                times[times.len() / 2]
            });
            let cells = medians.map(|it| format!("{it:.1} ({:.2})", it / medians[1]));
            println!("| {profile} | {functions} | {} |", cells.join(" | "));
        }
    }
    Ok(())
}

/// Builds such a crate where nothing is built yet; the seconds it took.
fn build(
    contestant: &Contestant,
    functions: usize,
    profile: &str,
    scratch: &Path,
) -> Result<f64, Box<dyn Error>> {
    let crate_ = scratch.join(format!("{}-{functions}", contestant.name));
    if crate_.join("target").exists() {
        fs::remove_dir_all(crate_.join("target"))?;
    }
    fs::create_dir_all(crate_.join("src"))?;
    fs::write(
        crate_.join("Cargo.toml"),
        format!(
            "[package]\nname = \"program\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{}\n",
            contestant.dependency
        ),
    )?;
    let mut source = String::new();
    for number in 0..functions {
        writeln!(
            source,
            "{}\nfn step_{number}(a: u64, b: u64) -> u64 {{\n    a.rotate_left({}) ^ b\n}}\n",
            contestant.attribute,
            number % 64
        )?;
    }
    let calls = (0..functions).map(|number| format!("    sum ^= step_{number}(sum, 1);\n"));
    let calls: String = calls.collect();
    writeln!(
        source,
        "fn main() {{\n    let mut sum = 0;\n{calls}    println!(\"{{sum}}\");\n}}"
    )?;
    fs::write(crate_.join("src/main.rs"), source)?;
    let start = Instant::now();
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--offline", "--profile", profile])
        .current_dir(&crate_)
        .env_remove("RUSTFLAGS")
        .env("CARGO_TARGET_DIR", crate_.join("target"))
        .stdout(Stdio::null())
        .status()?;
    let time = start.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("{} does not build {functions} functions", contestant.name).into());
    }
    Ok(time)
}
