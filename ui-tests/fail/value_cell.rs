use memo_runtime::memoize;
use std::cell::Cell;

#[memoize]
fn make(id: u32) -> Cell<u32> {
    Cell::new(id)
}

fn main() {}
