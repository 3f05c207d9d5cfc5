//! What expansions of `#[memoize]` name, and nobody else: it may change with any release.

pub use crate::expiry::{After, Never};
pub use crate::key::{Lookup, key_of};
pub use crate::memo::{Claim, Config, Place};
pub use crate::policy::{Fifo, Lru, SoonestToExpire};
pub use crate::probe::{
    Argument, Everything, Return, Show, Successes, is_key, is_key_of, is_result, is_value,
};
pub use crate::site::{Cached, Site};
pub use crate::stats::{CacheInfo, CacheParameters};
pub use core::marker::PhantomData;
pub use core::option::Option::{self, None, Some};
pub use core::primitive::{bool, usize};
pub use core::time::Duration;
pub use core::{concat, file, line, module_path, unreachable};
pub use foldhash::fast::RandomState as DefaultHasher;

/// The steps of the ladders, for method calls to find.
pub mod probe {
    pub use crate::probe::{
        Borrowed as _, ByValue as _, MaybeBorrowed as _, NotShown as _, NotShownReference as _,
        PerhapsBorrowed as _, ShownCow as _, ShownMaybe as _, ShownReference as _, ShownValue as _,
        Stored as _, StoredOk as _, TwiceBorrowed as _, UnfitArgument as _, UnfitMaybe as _,
        UnfitReference as _, UnfitReturn as _, UnsharedArgument as _, UnsharedOk as _,
        UnsharedReference as _, UnsharedReturn as _,
    };
}

/// A value of any type, in a branch that never runs but tells the compiler types.
#[must_use]
pub fn never<T>() -> T {
    unreachable!("this branch tells the compiler types and never runs")
}
