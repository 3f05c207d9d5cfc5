use memo_runtime::memoize;

#[memoize(maxsize = x)]
fn double(x: usize) -> usize {
    2 * x
}

fn main() {}
