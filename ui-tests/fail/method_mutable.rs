use memo_runtime::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shop;

impl Shop {
    #[memoize]
    fn price(&mut self, sku: &str) -> usize {
        sku.len()
    }
}

fn main() {
    Shop.price("a-1");
    Shop::price_cache_clear();
}
