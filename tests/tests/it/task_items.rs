//! Async functions of every kind, and what they are given and return.
#![allow(
    non_local_definitions,
    clippy::unused_async,
    clippy::large_types_passed_by_value,
    clippy::large_futures,
    reason = "a function is best read in the test it is for, and as short as it can be"
)]

use crate::{must_finish, secs};
use memo_runtime::{Cache, memoize, testing};
use smol::future::yield_now;
use std::fmt::Display;
use std::hash::Hash;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

#[tokio::test]
async fn a_call_is_answered_once_it_is_awaited() {
    #[memoize]
    async fn double(x: u32) -> u32 {
        yield_now().await;
        2 * x
    }

    let call = double(1);
    assert_eq!(double::cache_info().misses, 0);
    assert_eq!(call.await, 2);
    hit!(double(1).await, 2);
    miss!(double(2).await, 4);
}

#[tokio::test]
async fn the_companions_that_run_the_body_are_async_and_the_others_are_not() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[memoize(maxsize = 3)]
    async fn count(_from: &str, to: u32) -> u32 {
        yield_now().await;
        to + RUNS.fetch_add(1, Relaxed)
    }

    miss!(count("a", 10).await, 10);
    assert_eq!(count::uncached("a", 10).await, 11);
    hit!(count("a", 10).await, 10);
    let refresh = count::cache_refresh("a", 10);
    assert_eq!(count::cache_peek("a", 10), Some(10));
    assert_eq!(refresh.await, 12);
    assert_eq!(count::cache_peek("a", 10), Some(12));
    assert_eq!(count::cache_info().misses, 2);
    assert_eq!(count::cache_insert("b", 1, 7), None);
    assert!(count::cache_contains("b", 1) && count::cache_remove("b", 1));
    assert_eq!(count::cache_retain(|_, to| *to > 10), 1);
    count::cache_resize(2);
    assert_eq!(count::cache_parameters().maxsize, Some(2));
    count::cache_clear();
    assert_eq!(count::cache_info().misses, 0);
}

#[tokio::test]
async fn a_method_has_its_receiver_in_the_key_unless_it_is_skipped() {
    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Shop(u32);
    impl Shop {
        #[memoize]
        async fn price(&self, sku: &str) -> usize {
            yield_now().await;
            self.0 as usize + sku.len()
        }
        #[memoize]
        async fn shared(#[memo(skip)] &self, x: u32) -> u32 {
            yield_now().await;
            self.0 + x
        }
        #[memoize]
        async fn consumed(self, x: u32) -> u32 {
            yield_now().await;
            self.0 * x
        }
    }

    let shop = Shop(1);
    assert_eq!((shop.price("ab").await, Shop(2).price("ab").await), (3, 4));
    assert_eq!(shop.price("ab").await, 3);
    assert_eq!(shop.price_cache_refresh("ab").await, 3);
    assert_eq!(shop.price_uncached("ab").await, 3);
    assert!(shop.price_cache_remove("ab"));
    let info = Shop::price_cache_info();
    assert_eq!((info.hits, info.misses), (1, 3));
    assert_eq!((shop.shared(1).await, Shop(9).shared(1).await), (2, 2));
    assert_eq!(
        (Shop(3).consumed(5).await, Shop(3).consumed(5).await),
        (15, 15)
    );
    assert_eq!(Shop::consumed_cache_info().hits, 1);
}

trait Area {
    /// What a `Send` future can be made of.
    fn area(&self, scale: u32) -> impl Future<Output = u32> + Send;
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(u32);

#[memoize]
impl Area for Square {
    #[memoize(maxsize = 64)]
    async fn area(&self, scale: u32) -> u32 {
        yield_now().await;
        self.0 * self.0 * scale
    }
}

#[memoize(companions = areas)]
impl Area for (u32, u32) {
    #[memoize]
    async fn area(&self, scale: u32) -> u32 {
        self.0 * self.1 * scale
    }
}

#[memoize]
impl Square {
    #[memoize]
    async fn named(name: &str) -> usize {
        name.len()
    }
}

#[tokio::test]
async fn a_function_of_a_traits_impl_may_be_async() {
    assert_eq!((Square(2).area(3).await, Square(2).area(3).await), (12, 12));
    assert_eq!(Square(2).area_uncached(3).await, 12);
    assert_eq!(Square::area_cache_info().hits, 1);
    assert_eq!((2, 5).area(1).await, 10);
    assert_eq!(areas::area_cache_refresh(&(2, 5), 1).await, 10);
    assert_eq!(areas::area_cache_info().misses, 2);
    assert_eq!(
        (Square::named("ab").await, Square::named("ab").await),
        (2, 2)
    );
    assert_eq!(Square::named_cache_info().hits, 1);
}

#[tokio::test]
async fn a_generic_function_has_a_cache_for_each_of_its_instances() {
    struct Shelf<T>(T);
    impl<T: Clone + Eq + Hash + Display + Send + Sync + 'static> Shelf<T> {
        #[memoize]
        async fn label(#[memo(key = self.0.clone())] &self, number: u32) -> String {
            format!("{} {number}", self.0)
        }
    }

