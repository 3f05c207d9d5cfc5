use memo_runtime::memoize;
use std::rc::Rc;

#[memoize]
fn make(id: u32) -> Rc<u32> {
    Rc::new(id)
}

fn main() {}
