//! Users may have types, modules, traits and macros with the names of those that everybody has.

/// Where nothing is what it seems.
mod odd {
    #![allow(
        dead_code,
        unused_macros,
        non_camel_case_types,
        reason = "they are there to be in the way"
    )]

    use ::memo_runtime::memoize;

    #[derive(::std::clone::Clone, ::std::fmt::Debug, ::std::cmp::PartialEq)]
    pub(super) enum Option<T> {
        Some(T),
        None,
    }
    pub(super) use self::Option::{None, Some};

    #[derive(::std::clone::Clone, ::std::fmt::Debug, ::std::cmp::PartialEq)]
    pub(super) enum Result<T> {
        Ok(T),
        Err,
    }
    pub(super) use self::Result::{Err, Ok};

    pub(super) struct Vec;
    pub(super) struct String;
    pub(super) struct Box;
    pub(super) struct Arc;
    pub(super) struct Duration;
    pub(super) struct PhantomData;
    pub(super) struct usize;
    pub(super) struct bool;
    pub(super) struct u64;
    pub(super) struct str;

    pub(super) mod std {}
    pub(super) mod core {}
    pub(super) mod alloc {}
    pub(super) mod memo_runtime {}
    pub(super) mod probe {}
    pub(super) mod __private {}

    trait Send {}
    trait Sync {}
    trait Sized {}
    trait Copy {}
    trait Clone {
        fn clone(&self) -> u8 {
            1
        }
    }
    trait Drop {}
    trait Fn {}
    trait FnMut {}
    trait FnOnce {}
    trait Hash {}
    trait Eq {}
    trait PartialEq {}
    trait Into {}
    trait From {}
    trait Default {}
    trait Iterator {}
    trait ToOwned {
        fn to_owned(&self) -> u8 {
            1
        }
    }
    trait Borrow {
        fn borrow(&self) -> u8 {
            1
        }
    }
    /// Has methods for everything, with the names of those that the expansion calls.
    trait Everything {
        fn claim(&self) {}
        fn fill(&self) {}
        fn memo(&self) {}
        fn retain(&self) {}
        fn contains(&self) {}
        fn peek(&self) {}
        fn insert(&self) {}
        fn remove(&self) {}
        fn cache(&self) {}
    }
    impl<T> Clone for T {}
    impl<T> ToOwned for T {}
    impl<T> Borrow for T {}
    impl<T> Everything for T {}

    macro_rules! concat {
        ($($any:tt)*) => {
            compile_error!("the user's own `concat`")
        };
    }
    macro_rules! panic {
        ($($any:tt)*) => {
            compile_error!("the user's own `panic`")
        };
    }
    macro_rules! unreachable {
        ($($any:tt)*) => {
            compile_error!("the user's own `unreachable`")
        };
    }
    macro_rules! line {
        ($($any:tt)*) => {
            compile_error!("the user's own `line`")
        };
    }
    macro_rules! file {
        ($($any:tt)*) => {
            compile_error!("the user's own `file`")
        };
    }
    macro_rules! module_path {
        ($($any:tt)*) => {
            compile_error!("the user's own `module_path`")
        };
    }
    macro_rules! vec {
        ($($any:tt)*) => {
            compile_error!("the user's own `vec`")
        };
    }

    #[memoize(maxsize = 2, group = "namesakes", name = "half")]
    pub(super) fn half(x: u32) -> Option<u32> {
        if x % 2 == 0 { Some(x / 2) } else { None }
    }

    #[memoize]
    pub(super) fn check(x: &::std::primitive::str) -> Result<u32> {
        if x.is_empty() { Err } else { Ok(1) }
    }

    #[memoize(maxsize = 9, ttl = "30s", policy = lru)]
    pub(super) fn parse(x: &[u8]) -> ::std::result::Result<u32, ::std::string::String> {
        match x {
            [] => ::std::result::Result::Err("empty".into()),
            _ => ::std::result::Result::Ok(7),
        }
    }

    #[memoize(cache_err, cache_if = |_| true, hasher = ::std::hash::RandomState, key = (x, y))]
    pub(super) fn add(
        x: u32,
        #[memo(skip)] y: ::std::option::Option<u32>,
    ) -> ::std::result::Result<u32, ()> {
        y.map(|y| x + y).ok_or(())
    }

    #[memoize]
    pub(super) fn size(
        #[memo(key = x.to_bits())] x: f64,
        _y: ::std::option::Option<&::std::primitive::str>,
    ) -> ::std::string::String {
        ::std::format!("{x}")
    }
}

