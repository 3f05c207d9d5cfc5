use memo_runtime::memoize;
use std::cell::Cell;

#[memoize]
fn price(item: Cell<u32>) -> u32 {
    let _ = item;
    1
}

fn main() {}
