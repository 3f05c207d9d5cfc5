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

fn main() {
    Shop.price();
}
