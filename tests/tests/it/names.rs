//! Parameters and functions may be called whatever the expansion might call something itself.

use memo_runtime::memoize;

/// Asserts that functions with parameters of these names work, with all that is generated for them.
macro_rules! parameters {
    ($($name:ident)*) => {$({
        #[memoize(maxsize = 10)]
        fn double($name: u32) -> u32 {
            2 * $name
        }
        #[memoize(cache_if = |it| *it > 0)]
        fn length($name: &str) -> Result<usize, String> {
            Ok($name.len())
        }

        miss!(double(1), 2);
        hit!(double(1), 2);
        assert!(double::cache_contains(1));
        assert_eq!(double::cache_peek(1), Some(2));
        assert_eq!(double::cache_insert(1, 7), Some(2));
        assert_eq!(double::cache_refresh(1), 2);
        assert_eq!(double::cache_retain(|it| *it == 1), 0);
        assert!(double::cache_remove(1));
        assert_eq!(double::uncached(1), 2);
        miss!(length("ab"), Ok(2));
        hit!(length("ab"), Ok(2));
    })*};
}

#[test]
fn parameters_may_be_called_as_in_the_expansion() {
    parameters!(key cache result value memo now r#type lookup seat keep maxsize ttl shape);
    parameters!(arg0 arg1 part0 __memo_lookup __memo_seat __memo_value __memo_key __memo_part0);
}

#[test]
fn parameters_may_be_called_as_an_option_or_a_companion() {
    parameters!(unbounded policy group name hasher companions skip cache_info uncached memoize);
    parameters!(double length it left state claim store info some none r#fn r#crate_ std core);
}

#[test]
fn expressions_of_a_key_may_use_parameters_called_as_in_the_expansion() {
    #[memoize]
    fn area(
        #[memo(key = key.to_bits())] key: f64,
        #[memo(key = value.to_bits())] value: f64,
    ) -> String {
        (key * value).to_string()
    }
    #[memoize(key = (lookup, seat.len(), __memo_part0))]
    fn sum(lookup: usize, seat: &str, __memo_part0: usize, #[memo(skip)] keep: usize) -> usize {
        lookup + seat.len() + __memo_part0 + keep
    }

    miss!(area(1.5, 2.0), "3");
    hit!(area(1.5, 2.0), "3");
    assert_eq!(
        area::cache_insert(1.5, 2.0, "x".to_owned()),
        Some("3".to_owned())
    );
    miss!(sum(1, "ab", 3, 4), 10);
    hit!(sum(1, "ba", 3, 9), 10);
}

#[test]
fn a_parameter_without_a_name_does_not_meet_one_with_ours() {
    #[memoize]
    fn add((a, b): (u32, u32), arg0: u32, arg2: u32, [c]: [u32; 1]) -> u32 {
        a + 10 * b + 100 * arg0 + 1_000 * arg2 + 10_000 * c
    }
    #[memoize(key = (a, arg0))]
    fn pair((a, _): (u32, u32), arg0: u32, value: u32) -> u32 {
        a + arg0 + value
    }

    miss!(add((1, 2), 3, 4, [5]), 54_321);
    hit!(add((1, 2), 3, 4, [5]), 54_321);
    assert_eq!(add::cache_insert((1, 2), 3, 4, [5], 7), Some(54_321));
    miss!(pair((1, 2), 3, 4), 8);
    hit!(pair((1, 9), 3, 9), 8);
    assert_eq!(pair::cache_insert((1, 2), 3, 4, 7), Some(8));
}

/// Asserts that functions of these names work.
macro_rules! functions {
    ($($name:ident)*) => {$({
        #[memoize]
        fn $name(x: u32) -> u32 {
            2 * x
        }

        miss!($name(1), 2);
        hit!($name(1), 2);
        assert_eq!($name::uncached(1), 2);
        assert_eq!($name::cache_retain(|x| *x > 1), 1);
    })*};
}

#[test]
fn functions_may_be_called_as_in_the_expansion() {
    functions!(key cache result value memo now r#type lookup seat keep maxsize shape arg0);
    functions!(__cache uncached cache_info cache_clear claim fill memoize memo_runtime x);
    functions!(std core alloc r#match vec option);
}

#[test]
fn a_function_may_have_the_name_of_its_parameter() {
    #[memoize]
    fn value(value: u32) -> u32 {
        2 * value
    }

    miss!(value(1), 2);
    assert_eq!(value::cache_insert(1, 7), Some(2));
    hit!(value(1), 7);
}

#[test]
fn companions_may_have_a_name_of_their_own() {
    mod price {
        pub(super) const TAX: u32 = 2;
    }

    #[memoize(companions = prices)]
    fn price(x: u32) -> u32 {
        price::TAX * x
    }
    #[memoize(companions = Lengths, maxsize = 3)]
    fn length(x: &str) -> usize {
        x.len()
    }

    assert_eq!((price(1), price(1), length("ab")), (2, 2, 2));
    assert_eq!(prices::cache_info().hits, 1);
    assert_eq!(Lengths::cache_peek("ab"), Some(2));
    assert_eq!(Lengths::cache_info().maxsize, Some(3));
}

#[test]
#[allow(non_upper_case_globals, reason = "the names are the point")]
fn constants_may_be_called_as_in_the_expansion() {
    const key: u32 = 1;
    const lookup: u32 = 1;
    const seat: u32 = 1;
    const shape: u32 = 1;
    const x: u32 = 1;

    #[memoize(maxsize = 3, cache_if = |it| *it > 0)]
    fn double(number: u32) -> u32 {
        (key + lookup + seat + shape + x) / 5 * 2 * number
    }

    miss!(double(1), 2);
    hit!(double(1), 2);
}

#[test]
fn statics_may_be_called_as_in_the_expansion() {
    static __MEMO_SITE: u32 = 2;

    #[memoize]
    fn double(x: u32) -> u32 {
        __MEMO_SITE * x
    }

    miss!(double(1), 2);
    hit!(double(1), 2);
}
