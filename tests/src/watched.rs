//! Tests that run in processes of their own, which are killed if they hang.

use std::io::{self, Read};
use std::process::{self, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, fs, thread};

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
        thread::spawn(|| {
            let _ = io::stdin().read(&mut [0]);
            process::exit(1); // nobody watches any more
        });
        while !others_sleep() {
            thread::yield_now();
        }
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

/// Whether all other threads of the process wait for something: the test runner's own is not ready when it has
/// started a test, and allocates where allocations are to be counted. Always, where the system does not tell.
fn others_sleep() -> bool {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else {
        return true;
    };
    let me = fs::read_link("/proc/thread-self").expect("it is there where the tasks are");
    tasks.flatten().all(|task| {
        let state = fs::read_to_string(task.path().join("stat")); // id (name) state ...
        let state = state.as_deref().unwrap_or_default().rsplit(") ").next();
        Some(task.file_name().as_os_str()) == me.file_name()
            || state.is_some_and(|it| it.starts_with('S'))
    })
}

/// The path of the test that a closure is in, as the test runner knows it.
fn name_of_test<W>() -> &'static str {
    let path = std::any::type_name::<W>(); // watched::module::test::{{closure}}
    let path = path.strip_suffix("::{{closure}}").unwrap_or(path);
    path.split_once("::").map_or(path, |(_, path)| path)
}
