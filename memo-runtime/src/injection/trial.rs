//! A cache under trial, and what it must say of itself.

use super::script::{Body, KEYS, Outcome, Step};
use super::{
    Answer, Book, Callback, Error, Hashing, Injected, Key, Sharing, Thing, Value, What, watched,
};
use crate::memo::{Borrowed, Claim, Entry, Memo, Options, Place, Seat};
use crate::registry::Listed;
use crate::testing::{self, Clock};
use crate::value::OkOnly;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

type Shape<F> = OkOnly<Value, Error, F>;

pub(super) struct Trial<F: Sharing, T: Options> {
    memo: Memo<Key, Value, F, T>,
    /// Arguments: made beforehand, so that nothing of them is the caller's to drop while it is watched.
    keys: Vec<Key>,
    pub(super) book: Arc<Book>,
    pub(super) tally: Tally,
    clock: Clock,
}

/// What its counters and its bound must be.
#[derive(Debug, Default)]
pub(super) struct Tally {
    bound: AtomicUsize,
    /// Answers without a computation since the last clear.
    pub(super) hits: AtomicU64,
    /// Computations that were begun since the last clear.
    pub(super) runs: AtomicU64,
    /// Calls since the last clear that were lost to the panic of a `Drop` before they had an answer or a seat.
    lost: AtomicU64,
    /// Values made so far.
    values: AtomicU64,
}

/// A key nobody else asks for.
const FRESH: u8 = KEYS;

impl<F: Sharing, T: Options<Hasher = Hashing>> Trial<F, T> {
    pub(super) fn new(
        fatal: u64,
        bound: usize,
        ttl: Option<Duration>,
        patience: Option<Duration>,
    ) -> Self {
        let book = Book::new(fatal);
        let place = Place {
            name: "trial".into(),
            at: Location::caller(),
            group: None,
        };
        Self {
            memo: Memo::new(
                Some(bound),
                ttl,
                patience,
                place,
                T::Order::default(),
                Hashing(book.clone()),
            ),
            keys: (0..=FRESH).map(|number| Key::new(&book, number)).collect(),
            book,
            tally: Tally {
                bound: bound.into(),
                ..Tally::default()
            },
            clock: testing::pause(),
        }
    }

    /// What comes of it is the caller's to drop.
    pub(super) fn perform(&self, step: &Step) -> Option<Answer> {
        let now = &|| ();
        match step {
            Step::Call(key, body) => return Some(self.call(*key, body, now)),
            Step::Refresh(key, body) => {
                let seat = self.claimed(|| self.entry(*key).refresh());
                return Some(self.compute(seat, *key, body, now));
            }
            Step::Insert(key, outcome) => {
                let answer = self.answer(*key, *outcome);
                let accept = |value: &Value| self.accept(value, *outcome);
                return self.entry(*key).insert(answer, accept);
            }
            Step::Remove(key) => {
                self.entry(*key).remove();
            }
            Step::Retain(divisor) => {
                self.memo.retain(|key| {
                    self.book.called(Callback::Keep);
                    key.number % divisor != 0
                });
            }
            Step::Peek(key) => return self.entry(*key).peek(),
            Step::Contains(key) => {
                let _ = self.entry(*key).contains();
            }
            Step::Resize(bound) => {
                self.tally.bound.store(*bound, SeqCst);
                self.memo.resize(*bound);
            }
            Step::Clear => {
                let tally = &self.tally;
                for it in [&tally.hits, &tally.runs, &tally.lost] {
                    it.store(0, SeqCst);
                }
                self.memo.clear();
            }
            Step::Advance(nanos) => self.clock.advance(Duration::from_nanos(*nanos)),
        }
        None
    }

    /// A call, whose body does `first` and then its own.
    pub(super) fn call(&self, key: u8, body: &Body, first: &dyn Fn()) -> Answer {
        match self.claimed(|| self.entry(key).claim()) {
            Claim::Ready(answer) => {
                self.tally.hits.fetch_add(1, SeqCst);
                answer
            }
            Claim::Vacant(seat) => self.compute(seat, key, body, first),
        }
    }

