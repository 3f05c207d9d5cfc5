#![deny(warnings, missing_docs)]
//! Everything that uses the function is as right as it was: there is one error.

use memo_runtime::memoize;

/// What something costs.
#[inline]
#[must_use]
#[memoize(ttl = "thirty", key = (sku, *quantity))]
pub fn price(sku: &str, #[memo(skip)] quantity: &u32, #[memo(skip)] log: &mut Vec<String>) -> Option<u64> {
    log.push(sku.to_owned());
    Some(u64::from(*quantity))
}

fn main() {
    let mut log = Vec::new();
    let costs: Option<u64> = price("a-1", &3, &mut log).map(|it| it + 1);
    let stored: Option<Option<u64>> = price::cache_insert("a-1", &3, costs);
    let peeked: Option<Option<u64>> = price::cache_peek("a-1", &3);
    let there: bool = price::cache_contains("a-1", &3) || price::cache_remove("a-1", &3);
    let plain: Option<u64> = price::uncached("a-1", &3, &mut log);
    let fresh: Option<u64> = price::cache_refresh("a-1", &3, &mut log);
    price::cache_resize(10);
    price::cache_clear();
    println!("{stored:?} {peeked:?} {there} {plain:?} {fresh:?}");
    println!("{} {:?}", price::cache_info(), price::cache_parameters());
}
