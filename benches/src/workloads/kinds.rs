//! Our own functions: whether the kind of function matters.

use super::{Group, hits};
use crate::contestant::{Contestant, Functions, Role, numbers};
use crate::kinds;

pub(super) fn group() -> Group {
    Group::new(
        "kinds",
        "Hits by kind of function, nanoseconds a call",
        contestants(),
        &[("u64, 10 keys", |all| {
            vec![hits::of_numbers("u64, 10 keys", all, 10, |it| &it.small)]
        })],
    )
}

fn contestants() -> Vec<Contestant> {
    let of = |name, small| Contestant {
        name,
        role: Role::Kind,
        functions: Functions {
            small,
            ..Functions::default()
        },
    };
    vec![
        of("free function", numbers(kinds::free)),
        of("method", numbers(kinds::method)),
        of("generic function", numbers(kinds::generic::<u64>)),
        of("`store = CACHE`, a cache to own", numbers(kinds::owned)),
        of("`scope = thread`", numbers(kinds::thread)),
        of("`async fn`", numbers(kinds::task)),
    ]
}
