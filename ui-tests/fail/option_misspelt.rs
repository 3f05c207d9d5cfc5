use memo_runtime::memoize;

#[memoize(maxsiz = 100)]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {}
