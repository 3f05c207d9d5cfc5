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

/// A key, a value or both: both of an entry, unless somebody still computes for its key.
pub(crate) type Given<K, V> = (Option<K>, Option<V>);

/// Keys and values that have left a store. Their `Drop` is user code, so it must not run under the lock.
#[derive(Debug)]
pub(crate) struct Departures<K, V> {
    /// Nearly always one at most has to go: no allocation for it.
    first: Option<Given<K, V>>,
    rest: Vec<Given<K, V>>,
}

impl<K, V> Default for Departures<K, V> {
    #[inline]
    fn default() -> Self {
        Self {
            first: None,
            rest: Vec::new(),
        }
    }
}

impl<K, V> Departures<K, V> {
    /// All of them.
    #[inline]
    pub(crate) fn take(&mut self) -> Self {
        if !std::mem::needs_drop::<Given<K, V>>() || self.is_empty() {
            return Self::default();
        }
        std::mem::take(self)
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    #[inline]
    pub(crate) fn add(&mut self, given: Given<K, V>) {
        if !std::mem::needs_drop::<Given<K, V>>() {
            return; // there is no code that could run
        }
        if self.first.is_none() {
            self.first = Some(given);
        } else {
            self.rest.push(given);
        }
    }
}
