//! No warning comes out of an expansion, whatever the user denies.
#![deny(warnings, reason = "this is about there being none")]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![deny(
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations,
    let_underscore_drop,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![deny(
    clippy::absolute_paths,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::exhaustive_structs,
    clippy::expect_used,
    clippy::let_underscore_must_use,
    clippy::let_underscore_untyped,
    clippy::missing_docs_in_private_items,
    clippy::missing_inline_in_public_items,
    clippy::module_name_repetitions,
    clippy::multiple_inherent_impl,
    clippy::panic,
    clippy::self_named_module_files,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::single_call_fn,
    clippy::unreachable,
    clippy::unwrap_used,
    clippy::wildcard_imports
)]
#![forbid(unsafe_code)]

use futures::executor::block_on;
use memo_runtime::memoize;
use std::array::from_fn;
use std::future::ready;
use std::hash::Hash;

#[test]
fn nothing_is_warned_of_in_a_function_with_all_options() {
    /// Adds.
    #[memoize(maxsize = 3, ttl = "1h", policy = lru, cache_err, cache_if = Result::is_ok, group = "quiet", name = "add")]
    fn add(left: u32, #[memo(key = right.to_bits())] right: f32) -> Result<u32, String> {
        if right.is_nan() {
            return Err("not a number".to_owned());
        }
        Ok(left + u32::from(right > 0.5))
    }

    miss!(add(1, 1.0), Ok(2));
    hit!(add(1, 1.0), Ok(2));
}

#[test]
fn nothing_is_warned_of_in_a_function_of_which_no_companion_is_used() {
    /// Doubles.
    #[memoize]
    fn double(number: u32) -> u32 {
        2 * number
    }

    /// Counts what it is given.
    #[memoize(unbounded, key = text.len())]
    fn length(text: &str, #[memo(skip)] log: &mut Vec<String>) -> usize {
        log.push(text.to_owned());
        text.len()
    }

    let mut log = Vec::new();
    assert_eq!((double(1), length("ab", &mut log)), (2, 2));
}

#[test]
fn nothing_is_warned_of_in_a_function_with_patterns_and_lifetimes() {
    /// Joins.
    #[memoize(key = (first, rest.len()))]
    fn join<'a>((first, _): (u32, u32), rest: &'a [&'a str], mut more: String) -> String {
        more.push_str(&rest.concat());
        format!("{first}{more}")
    }

    assert_eq!(join((1, 2), &["a"], "b".to_owned()), "1ba");
}

#[test]
fn nothing_is_warned_of_in_a_function_of_optional_references() {
    /// Counts what is there.
    #[memoize]
    fn length(text: Option<&str>) -> usize {
        text.map_or(0, str::len)
    }

    /// Counts what is always there.
    #[memoize]
    fn forever(text: Option<&'static str>) -> usize {
        text.map_or(0, str::len)
    }

    miss!(length(Some("ab")), 2);
    miss!(forever(Some("ab")), 2);
}

/// A shop.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Shop<T> {
    wares: Vec<T>,
}

#[expect(clippy::single_call_fn, reason = "the lint sees no method calls")]
impl<T: Clone + Eq + Hash + Send + Sync + 'static> Shop<T> {
    /// Counts.
    #[memoize(ttl = "1h")]
    fn count(&self, less: usize) -> usize {
        self.wares.len() - less
    }

    /// Adds up.
    #[memoize]
    async fn sum(&self, more: usize) -> usize {
        ready(self.wares.len() + more).await
    }

    /// Pairs.
    #[memoize]
    fn pair<U: Clone + Eq + Hash + Send + Sync + 'static>(&self, other: U) -> (usize, U) {
        (self.wares.len(), other)
    }
}

/// Measures.
trait Measure {
    /// In what.
    type Unit;

    /// How much.
    fn measure(&self, times: Self::Unit) -> Self::Unit;
}

#[memoize]
impl Measure for Shop<u8> {
    type Unit = usize;

    #[memoize]
    fn measure(&self, times: Self::Unit) -> Self::Unit {
        self.wares.len() * times
    }
}

#[memoize(companions = Measures)]
impl<T: Clone + Eq + Hash + Send + Sync + 'static> Measure for Option<T> {
    type Unit = usize;

    #[memoize]
    fn measure(&self, times: Self::Unit) -> Self::Unit {
        usize::from(self.is_some()) * times
    }
}

#[test]
fn nothing_is_warned_of_in_an_impl() {
    let shop = Shop { wares: vec![1_u8] };
    assert_eq!((shop.count(0), shop.pair('x')), (1, (1, 'x')));
    assert_eq!((shop.measure(2), Some(1).measure(3)), (2, 3));
    assert_eq!(Measures::<i32>::measure_cache_info().misses, 1);
}

