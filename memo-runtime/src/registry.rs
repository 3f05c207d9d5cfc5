//! The list of all caches of the process.

use crate::stats::{CacheInfo, CacheParameters, CacheReport};
use crate::sync::{Mutex, MutexGuard, global};

/// What can be done with a cache without knowing its types.
pub trait Listed: Send + Sync {
    /// Its counters and size.
    fn info(&self) -> CacheInfo;
    /// How it was set up.
    fn parameters(&self) -> CacheParameters;
    /// All there is to say.
    fn report(&self) -> CacheReport;
    /// The group it is cleared with.
    fn group(&self) -> Option<&'static str>;
    /// Empties it and starts its counters again; how many live entries went.
    fn clear(&self) -> usize;
    /// Changes its bound.
    fn resize(&self, maxsize: usize);
}

global! {
    /// In the order of first use. Grows with the number of caches the program declares.
    fn all() -> Mutex<Vec<&'static dyn Listed>> = Vec::new();
}

/// The list, for who adds to it; nobody else does meanwhile.
pub(crate) fn caches_mut() -> MutexGuard<'static, Vec<&'static dyn Listed>> {
    all().lock()
}

/// A report on every cache that has been used, in the order of first use.
///
/// ```
/// use memo_runtime::memoize;
///
/// #[memoize(maxsize = 10, name = "squares")]
/// fn square(x: u64) -> u64 { x * x }
///
/// square(2);
/// let report = memo_runtime::caches().into_iter().find(|cache| cache.name == "squares").unwrap();
/// assert_eq!(report.parameters.maxsize, Some(10));
/// assert_eq!(report.info.misses, 1);
/// ```
///
/// Takes each cache's lock for a moment, one after the other: every report is exact, the list as a whole is not one
/// moment's.
#[must_use]
pub fn caches() -> Vec<CacheReport> {
    snapshot().into_iter().map(Listed::report).collect()
}

/// Clears every cache and says how many entries went.
///
/// Counters start again. What was being computed is handed to its callers and not stored.
pub fn clear_all() -> usize {
    snapshot().into_iter().map(Listed::clear).sum()
}

/// Clears every cache declared with `group = "name"` and says how many entries went; 0 if there is no such group.
///
/// ```
/// use memo_runtime::{clear_group, memoize};
///
/// #[memoize(group = "catalogue")]
/// fn price(sku: &str) -> usize { sku.len() }
///
/// price("a-1");
/// assert_eq!(clear_group("catalogue"), 1); // the data were loaded again
/// ```
pub fn clear_group(name: &str) -> usize {
    snapshot()
        .into_iter()
        .filter(|cache| cache.group() == Some(name))
        .map(Listed::clear)
        .sum()
}

/// The caches there are; taken so that what is then done to them is done without the registry's lock.
fn snapshot() -> Vec<&'static dyn Listed> {
    all().lock().clone()
}
