//! The soak, for a moment.

use std::process::{Command, Output};

fn soak(arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_soak"));
    program.args(arguments).output().expect("it has been built")
}

#[test]
fn a_soak_of_a_moment_finds_nothing() {
    let Output {
        status,
        stdout,
        stderr,
    } = soak(&["--minutes", "0.005"]);
    let (stdout, stderr) = (
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr),
    );
    assert!(status.success(), "{stderr}");
    assert!(stdout.contains(" calls, "), "{stdout}");
}

#[test]
fn a_soak_that_is_asked_for_something_else_says_what_it_can_be_asked_for() {
    for arguments in [
        &["--minutes"][..],
        &["--minutes", "0"],
        &["--minutes", "soon"],
        &["--hours", "1"],
    ] {
        let Output {
            status,
            stdout,
            stderr,
        } = soak(arguments);
        let message = String::from_utf8_lossy(&stderr);
        assert_eq!((status.code(), stdout.len()), (Some(2), 0), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.contains("--minutes"), "{message}");
    }
}
