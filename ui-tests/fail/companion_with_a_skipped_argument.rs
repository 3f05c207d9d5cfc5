use memo_runtime::memoize;

#[memoize]
fn price(sku: &str, #[memo(skip)] log: &mut Vec<String>) -> usize {
    log.push(sku.to_owned());
    sku.len()
}

fn main() {
    price::cache_remove("a-1", &mut Vec::new());
}
