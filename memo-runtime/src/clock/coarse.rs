//! The monotonic clock as of the system's last tick, some milliseconds ago: a fifth of the price, for nothing but memory is read.
#![allow(unsafe_code, reason = "one call into the system, argued below")]

use std::mem::MaybeUninit;

/// In nanoseconds since some moment before the program. 0 where the system has no such clock.
#[inline]
pub(super) fn nanos() -> u64 {
    let mut time = MaybeUninit::<libc::timespec>::zeroed();
    // SAFETY: the pointer is valid for a write of a `timespec`, and is not kept. Whether or not one is written, there are
    // integers: all bits zero are some.
    let time = unsafe {
        libc::clock_gettime(libc::CLOCK_MONOTONIC_COARSE, time.as_mut_ptr());
        time.assume_init()
    };
    let part = |it| u64::try_from(it).unwrap_or(0);
    part(time.tv_sec) * 1_000_000_000 + part(time.tv_nsec)
}
