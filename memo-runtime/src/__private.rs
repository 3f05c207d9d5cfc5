//! What expansions of `#[memoize]` name, and nobody else: it may change with any release.

pub use crate::cache::Stored;
pub use crate::cached::{Cached, CachedForOne};
pub use crate::expiry::{After, Never};
pub use crate::key::{ByRef, KeyOf, Lookup, key_of};
pub use crate::memo::{Answer, Asked, Call, Claim, Limits, Told, apart};
pub use crate::policy::{ClockPro, Fifo, Lru, SoonestToExpire};
pub use crate::probe::{
    Argument, Everything, Fit, FitForOne, KeyArgument, KeyArgumentForOne, OwnSuccesses, Return,
    Show, StoredReturn, StoredReturnForOne, Successes, SuccessesForOne, is_key_of,
    is_key_of_for_one, is_result,
};
pub use crate::scope::ThisThread;
pub use crate::site::{Site, Sites};
pub use crate::stats::{CacheInfo, CacheParameters};
pub use crate::value::Whole;
pub use core::marker::PhantomData;
pub use core::option::Option::{self, None, Some};
pub use core::primitive::{bool, usize};
pub use core::time::Duration;
pub use core::{concat, module_path};
pub use foldhash::fast::RandomState as DefaultHasher;

/// Where questions about types find their answers.
pub mod probe {
    pub use crate::probe::{
        AnyArgument as _, AnyReturn as _, FitArgument as _, FitReturn as _, NotShown as _,
        OwnFailure as _, SharedFailure as _, ShownValue as _, SpecialArgument as _,
        SpecialShown as _, UnfitArgument as _, UnfitReturn as _,
    };
}

/// The patience of all who do not say otherwise.
pub const A_SECOND: Option<Duration> = lasting(1, 0);

/// A length of time that is known.
#[must_use]
pub const fn lasting(secs: u64, nanos: u32) -> Option<Duration> {
    Some(Duration::new(secs, nanos))
}

/// Accepts whatever a function returns: where there is no `cache_if`. All functions have it in common.
#[inline]
#[must_use]
pub fn anything<V>(_: &V) -> bool {
    true
}

/// A value of any type, in a branch that never runs but tells the compiler types.
#[must_use]
pub fn never<T>() -> T {
    unreachable!("this branch tells the compiler types and never runs")
}
