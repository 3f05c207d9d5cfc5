use memo_runtime::memoize;

#[memoize]
fn price(item: [f32; 3]) -> u32 {
    let _ = item;
    1
}

fn main() {}
