use memo_runtime::memoize;
use std::collections::HashMap;

#[memoize]
fn price(item: HashMap<String, u32>) -> u32 {
    let _ = item;
    1
}

fn main() {}
