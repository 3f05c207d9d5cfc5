use memo_runtime::memoize;

#[memoize]
fn sum(numbers: [u32]) -> u32 {
    numbers.iter().sum()
}

fn main() {}
