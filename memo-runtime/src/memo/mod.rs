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
use crate::store::{Filled, Store, Ticket};
use crate::sync::{Mutex, MutexGuard};
use crate::value::Shape;
use std::hash::BuildHasher;
use std::marker::PhantomData;
use std::time::Duration;

/// A bounded store with its lock, its counters and its hasher.
///
/// `O` and `E` are chosen where the function is declared: [`Order`] says who goes when it is full, [`Expiry`] when an
/// entry is dead.
#[derive(Debug)]
pub struct Memo<K, V, O, E, H> {
    state: Mutex<State<K, V, O, E>>,
    hasher: H,
    place: Place,
}

/// Where a cache was declared, and as what.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// `module::function`, or what `name` said.
    pub name: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line in it.
    pub line: u32,
    /// The group it is cleared with.
    pub group: Option<&'static str>,
}

/// What is known about a cache when it is first used.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    /// The most entries; `None` for no bound, 0 to store nothing.
    pub maxsize: Option<usize>,
    /// How long an entry lives.
    pub ttl: Option<Duration>,
}

/// What the lock guards.
#[derive(Debug)]
struct State<K, V, O, E> {
    store: Store<K, V, O, E>,
    maxsize: Option<usize>,
    counters: Counters,
}

#[derive(Debug, Default)]
struct Counters {
    hits: u64,
    misses: u64,
    evictions: u64,
    expirations: u64,
}

/// What a call finds: its answer, or a seat to put the answer in once it is computed.
#[derive(Debug)]
pub enum Claim<R, S> {
    /// A hit.
    Ready(R),
    /// A miss: run the body, then fill the seat.
    Vacant(S),
}

/// What a call for results of the shape `S` finds.
pub(crate) type Found<'a, K, O, E, H, S> =
    Claim<<S as Shape>::Return, Seat<'a, K, <S as Shape>::Value, O, E, H, S>>;

impl<K, V, O, E, H> Memo<K, V, O, E, H>
where
    K: Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    O: Order,
    E: Expiry,
    H: BuildHasher,
{
    pub(crate) fn new(config: Config, place: Place, hasher: H) -> Self {
        let store = Store::new(config.maxsize.unwrap_or(usize::MAX), E::new(config.ttl));
        let state = State {
            store,
            maxsize: config.maxsize,
            counters: Counters::default(),
        };
        Self {
            state: Mutex::new(state),
            hasher,
            place,
        }
    }

    /// Answers a call from the store, or counts a miss and gives out the right to store what the body will return.
    #[inline]
    pub fn claim<L, S>(&self, lookup: &L, _: S) -> Found<'_, K, O, E, H, S>
    where
        L: Lookup<Key = K>,
        S: Shape<Value = V>,
    {
        let print = Fingerprint::of(&self.hasher, lookup);
        let now = E::now();
        let mut state = self.state.lock();
        if state.goes_forward(now) {
            if let Some(value) = state.hit(print, lookup, now) {
                drop(state);
                return Claim::Ready(S::returned(value));
            }
        }
        drop(state);
        match self.claim_seat(print, lookup) {
            Claim::Ready(value) => Claim::Ready(S::returned(value)),
            Claim::Vacant(ticket) => Claim::Vacant(Seat::new(self, ticket, Finish::IfVacant)),
        }
    }

    /// The other half of `claim`: nothing was found, so now there is time to make a key.
    #[cold]
    fn claim_seat<L: Lookup<Key = K>>(&self, print: Fingerprint, lookup: &L) -> Claim<V, Ticket> {
        // Made without the lock: a key's `Clone` is user code.
        let mut key = Some(lookup.to_key());
        let mut left = Departures::new();
        let (mut state, now) = self.enter(&mut left);
        // While the lock was free, somebody may have stored what we want.
        if let Some(value) = state.hit(print, lookup, now) {
            return Claim::Ready(value);
        }
        state.counters.misses += 1;
        Claim::Vacant(state.store.claim(print, lookup, &mut key))
    }

    /// The other half of [`Seat::fill`]: the value another computation stored first, if one did.
    #[cold]
    fn fill(&self, ticket: Ticket, value: V, finish: Finish) -> Option<V> {
        let mut left = Departures::new();
        let (mut state, now) = self.enter(&mut left);
        let theirs = match finish {
            Finish::IfVacant => match state.store.fill(ticket, value, now, &mut left) {
                Filled::Settled => None,
                // Callers may hold it already, and one key must not show two values.
                Filled::Overtaken(at) => state.store.value(at).cloned(),
            },
            Finish::Always => {
                state.store.refill(ticket, value, now, &mut left);
                None
            }
        };
        state.counters.count(&mut left);
        theirs
    }

    /// Takes a ticket back whose computation came to nothing.
    #[cold]
    fn abandon(&self, ticket: Ticket) {
        let mut left = Departures::new();
        self.state.lock().store.abandon(ticket, &mut left);
    }

    /// Takes the lock and frees what has expired. Declare `left` first: it must be dropped after the guard.
    fn enter(&self, left: &mut Departures<K, V>) -> (MutexGuard<'_, State<K, V, O, E>>, Tick) {
        let mut now = E::now();
        let mut state = self.state.lock();
        if !state.goes_forward(now) {
            // Between our reading of the clock and the lock, others have stored. Or the clock has stepped back: then
            // nobody can say how old an entry is, and all are taken for dead.
            now = E::now();
            if !state.goes_forward(now) {
                state.store.expire_all(left);
            }
        }
        state.store.purge(now, left);
        state.counters.count(left);
        (state, now)
    }
}

