//! A user's program, with a memoized function of every kind.

use memo_runtime::memoize;
use std::borrow::Cow;
use std::collections::HashMap;
// By another name: the older editions have to import it, and the others must not.
use std::future::{Future as Awaitable, ready};
use std::hash::RandomState;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::time::Duration;

/// What the program is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Point {
    /// Across.
    pub x: i32,
    /// Up.
    pub y: i32,
}

/// Fails.
#[derive(Debug, Clone, Copy)]
pub struct Broken;

/// No option at all, no companion used.
#[must_use]
#[memoize]
pub fn square(x: u64) -> u64 {
    x * x
}

/// Every option about the store.
#[must_use]
#[memoize(maxsize = 1024, ttl = "1h 30m", policy = lru, group = "catalogue", name = "prices")]
pub fn price(sku: &str, quantity: u32) -> u64 {
    sku.len() as u64 * u64::from(quantity)
}

/// Expressions for options, and a hasher of the user's choice.
#[must_use]
#[memoize(maxsize = limit(), ttl = Duration::from_secs(LIFETIME), policy = soonest_to_expire, hasher = RandomState)]
pub fn expensive(path: &Path, bytes: &[u8], flags: Option<&str>) -> PathBuf {
    path.join(flags.unwrap_or_default()).join(bytes.len().to_string())
}

const LIFETIME: u64 = 30;

const fn limit() -> usize {
    100
}

/// An error is not stored.
///
/// # Errors
///
/// If there is nothing.
#[memoize(unbounded)]
pub fn fallible(text: &str) -> Result<Arc<str>, Broken> {
    if text.is_empty() { Err(Broken) } else { Ok(text.into()) }
}

/// An error is stored.
///
/// # Errors
///
/// If it is not a number.
#[memoize(cache_err, policy = fifo)]
pub fn parsed(text: &str) -> Result<i64, std::num::ParseIntError> {
    let number: i64 = text.parse()?;
    Ok(number)
}

/// Some values are not stored.
#[must_use]
#[memoize(cache_if = Option::is_some)]
pub fn found(x: i32) -> Option<String> {
    (x > 0).then(|| x.to_string())
}

#[memoize(cache_if = |it: &Vec<u8>| !it.is_empty())]
fn filled(length: usize) -> Vec<u8> {
    vec![0; length]
}

/// A key of the user's own.
#[must_use]
#[memoize(key = (x.to_bits(), label.len()))]
pub fn keyed(x: f64, label: &str, out: bool) -> String {
    if out { format!("{x} {label}") } else { String::new() }
}

/// Parameters left out and replaced.
#[memoize]
pub fn treated(#[memo(skip)] log: &mut Vec<String>, #[memo(key = x.to_bits())] x: f64, by: u8) -> u32 {
    log.push(format!("{x} {by}"));
    u32::from(by)
}

/// Patterns for parameters.
#[must_use]
#[memoize]
pub fn patterns(Point { x, y }: Point, (mut a, _): (i32, i32), _: u8, mut b: i32, [c, ..]: [i32; 3]) -> i32 {
    a += 1;
    b += x + y;
    a + b + c
}

/// Keys over patterns.
#[must_use]
#[memoize(key = x)]
pub fn over_patterns(Point { x, y }: Point, (a, _b): (i32, i32)) -> i32 {
    x + y + a
}

/// Names that might be in the way, and raw ones.
#[must_use]
#[memoize]
pub fn names(key: u8, cache: u8, value: u8, memo: u8, lookup: u8, r#type: u8, keep: u8) -> u8 {
    let now = key ^ cache;
    now ^ value ^ memo ^ lookup ^ r#type ^ keep
}

/// No parameter, no value.
#[memoize]
pub fn nothing() {}

/// Lifetimes.
#[must_use]
#[memoize]
pub fn named<'a, 'b: 'a>(a: &'a str, b: Option<&'b [u8]>, c: &'a &'b Path) -> usize {
    let shorter: Option<&'a [u8]> = b;
    a.len() + shorter.map_or(0, <[u8]>::len) + c.components().count()
}

