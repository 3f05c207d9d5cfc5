//! Names of one spelling that are two names.

use memo_runtime::memoize;

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
