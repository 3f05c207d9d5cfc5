//! Several mistakes are reported in one go, and none that only follow from another.

use super::{Expansion, several};

#[test]
fn each_wrong_option_has_its_error() {
    several(
        "max_size = 5, ttl = 30, policy = lfu, cache_err = true",
        "fn f(x: u32) -> u32 { x }",
        &[
            (
                "max_size",
                "unknown option `max_size`; did you mean `maxsize = ..`?",
            ),
            (
                "30",
                "expected a duration such as \"30s\" or \"5m\", found `30`; for seconds write `ttl = \"30s\"`",
            ),
            (
                "lfu",
                "expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `lfu`",
            ),
            (
                "cache_err",
                "`cache_err` takes no value: write `cache_err` alone, or leave it out",
            ),
        ],
    );
}

#[test]
fn options_signature_and_parameters_are_told_together() {
    several(
        "ttl = \"thirty\", groop = \"x\"",
        "const fn f(#[memo(skp)] x: u32, y: impl Fn(), z: &mut u32) -> &str { x }",
        &[
            (
                "\"thirty\"",
                "expected a duration such as \"30s\" or \"5m\", found \"thirty\"",
            ),
            ("groop", "unknown option `groop`; did you mean `group`?"),
            (
                "const",
                "a `const fn` cannot be memoized: remove `const`, or memoize a function that calls it",
            ),
            (
                "&str",
                "a memoized function cannot return a borrow: return an owned value, or an `Arc` of it",
            ),
            ("skp", "did you mean `#[memo(skip)]`?"),
            (
                "impl Fn()",
                "a memoized function cannot take `impl Trait`: name the type, or memoize a function of a concrete type",
            ),
            (
                "&mut u32",
                "a `&mut` argument cannot be part of a memo key: leave it out with `#[memo(skip)]`, or pass it by value",
            ),
        ],
    );
}

#[test]
fn what_stands_behind_a_missing_comma_is_read() {
    several(
        "maxsize = 100 ttl = 30",
        "fn f(x: u32) -> u32 { x }",
        &[
            ("ttl", "expected `,` between options, found `ttl`"),
            (
                "30",
                "expected a duration such as \"30s\" or \"5m\", found `30`; for seconds write `ttl = \"30s\"`",
            ),
        ],
    );
}

#[test]
fn a_wrong_option_is_not_missing_as_well() {
    for (attr, mistakes) in [
        ("ttl = 30, policy = soonest_to_expire", 1),
        ("ttl_secs = 30, policy = soonest_to_expire", 1),
        ("maxsize = 0, unbounded", 2),
        ("maxsize = 1, maxsize = 0", 2),
        ("unbounded, policy = lfu", 1),
    ] {
        let expansion = Expansion::of(attr, "fn f(x: u32) -> u32 { x }");
        assert_eq!(expansion.mistakes.len(), mistakes, "{attr}");
    }
}

#[test]
fn every_argument_that_will_not_do_is_told() {
    let message = "a `&mut` argument cannot be part of a memo key: leave it out with `#[memo(skip)]`, or pass it by value";
    several(
        "",
        "fn f(x: &mut u8, y: u8, z: &mut u16) -> u8 { y }",
        &[("&mut u8", message), ("&mut u16", message)],
    );
}

#[test]
fn what_rustc_refuses_by_itself_is_left_to_it() {
    for item in [
        "fn f(x: [u8]) -> u8 { 1 }",
        "fn f(x: dyn Fn()) -> u8 { 1 }",
        "fn f(x: Vec<_>) -> u8 { 1 }",
        "fn f(x: u8) -> _ { 1 }",
        "fn f(x: u8) -> [u8] { 1 }",
    ] {
        let expansion = Expansion::of("", item);
        assert_eq!(expansion.mistakes, []);
        let item: proc_macro2::TokenStream = item.parse().unwrap();
        assert_eq!(expansion.kept.to_string(), item.to_string());
    }
}

#[test]
fn what_is_right_has_no_error() {
    for (attr, item) in [
        ("", "fn f() {}"),
        (
            "maxsize = 1 + 1, ttl = D, policy = fifo,",
            "pub(crate) fn f(mut x: u32) -> u32 { x }",
        ),
        (
            "unbounded, ttl = \"1h 30m\"",
            "fn r#fn(r#type: u32) -> u32 { 1 }",
        ),
        (
            "ttl = \"5s\", policy = soonest_to_expire",
            "fn f(x: &'static str) -> &'static str { x }",
        ),
        (
            "maxsize = std::mem::size_of::<(u8, u16)>()",
            "fn f(x: Option<&str>) -> String { x }",
        ),
        (
            "cache_if = |v: &u8| *v > 3, cache_err",
            "fn f((a, b): (u8, u8)) -> Result<u8, ()> { a }",
        ),
        (
            "cache_if = Option::is_some, hasher = H<A, B>",
            "fn f(_: u8) -> Option<u8> { None }",
        ),
        (
            "crate = crate::memo, companions = r#fn",
            "fn f(x: &[u8]) -> fn(&str) -> &str { g }",
        ),
        (
            "crate = ::a::b, name = \"a\", group = r\"b\"",
            "fn f(#[memo(skip)] x: &mut u8) {}",
        ),
        ("key = x.len()", "fn f(x: &mut Vec<u8>) -> usize { 1 }"),
        (
            "key = (a, &b[..])",
            "fn f(a: u8, #[memo(skip)] b: String) -> Arc<dyn Fn(&u8) -> &u8> { c }",
        ),
        (
            "",
            "fn f(#[memo(key = x.to_bits())] x: f64) -> Box<dyn for<'a> Fn(&'a u8) -> &'a u8> { c }",
        ),
        (
            "",
            "fn f<'a, 'b: 'a>(x: &'a str, y: &'b str) -> u8 where 'b: 'a { c }",
        ),
    ] {
        let expansion = Expansion::of(attr, item);
        assert_eq!(expansion.mistakes, [], "#[memoize({attr})] {item}");
        syn::parse2::<syn::File>(expansion.kept).expect("an expansion is items, its body aside");
    }
}

#[test]
fn a_body_is_carried_along_unread() {
    let body = "{ this is ~ not $ read x. }";
    let expansion = Expansion::of("", &format!("fn f(x: u8) -> u8 {body}"));
    assert_eq!(expansion.mistakes, []);
    let body: proc_macro2::TokenStream = body.parse().expect("these are tokens");
    assert!(super::text(&expansion.kept).contains(&body.to_string()));
}

#[test]
fn of_a_block_that_cannot_be_read_there_is_one_error() {
    let item = "#[inline] impl dyn A for S { #[memoize] #[cold] fn f(&self, #[memo(skip)] x: u8) { #[memoize] fn g() {} } }";
    let left = "#[inline] impl dyn A for S { #[cold] fn f(&self, x: u8) { #[memoize] fn g() {} } }";
    let expansion = Expansion::of("", item);
    let mistake = ("dyn A".to_owned(), "expected a trait".to_owned());
    assert_eq!(expansion.mistakes, [mistake]);
    let left: proc_macro2::TokenStream = left.parse().expect("these are tokens");
    assert_eq!(super::text(&expansion.kept), super::text(&left));
}
