use memo_runtime::memoize;

#[memoize]
fn apply(f: impl Fn(u32) -> u32, x: u32) -> u32 {
    f(x)
}

fn main() {
    apply(|x| x + 1, 2);
    apply::cache_remove(|x| x + 1, 2);
}