/// Borrowed or owned.
#[must_use]
#[memoize]
pub fn cow(text: Cow<'_, str>, map: Arc<[u8]>) -> String {
    format!("{text}{}", map.len())
}

/// Attributes stay.
#[inline]
#[must_use = "it was work"]
#[track_caller]
#[memoize(companions = attributes_cache)]
pub fn attributes(x: u8) -> u8 {
    #![allow(clippy::manual_div_ceil)]
    (x + 1) / 2
}

/// Gone in a while.
#[must_use]
#[deprecated = "use `square`"]
#[memoize]
pub fn old(x: u64) -> u64 {
    x
}

/// Not on this machine.
#[must_use]
#[cfg(any())]
#[memoize]
pub fn absent(x: Absent) -> Absent {
    x
}

/// With early returns, closures, and a nested one.
#[must_use]
#[memoize(maxsize = 7)]
pub fn early(x: u32) -> Option<u32> {
    #[memoize]
    fn nested(x: u32) -> u32 {
        x.to_string().parse().unwrap_or_default()
    }
    if x == 0 {
        return None;
    }
    let half = x.checked_sub(1)?;
    Some(nested(half) + u32::from(nested::cache_remove(half)))
}

/// Calls itself.
#[must_use]
#[memoize]
pub fn fibonacci(n: u64) -> u64 {
    if n < 2 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

mod private {
    use memo_runtime::memoize;

    #[memoize]
    pub(crate) fn visible_in_the_crate(x: u8) -> u8 {
        x
    }

    #[memoize(ttl = "5s")]
    pub(super) fn visible_above(x: &str) -> String {
        x.to_owned()
    }

    pub(super) mod deeper {
        use memo_runtime::memoize;

        #[memoize]
        pub(in super::super) fn visible_up_there(x: i8, y: &[u8; 16]) -> i8 {
            if y.is_empty() { 0 } else { x }
        }
    }
}

/// Shared by functions that have it in their body only.
fn table() -> HashMap<&'static str, u64> {
    HashMap::from([("a", 1)])
}

