//! What a hit costs at least: a map that has been filled and is only read.

use super::by_hand::Borrowed;
use crate::body;
use crate::contestant::{Calls, Contestant, Functions, Role, names, numbers};
use crate::keys;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use std::sync::{Arc, LazyLock};

pub fn contestant() -> Contestant {
    Contestant {
        name: "floor: `HashMap`",
        role: Role::Floor,
        functions: Functions {
            small: of_numbers(10),
            large: of_numbers(10_000),
            huge: of_numbers(100_000),
            timed: of_numbers(10),
            timed_large: of_numbers(10_000),
            named: of_names(10),
            named_large: of_names(10_000),
            slow: None,
            fibonacci: None,
        },
    }
}

fn of_numbers(n: u64) -> Option<Calls<u64>> {
    let map = LazyLock::new(move || {
        let mut map = HashMap::with_hasher(RandomState::default());
        for key in 0..n {
            map.insert(key, body::number(key));
        }
        map
    });
    numbers(move |key| map[&key])
}

fn of_names(n: u64) -> Option<Calls<(String, u32)>> {
    let map = LazyLock::new(move || {
        let mut map = HashMap::with_hasher(RandomState::default());
        for (name, number) in keys::named(&(0..n).collect::<Vec<_>>()) {
            let value = body::text(&name, number);
            map.insert((name, number), value);
        }
        map
    });
    names(move |name, number| Arc::clone(&map[&Borrowed(name, number)]))
}
