use memo_runtime::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shop;

#[memoize]
impl Shop {
    #[memoize(ttl = "thirty")]
    fn price(&self) -> u64 {
        1
    }

    #[memoize(max_size = 3)]
    fn stock(&self, x: f64) -> u64 {
        1
    }

    #[memoize]
    fn name(&self) -> &str {
        "shop"
    }
}

fn main() {
    Shop.price();
    Shop::price_cache_clear();
    Shop::stock_cache_clear();
    Shop.name_cache_remove();
}
