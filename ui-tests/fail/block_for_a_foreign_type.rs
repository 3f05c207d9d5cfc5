use memo_runtime::memoize;

trait Price {
    fn price(&self) -> u32;
}

#[memoize]
impl Price for String {
    #[memoize]
    fn price(&self) -> u32 {
        1
    }
}

fn main() {
    "a".to_owned().price();
}
