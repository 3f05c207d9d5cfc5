use memo_runtime::memoize;

#[memoize]
static PRICE: u32 = 5;

fn main() {}
