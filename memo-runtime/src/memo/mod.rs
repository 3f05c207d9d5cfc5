//! The life of a call: look up, compute without a lock, store.
//!
//! A call is [`Memo::claim`], and on a miss the body and [`Seat::fill`]. Read these two and you know what happens; the
//! companions are next door and a few lines each.

mod companions;

use crate::clock::Tick;
use crate::expiry::Expiry;
use crate::key::{Fingerprint, Lookup};
use crate::policy::Order;
use crate::removal::Departures;
use crate::stats::CacheInfo;
use crate::store::{Store, Ticket};
use crate::sync::{Mutex, MutexGuard};
use crate::value::Shape;
use std::hash::BuildHasher;
use std::marker::PhantomData;
use std::time::Duration;

/// A bounded store with its lock, its counters and its hasher.
pub struct Memo<M: Kinds> {
    state: Mutex<State<M>>,
    hasher: M::Hasher,
    place: Place,
}

/// What a memo is made of: the tuple of key, value and [`Options`].
pub trait Kinds: 'static {
    /// What is stored of the arguments.
    type Key: Send + Sync + 'static;
    /// What is stored of the result.
    type Value: Clone + Send + Sync + 'static;
    /// Who goes when it is full.
    type Order: Order;
    /// When an entry is dead.
    type Expiry: Expiry;
    /// What hashes the arguments.
    type Hasher: BuildHasher + Send + Sync + 'static;
}

impl<K, V, T> Kinds for (K, V, T)
where
    K: Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    T: Options,
{
    type Key = K;
    type Value = V;
    type Order = T::Order;
    type Expiry = T::Expiry;
    type Hasher = T::Hasher;
}

/// What is chosen where a function is declared: the tuple of policy, expiry and hasher.
pub trait Options: 'static {
    /// See [`Kinds::Order`].
    type Order: Order;
    /// See [`Kinds::Expiry`].
    type Expiry: Expiry;
    /// See [`Kinds::Hasher`].
    type Hasher: BuildHasher + Default + Send + Sync + 'static;
}

impl<O: Order, E: Expiry, H: BuildHasher + Default + Send + Sync + 'static> Options for (O, E, H) {
    type Order = O;
    type Expiry = E;
    type Hasher = H;
}

/// Where a cache was declared, and as what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// `module::function`, or what `name` said.
    pub(crate) name: &'static str,
    /// The source file.
    pub(crate) file: &'static str,
    /// The line in it.
    pub(crate) line: u32,
    /// The group it is cleared with.
    pub(crate) group: Option<&'static str>,
}

/// How many expired entries a call frees at most: more than it can store, so that they become fewer, and not so many
/// that other threads wait for it.
const A_FEW: usize = 32;

/// What the lock guards.
struct State<M: Kinds> {
    store: Store<M::Key, M::Value, M::Order, M::Expiry>,
    /// The bound and the counters; the size is filled in when somebody asks.
    info: CacheInfo,
}

/// What a call finds: its answer, or a seat to put the answer in once it is computed.
#[derive(Debug)]
pub enum Claim<R, S> {
    /// A hit.
    Ready(R),
    /// A miss: run the body, then fill the seat.
    Vacant(S),
}

/// What has left the store of a memo.
type Left<M> = Departures<<M as Kinds>::Key, <M as Kinds>::Value>;

impl<M: Kinds> Memo<M> {
    /// `maxsize` is `None` for no bound, and 0 to store nothing.
    pub(crate) fn new(
        maxsize: Option<usize>,
        ttl: Option<Duration>,
        place: Place,
        hasher: M::Hasher,
    ) -> Self {
        let store = Store::new(maxsize.unwrap_or(usize::MAX), M::Expiry::new(ttl));
        let info = CacheInfo {
            maxsize,
            ..CacheInfo::default()
        };
        let state = Mutex::new(State { store, info });
        Self {
            state,
            hasher,
            place,
        }
    }

    /// Answers a call from the store, or counts a miss and gives out the right to store what the body will return.
    #[inline]
    pub fn claim<L, S>(&self, lookup: &L, _: S) -> Claim<S::Return, Seat<'_, M, S>>
    where
        L: Lookup<Key = M::Key>,
        S: Shape<Value = M::Value>,
    {
        let print = Fingerprint::of(&self.hasher, lookup);
        let (mut state, now) = self.lock(M::Expiry::now());
        if let Some(value) = state
            .store
            .find(print, lookup)
            .and_then(|at| state.hit(at, now))
        {
            drop(state);
            return Claim::Ready(S::returned(value));
        }
        drop(state);
        match self.claim_seat(print, lookup, now) {
            Claim::Ready(value) => Claim::Ready(S::returned(value)),
            Claim::Vacant(ticket) => Claim::Vacant(Seat::new(self, ticket, Finish::IfVacant)),
        }
    }

