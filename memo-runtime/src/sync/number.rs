//! Threads by number: low ones, for those of threads that have ended are given out again.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A number that no other thread has. None to one that is being torn down.
#[inline]
pub(super) fn number_of_thread() -> Option<usize> {
    std::thread_local!(static OWN: Number = const { Number(Cell::new(None)) });
    OWN.try_with(|own| own.0.get().unwrap_or_else(|| own.draw()))
        .ok()
}

struct Number(Cell<Option<usize>>);

struct Numbers {
    /// None from here on has been given out.
    next: usize,
    free: BinaryHeap<Reverse<usize>>,
}

/// Under std's mutex: models do not number their threads.
fn numbers() -> MutexGuard<'static, Numbers> {
    static NUMBERS: Mutex<Numbers> = Mutex::new(Numbers {
        next: 0,
        free: BinaryHeap::new(),
    });
    NUMBERS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Number {
    #[cold]
    fn draw(&self) -> usize {
        let mut numbers = numbers();
        let number = numbers.free.pop().map_or(numbers.next, |it| it.0);
        numbers.next = numbers.next.max(number + 1);
        self.0.set(Some(number));
        number
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        if let Some(number) = self.0.get() {
            numbers().free.push(Reverse(number));
        }
    }
}

#[cfg(all(test, not(any(memo_shuttle, memo_loom))))]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn a_thread_keeps_its_number_and_no_other_has_it() {
        let own = number_of_thread();
        assert_eq!(own, number_of_thread());
        for _ in 0..100 {
            let other = thread::spawn(number_of_thread).join().unwrap();
            assert!(other.is_some() && other != own);
        }
    }
}
