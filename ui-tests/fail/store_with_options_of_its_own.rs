use memo_runtime::{Cache, memoize};
use std::hash::RandomState;

struct Shop {
    prices: Cache<String, u64>,
}

impl Shop {
    #[memoize(store = self.prices, maxsize = 100, ttl = "30s", hasher = RandomState)]
    fn price(&self, sku: &str) -> u64 {
        sku.len() as u64
    }
}

fn main() {
    let shop = Shop {
        prices: Cache::builder().build(),
    };
    shop.price("a-1");
    shop.price_cache_clear();
}
