use memo_runtime::memoize;

#[memoize(cache_if = |value| *value)]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {}
