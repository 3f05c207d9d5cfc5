use memo_runtime::memoize;

#[memoize]
fn double(#[memo(key = x * 2.0)] x: f64) -> f64 {
    2.0 * x
}

fn main() {}
