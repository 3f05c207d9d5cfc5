use memo_runtime::memoize;
use std::rc::Rc;

struct Plain;

#[memoize(scope = thread)]
fn unhashed(x: f64) -> Rc<f64> {
    Rc::new(x)
}

#[memoize(scope = thread)]
fn unclonable(x: Rc<u32>) -> Plain {
    let _ = x;
    Plain
}

#[memoize(scope = thread, single_flight = "5s")]
fn alone(x: Rc<u32>) -> Rc<u32> {
    x
}

#[memoize]
fn shared(x: Rc<u32>) -> Rc<u32> {
    x
}

fn main() {}