    #[memoize(maxsize = N)]
    async fn repeat<T, const N: usize>(of: &T) -> Vec<T>
    where
        T: Clone + Eq + Hash + Send + Sync + 'static,
    {
        yield_now().await;
        vec![of.clone(); N]
    }

    assert_eq!(repeat::<u8, 2>(&1).await, [1, 1]);
    assert_eq!(repeat::<u8, 2>(&1).await, [1, 1]);
    assert_eq!(repeat::<u8, 3>(&1).await, [1, 1, 1]);
    let info = repeat::<u8, 2>::cache_info();
    assert_eq!((info.hits, info.misses, info.maxsize), (1, 1, Some(2)));
    assert_eq!(repeat::<u8, 3>::cache_refresh(&1).await, [1, 1, 1]);
    assert_eq!(Shelf("a").label(1).await, "a 1");
    assert_eq!(Shelf('a').label(1).await, "a 1");
    assert_eq!(Shelf::<char>::label_cache_info().misses, 1);
}

#[tokio::test]
async fn a_cache_may_be_the_instances_own() {
    struct Shop {
        prices: Cache<(String, u32), usize>,
    }
    impl Shop {
        #[memoize(store = self.prices)]
        async fn price(&self, sku: &str, quantity: u32) -> Result<usize, String> {
            yield_now().await;
            let price = sku.len() * quantity as usize;
            (price > 0).then_some(price).ok_or_else(|| sku.to_owned())
        }
    }

    let shops = [2, 3].map(|size| Shop {
        prices: Cache::builder().maxsize(size).build(),
    });
    for shop in &shops {
        assert_eq!(
            (shop.price("ab", 3).await, shop.price("ab", 3).await),
            (Ok(6), Ok(6))
        );
        assert_eq!(shop.price("ab", 0).await, Err("ab".to_owned()));
        assert_eq!(shop.price_cache_refresh("ab", 3).await, Ok(6));
        let info = shop.price_cache_info();
        assert_eq!((info.hits, info.misses, info.currsize), (1, 3, 1));
    }
    assert_eq!(shops[1].price_cache_info().maxsize, Some(3));
}

#[tokio::test]
async fn the_options_mean_what_they_mean_without_async() {
    #[memoize(key = text.trim(), companions = of_words)]
    async fn words(text: &str) -> usize {
        text.split_whitespace().count()
    }
    #[memoize(cache_if = |x| *x > 0)]
    async fn positive(x: i32) -> i32 {
        x
    }
    #[memoize(cache_err)]
    async fn parse(text: &str) -> Result<u8, std::num::ParseIntError> {
        text.parse()
    }
    #[memoize(maxsize = 2)]
    async fn two(x: u32) -> u32 {
        x
    }
    #[memoize(single_flight = false)]
    async fn alone(x: u32) -> u32 {
        yield_now().await;
        x
    }

    assert_eq!((words(" a b").await, words("a b ").await), (2, 2));
    assert_eq!(of_words::cache_info().hits, 1);
    for _ in 0..2 {
        miss!(positive(-1).await, -1);
        assert_eq!(positive::cache_refresh(0).await, 0);
    }
    miss!(positive(1).await, 1);
    hit!(positive(1).await, 1);
    let error = "x".parse::<u8>().unwrap_err();
    miss!(parse("x").await, Err(error.clone()));
    hit!(parse("x").await, Err(error));
    for x in [1, 2, 1, 3] {
        two(x).await;
    }
    hit!(two(1).await, 1);
    miss!(two(2).await, 2);
    assert_eq!(futures::join!(alone(1), alone(1)), (1, 1));
    assert_eq!(alone::cache_info().misses, 2);
}

#[tokio::test]
async fn an_entry_lives_for_its_ttl_from_when_the_body_has_ended() {
    #[memoize(ttl = "30s")]
    async fn slow(
        x: u32,
        #[memo(skip)] clock: &testing::Clock,
        #[memo(skip)] lasts: Duration,
    ) -> u32 {
        yield_now().await;
        clock.advance(lasts);
        x
    }

    let clock = testing::pause();
    miss!(slow(1, &clock, secs(90)).await, 1);
    clock.advance(secs(29));
    hit!(slow(1, &clock, secs(0)).await, 1);
    clock.advance(secs(1));
    miss!(slow(1, &clock, secs(0)).await, 1);
}

