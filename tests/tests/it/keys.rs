//! What makes two calls the same call.

use memo_runtime::memoize;
use std::borrow::Cow;
use std::ffi::{CStr, OsStr};
use std::path::Path;
use std::sync::Arc;

#[test]
fn two_arguments_are_not_one_pair() {
    #[memoize]
    fn two(a: u32, b: u32) -> u32 {
        a + b
    }
    #[memoize]
    fn pair(it: (u32, u32)) -> u32 {
        it.0 * it.1
    }

    miss!(two(1, 2), 3);
    miss!(pair((1, 2)), 2);
    hit!(two(1, 2), 3);
    hit!(pair((1, 2)), 2);
    miss!(two(2, 1), 3);
}

#[test]
fn the_boundary_between_two_texts_counts() {
    #[memoize]
    fn join(a: &str, b: &str) -> String {
        format!("{a}+{b}")
    }

    let pairs = [
        ("a", "bc"),
        ("ab", "c"),
        ("", "abc"),
        ("abc", ""),
        ("a|b", "c"),
        ("a", "b|c"),
        ("a\0", "b"),
        ("a", "\0b"),
        ("a\u{ff}", "b"),
        ("a", "\u{ff}b"),
    ];
    for (a, b) in pairs {
        miss!(join(a, b), format!("{a}+{b}"));
    }
    for (a, b) in pairs {
        hit!(join(a, b), format!("{a}+{b}"));
    }
}

#[test]
fn the_boundary_between_two_slices_counts() {
    #[memoize]
    fn lengths(a: &[u8], b: &[u8]) -> (usize, usize) {
        (a.len(), b.len())
    }

    miss!(lengths(&[1], &[2, 3]), (1, 2));
    miss!(lengths(&[1, 2], &[3]), (2, 1));
    miss!(lengths(&[], &[1, 2, 3]), (0, 3));
    hit!(lengths(&[1], &[2, 3]), (1, 2));
}

#[test]
fn functions_of_one_name_share_nothing() {
    mod metric {
        #[memo_runtime::memoize]
        pub(super) fn length(x: u32) -> u32 {
            x
        }
    }
    mod imperial {
        #[memo_runtime::memoize]
        pub(super) fn length(x: u32) -> u32 {
            12 * x
        }
    }

    assert_eq!((metric::length(2), imperial::length(2)), (2, 24));
    assert_eq!((metric::length(2), imperial::length(2)), (2, 24));
    metric::length::cache_clear();
    assert_eq!(metric::length::cache_info().currsize, 0);
    assert_eq!(imperial::length::cache_info().hits, 1);
}

#[test]
fn nested_functions_of_one_name_share_nothing() {
    fn double(x: u32) -> u32 {
        #[memoize]
        fn times(x: u32) -> u32 {
            2 * x
        }
        times(x)
    }
    fn triple(x: u32) -> u32 {
        #[memoize]
        fn times(x: u32) -> u32 {
            3 * x
        }
        times(x)
    }

    assert_eq!((double(2), triple(2)), (4, 6));
    assert_eq!((double(2), triple(2)), (4, 6));
}

#[test]
fn functions_that_one_macro_made_share_nothing() {
    macro_rules! times {
        ($name:ident, $type:ty, $factor:expr) => {
            #[memoize]
            fn $name(x: $type) -> $type {
                $factor * x
            }
        };
    }
    times!(double, u32, 2);
    times!(triple, u32, 3);

    miss!(double(2), 4);
    miss!(triple(2), 6);
    hit!(double(2), 4);
    hit!(triple(2), 6);
}

