use memo_runtime::memoize;

struct Shop;

impl Shop {
    #[memoize]
    fn price(&self, sku: &str) -> usize {
        sku.len()
    }
}

fn main() {
    Shop.price("a-1");
    Shop.price_cache_remove("a-1");
    Shop::price_cache_clear();
}
