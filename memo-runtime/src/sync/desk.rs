//! Where the readers of a [biased lock](super::biased) look from: each thread has a desk to itself, by its number.

use super::number::{draw, number_of_thread};
use super::{Apart, AtomicBool, AtomicUsize, IS_MODEL, OnceBox, Ordering, UnsafeCell, barrier};
use std::{array, iter};

/// The desks of a lock. They come when they are needed, and stay.
pub(super) struct Desks<N> {
    first: [Place<N>; AT_FIRST],
    more: OnceBox<Row<N>>,
}

/// For a desk.
type Place<N> = OnceBox<Apart<Desk<N>>>;

/// Of threads with higher numbers; twice as many as in the row before.
struct Row<N> {
    places: Box<[Place<N>]>,
    more: OnceBox<Row<N>>,
}

/// As many as most programs have threads.
const AT_FIRST: usize = if IS_MODEL { 3 } else { 8 };

/// Where one thread looks from.
pub(super) struct Desk<N> {
    /// Only that thread writes to it.
    is_taken: AtomicBool,
    /// How many fences it has passed here since the lock was shut the last time.
    fences: AtomicUsize,
    /// Of that thread while it is taken, and else of who has the lock.
    pub(super) notes: UnsafeCell<N>,
}

/// While it lives, the desk is taken.
pub(super) struct Taken<'a, N>(&'a Desk<N>);

impl<N: Default> Desks<N> {
    pub(super) fn new() -> Self {
        let desks = Self {
            first: array::from_fn(|_| OnceBox::new()),
            more: OnceBox::new(),
        };
        if cfg!(memo_loom) {
            // It does not see who publishes a box to whom.
            (0..AT_FIRST).for_each(|number| _ = desks.of(number));
        }
        desks
    }

    /// This thread's; made by who is patient, if it is not there. None to a thread that is being torn down.
    #[inline]
    pub(super) fn own<const PATIENT: bool>(&self) -> Option<&Desk<N>> {
        let number = number_of_thread();
        let place = match self.first.get(number) {
            Some(place) => Some(place),
            None => self.further(number),
        };
        match place.and_then(OnceBox::get) {
            Some(desk) => Some(&desk.0),
            None if PATIENT => draw().map(|number| self.of(number)),
            None => None,
        }
    }

    /// Sees to it that this thread need not make its own when it looks.
    #[inline]
    pub(super) fn furnish(&self) {
        let _own = self.own::<true>();
    }

    #[cold]
    #[inline]
    fn further(&self, number: usize) -> Option<&Place<N>> {
        let mut number = number.checked_sub(AT_FIRST)?;
        let mut row = self.more.get()?;
        while number >= row.places.len() {
            number -= row.places.len();
            row = row.more.get()?;
        }
        row.places.get(number)
    }

    #[cold]
    fn of(&self, number: usize) -> &Desk<N> {
        let mut place = self.first.get(number);
        let mut more = &self.more;
        let (mut before, mut len) = (AT_FIRST, 2 * AT_FIRST);
        let place = loop {
            if let Some(place) = place {
                break place;
            }
            let row = more.get_or_init(|| Box::new(Row::new(len)));
            place = row.places.get(number - before);
            more = &row.more;
            (before, len) = (before + len, 2 * len);
        };
        &place.get_or_init(Box::default).0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Desk<N>> {
        let rows = iter::successors(self.more.get(), |row| row.more.get());
        let places = self.first.iter().chain(rows.flat_map(|row| &row.places));
        places.filter_map(OnceBox::get).map(|desk| &desk.0)
    }
}

impl<N> Row<N> {
    fn new(len: usize) -> Self {
        Self {
            places: (0..len).map(|_| OnceBox::new()).collect(),
            more: OnceBox::new(),
        }
    }
}

impl<N> Desk<N> {
    /// Takes it, unless the thread is there already.
    #[inline]
    pub(super) fn take(&self) -> Option<Taken<'_, N>> {
        if self.is_taken() {
            return None;
        }
        self.is_taken.store(true, Ordering::Relaxed);
        Some(Taken(self))
    }

    /// Passes one, behind having taken it.
    #[inline]
    pub(super) fn pass_fence(&self) {
        let fences = self.fences.load(Ordering::Relaxed);
        self.fences.store(fences + 1, Ordering::Relaxed); // nobody else does
        barrier::full();
    }

    /// Whether it was so many times.
    #[inline]
    pub(super) fn has_passed(&self, fences: usize) -> bool {
        self.fences.load(Ordering::Relaxed) >= fences
    }

    pub(super) fn forget_fences(&self) {
        self.fences.store(0, Ordering::Relaxed);
    }

    /// Whether a reader is there. Who sees none sees all that it did there.
    #[inline]
    pub(super) fn is_taken(&self) -> bool {
        self.is_taken.load(Ordering::Acquire)
    }
}

impl<N> Drop for Taken<'_, N> {
    #[inline]
    fn drop(&mut self) {
        self.0.is_taken.store(false, Ordering::Release);
    }
}

impl<N: Default> Default for Desk<N> {
    fn default() -> Self {
        Self {
            is_taken: AtomicBool::new(false),
            fences: AtomicUsize::new(0),
            notes: UnsafeCell::new(N::default()),
        }
    }
}

#[cfg(all(test, not(any(memo_shuttle, memo_loom))))]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_a_desk_and_no_other_has_it() {
        let desks = Desks::<u8>::new();
        assert_eq!(desks.iter().count(), 0);
        let all: Vec<*const Desk<u8>> = (0..300)
            .map(|number| std::ptr::from_ref(desks.of(number)))
            .collect();
        assert_eq!(desks.iter().count(), 300);
        for (number, desk) in all.iter().enumerate() {
            assert_eq!(std::ptr::from_ref(desks.of(number)), *desk);
            if number >= AT_FIRST {
                let place = desks.further(number).and_then(OnceBox::get);
                assert_eq!(place.map(|it| std::ptr::from_ref(&it.0)), Some(*desk));
            }
        }
        assert!(desks.further(usize::MAX).is_none());
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), 300);
    }
}
