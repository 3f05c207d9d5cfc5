//! Functions in `impl`s, under an attribute of their own.
#![allow(
    non_local_definitions,
    clippy::unused_self,
    clippy::unnecessary_wraps,
    clippy::boxed_local,
    reason = "a method is best read in the test it is for"
)]

use memo_runtime::memoize;
use std::hash::Hash;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Shop {
    city: &'static str,
}

const KOELN: Shop = Shop { city: "Köln" };
const ULM: Shop = Shop { city: "Ulm" };

#[test]
fn two_instances_that_are_not_equal_never_get_each_others_answers() {
    impl Shop {
        #[memoize]
        fn address(&self, number: u32) -> String {
            format!("{} {number}", self.city)
        }
    }

    assert_eq!(KOELN.address(1), "Köln 1");
    assert_eq!(ULM.address(1), "Ulm 1");
    assert_eq!(KOELN.clone().address(1), "Köln 1");
    let info = Shop::address_cache_info();
    assert_eq!((info.hits, info.misses), (1, 2));
}

#[test]
fn every_companion_bears_the_methods_name() {
    impl Shop {
        #[memoize(maxsize = 4)]
        pub(crate) fn price(&self, sku: &str, quantity: u32) -> Option<usize> {
            Some(self.city.len() + sku.len() * quantity as usize)
        }
    }

    assert_eq!(ULM.price("a-1", 2), Some(9));
    assert!(ULM.price_cache_contains("a-1", 2));
    assert!(!KOELN.price_cache_contains("a-1", 2));
    assert_eq!(ULM.price_cache_peek("a-1", 2), Some(Some(9)));
    assert_eq!(ULM.price_cache_insert("a-1", 2, None), Some(Some(9)));
    assert_eq!(ULM.price_cache_refresh("a-1", 2), Some(9));
    assert_eq!(KOELN.price_uncached("a-1", 2), Some(11));
    KOELN.price("b", 1);
    let kept = Shop::price_cache_retain(|shop, sku, quantity| {
        shop.city == "Ulm" && sku.len() == 3 && *quantity == 2
    });
    assert_eq!(kept, 1);
    assert!(ULM.price_cache_remove("a-1", 2));
    Shop::price_cache_resize(2);
    assert_eq!(Shop::price_cache_parameters().maxsize, Some(2));
    Shop::price_cache_clear();
    assert_eq!(Shop::price_cache_info().misses, 0);
}

#[test]
fn a_receiver_that_is_skipped_is_shared_because_it_was_said() {
    struct Any(u32);
    impl Any {
        #[memoize]
        fn double(#[memo(skip)] &self, x: u32) -> u32 {
            2 * x + self.0
        }
        #[memoize]
        fn push(#[memo(skip)] &mut self, x: u32) -> u32 {
            self.0 += x;
            x
        }
    }

    assert_eq!(Any(1).double(3), 7);
    assert_eq!(Any(2).double(3), 7);
    assert_eq!(Any::double_cache_info().hits, 1);
    assert!(Any::double_cache_contains(3));
    let mut any = Any(1);
    any.push(5);
    any.push(5);
    assert_eq!(any.0, 6);
}

#[test]
fn an_expression_may_stand_for_the_receiver() {
    struct Account {
        id: u32,
        rate: f64,
    }
    impl Account {
        #[memoize]
        fn interest(#[memo(key = self.id)] &self, years: u32) -> f64 {
            self.rate * f64::from(years)
        }
        #[memoize(key = (self.id, years / 10))]
        fn decade(&self, years: u32) -> u32 {
            years / 10
        }
    }

    let one = Account { id: 1, rate: 0.5 };
    let same = Account { id: 1, rate: 9.0 };
    assert!((one.interest(2) - 1.0).abs() < f64::EPSILON);
    assert!((same.interest(2) - 1.0).abs() < f64::EPSILON);
    assert!(same.interest_cache_remove(2));
    assert_eq!((one.decade(31), one.decade(39)), (3, 3));
    assert_eq!(Account::decade_cache_info().hits, 1);
}

