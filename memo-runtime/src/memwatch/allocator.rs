//! The allocator: hands everything on and keeps eight bytes behind each block that tell whose it is.
#![expect(
    unsafe_code,
    reason = "a global allocator cannot be written without; each block is argued"
)]

use super::tracker::{self, Trailer};
use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr;

/// An allocator that [`start`](super::start) can have traced. Until then it hands on to another, and costs a load and eight
/// bytes a block.
///
/// ```
/// use memo_runtime::memwatch::Tracing;
///
/// #[global_allocator]
/// static ALLOCATOR: Tracing = Tracing::system();
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Tracing<A = System> {
    inner: A,
}

impl Tracing {
    /// In front of the system's allocator.
    #[must_use]
    pub const fn system() -> Self {
        Self::over(System)
    }
}

impl<A> Tracing<A> {
    /// In front of another allocator.
    ///
    /// ```
    /// use memo_runtime::memwatch::Tracing;
    /// use std::alloc::System; // or jemalloc, or mimalloc
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: Tracing<System> = Tracing::over(System);
    /// ```
    #[must_use]
    pub const fn over(inner: A) -> Self {
        Self { inner }
    }
}

const TRAILER: usize = size_of::<Trailer>();

/// The layout of a block of `size` bytes and its trailer; none if there cannot be one.
#[inline]
fn outer(size: usize, align: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(TRAILER)?, align).ok()
}

/// The trailer of a block.
///
/// # Safety
///
/// `block` came from an allocation of `outer(size, ..)` and has its trailer.
#[inline]
unsafe fn read(block: *mut u8, size: usize) -> Trailer {
    // SAFETY: the block is `TRAILER` bytes longer than `size`, and they were written by `write` or are zero, which any trailer
    // may be. No alignment is asked for.
    unsafe { block.add(size).cast::<Trailer>().read_unaligned() }
}

/// Gives a block its trailer.
///
/// # Safety
///
/// `block` came from an allocation of `outer(size, ..)`.
#[inline]
unsafe fn write(block: *mut u8, size: usize, trailer: Trailer) {
    // SAFETY: the block is `TRAILER` bytes longer than `size`. The user does not know of them. No alignment is asked for.
    unsafe { block.add(size).cast::<Trailer>().write_unaligned(trailer) }
}

// SAFETY: a block is one of the inner allocator's, with the same start and alignment, and longer than asked for, so all the
// bytes that were asked for are the user's. It goes back with the layout it came with. What the tracker does besides neither
// unwinds nor allocates through here without being told that it does (`Inside`).
unsafe impl<A: GlobalAlloc> GlobalAlloc for Tracing<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(outer) = outer(layout.size(), layout.align()) else {
            return ptr::null_mut();
        };
        // SAFETY: `outer` is not of size 0.
        let block = unsafe { self.inner.alloc(outer) };
        if !block.is_null() {
            let trailer = tracker::allocated(layout.size());
            // SAFETY: `block` is new, of the layout `outer`.
            unsafe { write(block, layout.size(), trailer) };
        }
        block
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let Some(outer) = outer(layout.size(), layout.align()) else {
            return ptr::null_mut();
        };
        // SAFETY: `outer` is not of size 0.
        let block = unsafe { self.inner.alloc_zeroed(outer) };
        if !block.is_null() {
            let trailer = tracker::allocated(layout.size());
            // A trailer of zeros is there already, and the page it is on may never have been touched.
            if trailer != Trailer::UNTRACKED {
                // SAFETY: `block` is new, of the layout `outer`.
                unsafe { write(block, layout.size(), trailer) };
            }
        }
        block
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: our caller promises that the block came from here with this layout, so it has a trailer.
        tracker::freed(layout.size(), || unsafe { read(block, layout.size()) });
        // SAFETY: it came from here with this layout, so from the inner allocator with eight bytes more, which was a valid
        // layout then.
        unsafe {
            let outer = Layout::from_size_align_unchecked(layout.size() + TRAILER, layout.align());
            self.inner.dealloc(block, outer);
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let Some(new) = outer(new_size, layout.align()) else {
            return ptr::null_mut();
        };
        // SAFETY: as in `dealloc`. Read now: a shrinking block may lose the bytes.
        let trailer = unsafe { read(block, layout.size()) };
        // SAFETY: as in `dealloc`; `new` is a valid layout, and its size is not 0.
        let moved = unsafe {
            let old = Layout::from_size_align_unchecked(layout.size() + TRAILER, layout.align());
            self.inner.realloc(block, old, new.size())
        };
        if !moved.is_null() {
            tracker::freed(layout.size(), || trailer);
            let trailer = tracker::allocated(new_size);
            // SAFETY: `moved` is of the layout `new`.
            unsafe { write(moved, new_size, trailer) };
        }
        moved
    }
}
