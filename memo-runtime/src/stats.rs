//! What a cache tells about itself.

use std::fmt;
use std::time::Duration;

/// A cache's counters and size at one moment; what `cache_info()` returns.
///
/// `hits + misses` is the number of calls answered since the start or the last clear, `misses` how often the body was
/// started. All counts are exact. An async call that is dropped before its end counts as a miss if its body was started, and
/// nowhere if it waited for another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CacheInfo {
    /// Calls that were answered without running the body for them.
    pub hits: u64,
    /// Calls that ran the body.
    pub misses: u64,
    /// The most entries there may be; `None` where there is no bound.
    pub maxsize: Option<usize>,
    /// Live entries held now.
    pub currsize: usize,
    /// Entries that had to go because the store was full.
    pub evictions: u64,
    /// Entries that went because their ttl was over.
    pub expirations: u64,
    /// Hits that waited for another caller's computation; part of `hits`.
    pub coalesced: u64,
}

impl CacheInfo {
    /// The share of calls that were hits, from 0 to 1; `None` before the first call.
    ///
    /// ```
    /// use memo_runtime::memoize;
    ///
    /// #[memoize]
    /// fn square(x: u64) -> u64 { x * x }
    ///
    /// assert_eq!(square::cache_info().hit_ratio(), None);
    /// square(2);
    /// square(2);
    /// assert_eq!(square::cache_info().hit_ratio(), Some(0.5));
    /// ```
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a ratio is not exact")]
    pub fn hit_ratio(&self) -> Option<f64> {
        let calls = self.hits as f64 + self.misses as f64;
        (calls > 0.0).then(|| self.hits as f64 / calls)
    }
}

/// As Python prints it: `CacheInfo(hits=3, misses=8, maxsize=32, currsize=8)`, with `maxsize=None` where there is no bound.
impl fmt::Display for CacheInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hits, misses, currsize) = (self.hits, self.misses, self.currsize);
        let maxsize = self.maxsize.map_or("None".to_owned(), |it| it.to_string());
        write!(
            f,
            "CacheInfo(hits={hits}, misses={misses}, maxsize={maxsize}, currsize={currsize})"
        )
    }
}

/// How a cache was set up; what `cache_parameters()` returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CacheParameters {
    /// The most entries there may be, as of the last resize; `None` where there is no bound.
    pub maxsize: Option<usize>,
    /// How long an entry lives; `None` where it lives for good.
    pub ttl: Option<Duration>,
    /// Who goes when the store is full.
    pub policy: Policy,
    /// Who shares the store.
    pub scope: Scope,
    /// The patience of single-flight; `None` where every miss computes for itself, as in a thread's own store unless the
    /// function is `async`.
    pub single_flight: Option<Duration>,
}

/// Who goes when the store is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Policy {
    /// The least recently used.
    Lru,
    /// The oldest, however often it was used.
    Fifo,
    /// The one with the least time left.
    SoonestToExpire,
    /// The one that is least likely to be used again soon, by how often and how long ago it was used and by what has come back
    /// after it was evicted: a scan does not drive out what is used all the time, and of a loop that does not fit a part
    /// stays. Where everything is used again soon or never, it is about as good as [`Lru`](Self::Lru).
    ClockPro,
}

/// Who shares a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Scope {
    /// All threads of the process.
    Global,
    /// Each thread has its own.
    Thread,
}

/// One cache of the process; what [`caches`](crate::caches) lists.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CacheReport {
    /// `module::function`, or what `name = ".."` said.
    pub name: String,
    /// The source file of the attribute.
    pub file: &'static str,
    /// Its line.
    pub line: u32,
    /// The group it is cleared with.
    pub group: Option<&'static str>,
    /// How it was set up.
    pub parameters: CacheParameters,
    /// How it is doing.
    pub info: CacheInfo,
}