    /// The other half of `claim`: nothing was found, so now there is time to make a key.
    #[cold]
    fn claim_seat<L: Lookup<Key = M::Key>>(
        &self,
        print: Fingerprint,
        lookup: &L,
        now: Tick,
    ) -> Claim<M::Value, Ticket> {
        // Made without the lock: a key's `Clone` is user code.
        let mut key = Some(lookup.to_key());
        let mut left = Departures::new();
        let (mut state, now) = self.lock(now);
        state.purge(now, A_FEW, &mut left);
        // While the lock was free, somebody may have stored what we want.
        let found = state.store.find(print, lookup);
        if let Some(value) = found.and_then(|at| state.hit(at, now)) {
            return Claim::Ready(value);
        }
        state.info.misses += 1;
        Claim::Vacant(state.store.claim(found, print, &mut key))
    }

    /// The other half of [`Seat::fill`]: the value another computation stored first, if one did.
    #[cold]
    fn fill(&self, ticket: Ticket, value: M::Value, finish: Finish) -> Option<M::Value> {
        let mut left = Departures::new();
        let (mut state, now) = self.lock(M::Expiry::now());
        state.purge(now, A_FEW, &mut left);
        let theirs = match finish {
            // Callers may hold it already, and one key must not show two values.
            Finish::IfVacant => {
                let first = state.store.fill(ticket, value, now, &mut left);
                first.and_then(|at| state.store.live(at, now)).cloned()
            }
            Finish::Always => {
                state.store.refill(ticket, value, now, &mut left);
                None
            }
        };
        state.count(&mut left);
        theirs
    }

    /// Takes a ticket back whose computation came to nothing.
    #[cold]
    fn abandon(&self, ticket: Ticket) {
        let mut left = Departures::new();
        self.state.lock().store.abandon(ticket, &mut left);
    }

    /// Takes the lock. The time is the one given, read before; read again if others have stored something since.
    #[inline]
    fn lock(&self, now: Tick) -> (MutexGuard<'_, State<M>>, Tick) {
        let state = self.state.lock();
        let now = if M::Expiry::TIMED && now < state.store.expiry().latest() {
            M::Expiry::now()
        } else {
            now
        };
        (state, now)
    }

    /// Takes the lock and frees all that has expired. Declare `left` first: it must be dropped after the guard.
    fn enter(&self, left: &mut Left<M>) -> (MutexGuard<'_, State<M>>, Tick) {
        let (mut state, now) = self.lock(M::Expiry::now());
        state.purge(now, usize::MAX, left);
        (state, now)
    }
}

impl<M: Kinds> State<M> {
    /// Answers from the slot if it holds a live entry, which counts as used. Cloning comes first: it is user code, and if
    /// it panics nothing has happened.
    #[inline]
    fn hit(&mut self, at: u32, now: Tick) -> Option<M::Value> {
        let value = self.store.live(at, now)?.clone();
        self.store.touch(at);
        self.info.hits += 1;
        Some(value)
    }

    fn purge(&mut self, now: Tick, at_most: usize, left: &mut Left<M>) {
        self.store.purge(now, at_most, left);
        self.count(left);
    }

    /// Counts those who have left since the last count.
    fn count(&mut self, left: &mut Left<M>) {
        self.info.evictions += std::mem::take(&mut left.evictions);
        self.info.expirations += std::mem::take(&mut left.expirations);
    }
}

/// The right to store what the body returns. Dropped unfilled, by a panic or a failure, it leaves no trace.
pub struct Seat<'a, M: Kinds, S> {
    memo: &'a Memo<M>,
    /// Present until the seat is filled.
    ticket: Option<Ticket>,
    finish: Finish,
    shape: PhantomData<fn() -> S>,
}

/// What to do about a value that has been stored in the meantime.
#[derive(Debug, Clone, Copy)]
enum Finish {
    /// Return it.
    IfVacant,
    /// Replace it.
    Always,
}

impl<'a, M: Kinds, S: Shape<Value = M::Value>> Seat<'a, M, S> {
    fn new(memo: &'a Memo<M>, ticket: Ticket, finish: Finish) -> Self {
        Self {
            memo,
            ticket: Some(ticket),
            finish,
            shape: PhantomData,
        }
    }

    /// Stores what the body returned, unless it is a failure, `accept` refuses it or the key was cleared meanwhile.
    /// Returns what the call is to return: that, or the value another computation of the key stored first.
    #[inline]
    pub fn fill(
        mut self,
        returned: S::Return,
        accept: impl FnOnce(&M::Value) -> bool,
    ) -> S::Return {
        let value = S::value(&returned).filter(|&value| accept(value)).cloned();
        let theirs = value.and_then(|value| {
            let ticket = self.ticket.take()?;
            self.memo.fill(ticket, value, self.finish)
        });
        drop(self); // a seat that is still unfilled gives its ticket back
        theirs.map_or(returned, S::returned)
    }
}

impl<M: Kinds, S> Drop for Seat<'_, M, S> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.memo.abandon(ticket);
        }
    }
}
