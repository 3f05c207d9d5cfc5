//! What a queue tells about itself.

use std::time::Duration;

/// A queue's counters and size, all of one moment; what [`Queue::info`](super::Queue::info) returns.
///
/// `pushed` is `popped + len`, and more by what was `dropped` where the oldest goes. All counts are exact; they start with the
/// queue and only go up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct QueueInfo {
    /// Values that got in.
    pub pushed: u64,
    /// Values that were taken out.
    pub popped: u64,
    /// Values that were given up at the bound: the oldest, which had got in, or the newest, which then did not.
    pub dropped: u64,
    /// Pushes that failed with [`Full`](super::PushError::Full).
    pub refused: u64,
    /// The most values held at a time.
    pub high_water: usize,
    /// How long producers have been parked or suspended for want of room, all together; each wait is added when it ends. A
    /// moment's spinning before a thread parks is not counted, and reads no clock.
    pub waited: Duration,
    /// Values held now.
    pub len: usize,
    /// The most values ever held.
    pub capacity: usize,
    /// Whether it has been closed.
    pub is_closed: bool,
}
