//! A cell in the shape that loom has for it, which sees who looks at it when.
#![allow(unsafe_code, reason = "each use is argued where it is")]

use std::cell;

pub(in crate::sync) struct UnsafeCell<T>(cell::UnsafeCell<T>);

/// To read.
pub(in crate::sync) struct ConstPtr<T>(*const T);

/// To write, too.
pub(in crate::sync) struct MutPtr<T>(*mut T);

impl<T> UnsafeCell<T> {
    pub(in crate::sync) fn new(value: T) -> Self {
        Self(cell::UnsafeCell::new(value))
    }
    #[inline]
    pub(in crate::sync) fn get(&self) -> ConstPtr<T> {
        ConstPtr(self.0.get())
    }
    #[inline]
    pub(in crate::sync) fn get_mut(&self) -> MutPtr<T> {
        MutPtr(self.0.get())
    }
}

impl<T> ConstPtr<T> {
    /// # Safety
    ///
    /// The cell is there, and nobody writes to it, for as long as the reference lives.
    #[inline]
    pub(in crate::sync) unsafe fn deref(&self) -> &T {
        // SAFETY: the caller's.
        unsafe { &*self.0 }
    }
}

impl<T> MutPtr<T> {
    #[inline]
    pub(in crate::sync) fn with<R>(&self, what: impl FnOnce(*mut T) -> R) -> R {
        what(self.0)
    }

    /// # Safety
    ///
    /// The cell is there, and nobody else looks into it, for as long as the reference lives.
    #[inline]
    #[expect(
        clippy::mut_from_ref,
        reason = "as loom has it; the caller sees to it that there is but one"
    )]
    pub(in crate::sync) unsafe fn deref(&self) -> &mut T {
        // SAFETY: the caller's.
        unsafe { &mut *self.0 }
    }
}
