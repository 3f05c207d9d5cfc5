use memo_runtime::memoize;

#[memoize]
fn same<T: Clone + Send + Sync + 'static>(x: T) -> T {
    x
}

#[memoize]
fn first<T: 'static>(text: &str) -> Option<T> {
    None
}

fn main() {
    same(1_u8);
    same::<u8>::cache_remove(1);
    first::<u8>("a");
}
