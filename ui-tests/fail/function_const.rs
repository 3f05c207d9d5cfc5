use memo_runtime::memoize;

#[memoize]
const fn double(x: u32) -> u32 {
    2 * x
}

const FOUR: u32 = double(2);

fn main() {
    assert!(!double::cache_contains(FOUR));
}
