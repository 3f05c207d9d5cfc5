use memo_runtime::memoize;

const SECONDS: u64 = 30;

#[memoize(ttl = SECONDS)]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {}
