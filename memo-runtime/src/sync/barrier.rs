//! A pair of fences for two sides of which one comes far more often than the other: the one passes a *light* fence, which costs
//! nothing, and the other a *heavy* one, at which the system makes each processor that runs this program pass one.
//!
//! After *Asymmetric Fences* (Goldblatt, P1202 of the C++ committee). The heavy one is Linux's `membarrier`; where there is
//! none, both sides pass a *full* one.
#![allow(unsafe_code, reason = "one call into the system, argued below")]

use super::{Ordering, fence};

/// Of the one who comes rarely, to those who come often, where they have been [granted](is_granted).
pub(super) fn heavy() {
    imp::heavy();
}

/// Whether there are light fences here. That has to be asked for first.
#[inline]
pub(super) fn is_granted() -> bool {
    imp::is_granted()
}

/// Whether there are none, and there is no need to ask.
#[inline]
pub(super) fn is_refused() -> bool {
    imp::is_refused()
}

/// Asks for them, once. That takes the system ten milliseconds if there are threads already.
pub(super) fn ask() {
    imp::ask();
}

/// Asks for them, and waits for the answer: from then on all locks are the same.
#[cfg(all(test, not(any(memo_shuttle, memo_loom))))]
pub(crate) fn settle() {
    imp::settle();
}

/// Of the one who comes often.
#[inline]
pub(super) fn light() {
    // Loom knows no other.
    #[cfg(memo_loom)]
    full();
    #[cfg(not(memo_loom))]
    std::sync::atomic::compiler_fence(Ordering::SeqCst);
}

/// Of both, to each other.
#[inline]
pub(super) fn full() {
    fence(Ordering::SeqCst);
}

#[cfg(all(target_os = "linux", not(any(memo_shuttle, memo_loom, miri))))]
mod imp {
    use std::sync::atomic::{AtomicU8, Ordering};

    static STATE: AtomicU8 = AtomicU8::new(NEW);
    const NEW: u8 = 0;
    const ASKED: u8 = 1;
    const REFUSED: u8 = 2;
    const GRANTED: u8 = 3;

    /// Of linux/membarrier.h.
    const PRIVATE_EXPEDITED: libc::c_int = 1 << 3;
    const REGISTER_PRIVATE_EXPEDITED: libc::c_int = 1 << 4;

    #[inline]
    pub(super) fn is_granted() -> bool {
        STATE.load(Ordering::Acquire) == GRANTED
    }

    #[inline]
    pub(super) fn is_refused() -> bool {
        STATE.load(Ordering::Relaxed) == REFUSED
    }

    #[cold]
    pub(super) fn ask() {
        let (seen, failed) = (Ordering::Acquire, Ordering::Acquire);
        let first = STATE.compare_exchange(NEW, ASKED, seen, failed);
        if first.is_ok() {
            let is_granted = command(REGISTER_PRIVATE_EXPEDITED);
            let answer = if is_granted { GRANTED } else { REFUSED };
            STATE.store(answer, Ordering::Release);
        }
    }

    #[cfg(test)]
    pub(super) fn settle() {
        ask();
        while STATE.load(Ordering::Acquire) == ASKED {
            std::thread::yield_now();
        }
    }

    #[cold]
    pub(super) fn heavy() {
        if !command(PRIVATE_EXPEDITED) {
            // What the system grants it does not take back; this is a sandbox that began later. From now on there are no more
            // light fences. Those that are under way stand before a store that is to be seen by all: a processor keeps it
            // to itself for microseconds, not for milliseconds.
            STATE.store(REFUSED, Ordering::Release);
            std::thread::sleep(std::time::Duration::from_millis(10));
            super::full();
        }
    }

    /// Whether it was carried out.
    fn command(command: libc::c_int) -> bool {
        const FLAGS: libc::c_int = 0;
        const PROCESSOR: libc::c_int = 0; // any
        // SAFETY: it takes three integers and touches no memory.
        unsafe { libc::syscall(libc::SYS_membarrier, command, FLAGS, PROCESSOR) == 0 }
    }
}

#[cfg(not(all(target_os = "linux", not(any(memo_shuttle, memo_loom, miri)))))]
mod imp {
    /// In models they are the full ones.
    pub(super) fn is_granted() -> bool {
        cfg!(any(memo_shuttle, memo_loom))
    }

    pub(super) fn is_refused() -> bool {
        !is_granted()
    }

    pub(super) fn ask() {}

    #[cfg(all(test, not(any(memo_shuttle, memo_loom))))]
    pub(super) fn settle() {}

    pub(super) fn heavy() {
        super::full();
    }
}