#[memoize]
fn constant(name: &'static str) -> &'static str {
    if table().contains_key(name) { name } else { "none" }
}

#[expect(clippy::too_many_arguments, clippy::many_single_char_names)]
#[memoize]
fn many(a: u8, b: u16, c: u32, d: u64, e: i8, f: i16, g: i32, h: i64, i: bool, j: char, k: &str, l: ()) -> usize {
    let () = l;
    format!("{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}").len()
}

macro_rules! memoized {
    ($(#[$docs:meta])* $name:ident, $argument:ident: $ty:ty, $maxsize:expr) => {
        $(#[$docs])*
        #[must_use]
        #[memoize(maxsize = $maxsize)]
        pub fn $name($argument: $ty) -> String {
            $argument.to_string()
        }
    };
}

memoized!(
    /// Written by a macro.
    by_macro, x: &str, 10
);

/// What is given away.
#[must_use]
#[memoize]
pub fn consumed(text: String, bytes: Vec<u8>) -> String {
    let mut text = text.into_bytes();
    text.extend(bytes);
    String::from_utf8_lossy(&text).into_owned()
}

/// Waits in between.
#[memoize]
pub async fn awaited(x: u64) -> u64 {
    x + ready(1).await
}

/// The same with options, borrowed and replaced arguments.
///
/// # Errors
///
/// If there is nothing.
#[memoize(maxsize = 3, ttl = "1h", single_flight = "5s", cache_if = |it: &Arc<str>| it.len() > 1)]
pub async fn fetched(url: &str, #[memo(key = x.to_bits())] x: f64, (a, mut b): (u8, u8)) -> Result<Arc<str>, Broken> {
    b += a;
    if url.is_empty() {
        return Err(Broken);
    }
    Ok(ready(format!("{url}{x}{b}")).await.into())
}

/// Named lifetimes and types of any kind.
#[memoize(unbounded)]
pub async fn borrowed<'a, T>(of: &'a [T], text: Option<&'a str>) -> Option<T>
where
    T: Clone + Eq + std::hash::Hash + Send + Sync + 'static,
{
    ready(()).await;
    of.get(text?.len()).cloned()
}

/// What can be done at once.
fn at_once<T>(future: impl Awaitable<Output = T>) -> Option<T> {
    struct Nobody;
    impl Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }
    let waker = Arc::new(Nobody).into();
    match Box::pin(future).as_mut().poll(&mut Context::from_waker(&waker)) {
        Poll::Ready(it) => Some(it),
        Poll::Pending => None,
    }
}

/// Uses those that wait.
#[must_use]
pub fn run_async() -> String {
    let point = Point { x: 1, y: 2 };
    let all = async {
        let fetched = fetched("a", 1.5, (1, 2)).await.is_ok();
        let refreshed = fetched::cache_refresh("a", 1.5, (1, 2)).await.is_ok();
        let moved = (point.moved(3).await, point.turned(1).await);
        let borrowed = borrowed(&[1, 2], Some("a")).await;
        format!("{} {fetched} {refreshed} {moved:?} {borrowed:?}", awaited(1).await)
    };
    at_once(all).unwrap_or_default()
}

/// Uses a few companions and most functions.
#[must_use]
pub fn run() -> String {
    let mut log = Vec::new();
    let mut lengths = vec![filled(3).len(), constant("a").len()];
    lengths.push(many(1, 2, 3, 4, 5, 6, 7, 8, true, 'j', "k", ()));
    lengths.push(usize::from(private::visible_in_the_crate(1)) + private::visible_above("x").len());
    lengths.push(private::deeper::visible_up_there(1, &[0; 16]).unsigned_abs().into());
    lengths.push(treated(&mut log, 1.5, 2) as usize);
    let removed = price::cache_remove("a-1", 3);
    let stored = price::cache_insert("a-1", 3, price::uncached("a-1", 3));
    let kept = price::cache_retain(|sku, quantity| sku.is_empty() || *quantity > 3);
    price::cache_resize(10);
    price::cache_clear();
    nothing();
    nothing::cache_refresh();
    let peeked = fallible::cache_peek("x").map(|it| it.is_ok());
    let contained = named::cache_contains("x", None, &Path::new("y"));
    format!(
        "{lengths:?} {removed} {stored:?} {kept} {peeked:?} {contained} {} {:?}",
        attributes_cache::cache_info(),
        early::cache_parameters(),
    )
}

/// One cache an instance.
#[must_use]
#[memoize(maxsize = N)]
pub fn repeated<T, const N: usize>(of: &T) -> Vec<T>
where
    T: Clone + PartialEq + Eq + std::hash::Hash + Send + Sync + 'static,
{
    vec![of.clone(); N]
}

impl Point {
    /// A method, whose receiver is part of the key.
    #[must_use]
    #[memoize]
    pub fn scaled(self, by: i32) -> Self {
        Self { x: self.x * by, y: self.y * by }
    }

    /// One that shares.
    #[must_use]
    #[memoize]
    pub fn origin(#[memo(skip)] &self, log: u8) -> u8 {
        log
    }
}

impl Point {
    /// After a while.
    #[memoize]
    pub async fn moved(self, by: i32) -> Self {
        let x = self.x + ready(by).await;
        Self { x, ..self }
    }
}

/// What can be turned.
pub trait Turn {
    /// After a while.
    fn turned(&self, by: i32) -> impl Awaitable<Output = i32> + Send;
}

#[memoize]
impl Turn for Point {
    #[memoize]
    async fn turned(&self, by: i32) -> i32 {
        self.y + ready(by).await
    }
}

/// What has a size.
pub trait Size {
    /// Of this type.
    type Unit;

    /// The size.
    fn size(&self, unit: u32) -> Self::Unit;
}

#[memoize]
impl Size for Point {
    type Unit = i64;

    #[memoize(ttl = "1h")]
    fn size(&self, unit: u32) -> Self::Unit {
        Self::Unit::from(self.x) * Self::Unit::from(unit)
    }
}

/// For somebody else's type.
#[memoize(companions = sizes)]
impl Size for String {
    type Unit = usize;

    #[memoize]
    fn size(&self, unit: u32) -> Self::Unit {
        self.len() * unit as usize
    }
}
