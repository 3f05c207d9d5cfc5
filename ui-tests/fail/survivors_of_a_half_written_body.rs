use memo_runtime::memoize;

#[memoize]
fn price(sku: &str) -> usize {
    sku.len() +
}

fn main() {
    let costs: usize = price("a-1");
    price::cache_remove("a-1");
    println!("{costs} {}", price::cache_info());
}
