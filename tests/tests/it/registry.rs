//! All caches of the process, and groups of them. What calls `clear_all` is in a program of its own.

use crate::secs;
use memo_runtime::{CacheReport, Policy, caches, clear_group, memoize, testing};

/// The report on the cache of this name.
fn report(name: &str) -> Option<CacheReport> {
    let mut reports = caches().into_iter().filter(|report| report.name == name);
    let report = reports.next();
    assert!(reports.next().is_none(), "two caches called {name}");
    report
}

#[test]
fn a_cache_that_was_called_is_listed_under_its_path() {
    #[memoize]
    fn listed(x: u32) -> u32 {
        x
    }

    let name = "it::registry::listed";
    assert_eq!(report(name), None);
    listed(1);
    listed(1);
    let report = report(name).unwrap();
    assert_eq!(report.info, listed::cache_info());
    assert_eq!((report.info.hits, report.info.misses), (1, 1));
    assert_eq!(report.parameters, listed::cache_parameters());
    assert_eq!(report.group, None);
}

#[test]
fn a_report_says_where_the_function_is() {
    const LINE: u32 = line!() + 1;
    #[memoize]
    fn somewhere(x: u32) -> u32 {
        x
    }

    somewhere(1);
    let report = report("it::registry::somewhere").unwrap();
    assert_eq!((report.file, report.line), (file!(), LINE));
}

#[test]
fn a_name_of_ones_own_is_used_as_it_is() {
    #[memoize(
        name = "Prices, by SKU",
        group = "registry: named",
        maxsize = 5,
        ttl = "1m"
    )]
    fn renamed(x: u32) -> u32 {
        x
    }

    renamed(1);
    assert_eq!(report("it::registry::renamed"), None);
    let report = report("Prices, by SKU").unwrap();
    assert_eq!(report.group, Some("registry: named"));
    assert_eq!(report.parameters.maxsize, Some(5));
    assert_eq!(report.parameters.ttl, Some(secs(60)));
    assert_eq!(report.parameters.policy, Policy::SoonestToExpire);
    assert_eq!(report.info.currsize, 1);
}

#[test]
fn a_raw_name_is_listed_plain() {
    #[memoize]
    fn r#match(x: u32) -> u32 {
        x
    }

    r#match(1);
    assert!(report("it::registry::match").is_some());
}

#[test]
fn caches_are_listed_once_and_in_the_order_of_first_use() {
    #[memoize(name = "registry: later")]
    fn later(x: u32) -> u32 {
        x
    }
    #[memoize(name = "registry: sooner")]
    fn sooner(x: u32) -> u32 {
        x
    }

    for _ in 0..3 {
        sooner(1);
        later(1);
    }
    let names = caches().into_iter().map(|report| report.name);
    let ours: Vec<_> = names
        .filter(|name| name == "registry: later" || name == "registry: sooner")
        .collect();
    assert_eq!(ours, ["registry: sooner", "registry: later"]);
}

#[test]
fn clearing_a_group_clears_its_caches_and_no_others_and_says_how_many_entries_went() {
    #[memoize(group = "registry: shop")]
    fn price(x: u32) -> u32 {
        x
    }
    #[memoize(group = "registry: shop")]
    fn stock(x: &str) -> usize {
        x.len()
    }
    #[memoize(group = "registry: office")]
    fn salary(x: u32) -> u32 {
        x
    }
    #[memoize]
    fn free(x: u32) -> u32 {
        x
    }

    for x in 0..3 {
        price(x);
        salary(x);
        free(x);
    }
    stock("a");
    assert_eq!(clear_group("registry: shop"), 4);
    assert_eq!(clear_group("registry: shop"), 0);
    let info = price::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (0, 0, 0));
    miss!(price(1), 1);
    miss!(stock("a"), 1);
    hit!(salary(1), 1);
    hit!(free(1), 1);
}

#[test]
fn a_group_that_nobody_is_in_has_no_entries() {
    assert_eq!(clear_group("registry: nobody"), 0);
    assert_eq!(clear_group(""), 0);
}

#[test]
fn what_has_expired_does_not_count_as_cleared() {
    #[memoize(ttl = "30s", group = "registry: short")]
    fn double(x: u32) -> u32 {
        2 * x
    }

    let clock = testing::pause();
    double(1);
    clock.advance(secs(20));
    double(2);
    clock.advance(secs(10));
    assert_eq!(clear_group("registry: short"), 1);
}

#[test]
fn a_body_that_clears_its_group_returns_its_value_and_nothing_is_stored() {
    #[memoize(group = "registry: restless")]
    fn double(x: u32) -> u32 {
        clear_group("registry: restless");
        2 * x
    }

    assert_eq!(double(1), 2);
    let info = double::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (0, 0, 0));
}

#[test]
fn a_body_may_list_the_caches() {
    #[memoize(name = "registry: curious")]
    fn count(_x: u32) -> usize {
        caches().len()
    }

    assert!(count(1) > 0);
}
