use memo_runtime::memoize;

#[memoize(max_size = 100, ttl_secs = 30)]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {}
