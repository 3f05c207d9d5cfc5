//! Each small example prints what its header promises.

use crate::{run, text};
use std::fs;
use std::path::Path;

/// Longer ones are not small.
const LINES: usize = 50;

#[test]
fn every_small_example_prints_what_its_header_promises() {
    let mut checked = 0;
    for entry in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            check(&path);
            checked += 1;
        }
    }
    assert!(checked >= 3, "{checked} examples found");
}

fn check(path: &Path) {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let source = fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let promised = promised(&source).unwrap_or_else(|| panic!("{name}: no output in its header"));
    assert!(source.lines().count() < LINES, "{name} is too long");

    let output = run(name, &[] as &[&str]);
    assert!(output.status.success(), "{name}: {output:?}");
    assert_eq!(text(&output.stdout), promised, "{name}");
}

/// What stands between the fences of the first `text` block, without the comment marks.
fn promised(source: &str) -> Option<String> {
    let (_, block) = source.split_once("//! ```text\n")?;
    let (block, _) = block.split_once("//! ```\n")?;
    let line = |line: &str| {
        line.trim_start_matches("//!")
            .trim_start_matches(' ')
            .to_owned()
            + "\n"
    };
    Some(block.lines().map(line).collect())
}
