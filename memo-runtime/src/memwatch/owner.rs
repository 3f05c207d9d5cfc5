//! Whose an allocation is: named in the code, counted exactly.

use super::state::{Control, Inside, LOCAL};
use super::{ledger, symbol};
use std::future::{Future, poll_fn};
use std::panic::Location;
use std::pin::pin;
use std::sync::atomic::{
    AtomicU16, AtomicUsize,
    Ordering::{Acquire, Release},
};
use std::sync::{Mutex, PoisonError};

/// Room for owners, with that of what has none and that of all for which there is no room.
pub(super) const OWNERS: usize = 1024;
const NONE: usize = 0;
pub(super) const OTHERS: usize = OWNERS - 1;

/// The owners with a number, from 1 on. There is one for a name and a place, however many structures are made there.
static NAMED: Mutex<Vec<Named>> = Mutex::new(Vec::new());
/// One more than there are.
static COUNT: AtomicUsize = AtomicUsize::new(1);

#[derive(Debug, Clone)]
struct Named {
    name: Box<str>,
    place: &'static Location<'static>,
}

/// So many numbers may be in use, from 0 on, besides that of the others.
pub(super) fn count() -> usize {
    COUNT.load(Acquire).min(OTHERS)
}

/// A part of the program whose memory is counted: exactly, and at every [`Level`](super::Level), without a look at the stack.
///
/// ```
/// use memo_runtime::memwatch::Owner;
///
/// static PARSER: Owner = Owner::new("parser");
///
/// fn parse(text: &str) -> Vec<String> {
///     PARSER.scope(|| text.split(' ').map(str::to_owned).collect())
/// }
/// assert_eq!(parse("a b").len(), 2);
/// ```
///
/// What a thread allocates within [`scope`](Self::scope) belongs to the owner until it is freed, by whomever. Of two scopes the
/// inner one counts. Some 1,000 owners are told apart; those named later are counted together, as `(others)`.
#[derive(Debug)]
pub struct Owner {
    name: &'static str,
    place: &'static Location<'static>,
    /// Its number; 0 before it is first used.
    id: AtomicU16,
}

impl Owner {
    /// An owner; the line it is declared in is part of it.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            place: Location::caller(),
            id: AtomicU16::new(0),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Runs `work`; what this thread allocates meanwhile is the owner's, unless an inner scope has it.
    ///
    /// A closure rather than a guard, which could be held across an `.await`, where it would take in the allocations of other
    /// tasks. For futures there is [`poll_with`](Self::poll_with).
    pub fn scope<R>(&self, work: impl FnOnce() -> R) -> R {
        let _entered = self.id().enter();
        work()
    }

    /// The future, with each of its polls in [`scope`](Self::scope).
    ///
    /// ```
    /// # use memo_runtime::memwatch::Owner;
    /// static SESSIONS: Owner = Owner::new("sessions");
    ///
    /// async fn session() { /* .. */ }
    /// let session = SESSIONS.poll_with(session());
    /// # drop(session);
    /// ```
    pub async fn poll_with<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|context| self.scope(|| future.as_mut().poll(context))).await
    }

    /// The bytes that are its own at this moment; 0 while nothing is traced. Of an owner that was named when some 1,000 had been,
    /// those of all who are counted together.
    ///
    /// ```
    /// # use memo_runtime::memwatch::Owner;
    /// static PARSER: Owner = Owner::new("parser");
    /// assert_eq!(PARSER.live_bytes(), 0);
    /// ```
    #[must_use]
    pub fn live_bytes(&self) -> u64 {
        self.id().live_bytes()
    }

    fn id(&self) -> OwnerId {
        match self.id.load(Acquire) {
            0 => {
                let id = OwnerId::of(self.name, self.place);
                self.id.store(id.0, Release);
                id
            }
            id => OwnerId(id),
        }
    }
}

/// The number of an owner, for those that come to be while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OwnerId(u16);

impl OwnerId {
    /// The one for a name and a place. Takes a lock, so it is something to keep.
    pub(crate) fn of(name: &str, place: &'static Location<'static>) -> Self {
        let _inside = Inside::enter();
        let mut named = NAMED.lock().unwrap_or_else(PoisonError::into_inner);
        let line = |place: &Location<'static>| (place.file(), place.line());
        let is_it = |known: &Named| *known.name == *name && line(known.place) == line(place);
        let at = named.iter().position(is_it).unwrap_or_else(|| {
            if named.len() + 1 < OTHERS {
                let name = name.into();
                named.push(Named { name, place });
                COUNT.store(named.len() + 1, Release);
                return named.len() - 1;
            }
            OTHERS - 1
        });
        Self(u16::try_from(at + 1).expect("there are fewer owners"))
    }

    /// What this thread allocates is the owner's until the guard is dropped. Not to be held across an `.await`.
    #[inline]
    pub(crate) fn enter(self) -> Entered {
        Entered(Some(LOCAL.with(|local| local.owner.replace(self.0))))
    }

    /// Whether it is not one of those that are counted together.
    pub(crate) fn is_told_apart(self) -> bool {
        usize::from(self.0) != OTHERS
    }

    /// The bytes that are the owner's; 0 while nothing is traced.
    pub(crate) fn live_bytes(self) -> u64 {
        let control = Control::take();
        let epoch = control.level_and_epoch().map(|(_, epoch)| epoch);
        let bytes = epoch.map(|epoch| ledger::of_owner(self.0.into(), epoch).0);
        bytes.and_then(|bytes| bytes.try_into().ok()).unwrap_or(0)
    }
}

/// While it lives, the thread's allocations belong to an owner; has whose they were before. It is for its owner to see to it that
/// it is dropped where it was made.
#[derive(Debug)]
pub(crate) struct Entered(Option<u16>);

impl Entered {
    /// Nothing was entered.
    #[inline]
    pub(crate) const fn nowhere() -> Self {
        Self(None)
    }
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        if let Some(before) = self.0 {
            LOCAL.with(|local| local.owner.set(before));
        }
    }
}

/// The name of an owner, and where it is from.
pub(super) fn describe(owner: usize) -> (String, String, u32) {
    let named = NAMED.lock().unwrap_or_else(PoisonError::into_inner);
    let nowhere = |name: &str| (name.to_owned(), symbol::UNKNOWN.to_owned(), 0);
    match owner {
        NONE => nowhere("(none)"),
        OTHERS => nowhere("(others)"),
        _ => named.get(owner - 1).map_or_else(
            || nowhere(symbol::UNKNOWN),
            |known| {
                let file = known.place.file().to_owned();
                (known.name.to_string(), file, known.place.line())
            },
        ),
    }
}
