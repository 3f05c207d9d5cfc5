#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub mod __private;
pub mod bounded;
mod cache;
mod cached;
mod clock;
mod contain;
mod erased;
mod expiry;
mod flight;
#[cfg(all(test, feature = "test-util", not(any(memo_shuttle, memo_loom))))]
mod injection;
#[cfg(all(test, memo_loom))]
mod kernels;
mod key;
mod memo;
#[cfg(feature = "memwatch")]
pub mod memwatch;
#[cfg(all(test, memo_shuttle))]
mod models;
mod owner;
mod policy;
mod probe;
#[cfg(test)]
mod random;
mod registry;
mod removal;
mod scope;
mod site;
mod stats;
mod store;
mod structures;
mod sync;
#[cfg(feature = "test-util")]
pub mod testing;
mod value;

pub use cache::{Cache, CacheBuilder};
pub use memo_macros::memoize;
pub use registry::{caches, clear_all, clear_group};
pub use stats::{CacheInfo, CacheParameters, CacheReport, Policy, Scope};
pub use structures::{Kind, Report, Structure, report, structures};
