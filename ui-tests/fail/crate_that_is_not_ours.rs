use memo_runtime::memoize;

#[memoize(crate = std)]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {}
