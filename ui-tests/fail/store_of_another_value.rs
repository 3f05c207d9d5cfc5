use memo_runtime::{Cache, memoize};

struct Shop {
    prices: Cache<(String, u32), u32>,
}

impl Shop {
    #[memoize(store = self.prices)]
    fn price(&self, sku: &str, quantity: u32) -> u64 {
        sku.len() as u64 * u64::from(quantity)
    }
}

fn main() {
    let shop = Shop {
        prices: Cache::builder().build(),
    };
    shop.price("a-1", 3);
}
