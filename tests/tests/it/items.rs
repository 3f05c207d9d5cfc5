//! What else stands at a function stays there.
#![deny(
    unfulfilled_lint_expectations,
    reason = "an expected lint shows that its cause is there"
)]

use memo_runtime::memoize;
use std::panic::Location;

#[test]
fn must_use_stays_on_the_function() {
    #[memoize]
    #[must_use]
    fn double(x: u32) -> u32 {
        2 * x
    }

    #[expect(unused_must_use, reason = "it says that the attribute is there")]
    fn forget() {
        double(1);
        double::uncached(1);
    }

    forget();
    hit!(double(1), 2);
}

#[test]
fn deprecated_stays_on_the_function() {
    #[memoize]
    #[deprecated(note = "multiply by hand")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    #[expect(deprecated, reason = "it says that the attribute is there")]
    fn call() -> u32 {
        double(1)
    }

    assert_eq!((call(), call()), (2, 2));
    assert_eq!(double::cache_info().hits, 1);
}

#[test]
fn attributes_may_stand_before_and_behind() {
    #[must_use]
    #[inline]
    #[memoize(maxsize = 3)]
    #[cold]
    #[doc = "Twice as much."]
    fn double(x: u32) -> u32 {
        2 * x
    }

    miss!(double(1), 2);
    hit!(double(1), 2);
}

#[test]
fn inline_is_accepted_in_all_its_forms() {
    #[memoize]
    #[inline]
    fn plain(x: u32) -> u32 {
        x
    }
    #[memoize]
    #[inline(never)]
    fn never(x: u32) -> u32 {
        x
    }
    #[memoize]
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "that is the point")]
    fn always(x: u32) -> u32 {
        x
    }

    miss!(plain(1), 1);
    miss!(never(1), 1);
    miss!(always(1), 1);
}

#[test]
fn allow_goes_for_the_body() {
    #[memoize]
    #[allow(
        unused_variables,
        unused_mut,
        clippy::let_and_return,
        reason = "the body does all of it"
    )]
    fn double(x: u32) -> u32 {
        let unused = 1;
        let mut doubled = 2 * x;
        doubled
    }

    miss!(double(1), 2);
}

#[test]
fn expect_goes_for_the_body() {
    #[memoize]
    #[expect(unused_variables, reason = "there is one")]
    fn double(x: u32) -> u32 {
        let unused = 1;
        2 * x
    }

    miss!(double(1), 2);
}

#[test]
fn deny_goes_for_the_body() {
    #[memoize]
    #[deny(unused_variables)]
    #[warn(clippy::pedantic)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    miss!(double(1), 2);
}

#[test]
fn track_caller_shows_the_callers_place() {
    #[memoize]
    #[track_caller]
    fn line(_x: u32) -> u32 {
        Location::caller().line()
    }

    let (computed, expected) = (line(1), line!());
    assert_eq!(computed, expected);
    let hit = line(1);
    assert_eq!(hit, expected);
    let (plain, expected) = (line::uncached(1), line!());
    assert_eq!(plain, expected);
}

#[test]
#[allow(non_camel_case_types, reason = "the names are those of functions")]
fn what_is_configured_away_leaves_nothing_behind() {
    #[memoize]
    #[cfg(any())]
    fn before(x: u32) -> Missing {
        x
    }
    #[cfg(any())]
    #[memoize]
    fn behind(x: u32) -> Missing {
        x
    }

    // A unit struct is a type and a value: it would clash with any function and any type that were left.
    struct before;
    struct behind;

    let (before, behind) = (before, behind);
    let _ = (before, behind);
}

#[test]
fn what_is_configured_in_is_there() {
    #[memoize]
    #[cfg(test)]
    fn double(x: u32) -> u32 {
        2 * x
    }
    #[cfg_attr(test, memoize(maxsize = 3))]
    fn triple(x: u32) -> u32 {
        3 * x
    }
    #[memoize]
    #[cfg_attr(not(test), must_use)]
    #[cfg_attr(test, inline)]
    fn quadruple(x: u32) -> u32 {
        4 * x
    }

    miss!(double(1), 2);
    miss!(triple(1), 3);
    miss!(quadruple(1), 4);
    assert_eq!(triple::cache_info().maxsize, Some(3));
}

mod documented {
    use memo_runtime::memoize;

    /// Twice as much.
    ///
    /// # Panics
    ///
    /// If it is too much.
    #[memoize]
    pub(super) fn double(x: u32) -> u32 {
        2 * x
    }

    #[memoize]
    #[doc = "Three times as much."]
    pub(super) fn triple(x: u32) -> u32 {
        3 * x
    }
}

#[test]
fn one_import_brings_the_function_and_its_companions() {
    use documented::double;
    use documented::triple as thrice;

    miss!(double(1), 2);
    miss!(thrice(1), 3);
    hit!(double(1), 2);
}

