use memo_runtime::memoize;

#[memoize]
fn double(x: u32) -> _ {
    2 * x
}

fn main() {
    let _: u32 = double(2);
}
