//! A reference that has forgotten its type and gives it back to whoever names it.
//!
//! `dyn Any` does the same, but asks a virtual function for the type's id, whose answer comes through memory: 2 ns of
//! the 12 ns that a hit on a `u64` takes (`cargo run --release` in `benches/` shows a hit; swap the body of `downcast`
//! for `self.target.downcast_ref()` to see the difference). Here the id lies next to the reference.
#![allow(unsafe_code, reason = "one downcast, argued below")]

use std::any::{Any, TypeId};

/// Refers to a value of the type `id`.
#[derive(Clone, Copy)]
pub(crate) struct Erased {
    id: TypeId,
    target: &'static (dyn Any + Send + Sync),
}

impl Erased {
    pub(crate) fn new<T: Any + Send + Sync>(target: &'static T) -> Self {
        Self {
            id: TypeId::of::<T>(),
            target,
        }
    }

    /// The reference, if `T` is what it was made from.
    #[inline]
    pub(crate) fn downcast<T: Any>(self) -> Option<&'static T> {
        if self.id != TypeId::of::<T>() {
            return None;
        }
        // SAFETY: `new`, the only place that makes an `Erased`, took `id` from the type of `target`; the comparison
        // above has just shown that type to be `T`. So the address is that of a `T`, shared for `'static`, and shared
        // it stays.
        Some(unsafe { &*std::ptr::from_ref(self.target).cast::<T>() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_back_what_it_was_made_from_and_nothing_else() {
        static NUMBER: u64 = 7;
        let erased = Erased::new(&NUMBER);
        assert_eq!(erased.downcast::<u64>(), Some(&7));
        assert_eq!(erased.downcast::<i64>(), None);
        assert_eq!(erased.downcast::<[u32; 2]>(), None);
    }
}
