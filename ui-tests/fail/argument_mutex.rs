use memo_runtime::memoize;
use std::sync::{Arc, Mutex};

#[memoize]
fn price(item: Arc<Mutex<u32>>) -> u32 {
    let _ = item;
    1
}

fn main() {}