/// Where nothing has a name that was not given one.
mod bare {
    #![no_implicit_prelude]

    #[::memo_runtime::memoize(maxsize = 3, ttl = "30s", cache_if = |sum| *sum > 0, key = (x, y))]
    pub(super) fn add(x: u32, y: u32) -> u32 {
        x + y
    }

    #[::memo_runtime::memoize(cache_err, group = "namesakes", name = "quarter")]
    pub(super) fn length(
        x: &str,
        y: ::std::option::Option<&str>,
    ) -> ::std::result::Result<usize, ()> {
        y.map(|y| x.len() + y.len()).ok_or(())
    }
}

#[test]
fn no_prelude_is_needed() {
    use bare::{add, length};

    miss!(add(1, 2), 3);
    hit!(add(1, 2), 3);
    miss!(length("ab", Some("c")), Ok(3));
    hit!(length("ab", Some("c")), Ok(3));
    assert_eq!(length::cache_retain(|_, y| y.is_none()), 1);
}

#[test]
fn an_option_and_a_result_of_ones_own_are_plain_values() {
    use odd::{check, half};

    miss!(half(4), odd::Some(2));
    hit!(half(4), odd::Some(2));
    miss!(half(3), odd::None);
    hit!(half(3), odd::None);
    assert_eq!(half::cache_peek(3), Some(odd::None));
    assert_eq!(half::cache_insert(3, odd::Some(7)), Some(odd::None));
    miss!(check(""), odd::Err);
    hit!(check(""), odd::Err);
    assert_eq!(check::cache_retain(str::is_empty), 0);
    miss!(check("a"), odd::Ok(1));
}

#[test]
fn the_real_ones_are_still_known_where_others_are_in_scope() {
    use odd::{add, parse, size};

    miss!(parse(&[]), Err("empty".to_owned()));
    miss!(parse(&[]), Err("empty".to_owned()));
    miss!(parse(&[1]), Ok(7));
    hit!(parse(&[1]), Ok(7));
    miss!(add(1, None), Err(()));
    hit!(add(1, None), Err(()));
    miss!(add(1, Some(2)), Ok(3));
    assert!(add::cache_contains(1, Some(2)));
    miss!(size(1.5, Some("a")), "1.5");
    hit!(size(1.5, Some("a")), "1.5");
}

/// Where a type has the name of a number.
#[expect(non_camel_case_types, reason = "as a program may have it")]
mod numbers {
    use memo_runtime::memoize;

    #[derive(Debug, Clone, PartialEq, Eq, Hash)]
    pub(super) struct u8(pub(super) ::std::string::String);

    #[memoize]
    pub(super) fn twice(x: u8, y: &u8) -> u8 {
        u8(x.0 + &y.0)
    }
}

#[test]
fn a_type_may_have_the_name_of_a_number() {
    use numbers::{twice, u8};

    let of = |text: &str| u8(text.to_owned());
    miss!(twice(of("a"), &of("b")), of("ab"));
    hit!(twice(of("a"), &of("b")), of("ab"));
    assert_eq!(twice::cache_retain(|x, y| x.0 == "a" && y.0 == "c"), 1);
}

/// Where a constant has the name of something that is asked.
mod constants {
    use memo_runtime::memoize;

    #[expect(non_upper_case_globals, reason = "as a program may have it")]
    const asked: u32 = 1;

    #[memoize]
    pub(super) fn more(x: u32) -> u32 {
        x + asked
    }
}

#[test]
fn a_constant_may_have_the_name_of_something_that_is_asked() {
    use constants::more;

    miss!(more(1), 2);
    assert_eq!(more::cache_peek(1), Some(2));
}