#[test]
fn any_receiver_will_do() {
    impl Shop {
        #[memoize]
        fn into_city(mut self) -> String {
            self.city = self.city.trim();
            self.city.to_owned()
        }
        #[memoize]
        fn shared(self: Arc<Self>, x: usize) -> usize {
            x + self.city.len()
        }
        #[memoize]
        fn boxed(self: Box<Self>) -> usize {
            self.city.len()
        }
        #[memoize]
        fn counted(#[memo(skip)] self: &Rc<Self>, x: u32) -> u32 {
            x
        }
    }

    assert_eq!(
        (ULM.into_city(), ULM.into_city()),
        ("Ulm".into(), "Ulm".into())
    );
    assert_eq!(Shop::into_city_cache_info().hits, 1);
    let shop = Arc::new(ULM);
    assert_eq!((shop.clone().shared(1), shop.shared(1)), (4, 4));
    assert_eq!((Box::new(ULM).boxed(), Box::new(ULM).boxed()), (3, 3));
    assert_eq!((Rc::new(ULM).counted(1), Rc::new(KOELN).counted(1)), (1, 1));
    assert_eq!(Shop::counted_cache_info().hits, 1);
}

#[test]
fn a_function_that_mentions_its_type_needs_no_more() {
    impl Shop {
        #[memoize]
        fn open(city: &str) -> Self {
            if city == "Ulm" { ULM } else { KOELN }
        }
        #[memoize]
        fn largest(of: &[Self]) -> Option<usize> {
            of.iter().map(|shop| shop.city.len()).max()
        }
        #[memoize]
        fn total(cities: u32) -> u32 {
            cities * Self::SIZE
        }
        const SIZE: u32 = 3;
    }

    assert_eq!(Shop::open("Ulm"), ULM);
    assert_eq!(Shop::open("Ulm"), ULM);
    assert_eq!(Shop::open_cache_info().hits, 1);
    assert_eq!(Shop::largest(&[ULM, KOELN]), Some(5));
    assert!(Shop::largest_cache_contains(&[ULM, KOELN]));
    assert_eq!(Shop::total(2), 6);
    assert!(Shop::total_cache_remove(2));
}

#[test]
fn a_generic_type_has_a_cache_for_each_of_its_instances() {
    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Pair<T>(T, T);
    impl<T: Hash + Eq + Clone + Send + Sync + 'static> Pair<T> {
        #[memoize]
        fn first(&self) -> T {
            self.0.clone()
        }
        #[memoize]
        fn with<U: Hash + Eq + Clone + Send + Sync + 'static>(&self, other: U) -> (T, U) {
            (self.1.clone(), other)
        }
    }

    assert_eq!(Pair(1_u8, 2).first(), 1);
    assert_eq!(Pair("a", "b").first(), "a");
    assert_eq!(Pair::<u8>::first_cache_info().misses, 1);
    assert_eq!(Pair::<i8>::first_cache_info().misses, 0);
    assert_eq!(Pair(1_u8, 2).with('x'), (2, 'x'));
    assert_eq!(Pair(1_u8, 2).with(3_i32), (2, 3));
    assert_eq!(Pair::<u8>::with_cache_info::<char>().misses, 1);
    assert_eq!(
        Pair::<u8>::with_cache_retain::<i32>(|_, other| *other > 3),
        1
    );
}

#[test]
fn a_method_may_call_itself() {
    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Steps(u64);
    impl Steps {
        #[memoize]
        fn ways(&self, n: u64) -> u64 {
            if n == 0 {
                return 1;
            }
            (1..=self.0.min(n)).map(|step| self.ways(n - step)).sum()
        }
    }

    assert_eq!(Steps(2).ways(80), 37_889_062_373_143_906);
    assert_eq!(Steps::ways_cache_info().misses, 81);
}

#[test]
fn a_method_is_listed_with_its_type() {
    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Listed<T>(T);
    impl<T: Hash + Eq + Clone + Send + Sync + 'static> Listed<T> {
        #[memoize]
        fn number(&self) -> u32 {
            1
        }
        #[memoize(name = "numbers")]
        fn named(&self) -> u32 {
            1
        }
    }

    Listed('x').number();
    Listed('x').named();
    let names: Vec<_> = memo_runtime::caches()
        .into_iter()
        .map(|it| it.name)
        .collect();
    let of_type = |name: &&String| name.ends_with("Listed::number::<char>");
    assert_eq!(names.iter().filter(of_type).count(), 1, "{names:?}");
    assert!(names.iter().any(|it| it == "numbers::<char>"), "{names:?}");
}

#[test]
fn companions_rename_the_prefix() {
    impl Shop {
        #[memoize(companions = postal_code)]
        fn code(&self) -> usize {
            self.city.len()
        }
    }

    assert_eq!(ULM.code(), 3);
    assert_eq!(Shop::postal_code_cache_info().misses, 1);
    assert_eq!(ULM.postal_code_uncached(), 3);
}