impl<K, V: Clone, O: Order, E: Expiry> State<K, V, O, E> {
    /// Whether `now` is no earlier than any entry.
    #[inline]
    fn goes_forward(&self, now: Tick) -> bool {
        !E::TIMED || now >= self.store.expiry().latest()
    }

    /// Answers from a live entry, which counts as used. Cloning comes first: it is user code, and if it panics nothing
    /// has happened.
    #[inline]
    fn hit<L: Lookup<Key = K>>(&mut self, print: Fingerprint, lookup: &L, now: Tick) -> Option<V> {
        let at = self.store.find(print, lookup, now)?;
        let value = self.store.value(at)?.clone();
        self.store.touch(at);
        self.counters.hits += 1;
        Some(value)
    }
}

impl Counters {
    /// Counts those who have left since the last count.
    fn count<K, V>(&mut self, left: &mut Departures<K, V>) {
        self.evictions += std::mem::take(&mut left.evictions);
        self.expirations += std::mem::take(&mut left.expirations);
    }
}

/// The right to store what the body returns. Dropped unfilled, by a panic or a failure, it leaves no trace.
#[derive(Debug)]
pub struct Seat<'a, K, V, O, E, H, S>
where
    K: Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    O: Order,
    E: Expiry,
    H: BuildHasher,
{
    memo: &'a Memo<K, V, O, E, H>,
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

impl<'a, K, V, O, E, H, S> Seat<'a, K, V, O, E, H, S>
where
    K: Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    O: Order,
    E: Expiry,
    H: BuildHasher,
    S: Shape<Value = V>,
{
    fn new(memo: &'a Memo<K, V, O, E, H>, ticket: Ticket, finish: Finish) -> Self {
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
    pub fn fill(mut self, returned: S::Return, accept: impl FnOnce(&V) -> bool) -> S::Return {
        let Some(value) = S::value(&returned).filter(|&value| accept(value)).cloned() else {
            return returned;
        };
        let Some(ticket) = self.ticket.take() else {
            return returned;
        };
        match self.memo.fill(ticket, value, self.finish) {
            Some(theirs) => S::returned(theirs),
            None => returned,
        }
    }
}

impl<K, V, O, E, H, S> Drop for Seat<'_, K, V, O, E, H, S>
where
    K: Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    O: Order,
    E: Expiry,
    H: BuildHasher,
{
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.memo.abandon(ticket);
        }
    }
}
