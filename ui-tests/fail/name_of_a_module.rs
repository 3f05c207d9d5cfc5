use memo_runtime::memoize;

mod price {}

#[memoize]
fn price(sku: &str) -> usize {
    sku.len()
}

fn main() {}
