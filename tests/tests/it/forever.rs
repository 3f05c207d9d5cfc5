//! Arguments that are borrowed forever.

use memo_runtime::memoize;

#[test]
fn a_static_text_is_looked_up_as_it_is() {
    #[memoize]
    fn length(text: &'static str) -> usize {
        text.len()
    }

    miss!(length("ab"), 2);
    hit!(length("ab"), 2);
    assert!(length::cache_contains("ab"));
    assert_eq!(length::cache_retain(|text| text.len() > 2), 1);
    miss!(length("ab"), 2);
}

#[test]
fn an_optional_static_text_is_looked_up_as_it_is() {
    #[memoize]
    fn length(text: Option<&'static str>) -> usize {
        text.map_or(0, str::len)
    }

    miss!(length(Some("ab")), 2);
    hit!(length(Some("ab")), 2);
    miss!(length(None), 0);
    hit!(length(None), 0);
}

#[test]
fn a_static_slice_is_looked_up_as_it_is() {
    #[memoize]
    fn sum(numbers: &'static [u32]) -> u32 {
        numbers.iter().sum()
    }

    miss!(sum(&[1, 2]), 3);
    hit!(sum(&[1, 2]), 3);
}

#[test]
fn a_pair_with_a_static_text_is_a_value() {
    #[memoize]
    fn length(pair: (&'static str, usize)) -> usize {
        pair.0.len() + pair.1
    }

    miss!(length(("ab", 1)), 3);
    hit!(length(("ab", 1)), 3);
    miss!(length(("ab", 2)), 4);
    assert_eq!(length::cache_retain(|pair| pair.1 == 1), 1);
}

#[test]
fn a_static_reference_to_functions_is_looked_up_as_it_is() {
    type Step = fn(u32) -> u32;

    #[memoize]
    fn apply(steps: &'static [fn(u32) -> u32], first: Option<&'static Step>) -> u32 {
        steps.iter().chain(first).fold(1, |x, step| step(x))
    }

    fn double(x: u32) -> u32 {
        2 * x
    }
    static DOUBLE: Step = double;

    miss!(apply(&[double, double], None), 4);
    hit!(apply(&[double, double], None), 4);
    miss!(apply(&[double], Some(&DOUBLE)), 4);
    assert_eq!(apply::cache_retain(|steps, _| steps.len() == 1), 1);
}
