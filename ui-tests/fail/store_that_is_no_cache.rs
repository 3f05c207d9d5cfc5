use memo_runtime::memoize;
use std::collections::HashMap;

struct Shop {
    prices: HashMap<String, u64>,
}

impl Shop {
    #[memoize(store = self.prices)]
    fn price(&self, sku: &str) -> u64 {
        sku.len() as u64
    }
}

fn main() {
    let shop = Shop {
        prices: HashMap::new(),
    };
    shop.price("a-1");
}
