use memo_runtime::memoize;

#[memoize(cache_if = |found| found.is_ok())]
fn half(x: u32) -> Result<u32, String> {
    (x % 2 == 0).then_some(x / 2).ok_or_else(String::new)
}

fn main() {}
