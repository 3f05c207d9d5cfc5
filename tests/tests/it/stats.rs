//! What a cache tells about itself.

use crate::secs;
use memo_runtime::{CacheInfo, Policy, Scope, memoize, testing};

#[test]
fn the_info_prints_as_python_prints_it() {
    #[memoize(maxsize = 32)]
    fn fetch(page: u32) -> u32 {
        page
    }

    for page in [8, 290, 308, 320, 8, 218, 320, 279, 289, 320, 9991] {
        fetch(page);
    }
    assert_eq!(
        fetch::cache_info().to_string(),
        "CacheInfo(hits=3, misses=8, maxsize=32, currsize=8)"
    );
}

#[test]
fn no_bound_prints_as_none() {
    #[memoize(unbounded)]
    fn fetch(page: u32) -> u32 {
        page
    }

    assert_eq!(
        fetch::cache_info().to_string(),
        "CacheInfo(hits=0, misses=0, maxsize=None, currsize=0)"
    );
    fetch(1);
    assert_eq!(
        format!("{}", fetch::cache_info()),
        "CacheInfo(hits=0, misses=1, maxsize=None, currsize=1)"
    );
}

#[test]
fn the_hit_ratio_is_none_before_the_first_call() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let ratio = || double::cache_info().hit_ratio();
    assert_eq!(ratio(), None);
    assert_eq!(CacheInfo::default().hit_ratio(), None);
    double(1);
    assert_eq!(ratio(), Some(0.0));
    double(1);
    assert_eq!(ratio(), Some(0.5));
    double(1);
    double(1);
    assert_eq!(ratio(), Some(0.75));
    double::cache_clear();
    assert_eq!(ratio(), None);
}

#[test]
fn looking_at_the_info_changes_nothing() {
    #[memoize(maxsize = 2)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    double(1);
    double(2);
    let before = double::cache_info();
    for _ in 0..10 {
        assert_eq!(double::cache_info(), before);
        let _ = double::cache_parameters();
    }
    double(3);
    assert!(!double::cache_contains(1));
}

#[test]
fn the_parameters_of_no_options_are_the_defaults() {
    #[memoize]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let parameters = double::cache_parameters();
    assert_eq!(parameters.maxsize, Some(128));
    assert_eq!(parameters.ttl, None);
    assert_eq!(parameters.policy, Policy::Lru);
    assert_eq!(parameters.scope, Scope::Global);
    miss!(double(1), 2);
}

#[test]
fn the_parameters_are_those_that_were_given() {
    #[memoize(maxsize = 7, ttl = "1m", policy = fifo)]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let parameters = double::cache_parameters();
    assert_eq!(parameters.maxsize, Some(7));
    assert_eq!(parameters.ttl, Some(secs(60)));
    assert_eq!(parameters.policy, Policy::Fifo);
    double::cache_resize(9);
    assert_eq!(double::cache_parameters().maxsize, Some(9));
    miss!(double(1), 2);
}

#[test]
fn evictions_and_expirations_are_told_apart() {
    #[memoize(maxsize = 3, ttl = "30s")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    for x in 0..5 {
        double(x);
    }
    clock.advance(secs(30));
    double(9);
    let info = double::cache_info();
    assert_eq!((info.evictions, info.expirations), (2, 3));
    assert_eq!((info.misses, info.currsize), (6, 1));
}
