//! Parameters that cannot be part of a key, and what `#[memo(..)]` says of them.

use super::one;

items! {
    a_mutable_reference: "a `&mut` argument cannot be part of a memo key: leave it out with `#[memo(skip)]`, or pass it by value" {
        "fn f(x: &mut u32) -> u32 { 1 }" => "&mut u32";
        "fn f(x: &'static mut u32) -> u32 { 1 }" => "&'static mut u32";
        "fn f(mut x: u32, y: &mut [u8]) -> u32 { 1 }" => "&mut [u8]";
        "fn f(x: (&mut u8)) -> u32 { 1 }" => "&mut u8";
    }
    a_type_without_a_size: "a `str` has no size: take `&str`" {
        "fn f(x: str) -> u32 { 1 }" => "str";
        "fn f(y: u8, x: (str)) -> u32 { 1 }" => "str";
    }
    an_attribute_on_what_cannot_be_a_key {
        "fn f(#[memo(skipp)] x: &mut u32) -> u32 { 1 }" => "skipp"
            "expected `#[memo(skip)]` or `#[memo(key = ..)]`";
        "fn f(#[memo(key)] x: &mut u32) -> u32 { 1 }" => "key"
            "expected an expression: `#[memo(key = x.to_bits())]`";
    }
    an_opaque_type: "a memoized function cannot take `impl Trait`: name the type, or memoize a function of a concrete type" {
        "fn f(x: impl Fn()) -> u32 { 1 }" => "impl Fn()";
        "fn f(x: &impl Fn(u8) -> u8) -> u32 { 1 }" => "impl Fn(u8) -> u8";
        "fn f(x: Option<impl Clone>) -> u32 { 1 }" => "impl Clone";
        "fn f(x: &[impl Clone]) -> u32 { 1 }" => "impl Clone";
        "fn f(#[memo(skip)] x: impl Fn()) -> u32 { 1 }" => "impl Fn()";
    }
    an_attribute_that_says_nothing: "expected `#[memo(skip)]` or `#[memo(key = ..)]`" {
        "fn f(#[memo] x: u32) -> u32 { x }" => "#[memo]";
        "fn f(#[memo()] x: u32) -> u32 { x }" => "#[memo()]";
        r#"fn f(#[memo = "skip"] x: u32) -> u32 { x }"# => r#"#[memo = "skip"]"#;
        "fn f(#[memo(5)] x: u32) -> u32 { x }" => "#[memo(5)]";
        r#"fn f(#[memo("skip")] x: u32) -> u32 { x }"# => r#"#[memo("skip")]"#;
        "fn f(#[memo(hash)] x: u32) -> u32 { x }" => "hash";
        "fn f(#[memo(maxsize = 5)] x: u32) -> u32 { x }" => "maxsize";
    }
    an_attribute_that_almost_says_it {
        "fn f(#[memo(skp)] x: u32) -> u32 { x }" => "skp"
            "did you mean `#[memo(skip)]`?";
        "fn f(#[memo(ignore)] x: u32) -> u32 { x }" => "ignore"
            "did you mean `#[memo(skip)]`?";
        "fn f(#[memo(exclude)] x: u32) -> u32 { x }" => "exclude"
            "did you mean `#[memo(skip)]`?";
        "fn f(#[memo(convert = x)] x: u32) -> u32 { x }" => "convert"
            "did you mean `#[memo(key = ..)]`?";
        "fn f(#[memo(map = |x| x)] x: u32) -> u32 { x }" => "map"
            "did you mean `#[memo(key = ..)]`?";
    }
    a_replacement_that_is_none {
        "fn f(#[memo(key)] x: u32) -> u32 { x }" => "key"
            "expected an expression: `#[memo(key = x.to_bits())]`";
        "fn f(#[memo(key =)] x: u32) -> u32 { x }" => "key"
            "expected an expression: `#[memo(key = x.to_bits())]`";
        "fn f(#[memo(key = @)] x: u32) -> u32 { x }" => "key"
            "expected an expression: `#[memo(key = x.to_bits())]`";
        "fn f(#[memo(key(x))] x: u32) -> u32 { x }" => "key"
            "expected an expression: `#[memo(key = x.to_bits())]`";
        r#"fn f(#[memo(key = "x")] x: u32) -> u32 { x }"# => r#""x""#
            r#"expected an expression over the arguments such as `(a, b.len())`, found `"x"`; with a literal for a key all calls would be the same"#;
        "fn f(#[memo(key = 5)] x: u32) -> u32 { x }" => "5"
            "expected an expression over the arguments such as `(a, b.len())`, found `5`; with a literal for a key all calls would be the same";
    }
    one_attribute_too_many {
        "fn f(#[memo(skip = true)] x: u32) -> u32 { x }" => "= true"
            "expected nothing more: a parameter is either skipped or replaced";
        "fn f(#[memo(skip, key = x)] x: u32) -> u32 { x }" => ", key = x"
            "expected nothing more: a parameter is either skipped or replaced";
        "fn f(#[memo(key = x, skip)] x: u32) -> u32 { x }" => ", skip"
            "expected nothing more: a parameter is either skipped or replaced";
        "fn f(#[memo(skip)] #[memo(skip)] x: u32) -> u32 { x }" => "#[memo(skip)]"
            "a parameter takes one `#[memo(..)]` at most";
        "fn f(#[memo(skip)] #[memo(key = x)] x: u32) -> u32 { x }" => "#[memo(key = x)]"
            "a parameter takes one `#[memo(..)]` at most";
    }
    a_conditional_parameter: "a parameter of a memoized function cannot be conditional: write the function twice" {
        "fn f(#[cfg(unix)] x: u32) -> u32 { x }" => "#[cfg(unix)]";
        "fn f(#[cfg_attr(unix, allow(unused))] x: u32) -> u32 { x }" => "#[cfg_attr(unix, allow(unused))]";
    }
}
