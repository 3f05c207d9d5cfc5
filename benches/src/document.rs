//! The document that shows the results: what is between its markers is replaced, and nothing else.

use std::{fs, io};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../BENCHMARKS.md");
const BEGIN: &str = "<!-- run: begin -->\n";
const END: &str = "<!-- run: end -->\n";

pub fn write(results: &str) -> io::Result<()> {
    let document = fs::read_to_string(DOCUMENT)?;
    let (head, rest) = document.split_once(BEGIN).ok_or_else(no_markers)?;
    let (_, tail) = rest.split_once(END).ok_or_else(no_markers)?;
    fs::write(DOCUMENT, format!("{head}{BEGIN}\n{results}\n{END}{tail}"))
}

fn no_markers() -> io::Error {
    io::Error::other(format!("{DOCUMENT} has no markers"))
}
