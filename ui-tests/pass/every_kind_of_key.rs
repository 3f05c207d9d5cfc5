//! What can be part of a key.

use memo_runtime::memoize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

type Name<'a> = &'a str;

#[derive(Clone, Copy, Hash, PartialEq, Eq)]
enum Colour {
    Red,
}

#[memoize]
fn numbers(a: u8, b: i128, c: usize, d: bool, e: char, f: ()) -> usize {
    let () = f;
    usize::from(a) + b as usize + c + usize::from(d) + e as usize
}

#[memoize]
fn borrowed(a: &str, b: &[String], c: &Path, d: &OsStr, e: &Colour, f: &&str, g: &&[u8]) -> usize {
    let Colour::Red = e;
    a.len() + b.len() + c.components().count() + d.len() + f.len() + g.len()
}

#[memoize]
fn perhaps(a: Option<&str>, b: Option<&[u8]>, c: Cow<'_, str>, d: Option<Colour>, e: Option<Option<u8>>) -> usize {
    a.map_or(0, str::len) + b.map_or(0, <[u8]>::len) + c.len() + usize::from(d.is_some()) + usize::from(e.is_some())
}

#[memoize]
fn owned(a: String, b: Vec<u8>, c: [u8; 4], d: (u8, String), e: Arc<str>, f: Box<[u8]>, g: BTreeMap<u8, u8>) -> usize {
    a.len() + b.len() + c.len() + d.1.len() + e.len() + f.len() + g.len()
}

#[memoize]
fn functions(a: fn(u8) -> u8, b: &BTreeSet<u8>) -> usize {
    usize::from(a(1)) + b.len()
}

#[memoize]
fn alias(name: Name<'_>, other: Name<'static>) -> usize {
    name.len() + other.len()
}

#[memoize]
fn constant(name: &'static str, list: &'static [u8], perhaps: Option<&'static str>) -> &'static str {
    if list.is_empty() { name } else { perhaps.unwrap_or(name) }
}

fn main() {
    numbers(1, 2, 3, true, 'x', ());
    borrowed("a", &[], Path::new("b"), OsStr::new("c"), &Colour::Red, &"d", &&[1][..]);
    perhaps(Some("a"), Some(&[1]), Cow::Borrowed("b"), None, Some(None));
    owned("a".into(), vec![], [0; 4], (1, "b".into()), "c".into(), [1].into(), BTreeMap::new());
    functions(|x| x + 1, &BTreeSet::new());
    alias("a", "b");
    constant("a", &[], None);
    constant::cache_retain(|name, list, perhaps| name.is_empty() || list.is_empty() || perhaps.is_none());
    alias::cache_retain(|name, other| name.len() > other.len());
}