#[test]
fn companions_are_as_visible_as_the_function() {
    #[allow(unreachable_pub, reason = "`pub` is one of them")]
    mod shop {
        pub(crate) mod till {
            #[memo_runtime::memoize]
            pub(in crate::items) fn price(x: u32) -> u32 {
                x
            }
            #[memo_runtime::memoize]
            pub fn total(x: u32) -> u32 {
                price(x)
            }
        }
    }

    assert_eq!(shop::till::price(1), 1);
    assert_eq!(shop::till::total(1), 1);
    assert!(shop::till::price::cache_contains(1));
    assert_eq!(shop::till::price::uncached(2), 2);
    assert_eq!(shop::till::total::cache_info().misses, 1);
}

#[test]
fn patterns_that_the_key_does_not_mention_are_left_alone() {
    #[memoize]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is small"
    )]
    fn scale(#[memo(key = x.to_bits())] x: f64, (name, n): (String, u8)) -> usize {
        drop(name);
        x as usize * usize::from(n)
    }
    #[memoize(key = x)]
    fn tell(x: u32, #[memo(skip)] (log, _): (&mut Vec<u32>, u8)) -> u32 {
        log.push(x);
        x
    }

    miss!(scale(3.0, ("a".to_owned(), 2)), 6);
    hit!(scale(3.0, ("a".to_owned(), 2)), 6);
    miss!(scale(3.0, ("b".to_owned(), 2)), 6);
    let mut log = Vec::new();
    miss!(tell(1, (&mut log, 0)), 1);
    hit!(tell(1, (&mut log, 0)), 1);
    assert_eq!(log, [1]);
    assert!(tell::cache_remove(1));
}

#[test]
fn what_a_macro_hands_in_is_taken_apart_like_what_is_written_out() {
    macro_rules! length {
        ($name:ident: $inner:ty) => {
            #[memoize]
            fn $name(text: Option<$inner>, more: &$inner) -> usize {
                text.map_or(0, str::len) + more.len()
            }
        };
    }
    length!(length: &str);

    miss!(length(Some("ab"), &"c"), 3);
    hit!(length(Some("ab"), &"c"), 3);
}

#[test]
fn parameters_may_be_patterns() {
    struct Point {
        x: u32,
        y: u32,
    }

    #[memoize]
    fn add((a, b): (u32, u32), [c, _]: [u32; 2], _: &str, mut d: u32) -> u32 {
        d += a + b;
        c + d
    }
    #[memoize(key = (x, y, z))]
    fn sum(Point { x, y }: Point, z @ 0..: u32) -> u32 {
        x + y + z
    }

    miss!(add((1, 2), [3, 0], "a", 4), 10);
    hit!(add((1, 2), [3, 0], "a", 4), 10);
    miss!(add((1, 2), [3, 0], "b", 4), 10);
    miss!(add((1, 2), [3, 1], "b", 4), 10);
    miss!(sum(Point { x: 1, y: 2 }, 3), 6);
    hit!(sum(Point { x: 1, y: 2 }, 3), 6);
    miss!(sum(Point { x: 2, y: 1 }, 3), 6);
}

#[test]
fn functions_may_have_lifetimes() {
    #[memoize]
    fn join<'a, 'b: 'a>(a: &'a str, b: &'b str) -> String
    where
        'a: 'a,
    {
        format!("{a}{b}")
    }
    #[memoize]
    fn longest<'a>(texts: Option<&'a str>, #[memo(skip)] log: &mut Vec<&'a str>) -> usize {
        log.extend(texts);
        texts.map_or(0, str::len)
    }

    miss!(join("a", "b"), "ab");
    hit!(join("a", "b"), "ab");
    assert!(join::cache_remove("a", "b"));
    let mut log = Vec::new();
    miss!(longest(Some("ab"), &mut log), 2);
    hit!(longest(Some("ab"), &mut log), 2);
    assert_eq!(log, ["ab"]);
}

#[test]
fn a_body_may_return_early_and_try() {
    #[memoize]
    fn first_digit(text: &str) -> Option<u32> {
        if text.is_empty() {
            return None;
        }
        let first = text.chars().next()?;
        first.to_digit(10)
    }

    miss!(first_digit(""), None);
    miss!(first_digit("x"), None);
    miss!(first_digit("7"), Some(7));
    hit!(first_digit("7"), Some(7));
}

#[test]
fn a_memoized_function_is_a_plain_function_too() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let pointer: fn(u32) -> u32 = double;
    assert_eq!(pointer(1), 2);
    let doubled: Vec<_> = [1, 2, 1].into_iter().map(double).collect();
    assert_eq!(doubled, [2, 4, 2]);
    assert_eq!(double::cache_info().hits, 2);
}
