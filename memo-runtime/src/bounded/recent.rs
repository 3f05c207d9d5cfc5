//! The last so many values.

mod listed;

use super::make_room;
use listed::{Declared, Listed};
use std::collections::{VecDeque, vec_deque};
use std::panic::Location;

/// The last so many values: when it is full, each new one pushes the oldest out.
///
/// What Python has in `collections.deque(maxlen=n)`, with the totals kept apart from the contents: how many values
/// there ever were, and how many of them fell off.
///
/// ```
/// use memo_runtime::bounded::Recent;
///
/// let mut alerts = Recent::new(2);
/// assert_eq!(alerts.push("door open"), None);
/// assert_eq!(alerts.push("too warm"), None);
/// assert_eq!(alerts.push("too cold"), Some("door open")); // what fell off
///
/// assert!(alerts.iter().eq(&["too warm", "too cold"])); // oldest first
/// assert_eq!((alerts.total(), alerts.dropped()), (3, 1));
/// ```
///
/// # Cost
///
/// Nothing is allocated before the first [`push`](Self::push). Room grows on demand, never beyond the bound, and once
/// that is reached nothing is allocated again: a bound of a million that sees ten values holds room for ten or so.
/// Every method takes constant time, except [`clear`](Self::clear), rotations and going through the values. The first push
/// puts it on the list of all [`structures`](crate::structures), which takes a few allocations and a lock; a clone is on the list
/// by itself, with the same totals.
pub struct Recent<T> {
    /// From the first push on. Before the values are gone, it is off the list.
    listed: Option<Listed>,
    /// Oldest first; never more than the capacity.
    values: VecDeque<T>,
    total: u64,
    dropped: u64,
    declared: Declared,
}

impl<T> Recent<T> {
    /// Keeps the last `capacity` values. Allocates nothing yet.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// let window = Recent::<f64>::new(60);
    /// assert_eq!((window.len(), window.capacity()), (0, 60));
    /// ```
    ///
    /// # Panics
    ///
    /// If `capacity` is 0: what keeps nothing is a mistake, not a bound.
    #[must_use]
    #[track_caller]
    pub const fn new(capacity: usize) -> Self {
        assert!(
            capacity > 0,
            "the capacity of a `Recent` is at least 1, found 0"
        );
        Self {
            values: VecDeque::new(),
            total: 0,
            dropped: 0,
            declared: Declared {
                name: None,
                at: Location::caller(),
                capacity,
            },
            listed: None,
        }
    }

