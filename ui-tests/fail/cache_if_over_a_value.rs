use memo_runtime::memoize;

fn is_large(value: u32) -> bool {
    value > 100
}

#[memoize(cache_if = is_large)]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {}
