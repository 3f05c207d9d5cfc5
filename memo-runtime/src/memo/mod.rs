//! The life of a call: look up, compute without a lock, store.
//!
//! A call is [`Entry::claim`], and on a miss the body and [`Seat::fill`]. Read these two and you know what happens; the
//! companions are next door and a few lines each.

mod companions;

use crate::clock::Tick;
use crate::expiry::Expiry;
use crate::key::{Fingerprint, Lookup};
use crate::policy::Order;
use crate::removal::Departures;
use crate::store::{Finish, Store, Ticket};
use crate::sync::{Mutex, MutexGuard};
use crate::value::Shape;
use std::hash::BuildHasher;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::time::Duration;

/// A bounded store with its lock, its counters and its hasher.
pub struct Memo<K, V, T: Options> {
    state: Mutex<State<K, V, T>>,
    hasher: T::Hasher,
    place: Place,
}

/// What is chosen where a function is declared: the tuple of policy, expiry and hasher.
pub trait Options: 'static {
    /// Who goes when it is full.
    type Order: Order;
    /// When an entry is dead.
    type Expiry: Expiry;
    /// What hashes the arguments.
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
    /// File and line.
    pub(crate) at: &'static Location<'static>,
    /// The group it is cleared with.
    pub(crate) group: Option<&'static str>,
}

/// How many expired entries a call frees at most: more than it can store, so that they become fewer, and not so many
/// that other threads wait for it.
const A_FEW: usize = 32;

/// What the lock guards.
struct State<K, V, T: Options> {
    store: Store<K, V, T::Order, T::Expiry>,
    maxsize: Option<usize>,
    hits: u64,
    misses: u64,
}

/// What a call finds: its answer, or a seat to put the answer in once it is computed.
#[derive(Debug)]
pub enum Claim<R, S> {
    /// A hit.
    Ready(R),
    /// A miss: run the body, then fill the seat.
    Vacant(S),
}

impl<K, V: Clone, T: Options> Memo<K, V, T> {
    /// `maxsize` is `None` for no bound, and 0 to store nothing.
    pub(crate) fn new(
        maxsize: Option<usize>,
        ttl: Option<Duration>,
        place: Place,
        hasher: T::Hasher,
    ) -> Self {
        let store = Store::new(maxsize.unwrap_or(usize::MAX), T::Expiry::new(ttl));
        let state = State {
            store,
            maxsize,
            hits: 0,
            misses: 0,
        };
        Self {
            state: Mutex::new(state),
            hasher,
            place,
        }
    }

    /// The place in the memo of a call with these arguments.
    #[inline]
    pub(crate) fn entry<'m, 'l, L, S>(&'m self, lookup: &'l L, _: S) -> Entry<'m, 'l, L, S, T>
    where
        L: Lookup<Key = K>,
        S: Shape<Value = V>,
    {
        Entry {
            print: Fingerprint::of(&self.hasher, lookup),
            memo: self,
            lookup,
        }
    }

    /// Takes the lock. The time is the one given, read before; read again if others have stored something since.
    #[inline]
    fn lock(&self, now: Tick) -> (MutexGuard<'_, State<K, V, T>>, Tick) {
        let state = self.state.lock();
        let now = if T::Expiry::TIMED && now < state.store.expiry.latest() {
            T::Expiry::now()
        } else {
            now
        };
        (state, now)
    }

    /// Takes the lock and frees what has expired, so many entries at most.
    fn enter(&self, now: Tick, at_most: usize) -> Inside<'_, K, V, T> {
        let (state, now) = self.lock(now);
        let mut inside = Inside {
            state,
            now,
            left: Departures::default(),
        };
        inside.store.purge(now, at_most);
        inside
    }

    /// The other half of [`Seat::fill`]: the value another computation stored first, if one did.
    #[cold]
    fn fill(&self, ticket: Ticket, value: V, finish: Finish) -> Option<V> {
        let mut inside = self.enter(T::Expiry::now(), A_FEW);
        let now = inside.now;
        let first = inside.store.fill(ticket, value, finish, now)?;
        // Callers may hold it already, and one key must not show two values.
        inside.store.live(first, now).cloned()
    }

    /// Takes a ticket back whose computation came to nothing.
    #[cold]
    fn abandon(&self, ticket: Ticket) {
        let mut inside = self.enter(Tick::ZERO, 0);
        inside.store.abandon(ticket);
    }
}

impl<K, V: Clone, T: Options> State<K, V, T> {
    /// Answers from the slot if it holds a live entry, which counts as used. Cloning comes first: it is user code, and if
    /// it panics nothing has happened.
    #[inline]
    fn hit(&mut self, at: u32, now: Tick) -> Option<V> {
        let value = self.store.live(at, now)?.clone();
        self.store.touch(at);
        self.hits += 1;
        Some(value)
    }
}