/// Asserts that the second of two equal arguments is a hit, and a third a miss.
macro_rules! is_looked_up {
    ($type:ty: $one:expr, $same:expr, $other:expr) => {{
        #[memoize]
        #[allow(
            clippy::needless_pass_by_value,
            clippy::ptr_arg,
            clippy::ref_option,
            clippy::trivially_copy_pass_by_ref,
            reason = "the types are the point"
        )]
        fn describe(x: $type) -> String {
            format!("{x:?}")
        }

        let shown = |it: $type| format!("{it:?}");
        miss!(describe($one), shown($one));
        hit!(describe($same), shown($one));
        miss!(describe($other), shown($other));
        hit!(describe($one), shown($one));
        assert!(describe::cache_contains($same));
        assert_eq!(describe::cache_peek($one), Some(shown($one)));
        assert!(describe::cache_remove($same));
        assert_eq!(describe::cache_insert($one, "x".to_owned()), None);
        let is_one = |seen: String| seen == shown($one);
        assert_eq!(describe::cache_retain(|x| is_one(format!("{x:?}"))), 1);
        assert_eq!(describe::cache_refresh($same), shown($same));
    }};
}

#[test]
fn texts_are_looked_up_however_they_are_borrowed() {
    let owned = "ab".to_owned();
    is_looked_up!(&str: "ab", &*owned, "b");
    is_looked_up!(&String: &owned, &"ab".to_owned(), &"b".to_owned());
    is_looked_up!(&&str: &"ab", &&*owned, &"b");
    is_looked_up!(Cow<'_, str>: Cow::Borrowed("ab"), Cow::<str>::Owned(owned.clone()), Cow::Borrowed("b"));
    is_looked_up!(String: "ab".to_owned(), owned.clone(), "b".to_owned());
    is_looked_up!(Box<str>: Box::<str>::from("ab"), Box::<str>::from(&*owned), Box::<str>::from("b"));
    is_looked_up!(Arc<str>: Arc::<str>::from("ab"), Arc::<str>::from(&*owned), Arc::<str>::from("b"));
}

#[test]
fn slices_and_arrays_are_looked_up_however_they_are_borrowed() {
    let owned = vec![1, 2];
    is_looked_up!(&[u32]: &[1, 2][..], &*owned, &[2][..]);
    is_looked_up!(&Vec<u32>: &owned, &vec![1, 2], &vec![2]);
    is_looked_up!(&[u32; 2]: &[1, 2], &[1, 2], &[2, 1]);
    is_looked_up!([u32; 2]: [1, 2], [1, 2], [2, 1]);
    is_looked_up!(Vec<u32>: vec![1, 2], owned.clone(), vec![2]);
    is_looked_up!(Cow<'_, [u32]>: Cow::Borrowed(&[1, 2][..]), Cow::<[u32]>::Owned(owned.clone()), Cow::Borrowed(&[2][..]));
    is_looked_up!(&[String]: &["a".to_owned()], &["a".to_owned()], &["b".to_owned()]);
}

#[test]
fn paths_and_system_strings_are_looked_up_as_they_are() {
    is_looked_up!(&Path: Path::new("a/b"), Path::new("a//b"), Path::new("b"));
    is_looked_up!(&OsStr: OsStr::new("a"), OsStr::new("a"), OsStr::new("b"));
    is_looked_up!(&CStr: c"a", c"a", c"b");
}

#[test]
fn references_to_values_are_looked_up_as_they_are() {
    is_looked_up!(&u32: &1, &1, &2);
    is_looked_up!(&&u32: &&1, &&1, &&2);
    is_looked_up!(&(u32, String): &(1, "a".to_owned()), &(1, "a".to_owned()), &(1, "b".to_owned()));
    is_looked_up!(&Option<u32>: &Some(1), &Some(1), &None);
    is_looked_up!(&Arc<str>: &Arc::<str>::from("a"), &Arc::<str>::from("a"), &Arc::<str>::from("b"));
}

#[test]
fn optional_references_are_looked_up_as_they_are() {
    is_looked_up!(Option<&str>: Some("a"), Some("a"), Some("b"));
    is_looked_up!(Option<&str>: None::<&str>, None, Some(""));
    is_looked_up!(Option<&[u32]>: Some(&[1][..]), Some(&[1][..]), None);
    is_looked_up!(Option<&u32>: Some(&1), Some(&1), None);
    is_looked_up!(Option<&Path>: Some(Path::new("a")), Some(Path::new("a")), None);
    is_looked_up!(Option<u32>: Some(1), Some(1), None);
    is_looked_up!(Option<String>: Some("a".to_owned()), Some("a".to_owned()), None);
}

#[test]
fn an_alias_of_a_reference_is_looked_up_as_one() {
    type Name<'a> = &'a str;
    type Nickname<'a> = Option<Name<'a>>;

    #[memoize]
    fn length(name: Name<'_>, nickname: Nickname<'_>) -> usize {
        name.len() + nickname.map_or(0, str::len)
    }

    miss!(length("ab", Some("c")), 3);
    let (name, nickname) = ("ab".to_owned(), "c".to_owned());
    hit!(length(&name, Some(&nickname)), 3);
    miss!(length("ab", None), 2);
    assert_eq!(length::cache_retain(|_, nickname| nickname.is_none()), 1);
}

#[test]
fn a_skipped_argument_needs_no_trait_and_makes_no_difference() {
    struct Connection;

    #[memoize]
    #[allow(clippy::needless_pass_by_value, reason = "by value is the point")]
    fn load(
        id: u32,
        #[memo(skip)] connection: Connection,
        #[memo(skip)] log: &mut Vec<u32>,
        #[memo(skip)] parse: impl_free::Parse<'_>,
    ) -> u32 {
        let Connection = connection;
        log.push(id);
        parse(id)
    }

    mod impl_free {
        pub(super) type Parse<'a> = &'a dyn Fn(u32) -> u32;
    }

    let mut log = Vec::new();
    miss!(load(1, Connection, &mut log, &|id| id + 1), 2);
    hit!(load(1, Connection, &mut log, &|id| id + 2), 2);
    miss!(load(2, Connection, &mut log, &|id| id + 2), 4);
    assert_eq!(log, [1, 2]);
    assert!(load::cache_contains(1)); // which leaves out what is skipped
    assert_eq!(load::cache_insert(1, 7), Some(2));
    assert_eq!(load::cache_retain(|id| *id == 1), 1);
    assert_eq!(load::cache_refresh(1, Connection, &mut log, &|id| id), 1);
    assert_eq!(load::uncached(9, Connection, &mut log, &|id| id), 9);
}

#[test]
fn an_expression_takes_the_place_of_its_argument() {
    #[memoize]
    fn area(#[memo(key = width.to_bits())] width: f64, height: u32) -> String {
        format!("{width} x {height}")
    }

    miss!(area(1.5, 2), "1.5 x 2");
    hit!(area(1.5, 2), "1.5 x 2");
    miss!(area(1.5, 3), "1.5 x 3");
    miss!(area(0.0, 2), "0 x 2");
    miss!(area(-0.0, 2), "-0 x 2");
    assert!(area::cache_remove(1.5, 2));
}

#[test]
fn an_expression_may_borrow_from_its_argument() {
    #[memoize]
    fn length(#[memo(key = text.trim())] text: &str) -> usize {
        text.len()
    }

    miss!(length(" ab"), 3);
    hit!(length("ab  "), 3);
    miss!(length("a b"), 3);
}

#[test]
fn an_expression_takes_the_place_of_all_arguments() {
    #[memoize(key = (a.max(b), a.min(b)))]
    fn distance(a: u32, b: u32, precise: bool) -> u32 {
        a.abs_diff(b) + u32::from(precise)
    }

    miss!(distance(1, 5, true), 5);
    hit!(distance(5, 1, false), 5);
    miss!(distance(5, 2, false), 3);
    assert!(distance::cache_contains(1, 5, false));
}

#[test]
fn an_expression_may_look_at_what_is_skipped() {
    struct Table {
        version: u32,
    }

    #[memoize(key = (id, table.version))]
    fn find(id: u32, #[memo(skip)] table: &Table) -> u32 {
        id + table.version
    }

    miss!(find(1, &Table { version: 1 }), 2);
    hit!(find(1, &Table { version: 1 }), 2);
    miss!(find(1, &Table { version: 2 }), 3);
}
