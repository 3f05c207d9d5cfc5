//! The future of a memoized `async fn` is `Send` if that of the plain function is: whatever the key and the result are.

use memo_runtime::memoize;
use smol::future::yield_now;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::Debug;
use std::rc::Rc;

/// Where the compiler asks whether it is `Send`, it has forgotten which lifetimes are `'static`.
fn spawn<T: Send + Debug + PartialEq + 'static>(
    future: impl Future<Output = T> + Send + 'static,
    expected: &T,
) {
    assert_eq!(smol::block_on(smol::spawn(future)), *expected);
}

#[test]
fn the_key_and_the_result_may_have_what_is_static() {
    #[memoize]
    async fn text() -> &'static str {
        yield_now().await;
        "text"
    }
    #[memoize]
    async fn failure(x: u32) -> Result<u32, &'static str> {
        yield_now().await;
        (x > 0).then_some(x).ok_or("zero")
    }
    #[memoize]
    async fn pair(key: (&'static str, u32)) -> Result<&'static str, Cow<'static, str>> {
        yield_now().await;
        Ok(key.0)
    }
    #[memoize(cache_err)]
    async fn all(key: Cow<'static, str>) -> Result<Cow<'static, str>, &'static str> {
        yield_now().await;
        Ok(key)
    }
    #[memoize]
    async fn list(of: &[Option<&'static str>], or: Option<&'static str>) -> Vec<&'static str> {
        yield_now().await;
        of.iter().filter_map(|it| it.or(or)).collect()
    }

    for _ in 0..2 {
        spawn(text(), &"text");
        spawn(failure(0), &Err("zero"));
        spawn(failure(1), &Ok(1));
        spawn(failure::cache_refresh(1), &Ok(1));
        spawn(pair(("a", 1)), &Ok("a"));
        spawn(all("b".into()), &Ok("b".into()));
        spawn(list(&[Some("c"), None], Some("d")), &vec!["c", "d"]);
    }
    assert_eq!(list::cache_info().hits, 1);
}

#[test]
fn a_result_that_is_not_send_may_come_of_a_future_that_is() {
    #[memoize]
    async fn number(text: &str) -> Result<u32, Box<dyn Error>> {
        yield_now().await;
        Ok(text.parse()?)
    }
    trait Numbers {
        fn number(&self, text: &str) -> impl Future<Output = Result<u32, Rc<str>>> + Send;
    }
    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Decimal;
    #[memoize]
    impl Numbers for Decimal {
        #[memoize]
        async fn number(&self, text: &str) -> Result<u32, Rc<str>> {
            yield_now().await;
            text.parse().map_err(|_| text.into())
        }
    }

    spawn(async { number("1").await.ok() }, &Some(1));
    spawn(async { number("one").await.ok() }, &None);
    spawn(async { Decimal.number("2").await.ok() }, &Some(2));
    assert_eq!(Decimal::number_cache_info().misses, 1);
}
