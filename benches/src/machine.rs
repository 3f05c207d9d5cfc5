//! What a run was made on, and with.

use crate::contestants::CRATES;
use std::process::Command;
use std::{env, fs, thread};

/// A sentence.
pub fn describe() -> String {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let mut commit = told_by("git", &["rev-parse", "--short", "HEAD"]);
    // What a run writes is no change.
    let changed = [
        "status",
        "--porcelain",
        "--",
        "..",
        ":!../BENCHMARKS.md",
        ":!hits.svg",
    ];
    if !told_by("git", &changed).is_empty() {
        commit += " and what has changed since";
    }
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d");
    let peers: Vec<String> = CRATES
        .iter()
        .map(|name| format!("{name} {}", version(name)))
        .collect();
    format!(
        "{date}, {} with {processors} processors, {} for {}, {}, commit {commit}; {}.",
        model(),
        env::consts::OS,
        env::consts::ARCH,
        told_by("rustc", &["--version"]),
        peers.join(", "),
    )
}

fn model() -> String {
    let known = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    known
        .lines()
        .find_map(|line| Some(line.strip_prefix("model name")?.split_once(": ")?.1))
        .unwrap_or("a machine")
        .to_owned()
}

fn told_by(program: &str, args: &[&str]) -> String {
    let told = Command::new(program)
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    let told = told.map(|it| it.stdout).unwrap_or_default();
    String::from_utf8_lossy(&told).trim().to_owned()
}

/// As locked, and the newest where several are.
fn version(name: &str) -> &'static str {
    let head = format!("name = \"{name}\"\nversion = \"");
    include_str!("../Cargo.lock")
        .rsplit_once(&head)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("?", |(version, _)| version)
}
