use memo_runtime::memoize;

#[memoize]
fn price(sku: &str, quantity: u32) -> u64 {
    sku.len() as u64 * u64::from(quantity)
}

fn main() {
    price::cache_retain(|sku| sku.is_empty());
}
