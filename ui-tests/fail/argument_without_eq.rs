use memo_runtime::memoize;

#[derive(Clone, Hash)]
struct Item {
    id: u32,
}

#[memoize]
fn price(item: Item) -> u32 {
    let _ = item;
    1
}

fn main() {}
