use memo_runtime::memoize;

#[memoize(maxsize = 100, maxsize = 200)]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {}
