use memo_runtime::memoize;

#[memoize]
fn price(sku: &str, quantity: u32) -> u64 {
    sku.len() as u64 * u64::from(quantity)
}

fn main() {
    let _ = price::cache_contains("a-1");
}
