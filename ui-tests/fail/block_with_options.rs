use memo_runtime::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shop;

#[memoize(maxsize = 3, companions = shops)]
impl Shop {
    #[memoize]
    fn price(&self) -> u64 {
        1
    }
}

trait Stocked {
    fn stock(&self) -> u64;
}

#[memoize(ttl = "5s")]
impl Stocked for Shop {
    #[memoize]
    fn stock(&self) -> u64 {
        1
    }
}

#[memoize(companions = 3)]
impl Stocked for Vec<u8> {
    #[memoize]
    fn stock(&self) -> u64 {
        1
    }
}

fn main() {
    Shop.price();
    Shop::price_cache_info();
    Shop::stock_cache_info();
}
