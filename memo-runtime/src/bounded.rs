//! Collections that declare their bound and say what happens at it.
//!
//! A history, a sliding window, a log of the last errors, what one thread has for another: in a program that runs for months
//! each of these needs a bound. [`Recent`] keeps the last so many values, and counts the rest. A `queue`, behind the
//! feature `queue`, has its producers wait, or drops, or refuses.

#[cfg(feature = "queue")]
mod queue;
mod recent;

#[cfg(all(feature = "queue", not(target_family = "wasm")))]
pub use queue::QueueIter;
#[cfg(feature = "queue")]
pub use queue::{
    CloseOnDrop, PushError, Queue, QueueBuilder, QueueInfo, QueueStream, WhenFull, queue,
};
pub use recent::Recent;

use crate::owner::OwnerId;
use std::collections::VecDeque;

/// Room taken by the first value.
const FIRST_ROOM: usize = 4;

/// Sees that there is room for one more, of which there are fewer than the bound: twice of what there is, as `VecDeque` would
/// make by itself, but not beyond the bound. The room is the owner's.
#[inline]
fn make_room<T>(values: &mut VecDeque<T>, bound: usize, owner: OwnerId) {
    let len = values.len();
    if len == values.capacity() {
        let _entered = owner.enter();
        values.reserve_exact(len.max(FIRST_ROOM).min(bound - len));
    }
}
