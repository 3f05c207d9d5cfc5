use memo_runtime::memoize;

#[memoize]
fn make(id: u32) -> Box<dyn Fn() -> u32> {
    Box::new(move || id)
}

fn main() {}