#[tokio::test]
async fn arguments_come_as_they_come_to_any_function() {
    #[memoize]
    async fn join(text: &str, more: &[String], last: Option<&str>) -> String {
        yield_now().await;
        format!("{text}{}{}", more.concat(), last.unwrap_or("."))
    }
    #[memoize]
    async fn patterns(
        (a, mut b): (u32, u32),
        mut c: Vec<u32>,
        _: u8,
        [d, ..]: [u32; 3],
    ) -> Vec<u32> {
        b += a;
        yield_now().await;
        c.extend([b, d]);
        c
    }
    #[memoize]
    async fn large(bytes: [u8; 10_000], text: String) -> (usize, String) {
        yield_now().await;
        (bytes.iter().filter(|&&it| it > 0).count(), text)
    }

    let more = ["b".to_owned(), "c".to_owned()];
    miss!(join("a", &more, None).await, "abc.");
    hit!(join(&String::from("a"), &more.clone(), None).await, "abc.");
    miss!(join("a", &more[..1], Some("!")).await, "ab!");
    miss!(patterns((1, 2), vec![5], 0, [7; 3]).await, [5, 3, 7]);
    hit!(patterns((1, 2), vec![5], 0, [7; 3]).await, [5, 3, 7]);
    miss!(patterns((1, 2), vec![5], 1, [7; 3]).await, [5, 3, 7]);
    for hits in 0..2 {
        let answer = large([1; 10_000], "large".to_owned()).await;
        assert_eq!(answer, (10_000, "large".to_owned()));
        assert_eq!(large::cache_info().hits, hits);
    }
}

#[test]
fn a_future_is_send_if_the_bodys_is() {
    #[memoize]
    async fn share<T: Clone + Eq + Hash + Send + Sync + 'static>(of: &T, text: &str) -> (T, usize) {
        let kept = text.to_owned();
        yield_now().await;
        (of.clone(), kept.len())
    }
    #[memoize(single_flight = "1h")]
    async fn fail(text: &str) -> Result<Arc<str>, Box<dyn std::error::Error + Send + Sync>> {
        yield_now().await;
        Err(text.into())
    }

    fn send<F: Future + Send>(future: F) -> F {
        future
    }
    let work = async {
        send(share(&1, "a")).await;
        send(share::<i32>::cache_refresh(&1, "a")).await;
        send(share::<i32>::uncached(&1, "a")).await;
        assert_eq!(send(fail("b")).await.unwrap_err().to_string(), "b");
        send(Square(1).area(2)).await
    };
    assert_eq!(must_finish(work), 2);
}

#[tokio::test]
async fn a_body_that_is_not_send_stays_in_its_thread() {
    #[memoize(single_flight = "1h")]
    async fn double(x: u32) -> u32 {
        let shared = Rc::new(x);
        yield_now().await;
        *shared + *shared.clone()
    }

    let calls = async {
        let tasks = [(); 3].map(|()| tokio::task::spawn_local(double(2)));
        futures::future::join_all(tasks).await
    };
    let answers = tokio::task::LocalSet::new().run_until(calls).await;
    assert!(answers.into_iter().all(|it| it.unwrap() == 4));
    let info = double::cache_info();
    assert_eq!((info.hits, info.misses, info.coalesced), (2, 1, 2));
}

#[tokio::test]
async fn what_is_skipped_may_be_borrowed_mutably() {
    struct Shop(u32);
    impl Shop {
        #[memoize]
        async fn sell(#[memo(skip)] &mut self, x: u32) -> u32 {
            yield_now().await;
            self.0 += x;
            x
        }
    }
    #[memoize]
    async fn double(x: u32, #[memo(skip)] log: &mut Vec<u32>) -> u32 {
        yield_now().await;
        log.push(x);
        2 * x
    }

    let (mut shop, mut log) = (Shop(1), Vec::new());
    assert_eq!((shop.sell(5).await, shop.sell(5).await, shop.0), (5, 5, 6));
    miss!(double(1, &mut log).await, 2);
    hit!(double(1, &mut log).await, 2);
    assert_eq!(double::cache_refresh(1, &mut log).await, 2);
    assert_eq!(log, [1, 1]);
}

#[test]
fn an_async_function_may_be_given_a_runtime_when_it_is_memoized() {
    #[tokio::main(flavor = "current_thread")]
    #[memoize]
    async fn double(x: u32) -> u32 {
        tokio::task::yield_now().await;
        2 * x
    }

    miss!(double(1), 2);
    hit!(double(1), 2);
}
