use memo_runtime::memoize;

struct Shop;

#[memoize]
impl Shop {
    fn price(&self) -> u64 {
        1
    }
}

fn main() {
    Shop.price();
}
