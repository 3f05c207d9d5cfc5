//! What is stored of a result, and what of it is not.

use futures::executor::block_on;
use futures::future::{BoxFuture, FutureExt, Shared, ready};
use memo_runtime::memoize;
use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::io;
use std::num::ParseIntError;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

#[test]
fn an_err_is_not_stored() {
    #[memoize]
    fn parse(text: &str) -> Result<u32, ParseIntError> {
        text.parse()
    }

    miss!(parse("x"), "x".parse::<u32>());
    miss!(parse("x"), "x".parse::<u32>());
    assert_eq!(parse::cache_info().currsize, 0);
    assert!(!parse::cache_contains("x"));
    assert_eq!(parse::cache_peek("x"), None);
    miss!(parse("1"), Ok(1));
    hit!(parse("1"), Ok(1));
    assert_eq!(parse::cache_peek("1"), Some(Ok(1)));
}

#[test]
fn an_err_is_handed_through_as_it_is() {
    #[memoize]
    fn parse(text: &str) -> Result<u32, Box<dyn Error>> {
        if text.is_empty() {
            return Err("nothing there".into());
        }
        Ok(text.parse()?)
    }

    assert_eq!(parse("").unwrap_err().to_string(), "nothing there");
    let error = parse("x").unwrap_err();
    assert!(error.downcast_ref::<ParseIntError>().is_some());
    assert_eq!(parse("1").unwrap(), 1);
    assert_eq!(parse("1").unwrap(), 1);
    let info = parse::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (1, 3, 1));
}

/// Those who wait may be in other threads.
#[test]
fn an_error_that_is_handed_on_need_not_be_sync() {
    #[derive(Debug, Clone, PartialEq)]
    struct Tried(Cell<u32>);

    #[memoize]
    fn odd(x: u32) -> Result<u32, Tried> {
        if x % 2 == 0 {
            return Err(Tried(Cell::new(x)));
        }
        Ok(x)
    }

    miss!(odd(2), Err(Tried(Cell::new(2))));
    miss!(odd(3), Ok(3));
    hit!(odd(3), Ok(3));
}

#[test]
fn an_error_need_be_nothing_at_all() {
    struct Bare(Rc<u32>, *const u8);

    #[memoize]
    fn fail(x: u32) -> Result<u32, Bare> {
        if x == 0 {
            return Err(Bare(Rc::new(7), std::ptr::null()));
        }
        Ok(x)
    }

    let Err(Bare(seven, nowhere)) = fail(0) else {
        panic!("it fails");
    };
    assert_eq!((*seven, nowhere), (7, std::ptr::null()));
    assert!(fail(1).is_ok());
    assert_eq!(fail::cache_info().currsize, 1);
}

#[test]
fn an_ok_that_was_stored_before_an_err_stays() {
    static SUCCEEDS: AtomicU32 = AtomicU32::new(1);

    #[memoize]
    fn load(x: u32) -> Result<u32, String> {
        match SUCCEEDS.load(Relaxed) {
            0 => Err("down".to_owned()),
            _ => Ok(x),
        }
    }

    miss!(load(1), Ok(1));
    SUCCEEDS.store(0, Relaxed);
    hit!(load(1), Ok(1));
    miss!(load(2), Err("down".to_owned()));
    assert_eq!(load::cache_refresh(1), Err("down".to_owned()));
    hit!(load(1), Ok(1));
    assert_eq!(load::cache_insert(1, Err("no".to_owned())), None);
    hit!(load(1), Ok(1));
}

#[test]
fn with_cache_err_an_err_is_stored() {
    #[memoize(cache_err)]
    fn parse(text: &str) -> Result<u32, String> {
        text.parse().map_err(|error| format!("{error}"))
    }

    let error = Err("invalid digit found in string".to_owned());
    miss!(parse("x"), error);
    hit!(parse("x"), error);
    assert_eq!(parse::cache_peek("x"), Some(error.clone()));
    assert_eq!(parse::cache_insert("x", Ok(7)), Some(error));
    hit!(parse("x"), Ok(7));
}

#[test]
fn none_is_stored() {
    #[memoize]
    fn first(text: &str) -> Option<char> {
        text.chars().next()
    }

    miss!(first(""), None);
    hit!(first(""), None);
    assert_eq!(first::cache_peek(""), Some(None));
}

#[test]
fn a_result_within_another_type_is_a_plain_value() {
    #[memoize]
    fn maybe(x: u32) -> Option<Result<u32, String>> {
        (x > 0).then(|| Err(x.to_string()))
    }
    #[memoize]
    fn twice(x: u32) -> Result<Result<u32, String>, String> {
        match x {
            0 => Err("outer".to_owned()),
            x => Ok(Err(x.to_string())),
        }
    }

    miss!(maybe(1), Some(Err("1".to_owned())));
    hit!(maybe(1), Some(Err("1".to_owned())));
    miss!(twice(1), Ok(Err("1".to_owned())));
    hit!(twice(1), Ok(Err("1".to_owned())));
    miss!(twice(0), Err("outer".to_owned()));
    miss!(twice(0), Err("outer".to_owned()));
}

