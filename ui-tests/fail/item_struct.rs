use memo_runtime::memoize;

#[memoize]
struct Price {
    cents: u64,
}

fn main() {}
