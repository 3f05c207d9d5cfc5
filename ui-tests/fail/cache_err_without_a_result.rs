use memo_runtime::memoize;

#[memoize(cache_err)]
fn make(id: u32) -> Option<u32> {
    Some(id)
}

fn main() {}
