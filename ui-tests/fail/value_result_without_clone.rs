use memo_runtime::memoize;

struct Item {
    id: u32,
}

#[memoize]
fn make(id: u32) -> Result<Item, String> {
    Ok(Item { id })
}

fn main() {}
