use memo_runtime::memoize;

#[memoize(key = sku.len())]
fn price(sku: &str) -> usize {
    sku.len()
}

fn main() {
    price::cache_retain(|sku| sku.is_empty());
}
