use memo_runtime::{Cache, memoize};

struct Shop {
    prices: Cache<u32, u64>,
}

impl Shop {
    #[memoize(store = self.prices)]
    fn set(&mut self, sku: u32) -> u64 {
        u64::from(sku)
    }

    #[memoize(store = self.prices)]
    fn price(sku: u32) -> Option<Self> {
        None
    }
}

#[memoize(store = cache)]
fn other(#[memo(skip)] cache: &Cache<u32, u64>, sku: u32) -> u64 {
    u64::from(sku)
}

fn main() {}
