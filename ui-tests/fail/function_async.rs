use memo_runtime::memoize;

#[memoize]
async fn double(x: u32) -> u32 {
    2 * x
}

fn main() {
    drop(double(1));
    drop(double::uncached(1));
    double::cache_clear();
}
