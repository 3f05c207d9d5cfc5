use memo_runtime::memoize;

#[memoize]
fn price(item: &dyn std::fmt::Debug) -> u32 {
    let _ = item;
    1
}

fn main() {}
