//! Users may have their own `Option`, `Result`, `std` and the like.
#![allow(dead_code, unused_macros, nonstandard_style)]

use memo_runtime::memoize;

mod std {}

mod memo {}
struct Option;
struct Some;
struct Result;
struct Vec;
struct String;
struct Box;
struct usize;
struct bool;
trait Fn {}
trait FnMut {}
trait Sized {}
trait Clone {}
macro_rules! concat { () => {} }
macro_rules! module_path { () => {} }
macro_rules! line { () => {} }
macro_rules! unreachable { () => {} }

#[memoize(maxsize = 10, ttl = "5s", group = "own", cache_if = |value| *value > 0)]
fn double(key: u32, result: &str) -> u64 {
    u64::from(key) + result.len() as u64
}

#[memoize(cache_err, policy = fifo)]
fn half(cache: u32) -> ::std::result::Result<u32, u8> {
    ::std::result::Result::Ok(cache / 2)
}

fn main() {
    double(1, "a");
    double::cache_retain(|key, result| *key > 0 && result.is_empty());
    let _ = half(1);
    half::cache_clear();
}
