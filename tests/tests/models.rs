//! Checks the models of `memo-runtime`: shuttle takes the place of std's locks and threads and tries schedules at random,
//! loom tries all there are for the small pieces. Each is the crate compiled anew, with a `--cfg` of its own.
//!
//! `MODEL_SCHEDULES` says how many schedules shuttle tries of each model, 2,000 unless it is set:
//! `MODEL_SCHEDULES=100000 cargo test -p memo-tests --test models -- --nocapture` is the long run.

use std::path::Path;
use std::process::Command;

fn check(cfg: &str, tests: &str) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace is above");
    let target = workspace.join("target").join(cfg);
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(workspace)
        .env("RUSTFLAGS", format!("--cfg {cfg}"))
        .env("CARGO_TARGET_DIR", target)
        .args([
            "test",
            "--release",
            "-p",
            "memo-runtime",
            "--lib",
            "--features",
            "queue,test-util",
        ])
        .arg(tests);
    let output = cargo.output().expect("cargo runs");
    let told = String::from_utf8_lossy(&output.stdout);
    println!("{told}");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{cargo:?}\n{told}\n{complaints}");
    let none = told.contains("running 0 tests");
    assert!(!none, "no models were found: {cargo:?}");
}

#[test]
fn the_models_hold_in_the_schedules_that_shuttle_tries() {
    check("memo_shuttle", "models::");
}

#[test]
fn the_kernels_hold_in_all_schedules_that_loom_finds() {
    check("memo_loom", "kernels::");
}
