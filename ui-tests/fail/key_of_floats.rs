use memo_runtime::memoize;

#[memoize(key = (x, y))]
fn sum(x: f64, y: f64) -> f64 {
    x + y
}

fn main() {}
