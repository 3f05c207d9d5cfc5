use memo_runtime::memoize;

const SIZE: u32 = 100;

#[memoize(maxsize = SIZE)]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {}