/// The state with its lock held. What leaves the store meanwhile is dropped as soon as the lock is released.
struct Inside<'a, K, V, T: Options> {
    state: MutexGuard<'a, State<K, V, T>>,
    now: Tick,
    /// Behind the guard, for fields are dropped in their order.
    left: Departures<K, V>,
}

impl<K, V, T: Options> Deref for Inside<'_, K, V, T> {
    type Target = State<K, V, T>;

    fn deref(&self) -> &State<K, V, T> {
        &self.state
    }
}

impl<K, V, T: Options> DerefMut for Inside<'_, K, V, T> {
    fn deref_mut(&mut self) -> &mut State<K, V, T> {
        &mut self.state
    }
}

impl<K, V, T: Options> Drop for Inside<'_, K, V, T> {
    fn drop(&mut self) {
        self.left = std::mem::take(&mut self.state.store.left);
    }
}

/// One call's arguments and its place in a memo: what a call and the companions for one entry are asked of.
pub struct Entry<'m, 'l, L: Lookup, S: Shape, T: Options> {
    memo: &'m Memo<L::Key, S::Value, T>,
    lookup: &'l L,
    print: Fingerprint,
}

impl<'m, 'l, L: Lookup, S: Shape, T: Options> Entry<'m, 'l, L, S, T> {
    /// Answers a call from the store, or counts a miss and gives out the right to store what the body will return.
    #[inline]
    pub fn claim(self) -> Claim<S::Return, Seat<'m, L::Key, S, T>> {
        let (mut state, now) = self.memo.lock(T::Expiry::now());
        if let Some(value) = self.find(&state).and_then(|at| state.hit(at, now)) {
            drop(state);
            return Claim::Ready(S::returned(value));
        }
        drop(state);
        // In its parts, which fit into registers: as a whole a hit would write it to memory, too.
        Self::claim_seat(self.memo, self.lookup, self.print, now)
    }

    /// The other half of `claim`: nothing was found, so now there is time to make a key.
    #[cold]
    fn claim_seat(
        memo: &'m Memo<L::Key, S::Value, T>,
        lookup: &'l L,
        print: Fingerprint,
        now: Tick,
    ) -> Claim<S::Return, Seat<'m, L::Key, S, T>> {
        // Made without the lock: a key's `Clone` is user code.
        let key = lookup.to_key();
        let entry = Self {
            memo,
            lookup,
            print,
        };
        let mut inside = memo.enter(now, A_FEW);
        let (now, found) = (inside.now, entry.find(&inside));
        // While the lock was free, somebody may have stored what we want.
        if let Some(value) = found.and_then(|at| inside.hit(at, now)) {
            drop((inside, key));
            return Claim::Ready(S::returned(value));
        }
        Claim::Vacant(entry.seat(inside, found, key, Finish::IfVacant))
    }

    /// The slot that has the key.
    #[inline]
    fn find(&self, state: &State<L::Key, S::Value, T>) -> Option<u32> {
        state.store.find(self.print, self.lookup)
    }

    /// A miss: the right to fill the slot that was found, or a new one.
    fn seat(
        &self,
        mut inside: Inside<'m, L::Key, S::Value, T>,
        found: Option<u32>,
        key: L::Key,
        finish: Finish,
    ) -> Seat<'m, L::Key, S, T> {
        let at = inside.store.promise(found, self.print, key);
        inside.misses += 1;
        let seat = Seat {
            memo: self.memo,
            ticket: Some(inside.store.claim(at)),
            finish,
        };
        drop(inside); // what has left may panic now, and then the seat is given back
        seat
    }
}

/// The right to store what the body returns. Dropped unfilled, by a panic or a failure, it leaves no trace.
pub struct Seat<'a, K, S: Shape, T: Options> {
    memo: &'a Memo<K, S::Value, T>,
    /// Present until the seat is filled.
    ticket: Option<Ticket>,
    finish: Finish,
}

impl<K, S: Shape, T: Options> Seat<'_, K, S, T> {
    /// Stores what the body returned, unless it is a failure, `accept` refuses it or the key was cleared meanwhile.
    /// Returns what the call is to return: that, or the value another computation of the key stored first.
    #[inline]
    pub fn fill(
        mut self,
        returned: S::Return,
        accept: impl FnOnce(&S::Value) -> bool,
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

impl<K, S: Shape, T: Options> Drop for Seat<'_, K, S, T> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.memo.abandon(ticket);
        }
    }
}
