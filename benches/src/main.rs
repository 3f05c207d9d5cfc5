//! Every peer in one run: `cargo run --release` prints the tables, `-- hits` only those whose name has that in it, and
//! `-- --write` puts them into `BENCHMARKS.md`.

use memo_benches::table::Table;
use memo_benches::workloads::{self, recursion};
use memo_benches::{contestants, document, machine, picture};
use std::env;
use std::error::Error;
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        [recursion::CHILD, name] => recursion::tell(&contestants::all(), name),
        [] => _ = run(""),
        ["--write"] => write(&run(""))?,
        [asked] if !asked.starts_with('-') => {
            if run(asked).is_empty() {
                eprintln!("nothing is called {asked}; there is");
                print_names();
                return Ok(ExitCode::FAILURE);
            }
        }
        _ => {
            eprintln!("usage: cargo run --release [-- --write | PART_OF_A_NAME], a name being");
            print_names();
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print_names() {
    for group in workloads::groups() {
        for work in &group.works {
            eprintln!("  {}: {}", group.name, work.name);
        }
    }
}

fn run(asked: &str) -> Vec<(&'static str, Table)> {
    let mut tables = Vec::new();
    for group in workloads::groups() {
        if let Some(table) = group.table(asked) {
            println!("{table}");
            tables.push((group.name, table));
        }
    }
    tables
}

fn write(tables: &[(&'static str, Table)]) -> Result<(), Box<dyn Error>> {
    let mut results = machine::describe();
    for (_, table) in tables {
        results += &format!("\n\n{}", table.to_string().trim_end());
    }
    document::write(&results)?;
    let (_, hits) = tables
        .iter()
        .find(|(name, _)| *name == "hits")
        .expect("all groups have been run");
    picture::draw(hits)
}
