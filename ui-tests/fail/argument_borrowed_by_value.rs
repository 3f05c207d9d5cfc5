use memo_runtime::memoize;

#[derive(Clone, Hash, PartialEq, Eq)]
struct Item<'a>(&'a str);

#[memoize]
fn price(item: Item<'_>) -> u32 {
    let _ = item;
    1
}

fn main() {}
