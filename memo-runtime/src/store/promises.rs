//! Computations that have begun beside a store: while others look into it, nobody can change it, but what its next changes will
//! be can be said.

use super::Store;
use super::runs::Ticket;
use crate::expiry::Expiry;
use crate::flight::Run;
use crate::key::Fingerprint;
use crate::policy::Order;

/// Promises that a store has not been told of. It is before anything else happens to it.
#[derive(Debug)]
pub(crate) struct Promises<K>(Vec<Promise<K>>);

#[derive(Debug)]
struct Promise<K> {
    print: Fingerprint,
    key: K,
    run: Run,
    /// The slot that it will have.
    at: u32,
}

impl<K> Default for Promises<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K> Promises<K> {
    /// So many at most: they are searched one by one.
    const MOST: usize = 8;

    /// Whether there is one for the key.
    pub(crate) fn has(&self, print: Fingerprint, matches: impl Fn(&K) -> bool) -> bool {
        let mut all = self.0.iter();
        all.any(|promise| promise.print == print && matches(&promise.key))
    }

    pub(crate) fn are_many(&self) -> bool {
        self.0.len() == Self::MOST
    }
}

impl<K, V, F, O: Order, E: Expiry> Store<K, V, F, O, E> {
    /// Begins a computation for a key that is not there, and not promised either.
    pub(crate) fn promise_beside(
        &self,
        promises: &mut Promises<K>,
        print: Fingerprint,
        key: K,
    ) -> Ticket {
        let at = self.slab.nth_free(promises.0.len());
        let run = Run::begin();
        promises.0.push(Promise {
            print,
            key,
            run,
            at,
        });
        Ticket { at, run }
    }

    /// Is told of the promises; how many there were.
    pub(crate) fn keep(&mut self, promises: &mut Promises<K>) -> u64 {
        let before = promises.0.len() as u64;
        for promise in promises.0.drain(..) {
            let at = self.promise(promise.print, promise.key, Some(promise.run));
            debug_assert_eq!(at, promise.at, "nothing has happened in between");
        }
        before
    }
}
