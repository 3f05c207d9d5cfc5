use memo_runtime::memoize;

#[memoize]
fn price(item: Box<dyn Fn(u32) -> u32>) -> u32 {
    let _ = item;
    1
}

fn main() {}
