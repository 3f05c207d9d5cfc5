use memo_runtime::memoize;

struct Item {
    id: u32,
}

#[memoize]
fn make(id: u32) -> Item {
    Item { id }
}

fn main() {}
