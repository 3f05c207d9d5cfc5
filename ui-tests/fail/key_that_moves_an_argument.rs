use memo_runtime::memoize;

#[memoize(key = sku.into_bytes())]
fn price(sku: String) -> usize {
    sku.len()
}

fn main() {}
