//! Items that cannot be memoized.

use super::one;

items! {
    qualifiers {
        "const fn f(x: u32) -> u32 { x }" => "const"
            "a `const fn` cannot be memoized: remove `const`, or memoize a function that calls it";
        "unsafe fn f(x: u32) -> u32 { x }" => "unsafe"
            "an `unsafe fn` cannot be memoized: memoize a safe function that calls it";
        r#"extern "C" fn f(x: u32) -> u32 { x }"# => r#"extern "C""#
            "an `extern` function cannot be memoized: memoize a function that calls it";
        "extern r\"C\" fn f(x: u32) -> u32 { x }" => "extern r\"C\""
            "an `extern` function cannot be memoized: memoize a function that calls it";
        "extern fn f(x: u32) -> u32 { x }" => "extern"
            "an `extern` function cannot be memoized: memoize a function that calls it";
        r#"unsafe extern "C" fn f(x: u32, ...) -> u32 { x }"# => "..."
            "a variadic function cannot be memoized: memoize a function of fixed arguments that calls it";
        r#"pub unsafe extern "C" fn f(x: u32, args: ...) -> u32 { x }"# => "args: ..."
            "a variadic function cannot be memoized: memoize a function of fixed arguments that calls it";
        "gen fn f(x: u32) -> u32 { yield x }" => "gen"
            "a `gen fn` cannot be memoized: memoize a function that collects what it yields";
        "async gen fn f(x: u32) -> u32 { yield x }" => "async"
            "a `gen fn` cannot be memoized: memoize a function that collects what it yields";
        "fn f(x: u32) -> impl Future<Output = u32> { x }" => "impl Future<Output = u32>"
            "a future cannot be stored: write the function as an `async fn`, and what it returns is stored";
        "fn f(x: u32) -> Pin<Box<dyn Future<Output = u32>>> { x }" => "dyn Future<Output = u32>"
            "a future cannot be stored: write the function as an `async fn`, and what it returns is stored";
    }
    functions_of_async_trait {
        "fn f<'a, 'async_trait>(x: &'a u32) -> Pin<Box<dyn Future<Output = u32> + Send + 'async_trait>> { x }"
            => "dyn Future<Output = u32> + Send + 'async_trait"
            "a future cannot be stored: put `#[async_trait]` below `#[memoize]`, which is to see the `async fn`";
    }
    types_that_may_borrow {
        "fn f<T>(x: T) -> u32 { 1 }" => "T"
            "a type parameter of a memoized function must not borrow: write `T: 'static`";
        "pub fn f<T: Clone + 'static, U>(x: T, y: U) -> u32 where T: Hash, U: Hash { 1 }" => "U"
            "a type parameter of a memoized function must not borrow: write `U: 'static`";
        "fn f<'a, T: 'a, const N: usize>(x: &'a [T; N]) -> u32 { 1 }" => "T"
            "a type parameter of a memoized function must not borrow: write `T: 'static`";
    }
    items {
        "trait T { fn f(&self) -> u32; }" => "trait"
            "only functions can be memoized: put the attribute on each of them";
        "pub trait T {}" => "trait"
            "only functions can be memoized: put the attribute on each of them";
        "unsafe trait T {}" => "unsafe"
            "only functions can be memoized: put the attribute on each of them";
        "mod m { fn f() {} }" => "mod"
            "only functions can be memoized: put the attribute on each of them";
    }
    types_and_values {
        "struct S { x: u32 }" => "struct"
            "only functions can be memoized, not types";
        "pub struct S;" => "struct"
            "only functions can be memoized, not types";
        "enum E { A }" => "enum"
            "only functions can be memoized, not types";
        "union U { a: u8 }" => "union"
            "only functions can be memoized, not types";
        "static X: u32 = 1;" => "static"
            "only functions can be memoized; for a value that is computed once there is `std::sync::LazyLock`";
        "pub const X: u32 = 1;" => "const"
            "only functions can be memoized; for a value that is computed once there is `std::sync::LazyLock`";
    }
    closures: "only functions can be memoized: write the closure as a nested function" {
        "let x = |y| y;" => "let";
        "|x| x" => "|";
        "move |x| x" => "move";
        "async |x| x" => "async";
        "async move |x| x" => "async";
    }
    other_items: "only functions can be memoized" {
        "type A = u8;" => "type";
        "use std::fmt;" => "use";
        "macro_rules! m { () => {} }" => "macro_rules";
        "extern crate core;" => "extern";
        r#"extern "C" { fn f(); }"# => "extern";
        "x + 1" => "x";
        r#""text""# => r#""text""#;
    }
    functions_without_a_body {
        "fn f(x: u32) -> u32;" => ";"
            "only a function with a body can be memoized";
        "fn f(x: u32) -> u32" => "fn f(x: u32) -> u32"
            "only a function with a body can be memoized";
        "fn f(x: u32) u32 { x }" => "u32"
            "only a function with a body can be memoized";
        "fn f(x: u32) -> u32 { x } fn g() {}" => "fn"
            "expected nothing behind the function";
    }
    names_of_primitive_types {
        "fn u32(x: u8) -> u8 { x }" => "u32"
            "a type `u32` for the companions would hide the primitive type: name it with `companions = ..`";
        "fn str(x: u8) -> u8 { x }" => "str"
            "a type `str` for the companions would hide the primitive type: name it with `companions = ..`";
        "fn r#u32(x: u8) -> u8 { x }" => "r#u32"
            "a type `r#u32` for the companions would hide the primitive type: name it with `companions = ..`";
    }
    attributes_that_bring_a_runtime {
        "#[tokio::main] async fn f(x: u32) -> u32 { x }" => "#[tokio::main]"
            "`#[tokio::main]` belongs above `#[memoize]`, or on a function that calls this one";
        "#[inline] #[::smol::main(threads = 3)] async fn f(x: u32) -> u32 { x }" => "#[::smol::main(threads = 3)]"
            "`#[::smol::main]` belongs above `#[memoize]`, or on a function that calls this one";
        "#[main] async fn f(x: u32) -> u32 { x }" => "#[main]"
            "`#[main]` belongs above `#[memoize]`, or on a function that calls this one";
    }
    attributes_of_tests: "a test is run once, there is nothing to remember: memoize a function that it calls" {
        "#[tokio::test] async fn f() { g() }" => "#[tokio::test]";
        "#[test] async fn f() { g() }" => "#[test]";
        "#[::core::prelude::v1::test] fn f() { g() }" => "#[::core::prelude::v1::test]";
    }
    attributes_in_the_wrong_place {
        "#[memo(skip)] fn f(x: u32) -> u32 { x }" => "#[memo(skip)]"
            "`#[memo(..)]` belongs on a parameter, the options of the function in `#[memoize(..)]`";
        "#[inline] #[memo(key = x)] fn f(x: u32) -> u32 { x }" => "#[memo(key = x)]"
            "`#[memo(..)]` belongs on a parameter, the options of the function in `#[memoize(..)]`";
        "#[memoize] fn f(x: u32) -> u32 { x }" => "#[memoize]"
            "`#[memoize]` is given twice";
        "#[memo_runtime::memoize(maxsize = 4)] fn f(x: u32) -> u32 { x }" => "#[memo_runtime::memoize(maxsize = 4)]"
            "`#[memoize]` is given twice";
    }
}
