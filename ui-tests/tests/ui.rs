//! What the compiler says of a mistake, and that it says nothing of what is right.
//!
//! Each file of `fail` has one mistake, and beside it what is said of it. On the compiler named in `rustc-version` all of
//! that is compared, on any other the line of each error and its message, if it is one of ours.
//! `TRYBUILD=overwrite cargo test -p memo-ui-tests` writes it anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, iter};

const HERE: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn on_its_compiler_every_word_is_as_expected() {
    if compiler() != read(&Path::new(HERE).join("rustc-version")).trim() {
        return;
    }
    let tests = trybuild::TestCases::new();
    tests.compile_fail("fail/*.rs");
    tests.pass("pass/*.rs");
}

#[test]
fn on_every_compiler_errors_are_the_same_and_at_the_same_line() {
    let found = errors(&check(&[programs("fail"), programs("pass")].concat()));
    for program in programs("fail") {
        let expected = errors(&read(&program.with_extension("stderr")));
        let name = name(&program);
        assert_eq!(found.get(&name), expected.get(&name), "of {name}");
        assert!(expected.contains_key(&name), "there is an error in {name}");
    }
    for program in programs("pass") {
        assert_eq!(found.get(&name(&program)), None, "of {}", program.display());
    }
}

/// Lines of errors, and what they are known by, under the name of their file.
type Errors = BTreeMap<String, Vec<(usize, String)>>;

/// Reads what the compiler says: `error[E0308]: mismatched types`, and on a line behind it ` --> fail/maxsize_zero.rs:3:21`.
fn errors(output: &str) -> Errors {
    let mut errors = Errors::new();
    let mut message = None;
    for line in output.lines() {
        if line.starts_with(|first: char| first.is_alphabetic()) {
            message = line.strip_prefix("error").and_then(told);
        } else if let (Some(place), Some(told)) = (line.trim_start().strip_prefix("--> "), message)
        {
            let mut place = place.rsplitn(3, ':');
            let (_column, line, file) = (place.next(), place.next(), place.next());
            let line = line.and_then(|line| line.parse().ok()).unwrap_or_default();
            let of = errors.entry(name(Path::new(file.unwrap_or_default())));
            of.or_default().push((line, told.to_owned()));
            message = None;
        }
    }
    for of in errors.values_mut() {
        of.sort();
    }
    errors
}

/// What an error is known by: its message where that is ours, else its code, as compilers find other words.
fn told(error: &str) -> Option<&str> {
    let (code, message) = error.split_once(": ")?;
    Some(match code {
        "" | "[E0277]" => message,
        code => code,
    })
}

/// Compiles each file as a program of its own, in one package, and returns what is said of all of them.
fn check(programs: &[PathBuf]) -> String {
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs");
    fs::create_dir_all(&project).expect("the target directory can be written");
    let package = format!(
        "[package]\nname = \"programs\"\nedition = \"2024\"\nautobins = false\n\n[workspace]\n\n\
         [dependencies]\nmemo-runtime = {{ path = '{HERE}/../memo-runtime' }}\n"
    );
    let programs = programs.iter().map(|program| {
        let (name, path) = (name(program), program.display());
        format!("\n[[bin]]\nname = \"{name}\"\npath = '{path}'\n")
    });
    let manifest: String = iter::once(package).chain(programs).collect();
    fs::write(project.join("Cargo.toml"), manifest).expect("the target directory can be written");
    // So that what has been fetched for us is enough for it.
    let _ = fs::copy(
        Path::new(HERE).join("../Cargo.lock"),
        project.join("Cargo.lock"),
    );
    let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["check", "--bins", "--keep-going"])
        .arg("--target-dir")
        .arg(project.join("target"))
        .env("CARGO_TERM_COLOR", "never")
        .env_remove("RUSTFLAGS") // warnings stay warnings
        .current_dir(&project)
        .output()
        .expect("cargo, which runs this, runs");
    let output = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.contains("could not compile"),
        "cargo could not even begin:\n{output}"
    );
    output
}

/// The version of the compiler at work.
fn compiler() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or("rustc".into());
    let output = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("there is a compiler");
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    version.split(' ').nth(1).unwrap_or_default().to_owned()
}

fn programs(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(HERE).join(folder)).expect("the folder is ours");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut programs: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .collect();
    programs.sort();
    programs
}

fn name(program: &Path) -> String {
    program
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
