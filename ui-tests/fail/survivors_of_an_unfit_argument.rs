use memo_runtime::memoize;

#[memoize]
fn price(sku: &str, weight: f64) -> Option<u64> {
    Some(sku.len() as u64 + weight as u64)
}

fn main() {
    let costs: Option<u64> = price("a-1", 1.5).map(|it| it + 1);
    let stored: Option<Option<u64>> = price::cache_insert("a-1", 1.5, costs);
    let there: bool = price::cache_contains("a-1", 1.5) || price::cache_remove("a-1", 1.5);
    let fresh: Option<u64> = price::cache_refresh("a-1", 1.5);
    let went: usize = price::cache_retain(|sku, weight| sku.is_empty() || *weight > 1.0);
    price::cache_clear();
    println!("{stored:?} {there} {fresh:?} {went} {}", price::cache_info());
}