    /// The name in reports; file and line unless this is said, before the first push.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// let mut alerts = Recent::new(2).named("alerts");
    /// alerts.push("door open");
    /// assert!(memo_runtime::structures().iter().any(|it| it.name == "alerts"));
    /// ```
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.declared.name = Some(name);
        self
    }

    /// Adds a value, and returns the oldest if it had to go for it.
    ///
    /// What is returned is counted in [`dropped`](Self::dropped), whatever the caller then does with it.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// let mut window = Recent::new(3);
    /// let mut sum = 0;
    /// for value in [5, 1, 2, 7] {
    ///     sum += value - window.push(value).unwrap_or(0);
    /// }
    /// assert_eq!(sum, 1 + 2 + 7);
    /// ```
    pub fn push(&mut self, value: T) -> Option<T> {
        let oldest = self.make_room(VecDeque::pop_front);
        self.values.push_back(value);
        self.tell();
        oldest
    }

    /// Adds a value in front of the oldest, and returns the newest if that had to go for it.
    ///
    /// It counts as any other, and what is returned as dropped.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// let mut history = Recent::new(2);
    /// history.push("now");
    /// assert_eq!(history.push_front("before"), None);
    /// assert_eq!(history.push_front("long before"), Some("now"));
    /// ```
    pub fn push_front(&mut self, value: T) -> Option<T> {
        let newest = self.make_room(VecDeque::pop_back);
        self.values.push_front(value);
        self.tell();
        newest
    }

    /// Takes the oldest value out. It has not fallen off, so it does not count as dropped.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// let mut window = Recent::new(3);
    /// window.extend([1, 2, 3]);
    /// assert_eq!((window.pop_front(), window.pop_back()), (Some(1), Some(3)));
    /// assert_eq!((window.len(), window.dropped()), (1, 0));
    /// ```
    pub fn pop_front(&mut self) -> Option<T> {
        let oldest = self.values.pop_front();
        self.tell();
        oldest
    }

    /// Takes the newest value out. It has not fallen off, so it does not count as dropped.
    pub fn pop_back(&mut self) -> Option<T> {
        let newest = self.values.pop_back();
        self.tell();
        newest
    }

    /// Takes all values out, oldest first, and keeps the room for others.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// let mut alerts = Recent::new(2);
    /// alerts.extend(["door open", "too warm", "too cold"]);
    /// assert!(alerts.drain().eq(["too warm", "too cold"]));
    /// assert!(alerts.is_empty());
    /// assert_eq!(alerts.total(), 3);
    /// ```
    pub fn drain(&mut self) -> vec_deque::Drain<'_, T> {
        self.tell_of(0);
        self.values.drain(..)
    }

    /// Makes the `n` oldest values the newest, in their order; with more than there are it goes on from the first.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// let mut turns = Recent::new(3);
    /// turns.extend(["a", "b", "c"]);
    /// turns.rotate_left(1);
    /// assert!(turns.iter().eq(&["b", "c", "a"]));
    /// ```
    ///
    /// Takes time in proportion to `n` or to the number of values, whichever is less.
    pub fn rotate_left(&mut self, n: usize) {
        if !self.values.is_empty() {
            self.values.rotate_left(n % self.values.len());
        }
    }

    /// Makes the `n` newest values the oldest, in their order; with more than there are it goes on from the last.
    ///
    /// Takes time in proportion to `n` or to the number of values, whichever is less.
    pub fn rotate_right(&mut self, n: usize) {
        if !self.values.is_empty() {
            self.values.rotate_right(n % self.values.len());
        }
    }

    /// One more is about to come, for which another goes if it is full. If not, there is room.
    fn make_room(&mut self, who_goes: fn(&mut VecDeque<T>) -> Option<T>) -> Option<T> {
        self.total += 1;
        if self.values.len() == self.declared.capacity {
            self.dropped += 1;
            return who_goes(&mut self.values);
        }
        let declared = self.declared;
        let listed = self.listed.get_or_insert_with(|| Listed::of(declared));
        make_room(&mut self.values, self.declared.capacity, listed.tally.owner);
        None
    }

    /// The values, oldest first.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// let mut alerts = Recent::new(100);
    /// alerts.push("too warm");
    /// alerts.push("too cold");
    ///
    /// let newest_first: Vec<_> = alerts.iter().rev().collect();
    /// assert_eq!(newest_first, [&"too cold", &"too warm"]);
    /// ```
    #[must_use]
    pub fn iter(&self) -> vec_deque::Iter<'_, T> {
        self.values.iter()
    }

    /// How many values it holds now.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// let mut window = Recent::new(2);
    /// for value in 0..10 {
    ///     window.push(value);
    /// }
    /// assert_eq!(window.len(), 2);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether it holds nothing: before the first push, or after [`clear`](Self::clear).
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// assert!(Recent::<u8>::new(10).is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The bound: the most values it ever holds.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// assert_eq!(Recent::<u8>::new(10).capacity(), 10);
    /// ```
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.declared.capacity
    }

    /// The oldest value held: the next to fall off.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// let mut window = Recent::new(2);
    /// for value in [1, 2, 3] {
    ///     window.push(value);
    /// }
    /// assert_eq!(window.first(), Some(&2));
    /// ```
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.values.front()
    }

    /// The newest value: the one pushed last.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// let mut window = Recent::new(2);
    /// for value in [1, 2, 3] {
    ///     window.push(value);
    /// }
    /// assert_eq!(window.last(), Some(&3));
    /// ```
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.values.back()
    }

    /// Drops what it holds, and keeps the room for it.
    ///
    /// The totals are history, not contents, and stay as they are: [`total`](Self::total) still counts every push, and
    /// [`dropped`](Self::dropped) only what fell off at the bound, not what was cleared. To count from zero again,
    /// start with a new one.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// let mut window = Recent::new(2);
    /// for value in [1, 2, 3] {
    ///     window.push(value);
    /// }
    /// window.clear();
    /// assert!(window.is_empty());
    /// assert_eq!((window.total(), window.dropped()), (3, 1));
    /// ```
    pub fn clear(&mut self) {
        // First, for dropping is user code, and may panic or look.
        self.tell_of(0);
        self.values.clear();
    }

    /// How many values were ever pushed.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// let mut alerts = Recent::new(100);
    /// for n in 0..250 {
    ///     alerts.push(n);
    /// }
    /// assert_eq!((alerts.total(), alerts.len()), (250, 100));
    /// ```
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// How many values fell off because a newer one needed the place.
    ///
    /// As long as nothing is taken out or cleared this is `total() - len()`.
    ///
    /// ```
    /// use memo_runtime::bounded::Recent;
    ///
    /// let mut alerts = Recent::new(100);
    /// for n in 0..250 {
    ///     alerts.push(n);
    /// }
    /// assert_eq!(alerts.dropped(), 150);
    /// ```
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }
}

/// How it is listed.
impl<T> Recent<T> {
    /// Tells the list how it is.
    #[inline]
    fn tell(&self) {
        self.tell_of(self.values.len());
    }

    /// There is one writer, so nothing need be exchanged: three stores.
    #[inline]
    fn tell_of(&self, len: usize) {
        if let Some(listed) = &self.listed {
            listed.tally.tell(len, self.total, self.dropped);
        }
    }
}

/// Pushes one after the other; what falls off is dropped.
impl<T> Extend<T> for Recent<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        for value in values {
            drop(self.push(value));
        }
    }
}

impl<'a, T> IntoIterator for &'a Recent<T> {
    type Item = &'a T;
    type IntoIter = vec_deque::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests;
