use memo_runtime::memoize;

#[memoize]
fn u32(text: &str) -> Option<u32> {
    text.parse().ok()
}

fn main() {
    let _: u32 = u32("5").unwrap_or(5);
}
