use memo_runtime::memoize;
use std::cell::RefCell;

#[memoize]
fn price(item: &RefCell<String>) -> u32 {
    let _ = item;
    1
}

fn main() {}
