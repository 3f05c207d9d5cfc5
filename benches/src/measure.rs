//! How contestants are compared.
//!
//! They take turns, round by round, each starting in its turn; a figure is the median over the rounds, so that what else the
//! machine does hits all alike.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How often a body has run.
static BODIES: AtomicU64 = AtomicU64::new(0);

/// About as long as one turn of one contestant.
const TURN: Duration = Duration::from_millis(4);
const ROUNDS: usize = 101;

pub type Contestant<K> = (&'static str, fn(&[K]) -> u64);

/// Lets the contestants take turns over the same keys, all of them hits, and prints their medians for a call.
pub fn compare_hits<K>(title: &str, keys: &[K], contestants: &[Contestant<K>]) {
    for (_, run) in contestants {
        black_box(run(keys)); // warms the cache
    }
    let bodies = BODIES.load(Ordering::Relaxed);
    compare(title, keys, contestants);
    assert_eq!(
        BODIES.load(Ordering::Relaxed),
        bodies,
        "{title}: a call that was to be a hit ran its body"
    );
}

/// Lets the contestants take turns over the same keys and prints their medians for one of them, the first contestant
/// being us.
pub fn compare<K>(title: &str, keys: &[K], contestants: &[Contestant<K>]) {
    let passes: Vec<u32> = contestants
        .iter()
        .map(|(_, run)| {
            let start = Instant::now();
            black_box(run(keys));
            (TURN.as_nanos() / start.elapsed().as_nanos().max(1)).clamp(1, 10_000) as u32
        })
        .collect();
    let mut nanos: Vec<Vec<f64>> = vec![Vec::new(); contestants.len()];
    for round in 0..ROUNDS {
        for turn in 0..contestants.len() {
            let who = (round + turn) % contestants.len();
            let start = Instant::now();
            for _ in 0..passes[who] {
                black_box(contestants[who].1(black_box(keys)));
            }
            let calls = f64::from(passes[who]) * keys.len() as f64;
            nanos[who].push(start.elapsed().as_nanos() as f64 / calls);
        }
    }
    let medians: Vec<f64> = nanos.iter_mut().map(|nanos| median(nanos)).collect();
    println!("{title}");
    for ((name, _), nanos) in contestants.iter().zip(&medians) {
        println!(
            "  {name:<14} {nanos:>8.2} ns a call   ours takes {:.2} of it",
            medians[0] / nanos
        );
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

pub fn sum(keys: &[u64], call: impl Fn(u64) -> u64) -> u64 {
    keys.iter().fold(0, |sum, key| sum ^ call(*key))
}

/// The same in two threads at once.
pub fn sum_of_two(keys: &[u64], call: impl Fn(u64) -> u64 + Sync) -> u64 {
    std::thread::scope(|scope| {
        let other = scope.spawn(|| sum(keys, &call));
        sum(keys, &call) ^ other.join().expect("a call does not panic")
    })
}

pub fn sum_named(keys: &[(String, u32)], call: impl Fn(&str, u32) -> std::sync::Arc<str>) -> u64 {
    keys.iter().fold(0, |sum, (name, n)| {
        sum + black_box(call(name, *n)).len() as u64
    })
}

/// 0 to `n`, in an order no prefetcher guesses.
pub fn shuffled(n: u64) -> Vec<u64> {
    let mut keys: Vec<u64> = (0..n).collect();
    let mut random = 1_u64;
    for at in (1..keys.len()).rev() {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        keys.swap(at, (random >> 33) as usize % (at + 1));
    }
    keys
}

#[inline(never)]
pub fn body(key: u64) -> u64 {
    BODIES.fetch_add(1, Ordering::Relaxed);
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[inline(never)]
pub fn named_body(name: &str, n: u32) -> std::sync::Arc<str> {
    BODIES.fetch_add(1, Ordering::Relaxed);
    format!("{name}:{n}").into()
}
