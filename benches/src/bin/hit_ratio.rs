//! Hit ratios of the policies, side by side: `cargo run --release --bin hit_ratio -- trace..`.
//!
//! A trace is a file with a key to a line, of whatever characters; lines that begin with `*` are left out. Those of the LIRS
//! paper are in Caffeine's repository, in `simulator/src/main/resources`, there compressed; traces of numbers, such as `web07`,
//! become lines with `od -An -v -tu4 --endian=big -w4`. Without arguments there are three made here.

use memo_runtime::{Cache, Policy};
use quick_cache::unsync;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::{env, fs, io};

/// Of the distinct keys of a trace, in percent; but no fewer than 16.
const SIZES: [usize; 3] = [1, 10, 30];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files: Vec<_> = env::args_os().skip(1).collect();
    let traces = if files.is_empty() {
        made()
    } else {
        let read = |file| {
            read(Path::new(file)).map_err(|error| format!("{}: {error}", Path::new(file).display()))
        };
        files.iter().map(read).collect::<Result<_, _>>()?
    };
    println!("hit ratio in percent\n");
    println!("| trace | calls | keys | entries | lru | fifo | clock_pro | quick_cache |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    let mut sums = [0.0; 4];
    let mut runs = 0.0;
    for Trace { name, keys } in &traces {
        let distinct = keys.iter().collect::<HashSet<_>>().len();
        for percent in SIZES {
            let entries = (distinct * percent / 100).max(16);
            let ratios = [
                of_policy(keys, entries, Policy::Lru),
                of_policy(keys, entries, Policy::Fifo),
                of_policy(keys, entries, Policy::ClockPro),
                of_quick_cache(keys, entries),
            ];
            println!(
                "| {name} | {} | {distinct} | {entries} | {} |",
                keys.len(),
                ratios.map(|ratio| format!("{ratio:.2}")).join(" | ")
            );
            sums.iter_mut()
                .zip(ratios)
                .for_each(|(sum, ratio)| *sum += ratio);
            runs += 1.0;
        }
    }
    println!(
        "| mean | | | | {} |",
        sums.map(|sum| format!("{:.2}", sum / runs)).join(" | ")
    );
    Ok(())
}

struct Trace {
    name: String,
    /// By number, in the order of their first use.
    keys: Vec<u32>,
}

fn read(file: &Path) -> io::Result<Trace> {
    let text = fs::read_to_string(file)?;
    let mut numbers = HashMap::new();
    let lines = text.lines().map(str::trim);
    let keys = lines.filter(|line| !line.is_empty() && !line.starts_with('*'));
    let keys = keys.map(|key| {
        let next = u32::try_from(numbers.len()).expect("fewer keys than 2^32");
        *numbers.entry(key).or_insert(next)
    });
    Ok(Trace {
        name: file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into(),
        keys: keys.collect(),
    })
}

/// Popular keys with scans in between, a loop, and keys that come twice within a short time and never again.
fn made() -> Vec<Trace> {
    let trace = |name: &str, keys| Trace {
        name: name.into(),
        keys,
    };
    let mut random = 1_u64;
    let mut below = |n: u32| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        ((random >> 33) % u64::from(n)) as u32
    };
    let mut scan = 100_000;
    let mut popular = Vec::new();
    for _ in 0..400 {
        // The product of two is small more often than large.
        popular.extend((0..500).map(|_| below(100) * below(100)));
        popular.extend(scan..scan + 300);
        scan += 300;
    }
    vec![
        trace("popular keys and scans", popular),
        trace("a loop", (0..300).flat_map(|_| 0..1_000).collect()),
        trace(
            "twice, soon",
            (0..100_000)
                .flat_map(|n: u32| [n, n.saturating_sub(900)])
                .collect(),
        ),
    ]
}

fn of_policy(keys: &[u32], entries: usize, policy: Policy) -> f64 {
    let cache: Cache<u32, ()> = Cache::builder().maxsize(entries).policy(policy).build();
    for key in keys {
        cache.get_or_insert_with(key, || ());
    }
    100.0 * cache.info().hit_ratio().unwrap_or(0.0)
}

fn of_quick_cache(keys: &[u32], entries: usize) -> f64 {
    let mut cache = unsync::Cache::new(entries);
    let mut hits = 0;
    for &key in keys {
        if cache.get(&key).is_some() {
            hits += 1;
        } else {
            cache.insert(key, ());
        }
    }
    100.0 * f64::from(hits) / keys.len() as f64
}
