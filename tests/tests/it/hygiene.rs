//! Names of one spelling that are two names, and names that stand for constants.

use memo_runtime::memoize;

#[test]
#[allow(non_upper_case_globals, reason = "the names are the point")]
fn constants_may_be_called_as_a_parameter_of_a_companion() {
    const value: u32 = 1;
    const keep: u32 = 1;
    const maxsize: usize = 3;
    const arg0: u32 = 1;

    #[memoize(maxsize = maxsize)]
    fn add((a, b): (u32, u32)) -> u32 {
        (value + keep + arg0) / 3 * (a + b)
    }

    miss!(add((1, 2)), 3);
    assert_eq!(add::cache_insert((1, 2), 7), Some(3));
    assert_eq!(add::cache_info().maxsize, Some(3));
    add::cache_resize(1);
    assert_eq!(add::cache_retain(|it| it.0 == 2), 1);
}

#[test]
fn a_macro_may_be_given_the_parameter_that_its_key_mentions() {
    macro_rules! area {
        ($name:ident, $radius:ident) => {
            #[memoize]
            fn $name(#[memo(key = $radius.to_bits())] $radius: f64) -> String {
                $radius.to_string()
            }
        };
    }
    area!(show, radius);

    miss!(show(1.5), "1.5");
    hit!(show(1.5), "1.5");
}

#[test]
fn a_macro_may_give_parameters_of_its_own() {
    macro_rules! add {
        ($name:ident, $mine:ident) => {
            #[memoize(key = (x, $mine))]
            fn $name(x: u32, $mine: u32) -> u32 {
                x + 10 * $mine
            }
        };
    }
    add!(sum, x); // two parameters of one name, told apart by hygiene

    miss!(sum(1, 2), 21);
    hit!(sum(1, 2), 21);
    miss!(sum(2, 1), 12);
    assert!(sum::cache_remove(1, 2));
}
