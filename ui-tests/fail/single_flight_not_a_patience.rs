use memo_runtime::memoize;

#[memoize(single_flight = 5)]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {
    double(2);
}
