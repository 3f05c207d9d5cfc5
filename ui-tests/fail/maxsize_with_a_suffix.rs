use memo_runtime::memoize;

#[memoize(maxsize = 100_u32)]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {}
