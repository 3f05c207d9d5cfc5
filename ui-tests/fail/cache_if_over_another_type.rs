use memo_runtime::memoize;

#[memoize(cache_if = |value: &String| !value.is_empty())]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {}
