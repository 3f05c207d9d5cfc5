//! Names of one spelling that are two names.

use futures::executor::block_on;
use memo_runtime::{Cache, memoize};
use std::future::ready;

#[test]
fn a_macro_may_be_given_the_parameter_that_its_key_mentions() {
    macro_rules! area {
        ($name:ident, $radius:ident) => {
            #[memoize]
            fn $name(#[memo(key = $radius.to_bits())] $radius: f64) -> String {
                $radius.to_string()
            }
        };
    }
    area!(show, radius);

    miss!(show(1.5), "1.5");
    hit!(show(1.5), "1.5");
}

#[test]
fn a_macro_may_give_parameters_of_its_own() {
    macro_rules! add {
        ($name:ident, $mine:ident) => {
            #[memoize(key = (x, $mine))]
            fn $name(x: u32, $mine: u32) -> u32 {
                x + 10 * $mine
            }
        };
    }
    add!(sum, x); // two parameters of one name, told apart by hygiene

    miss!(sum(1, 2), 21);
    hit!(sum(1, 2), 21);
    miss!(sum(2, 1), 12);
    assert!(sum::cache_remove(1, 2));
}

#[test]
fn a_macro_may_give_an_async_function_parameters_of_its_own() {
    macro_rules! add {
        ($name:ident, $mine:ident) => {
            #[memoize(key = (x, $mine))]
            async fn $name(x: u32, $mine: u32) -> u32 {
                x + 10 * ready($mine).await
            }
        };
    }
    add!(sum, x); // two parameters of one name, told apart by hygiene

    block_on(async {
        miss!(sum(1, 2).await, 21);
        hit!(sum(1, 2).await, 21);
        miss!(sum(2, 1).await, 12);
        assert_eq!(sum::cache_refresh(2, 1).await, 12);
    });
}

#[test]
fn the_parameters_of_an_async_function_may_have_any_name() {
    #[memoize]
    async fn sum(call: u32, body: u32, context: u32, asked: u32, claim: u32, r#await: u32) -> u32 {
        call + body + context + ready(asked).await + claim + r#await
    }

    block_on(async {
        miss!(sum(1, 2, 3, 4, 5, 6).await, 21);
        hit!(sum(1, 2, 3, 4, 5, 6).await, 21);
    });
}

#[test]
fn a_trait_of_the_users_for_all_types_does_not_come_between() {
    /// Whatever an expansion may ask.
    #[expect(dead_code, reason = "nobody is to call it")]
    trait Meddles: Sized {
        fn info(&self) -> ! {
            unreachable!("this is the user's own")
        }
        fn parameters(&self) -> ! {
            unreachable!("this is the user's own")
        }
        fn clear(&self) -> ! {
            unreachable!("this is the user's own")
        }
        fn resize(&self, _maxsize: usize) -> ! {
            unreachable!("this is the user's own")
        }
        fn entry<T, U>(&self, _: T, _: U) -> ! {
            unreachable!("this is the user's own")
        }
        fn retain<T, U, V>(&self, _: T, _: U, _: V) -> ! {
            unreachable!("this is the user's own")
        }
        fn cache<T>(&self, _: T) -> ! {
            unreachable!("this is the user's own")
        }
        fn answer<T, U>(&self, _: T, _: U) -> ! {
            unreachable!("this is the user's own")
        }
        fn boxed(&self) -> ! {
            unreachable!("this is the user's own")
        }
    }
    impl<T> Meddles for T {}

    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }
    #[memoize(scope = thread)]
    fn triple(x: u32) -> u32 {
        3 * x
    }
    #[memoize(single_flight = "1h")]
    async fn fourfold(x: u32) -> u32 {
        4 * ready(x).await
    }
    struct Shop(Cache<u32, u32>);
    impl Shop {
        #[memoize(store = self.0)]
        fn fivefold(&self, x: u32) -> u32 {
            5 * x
        }
    }

    let shop = Shop(Cache::builder().maxsize(2).build());
    assert_eq!(
        (
            double(1),
            triple(1),
            block_on(fourfold(1)),
            shop.fivefold(1)
        ),
        (2, 3, 4, 5)
    );
    double::cache_resize(1);
    shop.fivefold_cache_clear();
    triple::cache_retain(|&x| x > 1);
    let infos = [
        double::cache_info(),
        triple::cache_info(),
        fourfold::cache_info(),
        shop.fivefold_cache_info(),
    ];
    assert_eq!(infos.map(|it| it.currsize), [1, 0, 1, 0]);
    assert_eq!(fourfold::cache_parameters().maxsize, Some(128));
}

trait Priced<T> {
    fn price(&self, quantity: T) -> T;
}

macro_rules! priced {
    ($priced:path, $of:ty, $type:ty, $price:literal) => {
        #[memoize]
        impl $priced for $of {
            #[memoize]
            fn price(&self, quantity: $type) -> $type {
                $price * quantity
            }
        }
    };
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Ware;

priced!(Priced<u32>, Ware, u32, 7);

#[test]
fn a_macro_may_be_given_the_trait_and_the_type_of_a_block() {
    assert_eq!(Ware.price(3), 21);
    assert_eq!(Ware::price_cache_peek(&Ware, 3), Some(21));
    let caches = memo_runtime::caches();
    let name = concat!(module_path!(), "::Ware::price");
    assert!(caches.iter().any(|it| it.name == name));
}
