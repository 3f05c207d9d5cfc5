use memo_runtime::memoize;

#[memoize(policy = soonest_to_expire)]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {}
