//! An end that comes by itself.

use super::Queue;
use std::fmt;

/// Closes a queue when it is dropped; what [`Queue::close_on_drop`] returns.
pub struct CloseOnDrop<T>(Queue<T>);

impl<T> CloseOnDrop<T> {
    pub(super) const fn new(queue: Queue<T>) -> Self {
        Self(queue)
    }
}

impl<T> fmt::Debug for CloseOnDrop<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CloseOnDrop").field(&self.0).finish()
    }
}

impl<T> Drop for CloseOnDrop<T> {
    fn drop(&mut self) {
        self.0.close();
    }
}
