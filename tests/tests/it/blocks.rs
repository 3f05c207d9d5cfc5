//! Functions in an `impl` under the attribute: of a type, and of a trait.

use memo_runtime::memoize;
use std::fmt::Debug;
use std::hash::Hash;

trait Area {
    type Unit;
    fn area(&self, scale: u32) -> u32;
    fn unit(&self) -> Self::Unit;
    fn twice(&self) -> u32 {
        2 * self.area(1)
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(u32);

#[memoize]
impl Area for Square {
    type Unit = String;
    #[memoize(maxsize = 64)]
    fn area(&self, scale: u32) -> u32 {
        self.0 * self.0 * scale
    }

    #[memoize]
    fn unit(&self) -> Self::Unit {
        let unit: Self::Unit = format!("m{}", self.twice());
        unit
    }
}

#[test]
fn a_traits_function_has_companions_beside_its_impl() {
    assert_eq!(Square(2).area(3), 12);
    assert_eq!(Square(2).area(3), 12);
    assert_eq!(Square::area_cache_info().maxsize, Some(64));
    assert!(Square(2).area_cache_contains(3));
    assert_eq!(Square(2).area_cache_peek(3), Some(12));
    assert_eq!(Square(2).area_uncached(1), 4);
    assert_eq!(Square(2).unit(), "m8");
    assert_eq!(Square(2).unit_cache_refresh(), "m8");
    assert_eq!(
        Square(2).unit_cache_insert(String::new()),
        Some("m8".to_owned())
    );
    let dynamic: &dyn Area<Unit = String> = &Square(2);
    assert_eq!(dynamic.unit(), "");
    assert!(Square::area_cache_info().hits > 0);
}

struct Parser<'a> {
    text: &'a str,
}

#[memoize]
impl<'a> Parser<'a> {
    fn of(text: &'a str) -> Self {
        Self { text }
    }

    #[memoize]
    fn word(#[memo(key = self.text)] &self, n: usize) -> Option<String> {
        self.text.split(' ').nth(n).map(str::to_owned)
    }

