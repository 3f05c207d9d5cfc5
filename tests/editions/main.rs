//! A binary, where nothing is public: functions that are used, and hardly a companion.

use memo_runtime::memoize;
use std::sync::Arc;
use std::time::Duration;

const SIZE: usize = 10;

fn lifetime() -> Duration {
    Duration::from_secs(SIZE as u64)
}

#[memoize]
fn bare(x: u64) -> u64 {
    x.pow(2)
}

#[memoize(maxsize = SIZE, ttl = lifetime(), group = "all", name = "words", policy = lru)]
fn words(text: &str) -> Vec<Arc<str>> {
    text.split(' ').map(Into::into).collect()
}

#[memoize(unbounded, cache_if = |found: &Option<char>| found.is_some(), companions = finding)]
fn find(text: &str, wanted: Option<&str>) -> Option<char> {
    text.split(wanted?).next()?.chars().next()
}

#[memoize(cache_err, key = text.trim(), hasher = std::hash::RandomState)]
fn number(text: &str, #[memo(skip)] log: &mut Vec<String>) -> Result<u8, std::num::ParseIntError> {
    log.push(text.to_owned());
    Ok(text.trim().parse::<u8>()? / 2)
}

mod inner {
    use memo_runtime::memoize;

    #[memoize]
    pub(super) fn above((a, b): (u8, u8), #[memo(key = c.to_bits())] c: f64) -> String {
        format!("{a} {b} {c}")
    }

    #[memoize(ttl = "5s", policy = soonest_to_expire)]
    pub(crate) fn everywhere(_: bool, mut counts: [u8; 3]) -> [u8; 3] {
        counts[0] += 1;
        counts
    }
}

#[memoize(cache_err)]
async fn page(url: &str) -> Result<usize, String> {
    std::future::ready(url.len()).await.checked_sub(1).ok_or_else(|| "empty".to_owned())
}

fn main() {
    #[memoize(maxsize = 1)]
    fn nested() {
        println!("once");
    }

    let mut log = Vec::new();
    nested();
    println!("{} {:?} {:?}", bare(2), words("a b"), find("a b", Some("b")));
    println!("{:?} {:?}", number("2", &mut log), inner::above((1, 2), 3.0));
    drop((page("a"), page::cache_info()));
    println!("{:?} {}", inner::everywhere(true, [1, 2, 3]), finding::cache_info());
}
