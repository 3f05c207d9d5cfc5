use memo_runtime::memoize;
use std::rc::Rc;

#[memoize]
fn price(item: Rc<str>) -> u32 {
    let _ = item;
    1
}

fn main() {}
