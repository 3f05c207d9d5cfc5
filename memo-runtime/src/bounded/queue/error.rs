//! Why a value did not get in.

use std::error::Error;
use std::fmt;

/// Why a value did not get into a queue, and the value.
///
/// ```
/// use memo_runtime::bounded::{PushError, queue};
///
/// let queue = queue(1);
/// queue.push("one")?;
/// assert_eq!(queue.try_push("two"), Err(PushError::Full("two")));
/// queue.close();
/// assert_eq!(queue.push("three").unwrap_err().into_inner(), "three");
/// # Ok::<(), PushError<&str>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PushError<T> {
    /// There was no room: the queue refuses, or the call did not wait, or not any longer.
    Full(T),
    /// The queue was closed, before the push or while it waited.
    Closed(T),
}

impl<T> PushError<T> {
    /// The value.
    #[must_use]
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(value) | Self::Closed(value) => value,
        }
    }
}

/// Without the value, which need not have a `Debug`.
impl<T> fmt::Debug for PushError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "Full(..)",
            Self::Closed(_) => "Closed(..)",
        })
    }
}

impl<T> fmt::Display for PushError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "the queue is full",
            Self::Closed(_) => "the queue is closed",
        })
    }
}

impl<T> Error for PushError<T> {}
