use memo_runtime::memoize;

struct Item {
    id: u32,
}

#[memoize]
fn price(Item { id }: Item) -> u32 {
    id
}

fn main() {}
