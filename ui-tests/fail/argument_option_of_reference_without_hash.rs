use memo_runtime::memoize;

#[derive(Clone, PartialEq, Eq)]
struct Item {
    id: u32,
}

#[memoize]
fn price(item: Option<&Item>) -> u32 {
    let _ = item;
    1
}

fn main() {}
