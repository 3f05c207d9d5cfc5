//! Functions that cannot be memoized for what they return, or for how they are written.

use super::one;

items! {
    a_function_that_never_returns: "a function that never returns has nothing to store" {
        "fn f(x: u32) -> ! { loop {} }" => "!";
        "fn f(x: u32) -> (!) { loop {} }" => "(!)";
    }
    an_opaque_return: "a memoized function cannot return `impl Trait`: name the type, or box it" {
        "fn f(x: u32) -> impl Iterator<Item = u32> { x }" => "impl Iterator<Item = u32>";
        "fn f(x: u32) -> Option<impl Clone> { x }" => "impl Clone";
        "fn f(x: u32) -> Result<Box<impl Clone>, E> { x }" => "impl Clone";
        "fn f(x: u32) -> (u8, [impl Clone; 2]) { x }" => "impl Clone";
    }
    a_borrowed_return: "a memoized function cannot return a borrow: return an owned value, or an `Arc` of it" {
        "fn f(x: &str) -> &str { x }" => "&str";
        "fn f(x: &str) -> &mut u8 { x }" => "&mut u8";
        "fn f(x: &[u8]) -> &[u8] { x }" => "&[u8]";
        "fn f<'a>(x: &'a str) -> &'a str { x }" => "&'a str";
        "fn f(x: &str) -> Option<&str> { x }" => "&str";
        "fn f(x: &str) -> Result<&str, E> { x }" => "&str";
        "fn f(x: &str) -> Vec<(&str, u8)> { x }" => "&str";
        "fn f(x: &str) -> [&str; 2] { x }" => "&str";
        "fn f(x: &str) -> (u8, &str) { x }" => "&str";
        "fn f(x: &str) -> Cow<'_, str> { x }" => "'_";
        "fn f<'a>(x: &'a str) -> Cow<'a, str> { x }" => "'a";
        "fn f<'a>(x: &'a str) -> std::str::Chars<'a> { x }" => "'a";
        "fn f<'a>(x: &'a str) -> Box<dyn Fn() + 'a> { x }" => "'a";
        "fn f<'a>(x: &'a str) -> Box<dyn Iterator<Item = &'a str>> { x }" => "&'a str";
        "fn f<'a>(x: &'a str) -> Box<dyn Parse<'a>> { x }" => "'a";
        "fn f(x: &str) -> <&str as X>::Y { x }" => "&str";
        "fn f(x: &str) -> &'static &str { x }" => "&str";
        "fn f<'a>(x: &'a str) -> &'static Foo<'a> { x }" => "'a";
        "fn f<'a>(x: &'a str) -> *const &'a str { x }" => "&'a str";
    }
    a_key_of_too_many_parts {
        "fn f(a: u8, b: u8, c: u8, d: u8, e: u8, g: u8, h: u8, i: u8, j: u8, k: u8, l: u8, m: u8, n: u8) -> u8 { a }" => "f"
            "a key has at most 12 parts, this one has 13: say what identifies a call with `key = ..`, or leave arguments out with `#[memo(skip)]`";
    }
    a_result_without_a_size: "a `str` has no size: return a `String`" {
        "fn f(x: u8) -> str { *x }" => "str";
    }
    what_is_left_of_a_half_written_function {
        "fn f(x) -> u8 { x }" => ")"
            "expected `:`";
        "fn f(x: u8 y: u8) -> u8 { x }" => "y"
            "expected `,`";
        "fn (x: u8) { x }" => "("
            "expected identifier";
        "default fn f(x: u8) -> u8 { x }" => "default"
            "only functions can be memoized";
    }
}
