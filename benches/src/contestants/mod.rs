//! Each contestant in a file, used as its own documentation has it.

mod by_hand;
mod cached_4;
mod cached_by_key;
mod cachelito_0;
mod floor;
mod lru_in_mutex;
mod memoize_0;
mod memoize_per_thread;
mod moka_0;
mod ours;
mod ours_clock_pro;
mod quick_cache_0;

use crate::contestant::Contestant;

/// All, ours first.
pub fn all() -> Vec<Contestant> {
    vec![
        ours::contestant(),
        ours_clock_pro::contestant(),
        cached_4::contestant(),
        cached_by_key::contestant(),
        memoize_0::contestant(),
        memoize_per_thread::contestant(),
        cachelito_0::contestant(),
        moka_0::contestant(),
        quick_cache_0::contestant(),
        lru_in_mutex::contestant(),
        floor::contestant(),
    ]
}

/// The crates they come from.
pub const CRATES: [&str; 8] = [
    "cached",
    "memoize",
    "cachelito",
    "moka",
    "quick_cache",
    "lru",
    "parking_lot",
    "hashbrown",
];