    // Mentions neither `self` nor its type.
    #[memoize]
    fn length(text: &str) -> usize {
        text.len()
    }
}

#[test]
fn a_type_that_borrows_may_be_skipped_or_replaced() {
    let text = "one two".to_owned();
    assert_eq!(Parser::of(&text).word(1).as_deref(), Some("two"));
    assert_eq!(Parser::of("one two").word(1).as_deref(), Some("two"));
    assert_eq!(Parser::word_cache_info().hits, 1);
}

#[test]
fn a_function_without_a_receiver_needs_the_block() {
    assert_eq!((Parser::length("ab"), Parser::length("ab")), (2, 2));
    assert_eq!(Parser::length_cache_info().hits, 1);
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Grid<T, const N: usize>([T; N]);

trait Corner<T> {
    fn corner(&self, at: usize) -> T;
}

#[memoize]
impl<T, const N: usize> Corner<T> for Grid<T, N>
where
    T: Hash + Eq + Clone + Send + Sync + 'static,
{
    #[memoize]
    fn corner(&self, at: usize) -> T {
        self.0[at % N].clone()
    }
}

#[test]
fn a_generic_impl_has_a_cache_for_each_of_its_instances() {
    assert_eq!(Grid([1, 2]).corner(3), 2);
    assert_eq!(Grid(["a"]).corner(3), "a");
    assert_eq!(Grid::<i32, 2>::corner_cache_info().misses, 1);
    assert_eq!(Grid::<&str, 1>::corner_cache_info().misses, 1);
    assert_eq!(Grid::<&str, 2>::corner_cache_info().misses, 0);
    let names: Vec<_> = memo_runtime::caches()
        .into_iter()
        .map(|it| it.name)
        .collect();
    let name = concat!(module_path!(), "::Grid::corner::<i32, 2>");
    assert!(names.iter().any(|it| it == name), "{names:?}");
}

trait Total {
    type Sum: Debug;
    fn total(&self, plus: i64) -> Self::Sum;
    fn of(from: i64) -> Self;
}

#[memoize(companions = totals)]
impl Total for Vec<i64> {
    type Sum = i64;

    #[memoize]
    fn total(&self, plus: i64) -> Self::Sum {
        self.iter().sum::<Self::Sum>() + plus
    }

    #[memoize]
    fn of(from: i64) -> Self {
        vec![from]
    }
}

#[test]
fn for_a_foreign_type_a_type_apart_holds_the_companions() {
    assert_eq!(vec![1, 2].total(3), 6);
    assert_eq!(vec![1, 2].total(3), 6);
    assert_eq!(totals::total_cache_info().hits, 1);
    assert!(totals::total_cache_contains(&vec![1, 2], 3));
    assert_eq!(totals::total_cache_peek(&vec![1, 2], 3), Some(6));
    assert_eq!(totals::total_cache_refresh(&vec![1, 2], 3), 6);
    assert_eq!(totals::total_uncached(&vec![1, 2], 4), 7);
    assert_eq!(totals::total_cache_insert(&vec![], 1, 9), None);
    assert_eq!(
        totals::total_cache_retain(|of, plus| of.is_empty() && *plus == 1),
        1
    );
    assert!(totals::total_cache_remove(&vec![], 1));
    assert_eq!(<Vec<i64> as Total>::of(3), [3]);
    assert_eq!(totals::of_cache_peek(3), Some(vec![3]));
}

trait Shown {
    fn shown(&self, times: usize) -> String;
}

#[memoize(companions = shown)]
impl<T: Debug + Hash + Eq + Clone + Send + Sync + 'static> Shown for T {
    #[memoize]
    fn shown(&self, times: usize) -> String {
        format!("{self:?}").repeat(times)
    }
}

#[test]
fn for_any_type_a_type_apart_holds_the_companions() {
    assert_eq!('x'.shown(2), "'x''x'");
    assert_eq!(1.shown(2), "11");
    assert_eq!(shown::<char>::shown_cache_info().misses, 1);
    assert_eq!(shown::<i32>::shown_cache_peek(&1, 2), Some("11".to_owned()));
    assert_eq!(shown::<u8>::shown_cache_info().misses, 0);
}

trait Double {
    fn double(&self) -> u32;
}
trait DoubleToo {
    fn double(&self) -> u32;
}

#[memoize]
impl Double for Square {
    #[memoize]
    fn double(&self) -> u32 {
        2 * self.0
    }
}

#[memoize]
impl DoubleToo for Square {
    #[memoize(companions = double_too)]
    fn double(&self) -> u32 {
        self.0 + self.0
    }
}

#[test]
fn two_traits_may_have_methods_of_one_name() {
    assert_eq!(Double::double(&Square(3)), 6);
    assert_eq!(DoubleToo::double(&Square(4)), 8);
    assert_eq!(Square(3).double_cache_peek(), Some(6));
    assert_eq!(Square(4).double_too_cache_peek(), Some(8));
}

#[test]
fn a_visibility_in_a_traits_impl_is_that_of_the_companions() {
    mod shapes {
        use memo_runtime::memoize;

        pub(super) struct Unit;

        #[memoize]
        impl PartialEq<u32> for Unit {
            #[memoize]
            pub(super) fn eq(#[memo(skip)] &self, other: &u32) -> bool {
                *other == 1
            }
        }
    }

    assert!(shapes::Unit == 1);
    assert!(shapes::Unit::eq_cache_contains(&1));
}

#[test]
fn a_condition_on_a_function_holds_for_its_companions() {
    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Platform(u32);

    #[memoize]
    impl Platform {
        #[cfg(any())]
        #[memoize]
        fn name(&self) -> Absent {
            Absent
        }

        #[cfg(not(any()))]
        #[memoize]
        #[cfg_attr(all(), must_use)]
        fn name(&self) -> u32 {
            self.0
        }
    }

    #[memoize(companions = platforms)]
    impl Area for [Platform; 1] {
        type Unit = u8;

        #[cfg(any())]
        #[memoize]
        fn area(&self, scale: Absent) -> u32 {
            scale
        }

        #[memoize]
        #[cfg(not(any()))]
        fn area(&self, scale: u32) -> u32 {
            scale
        }

        fn unit(&self) -> u8 {
            1
        }
    }

    assert_eq!(Platform(1).name(), 1);
    assert_eq!(Platform(1).name_cache_peek(), Some(1));
    assert_eq!([Platform(1)].area(2), 2);
    assert_eq!(platforms::area_cache_info().misses, 1);
}

#[memoize(companions = pairs)]
impl Area for (u32, u32) {
    type Unit = ();

