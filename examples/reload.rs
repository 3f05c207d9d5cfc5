//! After a reload, everything computed from the old data has to go: the caches of one group are cleared together.
//!
//! `cargo run --release --example reload` prints
//!
//! ```text
//! TEA at 250, 20% tax
//! reloaded, still the old answers: TEA at 250, 20% tax
//! entries cleared: 2
//! GREEN TEA at 300, 20% tax
//! tax was not in the group: CacheInfo(hits=2, misses=1, maxsize=128, currsize=1)
//! ```

use memo_runtime::memoize;
use std::sync::RwLock;

static CATALOGUE: RwLock<[(&str, u64); 1]> = RwLock::new([("tea", 250)]);

#[memoize(group = "catalogue")]
fn label(sku: usize) -> String {
    CATALOGUE.read().unwrap()[sku].0.to_uppercase()
}

#[memoize(group = "catalogue")]
fn price(sku: usize) -> u64 {
    CATALOGUE.read().unwrap()[sku].1
}

#[memoize]
fn tax(country: &str) -> u64 {
    if country == "GB" { 20 } else { 19 }
}

fn shelf() -> String {
    format!("{} at {}, {}% tax", label(0), price(0), tax("GB"))
}

fn main() {
    println!("{}", shelf());

    *CATALOGUE.write().unwrap() = [("green tea", 300)];
    println!("reloaded, still the old answers: {}", shelf());

    println!(
        "entries cleared: {}",
        memo_runtime::clear_group("catalogue")
    );
    println!("{}", shelf());
    println!("tax was not in the group: {}", tax::cache_info());
}
