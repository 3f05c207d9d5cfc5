use memo_runtime::memoize;

trait Price {
    fn price(&self) -> u32;
}

#[memoize]
impl Price for u32 {
    #[memoize]
    fn price(&self) -> u32 {
        *self
    }
}

fn main() {
    5_u32.price();
}
