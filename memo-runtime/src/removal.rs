//! What has left a store, on its way out of the lock: it is dropped where it was asked for, not where it was found.

/// Why an entry is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Removal {
    /// The store was full.
    Evicted,
    /// Its ttl was over.
    Expired,
    /// Somebody asked for it to go, or for another in its place.
    Removed,
}

/// Keys and values that have left a store, and how many entries for which reason.
///
/// Declare it before the guard of the lock, so that it is dropped after it: `Drop` is user code.
#[derive(Debug)]
pub(crate) struct Departures<K, V> {
    /// Nearly always one at most has to go: no allocation for it.
    first: Option<(Option<K>, Option<V>)>,
    rest: Vec<(Option<K>, Option<V>)>,
    pub(crate) evictions: u64,
    pub(crate) expirations: u64,
}

impl<K, V> Departures<K, V> {
    #[inline]
    pub(crate) fn new() -> Self {
        Self {
            first: None,
            rest: Vec::new(),
            evictions: 0,
            expirations: 0,
        }
    }

    /// A key, a value or both go: both of an entry, unless somebody still computes for its key.
    pub(crate) fn leave(&mut self, why: Removal, given: (Option<K>, Option<V>)) {
        match why {
            Removal::Evicted => self.evictions += 1,
            Removal::Expired => self.expirations += 1,
            Removal::Removed => {}
        }
        if self.first.is_none() {
            self.first = Some(given);
        } else {
            self.rest.push(given);
        }
    }

    /// A value goes that was never stored.
    pub(crate) fn value(&mut self, value: V) {
        self.leave(Removal::Removed, (None, Some(value)));
    }
}
