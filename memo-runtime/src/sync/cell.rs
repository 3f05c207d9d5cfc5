//! A cell that a lock guards, in the shape that loom has for it, which sees who looks at it when.
#![allow(
    unsafe_code,
    reason = "it is for locks, which argue where they look into it"
)]

#[cfg(memo_loom)]
pub(super) use loom::cell::{MutPtr, UnsafeCell};
#[cfg(not(memo_loom))]
pub(super) use plain::{MutPtr, UnsafeCell};

#[cfg(not(memo_loom))]
mod plain {
    use std::cell;

    #[derive(Debug, Default)]
    pub(crate) struct UnsafeCell<T>(cell::UnsafeCell<T>);

    /// To read.
    pub(crate) struct ConstPtr<T>(*const T);

    /// To write, too.
    pub(crate) struct MutPtr<T>(*mut T);

    impl<T> UnsafeCell<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(cell::UnsafeCell::new(value))
        }
        #[inline]
        pub(crate) fn get(&self) -> ConstPtr<T> {
            ConstPtr(self.0.get())
        }
        #[inline]
        pub(crate) fn get_mut(&self) -> MutPtr<T> {
            MutPtr(self.0.get())
        }
    }

    impl<T> ConstPtr<T> {
        /// # Safety
        ///
        /// The cell is there, and nobody writes to it, for as long as the reference lives.
        #[inline]
        pub(crate) unsafe fn deref(&self) -> &T {
            // SAFETY: the caller's.
            unsafe { &*self.0 }
        }
    }

    impl<T> MutPtr<T> {
        /// # Safety
        ///
        /// The cell is there, and nobody else looks into it, for as long as the reference lives.
        #[inline]
        #[expect(
            clippy::mut_from_ref,
            reason = "as loom has it; the caller sees to it that there is but one"
        )]
        pub(crate) unsafe fn deref(&self) -> &mut T {
            // SAFETY: the caller's.
            unsafe { &mut *self.0 }
        }
    }
}