#[test]
fn nothing_is_warned_of_in_a_generic_function() {
    /// Repeats.
    #[memoize(maxsize = N)]
    fn repeat<T: Clone + Eq + Hash + Send + Sync + 'static, const N: usize>(of: &T) -> [T; N] {
        from_fn(|_| of.clone())
    }

    assert_eq!(repeat::<u8, 2>(&1), [1, 1]);
}

/// Orders.
trait Order {
    /// So much.
    fn order(&self, number: usize) -> impl Future<Output = usize> + Send;
}

#[memoize]
impl Order for Shop<u8> {
    #[memoize]
    async fn order(&self, number: usize) -> usize {
        ready(self.wares.len() * number).await
    }
}

#[memoize(companions = Orders)]
impl<T: Clone + Eq + Hash + Send + Sync + 'static> Order for Option<T> {
    #[memoize]
    async fn order(&self, number: usize) -> usize {
        ready(usize::from(self.is_some()) * number).await
    }
}

#[test]
fn nothing_is_warned_of_in_an_async_function() {
    /// Doubles.
    #[memoize]
    async fn double(number: u32) -> u32 {
        2 * ready(number).await
    }

    /// Adds.
    #[memoize(maxsize = 3, ttl = "1h", cache_err, cache_if = Result::is_ok, single_flight = "5s")]
    async fn add(
        (left, _): (u32, u32),
        #[memo(key = right.to_bits())] right: f32,
        #[memo(skip)] units: &[&str],
        mut text: String,
    ) -> Result<String, String> {
        if ready(right.is_nan()).await {
            return Err("not a number".to_owned());
        }
        text.push_str(&units.concat());
        Ok(format!("{left} {right} {text}"))
    }

    /// Counts.
    #[memoize]
    async fn count<'units>(number: usize, #[memo(skip)] units: &'units [&'units str]) -> usize {
        ready(number + units.len()).await
    }

    /// Repeats.
    #[memoize(key = of)]
    async fn repeat<T: Clone + Eq + Hash + Send + Sync + 'static, const N: usize>(of: T) -> [T; N] {
        ready(from_fn(|_| of.clone())).await
    }

    block_on(async {
        miss!(double(1).await, 2);
        hit!(double(1).await, 2);
        let text = || "k".to_owned();
        miss!(
            add((1, 2), 3.5, &["m"], text()).await,
            Ok("1 3.5 km".to_owned())
        );
        miss!(count(1, &["m"]).await, 2);
        assert_eq!(repeat::<u8, 2>(1).await, [1, 1]);
        let shop = Shop { wares: vec![1_u8] };
        assert_eq!((shop.order(2).await, Some(1).order(3).await), (2, 3));
        assert_eq!((shop.sum(1).await, shop.sum_cache_refresh(1).await), (2, 2));
    });
}

/// The runtime under another name.
mod renamed {
    pub(super) use memo_runtime as memoizer;
}

#[test]
fn the_crate_may_be_reached_by_another_path() {
    use renamed::memoizer;

    /// Doubles.
    #[memoizer::memoize(crate = memoizer, maxsize = 3)]
    fn double(number: u32) -> u32 {
        2 * number
    }

    /// Triples.
    #[renamed::memoizer::memoize(crate = crate::quiet::renamed::memoizer, ttl = "1s")]
    fn triple(number: u32) -> u32 {
        3 * number
    }

    miss!(double(1), 2);
    hit!(double(1), 2);
    assert_eq!(triple(1), 3);
}

/// Waits.
trait Wait {
    /// For how many.
    async fn wait(&self, number: usize) -> usize;
}

#[memoize]
impl<T: Clone + Eq + Hash + Send + Sync + 'static> Wait for Shop<T> {
    #[memoize(scope = thread)]
    async fn wait(&self, number: usize) -> usize {
        ready(self.wares.len() + number).await
    }
}

#[test]
fn nothing_is_warned_of_in_an_async_function_of_one_thread() {
    /// Doubles.
    #[memoize(scope = thread)]
    async fn double(number: u32) -> u32 {
        ready(2 * number).await
    }

    block_on(async {
        miss!(double(1).await, 2);
        assert_eq!(double::cache_refresh(1).await, 2);
        assert_eq!(Shop { wares: vec![1] }.wait(1).await, 2);
    });
}

#[test]
fn nothing_is_warned_of_in_a_function_whose_key_has_to_clone() {
    /// Counts.
    #[memoize(key = text.clone().into_boxed_str())]
    fn length(text: String) -> usize {
        text.into_bytes().len()
    }

    miss!(length("ab".to_owned()), 2);
    assert!(length::cache_contains("ab".to_owned()));
}
