use memo_runtime::memoize;

#[memoize(ttl = "thirty")]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {}
