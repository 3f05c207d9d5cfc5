//! A store with its lock, its counters and its hasher. `call` tells the life of a call, `companions` what else can be done,
//! `lock` and `held` who may do it when.

mod call;
mod claiming;
mod companions;
mod computing;
mod held;
mod hit;
#[cfg(test)]
mod inspection;
mod lock;
mod task;

pub use self::call::Claim;
pub(crate) use self::call::Entry;
#[cfg(all(test, not(any(memo_shuttle, memo_loom))))]
pub(crate) use self::call::Seat;
pub use self::companions::{Asked, Told};
pub use self::task::{Answer, Call, apart};

use self::lock::Backlog;

use crate::clock::{self, Lately, Tick};
use crate::expiry::Expiry;
use crate::flight::{Helper, Outcome};
use crate::key::Lookup;
use crate::owner::OwnerId;
use crate::policy::Order;
use crate::scope::{Global, Scope};
use crate::stats::Policy;
use crate::store::Store;
use crate::sync::Mutex;
use crate::value::Shape;
use std::borrow::Cow;
use std::hash::BuildHasher;
use std::marker::PhantomData;
use std::ops::Deref;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

/// A bounded store with its lock, its counters and its hasher.
pub(crate) struct Memo<K, V: Clone, F, T: Options> {
    state: LockOf<T, State<K, V, F, T>>,
    backlog: Backlog<K, V>,
    clears: ClearsOf<T>,
    hasher: T::Hasher,
    owner: OwnerId,
    place: Place,
    /// As of the last resize.
    maxsize: Mutex<Option<usize>>,
    policy: Policy,
    ttl: Option<Duration>,
    /// How long a call waits for another's computation before it computes too; `None` if it does not wait at all.
    patience: Option<Duration>,
}

/// What is chosen where a function is declared: the tuple of policy, expiry, hasher and scope, which is the process unless it
/// is said.
pub trait Options: 'static {
    /// Who goes when it is full.
    type Order: Order + Default;
    /// When an entry is dead.
    type Expiry: Expiry;
    /// What hashes the arguments.
    type Hasher: BuildHasher + Default + 'static;
    /// Who shares it.
    type Scope: Scope;
}

impl<O: Order + Default, E: Expiry, H: BuildHasher + Default + 'static> Options for (O, E, H) {
    type Order = O;
    type Expiry = E;
    type Hasher = H;
    type Scope = Global;
}

impl<O, E, H, S> Options for (O, E, H, S)
where
    O: Order + Default,
    E: Expiry,
    H: BuildHasher + Default + 'static,
    S: Scope,
{
    type Order = O;
    type Expiry = E;
    type Hasher = H;
    type Scope = S;
}

/// What is around the state of a memo with these options.
type LockOf<T, X> = <<T as Options>::Scope as Scope>::Lock<X>;

/// The clears elsewhere that are to reach it.
type ClearsOf<T> = <<T as Options>::Scope as Scope>::Clears;

/// The bound, the ttl and the patience.
pub type Limits = (Option<usize>, Option<Duration>, Option<Duration>);

/// Where a cache was declared, and as what.
#[derive(Debug, Clone)]
pub struct Place {
    /// `module::function`, or what `name` said.
    pub(crate) name: Cow<'static, str>,
    /// File and line.
    pub(crate) at: &'static Location<'static>,
    /// The group it is cleared with.
    pub(crate) group: Option<&'static str>,
}

/// What the lock guards.
struct State<K, V, F, T: Options> {
    store: Store<K, V, F, T::Order, T::Expiry>,
    /// For what is done in passing, by whoever has the lock next.
    owner: OwnerId,
    hits: u64,
    /// Of the hits: those that waited.
    coalesced: u64,
    misses: u64,
    /// Whether who has the lock did no more than answer from the store.
    is_calm: bool,
    /// What those get who wait for a flight that ends now, and whoever waited too long for one. For whoever holds the lock
    /// to take along.
    outcome: Option<Outcome<V, F>>,
    helper: Option<Helper<V, F>>,
}

impl<K, V: Clone, F, T: Options> Memo<K, V, F, T> {
    /// `maxsize` is `None` for no bound, and 0 to store nothing.
    pub(crate) fn new(
        maxsize: Option<usize>,
        ttl: Option<Duration>,
        patience: Option<Duration>,
        place: Place,
        order: T::Order,
        hasher: T::Hasher,
    ) -> Self {
        let limits = (maxsize, ttl, patience);
        Self::with(limits, place, order, hasher, <_>::default())
    }

    /// One of several that are cleared together.
    pub(crate) fn with(
        (maxsize, ttl, patience): Limits,
        place: Place,
        order: T::Order,
        hasher: T::Hasher,
        clears: ClearsOf<T>,
    ) -> Self {
        let policy = order.policy();
        let owner = OwnerId::of(&place.name, place.at);
        let store = Store::new(maxsize.unwrap_or(usize::MAX), order, T::Expiry::new(ttl));
        let state = State {
            store,
            owner,
            hits: 0,
            coalesced: 0,
            misses: 0,
            is_calm: false,
            outcome: None,
            helper: None,
        };
        Self {
            state: state.into(),
            backlog: Backlog::new(),
            clears,
            hasher,
            owner,
            place,
            maxsize: Mutex::new(maxsize),
            policy,
            ttl,
            patience,
        }
    }

    /// The time, if anything expires here; if not, nobody reads a clock.
    #[inline]
    fn now(&self) -> Tick {
        if T::Expiry::TIMED && self.ttl.is_some() {
            clock::now()
        } else {
            Tick::ZERO
        }
    }

    /// The same, of lately, which is all that most hits need to know.
    #[inline]
    fn lately(&self) -> Lately {
        if T::Expiry::TIMED && self.ttl.is_some() {
            clock::lately()
        } else {
            Lately::now(Tick::ZERO)
        }
    }

    /// The place in the memo of a call with these arguments.
    #[inline]
    pub(crate) fn entry<'m, 'l, L, S>(
        &'m self,
        lookup: &'l L,
        _: S,
    ) -> Entry<'l, Borrowed<'m>, L, S, T>
    where
        K: 'static,
        V: 'static,
        F: 'static,
        L: Lookup<Key = K>,
        S: Shape<Value = V, Failure = F>,
    {
        Entry::of(self, lookup)
    }
}

/// What a call holds its memo by.
pub trait Handle {
    /// To something.
    type To<X: 'static>: Deref<Target = X>;
}

/// A handle to the memo of a function with keys `K` and results of the shape `S`.
type ToMemo<H, K, S, T> = <H as Handle>::To<Memo<K, <S as Shape>::Value, <S as Shape>::Failure, T>>;

/// A reference.
#[derive(Debug)]
pub struct Borrowed<'m>(PhantomData<&'m ()>);

/// A share in it.
#[derive(Debug)]
pub struct Owned;

impl Handle for Owned {
    type To<X: 'static> = Rc<X>;
}

impl<'m> Handle for Borrowed<'m> {
    type To<X: 'static> = &'m X;
}