    #[memoize]
    fn area(&self, scale: u32) -> u32 {
        self.0 * self.1 * scale
    }

    fn unit(&self) {}
}

#[memoize(companions = boxes)]
impl<T: Hash + Eq + Clone + Send + Sync + 'static> Area for Box<T>
where
    Self: Debug,
{
    type Unit = ();

    #[memoize(key = format!("{self:?}{scale}"))]
    fn area(&self, scale: u32) -> u32 {
        scale
    }

    fn unit(&self) {}
}

#[test]
fn a_trait_may_be_for_several_foreign_types() {
    assert_eq!(((2, 3).area(1), Box::new('x').area(5)), (6, 5));
    assert_eq!(pairs::area_cache_peek(&(2, 3), 1), Some(6));
    assert_eq!(boxes::<char>::area_cache_peek(&Box::new('x'), 5), Some(5));
    assert_eq!(boxes::<char>::area_cache_peek(&Box::new('y'), 5), None);
}

mod elsewhere {
    pub(super) trait Steps {
        const FEWEST: u32;
        fn steps(&self, n: u32) -> u32;
        fn more(&self, n: u32) -> u32 {
            self.steps(n) + 1
        }
    }
}

#[memoize]
impl elsewhere::Steps for Square {
    const FEWEST: u32 = 1;

    #[memoize]
    fn steps(&self, n: u32) -> u32 {
        if n == 0 {
            Self::FEWEST
        } else {
            self.more(n - 1) + self.0
        }
    }
}

#[test]
fn a_traits_function_sees_the_trait_though_it_is_not_imported() {
    use elsewhere::Steps as _;

    assert_eq!(Square(1).steps(2), 5);
    assert_eq!(Square::steps_cache_info().misses, 3);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Status {
    Fine,
    Error,
}

#[memoize]
impl TryFrom<&str> for Status {
    type Error = String;

    #[memoize]
    fn try_from(text: &str) -> Result<Self, String> {
        match text {
            "fine" => Ok(Self::Fine),
            "error" => Ok(Self::Error),
            other => Err("no ".to_owned() + other),
        }
    }
}

#[test]
fn what_a_body_says_of_its_type_means_the_same() {
    assert_eq!(Status::try_from("error"), Ok(Status::Error));
    assert_eq!(Status::try_from("fine"), Ok(Status::Fine));
    assert_eq!(Status::try_from("none"), Err("no none".to_owned()));
    assert_eq!(
        Status::try_from_cache_peek("error"),
        Some(Ok(Status::Error))
    );
    assert_eq!(Status::try_from_cache_info().currsize, 2);
}

struct Words<'a>(&'a [&'a str]);

#[memoize]
impl<'a> Words<'a> {
    #[memoize]
    fn longer(#[memo(skip)] &self, word: &'a str, than: usize) -> bool {
        word.len() > than.max(self.0.len())
    }
}

#[test]
fn an_argument_may_borrow_for_as_long_as_the_type() {
    let words = Words(&["a"]);
    assert!(words.longer("abc", 2));
    assert_eq!(
        Words::longer_cache_retain(|word, than| word == "abc" && *than == 2),
        0
    );
}

#[deprecated]
fn old() -> u32 {
    1
}

trait Old {
    fn old(&self) -> u32;
}

#[allow(
    deprecated,
    reason = "what is allowed in the block is in the bodies, too"
)]
#[memoize]
impl Old for Square {
    #[memoize]
    fn old(&self) -> u32 {
        old() + self.0
    }
}

#[test]
fn what_is_allowed_in_a_block_is_allowed_in_the_bodies() {
    assert_eq!(Square(2).old(), 3);
}