    fn compute(
        &self,
        seat: Seat<Borrowed<'_>, Key, Shape<F>, T>,
        key: u8,
        body: &Body,
        first: &dyn Fn(),
    ) -> Answer {
        self.tally.runs.fetch_add(1, SeqCst);
        first();
        self.book.called(Callback::Body);
        if let Some(first) = &body.first {
            self.perform(first);
        }
        let answer = self.answer(key, body.outcome);
        self.book.called(Callback::Body);
        seat.fill(answer, |value| self.accept(value, body.outcome))
    }

    fn answer(&self, key: u8, outcome: Outcome) -> Answer {
        if outcome == Outcome::Fails {
            let thing = Thing::new(&self.book, What::Error);
            return Err(Error { thing, key });
        }
        Ok(Value {
            thing: Thing::new(&self.book, What::Value),
            key,
            number: self.tally.values.fetch_add(1, SeqCst),
        })
    }

    fn accept(&self, _: &Value, outcome: Outcome) -> bool {
        self.book.called(Callback::Accept);
        outcome != Outcome::Refused
    }

    fn entry(&self, key: u8) -> Entry<'_, Borrowed<'_>, Key, Shape<F>, T> {
        let lookup = &self.keys[usize::from(key)];
        self.memo.entry(lookup, OkOnly(PhantomData))
    }

    /// Asks for an answer or a seat. Either may be lost, once it is counted, to the `Drop` of something else.
    fn claimed<R>(&self, ask: impl FnOnce() -> R) -> R {
        catch_unwind(AssertUnwindSafe(ask)).unwrap_or_else(|panic| {
            if let Some(Injected(Callback::Drop(_))) = panic.downcast_ref() {
                self.tally.lost.fetch_add(1, SeqCst);
            }
            resume_unwind(panic)
        })
    }
}

/// The numbers of the values by their keys.
pub(super) type Entries = BTreeMap<u8, u64>;

impl<F: Sharing, T: Options<Hasher = Hashing>> Trial<F, T> {
    pub(super) fn entries(&self) -> Entries {
        let mut entries = Entries::new();
        self.memo.show(|key, value| {
            assert_eq!(key.number, value.key, "a value is its key's");
            entries.insert(key.number, value.number);
        });
        entries
    }

    /// How many values there have been.
    pub(super) fn values(&self) -> u64 {
        self.tally.values.load(SeqCst)
    }

    pub(super) fn waiting(&self) -> usize {
        self.memo.waiting()
    }

    /// Nobody computes and nobody waits, whatever has happened: the store is whole, and the counters are right.
    ///
    /// A hit is counted with its answer and a miss with its seat, so there are as many as there were answers and as bodies
    /// were begun; and at most one more for each call that counted and was then lost.
    pub(super) fn is_sound(&self) {
        self.memo.validate();
        let (info, tally) = (self.memo.info(), &self.tally);
        let [hits, runs, lost] = [&tally.hits, &tally.runs, &tally.lost].map(|it| it.load(SeqCst));
        assert!(
            info.hits >= hits && info.misses >= runs,
            "{info:?}, {tally:?}"
        );
        assert!(
            info.hits + info.misses <= hits + runs + lost,
            "{info:?}, {tally:?}"
        );
        assert!(info.coalesced <= info.hits, "{info:?}");
        assert!(info.currsize <= tally.bound.load(SeqCst), "{info:?}");
    }

    /// Nobody has ever waited, so what is lost is a seat.
    pub(super) fn has_exact_counts(&self) {
        let (info, tally) = (self.memo.info(), &self.tally);
        let [hits, runs, lost] = [&tally.hits, &tally.runs, &tally.lost].map(|it| it.load(SeqCst));
        assert_eq!((info.hits, info.misses), (hits, runs + lost), "{info:?}");
        assert_eq!(info.coalesced, 0, "{info:?}");
    }

    /// A call with a key of its own is a miss, and a hit after that if there is room.
    pub(super) fn answers(&self) {
        let [one, other] = [(); 2].map(|()| {
            let answer = self.call(FRESH, &Body::PLAIN, &|| ());
            answer
                .map(|value| value.number)
                .expect("the body does not fail")
        });
        let has_room = self.tally.bound.load(SeqCst) > 0;
        assert_eq!(one == other, has_room, "a hit is the value that was stored");
        self.is_sound();
    }

    /// Drops the cache, which may panic, and then the arguments.
    pub(super) fn end(self) -> Result<(), Callback> {
        let Self { memo, keys, .. } = self;
        let result = watched(|| drop(memo));
        drop(keys);
        result
    }
}
