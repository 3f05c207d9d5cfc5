//! Threads by number: low ones, for those of threads that have ended are given out again.

use super::{Mutex, global, thread_local};
use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What stands for no number; there will never be so many.
pub(super) const NONE: usize = usize::MAX;

/// A number that no other thread has, or [`NONE`] before [`draw`] is called.
#[inline]
pub(super) fn number_of_thread() -> usize {
    OWN.try_with(Cell::get).unwrap_or(NONE)
}

thread_local! {
    /// The number of this thread. Has no destructor, so that reading it is reading a variable.
    static OWN: Cell<usize> = const { Cell::new(NONE) };
}

thread_local! {
    static GIVES_BACK: GivesBack = const { GivesBack(Cell::new(NONE)) };
}

/// Gives the number back when its thread ends.
struct GivesBack(Cell<usize>);

struct Numbers {
    /// None from here on has been given out.
    next: usize,
    free: BinaryHeap<Reverse<usize>>,
}

global! {
    fn numbers() -> Mutex<Numbers> = Numbers::new();
}

impl Numbers {
    const fn new() -> Self {
        Self {
            next: 0,
            free: BinaryHeap::new(),
        }
    }
}

/// The thread's number, which it has from now on. None to one that is being torn down.
#[cold]
pub(super) fn draw() -> Option<usize> {
    let own = number_of_thread();
    if own != NONE {
        return Some(own);
    }
    GIVES_BACK
        .try_with(|own| {
            let mut numbers = numbers().lock();
            let number = numbers.free.pop().map_or(numbers.next, |it| it.0);
            numbers.next = numbers.next.max(number + 1);
            own.0.set(number);
            OWN.with(|own| own.set(number));
            number
        })
        .ok()
}

impl Drop for GivesBack {
    fn drop(&mut self) {
        let number = self.0.get();
        // Loom's globals are gone before the threads are.
        if number != NONE && cfg!(not(memo_loom)) {
            let _gone = OWN.try_with(|own| own.set(NONE));
            numbers().lock().free.push(Reverse(number));
        }
    }
}

#[cfg(all(test, not(any(memo_shuttle, memo_loom))))]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn a_thread_keeps_its_number_and_no_other_has_it() {
        let own = draw().unwrap();
        assert_eq!((own, Some(own)), (number_of_thread(), draw()));
        for _ in 0..100 {
            let other = thread::spawn(draw).join().unwrap().unwrap();
            assert!(other != own && other < 100, "it is given back");
        }
    }
}
