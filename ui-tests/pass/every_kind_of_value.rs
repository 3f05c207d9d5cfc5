//! What can be stored.

use memo_runtime::memoize;
use std::borrow::Cow;
use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex};

type Fallible<T> = Result<T, Box<dyn Error>>;

struct NotClone;

#[memoize]
fn nothing(_: u8) {}

#[memoize]
fn shared(x: u8) -> Arc<Mutex<u8>> {
    Arc::new(Mutex::new(x))
}

#[memoize]
fn callable(x: u8) -> Arc<dyn Fn(&u8) -> &u8 + Send + Sync> {
    assert!(x > 0);
    Arc::new(|it| it)
}

#[memoize]
fn constant(x: u8) -> Option<(&'static str, Cow<'static, str>)> {
    (x > 0).then(|| ("a", Cow::Borrowed("b")))
}

#[memoize]
fn failure_without_clone(path: &str) -> io::Result<Vec<u8>> {
    std::fs::read(path)
}

#[memoize]
fn failure_of_any_kind(text: &str) -> Fallible<i32> {
    Ok(text.parse()?)
}

#[memoize]
fn failure_that_is_not_shared(x: u8) -> Result<u8, std::rc::Rc<NotClone>> {
    Ok(x)
}

#[memoize(cache_err)]
fn failure_that_is_stored(text: &str) -> Result<u8, std::num::ParseIntError> {
    text.parse()
}

#[memoize(cache_if = Option::is_some)]
fn not_all(x: u8) -> Option<u8> {
    x.checked_add(1)
}

fn main() {
    nothing(1);
    drop(shared(1).lock());
    callable(1)(&1);
    constant(1);
    let _ = failure_without_clone("nowhere");
    let _ = failure_of_any_kind("1");
    let _ = failure_that_is_not_shared(1);
    let _ = failure_that_is_stored("x");
    not_all(1);
}
