#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub mod __private;
pub mod bounded;
mod clock;
mod erased;
mod expiry;
mod key;
mod memo;
mod policy;
mod probe;
mod registry;
mod removal;
mod site;
mod stats;
mod store;
mod sync;
#[cfg(feature = "test-util")]
pub mod testing;
mod value;

pub use memo_macros::memoize;
pub use registry::{caches, clear_all, clear_group};
pub use stats::{CacheInfo, CacheParameters, CacheReport, Policy, Scope};