#[test]
fn an_alias_of_result_counts_as_result() {
    type Mine<T> = Result<T, Box<dyn Error + Send + Sync>>;
    type Fixed = Mine<u32>;

    macro_rules! fails_only_at_zero {
        ($($name:ident -> $returns:ty: $error:expr;)*) => {$(
            #[memoize]
            fn $name(x: u32) -> $returns {
                if x == 0 { Err($error) } else { Ok(x) }
            }

            assert!($name(0).is_err());
            assert!($name(0).is_err());
            assert_eq!($name(1).unwrap(), 1);
            assert_eq!($name(1).unwrap(), 1);
            let info = $name::cache_info();
            assert_eq!((info.hits, info.misses, info.currsize), (1, 3, 1));
        )*};
    }
    fails_only_at_zero! {
        of_io -> io::Result<u32>: io::Error::other("broken");
        mine -> Mine<u32>: "broken".into();
        fixed -> Fixed: "broken".into();
        of_fmt -> Result<u32, fmt::Error>: fmt::Error;
        in_full -> ::std::result::Result<u32, ()>: ();
    }
}

mod own {
    /// Not the one of the standard library.
    #[derive(Clone, Debug, PartialEq)]
    pub(super) enum Result<T, E> {
        Ok(T),
        Err(E),
    }
}

#[test]
fn a_type_of_ones_own_called_result_is_a_plain_value() {
    use own::Result;

    #[memoize]
    fn check(x: u32) -> Result<u32, String> {
        match x {
            0 => Result::Err("zero".to_owned()),
            x => Result::Ok(x),
        }
    }

    miss!(check(0), Result::Err("zero".to_owned()));
    hit!(check(0), Result::Err("zero".to_owned()));
    miss!(check(1), Result::Ok(1));
    hit!(check(1), Result::Ok(1));
}

#[test]
fn what_cache_if_refuses_is_returned_and_not_stored() {
    #[memoize(cache_if = |length| *length > 2)]
    fn length(text: &str) -> usize {
        text.len()
    }

    miss!(length("ab"), 2);
    miss!(length("ab"), 2);
    assert_eq!(length::cache_info().currsize, 0);
    miss!(length("abc"), 3);
    hit!(length("abc"), 3);
    assert_eq!(length::cache_refresh("ab"), 2);
    assert!(!length::cache_contains("ab"));
    assert_eq!(length::cache_insert("ab", 1), None);
    assert!(!length::cache_contains("ab"));
    assert_eq!(length::cache_insert("abc", 1), None);
    hit!(length("abc"), 3);
}

#[test]
fn cache_if_is_a_closure_or_a_path_and_sees_what_would_be_stored() {
    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "a predicate sees a reference"
    )]
    fn is_even(number: &u32) -> bool {
        number % 2 == 0
    }

    #[memoize(cache_if = Option::is_some)]
    fn first(text: &str) -> Option<char> {
        text.chars().next()
    }
    #[memoize(cache_if = is_even)]
    fn parse(text: &str) -> Result<u32, ParseIntError> {
        text.parse()
    }
    #[memoize(cache_err, cache_if = |result: &Result<u32, ParseIntError>| result.is_err())]
    fn failure(text: &str) -> Result<u32, ParseIntError> {
        text.parse()
    }

    miss!(first(""), None);
    miss!(first(""), None);
    miss!(first("a"), Some('a'));
    hit!(first("a"), Some('a'));
    miss!(parse("2"), Ok(2));
    hit!(parse("2"), Ok(2));
    miss!(parse("3"), Ok(3));
    miss!(parse("3"), Ok(3));
    miss!(failure("2"), Ok(2));
    miss!(failure("2"), Ok(2));
    miss!(failure("x"), "x".parse::<u32>());
    hit!(failure("x"), "x".parse::<u32>());
}

#[test]
fn what_a_caller_does_to_a_result_does_not_change_the_stored_one() {
    #[memoize]
    fn digits(text: &str) -> Vec<u32> {
        text.chars().filter_map(|it| it.to_digit(10)).collect()
    }

    let mut computed = digits("12");
    computed.push(3);
    let mut hit = digits("12");
    assert_eq!(hit, [1, 2]);
    hit.clear();
    assert_eq!(digits("12"), [1, 2]);
    assert_eq!(digits::cache_peek("12"), Some(vec![1, 2]));
}

#[test]
fn an_arc_is_shared_by_all_hits() {
    #[memoize]
    fn load(name: &str) -> Arc<String> {
        Arc::new(name.to_uppercase())
    }

    let first = load("a");
    assert!(Arc::ptr_eq(&first, &load("a")));
    assert!(Arc::ptr_eq(&first, &load::cache_peek("a").unwrap()));
    assert_eq!(Arc::strong_count(&first), 2); // here and in the store
}

#[test]
fn a_future_that_is_shared_is_a_value() {
    #[memoize]
    fn double(x: u32) -> Shared<BoxFuture<'static, u32>> {
        ready(2 * x).boxed().shared()
    }

    assert_eq!(block_on(double(1)), 2);
    assert_eq!(block_on(double(1)), 2);
    assert_eq!(double::cache_info().hits, 1);
}
