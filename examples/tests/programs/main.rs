//! The examples as a user runs them: what they print, and how they end.

mod sensor_pipeline;
mod small;

use std::env;
use std::ffi::OsStr;
use std::process::{Command, Output};

/// Runs an example to its end.
fn run(name: &str, arguments: &[impl AsRef<OsStr>]) -> Output {
    let mut command = command(name);
    command
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; `cargo build --examples` builds it"))
}

/// An example as it was built for this test run: `examples` is next to the folder of the test.
fn command(name: &str) -> Command {
    let test = env::current_exe().unwrap();
    let built = test.ancestors().nth(2).unwrap();
    Command::new(
        built
            .join("examples")
            .join(format!("{name}{}", env::consts::EXE_SUFFIX)),
    )
}

/// What was printed, with the line ends of Unix.
fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec())
        .unwrap()
        .replace("\r\n", "\n")
}
