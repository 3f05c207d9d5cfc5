//! Tests that run in processes of their own, which are killed if they hang.

use std::io::{self, Read};
use std::process::{self, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, thread};

/// What a process ends with that has done its work: not with 0, as one does that found no such test.
pub const FINISHED: i32 = 77;

/// Does the work in a process of its own, which runs the test again.
///
/// # Panics
///
/// If that does not finish in time, or fails.
pub fn watched<W: FnOnce()>(work: W) {
    const WATCHED: &str = "MEMO_TESTS_WATCHED";
    const PATIENCE: Duration = Duration::from_secs(120);

    if env::var_os(WATCHED).is_some() {
        let mut stdin = io::stdin(); // which allocates: not later, where allocations are counted
        thread::spawn(move || {
            let _ = stdin.read(&mut [0]);
            process::exit(1); // nobody watches any more
        });
        work();
        process::exit(FINISHED);
    }
    let test = name_of_test::<W>();
    let mut child = Command::new(env::current_exe().expect("a running program has a path"))
        .args([test, "--exact", "--nocapture"])
        .env(WATCHED, "")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a program that runs can be run");
    // Its output ends when it does.
    let mut output = child.stdout.take().expect("it is piped");
    let (ended, ends) = mpsc::channel();
    thread::spawn(move || {
        let _ = output.read_to_end(&mut Vec::new());
        let _ = ended.send(());
    });
    if ends.recv_timeout(PATIENCE).is_err() {
        child.kill().expect("it has not been waited for");
        child.wait().expect("it has been killed");
        panic!("it hangs");
    }
    let status = child.wait().expect("it has ended");
    assert_eq!(status.code(), Some(FINISHED), "{status}");
}

/// The path of the test that a closure is in, as the test runner knows it.
fn name_of_test<W>() -> &'static str {
    let path = std::any::type_name::<W>(); // watched::module::test::{{closure}}
    let path = path.strip_suffix("::{{closure}}").unwrap_or(path);
    path.split_once("::").map_or(path, |(_, path)| path)
}
