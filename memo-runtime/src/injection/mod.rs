//! A panic out of each of the user's callbacks, one at a time: nothing breaks, leaks or is dropped twice.
//!
//! Keys, values, errors, the hasher, bodies and predicates report to a [`Book`], which panics at the one call it was told.
//! What is done to the cache is a script, so that the n-th call is the same in each run until it panics.

mod alone;
mod script;
mod trial;
mod waiting;

use crate::key::Lookup;
use crate::value::{Failure, Shared};
use std::cell::Cell;
use std::convert::Infallible;
use std::hash::{BuildHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

/// What calls the user's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Callback {
    BuildHasher,
    Finish,
    Hash,
    Eq,
    Clone(What),
    Drop(What),
    Body,
    Accept,
    Keep,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Key,
    Value,
    Error,
}

/// Keeps count of callbacks and of what is alive, and panics when it is time to.
#[derive(Debug, Default)]
struct Book {
    /// Callbacks so far, of threads that are watched.
    calls: AtomicU64,
    /// The number of the call that panics, from 1; 0 for none.
    fatal: u64,
    /// By id: whether the thing is alive.
    alive: Mutex<Vec<bool>>,
    dropped_twice: AtomicU64,
}

/// What a callback panics with.
struct Injected(Callback);

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
}

/// Runs what may panic by injection; the callback that did.
fn watched<R>(run: impl FnOnce() -> R) -> Result<R, Callback> {
    WATCHED.set(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    WATCHED.set(false);
    result.map_err(|panic| match panic.downcast::<Injected>() {
        Ok(injected) => injected.0,
        Err(panic) => resume_unwind(panic),
    })
}

impl Book {
    fn new(fatal: u64) -> Arc<Self> {
        Arc::new(Self {
            fatal,
            ..Self::default()
        })
    }

    fn called(&self, callback: Callback) {
        if WATCHED.get() && self.calls.fetch_add(1, SeqCst) + 1 == self.fatal {
            // Unlike `panic!` it does not call the panic hook, so nothing is printed.
            resume_unwind(Box::new(Injected(callback)));
        }
    }

    fn calls(&self) -> u64 {
        self.calls.load(SeqCst)
    }

    fn is_born(&self) -> usize {
        let mut alive = self.alive.lock().unwrap_or_else(PoisonError::into_inner);
        alive.push(true);
        alive.len() - 1
    }

    fn dies(&self, id: usize) {
        let mut alive = self.alive.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::take(&mut alive[id]) {
            self.dropped_twice.fetch_add(1, SeqCst);
        }
    }

    /// How many things are alive; nothing has died more than once.
    fn alive(&self) -> usize {
        assert_eq!(self.dropped_twice.load(SeqCst), 0, "dropped twice");
        let alive = self.alive.lock().unwrap_or_else(PoisonError::into_inner);
        alive.iter().filter(|it| **it).count()
    }
}

/// What keys, values and errors are made of: it is in the book from its birth to its death.
#[derive(Debug)]
struct Thing {
    book: Arc<Book>,
    id: usize,
    what: What,
}

impl Thing {
    fn new(book: &Arc<Book>, what: What) -> Self {
        Self {
            id: book.is_born(),
            book: book.clone(),
            what,
        }
    }
}

impl Clone for Thing {
    fn clone(&self) -> Self {
        self.book.called(Callback::Clone(self.what));
        Self::new(&self.book, self.what)
    }
}

impl Drop for Thing {
    fn drop(&mut self) {
        self.book.dies(self.id);
        self.book.called(Callback::Drop(self.what));
    }
}

#[derive(Debug, Clone)]
struct Key {
    thing: Thing,
    number: u8,
}

impl Key {
    fn new(book: &Arc<Book>, number: u8) -> Self {
        Self {
            thing: Thing::new(book, What::Key),
            number,
        }
    }
}

impl Hash for Key {
    /// Three keys are told apart by `Eq` alone.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.thing.book.called(Callback::Hash);
        (self.number % 5).hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.thing.book.called(Callback::Eq);
        self.number == other.number
    }
}

impl Eq for Key {}

/// What [`ByRef`](crate::key::ByRef) makes of any key.
impl Lookup for Key {
    type Key = Self;

    fn hash<H: Hasher>(&self, hasher: &mut H) {
        Hash::hash(self, hasher);
    }
    fn matches(&self, key: &Self) -> bool {
        self == key
    }
    fn to_key(&self) -> Self {
        self.clone()
    }
    fn are_equal(one: &Self, other: &Self) -> bool {
        one == other
    }
}

#[derive(Debug, Clone)]
struct Value {
    #[expect(dead_code, reason = "there for its `Clone` and `Drop`")]
    thing: Thing,
    key: u8,
    /// Which of all values it is a copy of.
    number: u64,
}

#[derive(Debug, Clone)]
struct Error {
    #[expect(dead_code, reason = "there for its `Clone` and `Drop`")]
    thing: Thing,
    key: u8,
}

/// What a memoized function returns.
type Answer = Result<Value, Error>;

/// Whether an error can be shared with those who wait.
trait Sharing: Failure<Error> + Send {
    const SHARES: bool;
}

impl Sharing for Shared<Error> {
    const SHARES: bool = true;
}

impl Sharing for Infallible {
    const SHARES: bool = false;
}

#[derive(Debug, Default)]
struct Hashing(Arc<Book>);

struct Sum {
    book: Arc<Book>,
    sum: u64,
}

impl BuildHasher for Hashing {
    type Hasher = Sum;

    fn build_hasher(&self) -> Sum {
        self.0.called(Callback::BuildHasher);
        Sum {
            book: self.0.clone(),
            sum: 0,
        }
    }
}

impl Hasher for Sum {
    fn write(&mut self, bytes: &[u8]) {
        self.sum = bytes
            .iter()
            .fold(self.sum, |sum, byte| sum * 31 + u64::from(*byte));
    }

    fn finish(&self) -> u64 {
        self.book.called(Callback::Finish);
        self.sum.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}
