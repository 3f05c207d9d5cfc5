use memo_runtime::memoize;
use std::rc::Rc;

#[memoize]
fn make(id: u32) -> Result<Rc<u32>, String> {
    Ok(Rc::new(id))
}

fn main() {}
