//! What is on, in one word, and what each thread knows of itself.

use super::{Level, ledger, stack, stacks};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{Acquire, Relaxed, SeqCst},
    fence,
};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The present [`State`]; 0 while nothing is traced.
static STATE: AtomicU64 = AtomicU64::new(0);
/// Mean number of bytes between two samples. Changes only while nobody is in the tables.
static EVERY: AtomicU64 = AtomicU64::new(1);
/// The last epoch there was. Whoever starts, stops or takes a snapshot holds it; an allocation never does.
static CONTROL: Mutex<u32> = Mutex::new(0);
/// Whether the program's allocator has been seen to be ours.
static INSTALLED: AtomicBool = AtomicBool::new(false);

/// A level and the epoch it was started in, as one number, so that one load tells all.
///
/// An epoch is what lies between a start and the next start or stop. What is written anywhere carries the number of its
/// epoch, 24 bits and never 0, so nothing need be undone when another begins. (After 16 million starts a number comes again;
/// a block that has lived through all of them would be taken for a new one.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State(u64);

/// What a state has an allocation do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Off,
    Owners,
    Sampled,
    Stacks,
    /// Somebody wants to know whether allocations come here at all.
    Probe,
}

impl State {
    const OFF: Self = Self(0);
    const PROBE: Self = Self(4);
    /// The last number for an epoch.
    const EPOCHS: u32 = (1 << 24) - 1;

    fn new(epoch: u32, level: Level) -> Self {
        let kind = match level {
            Level::Owners => 1,
            Level::Sampled { .. } => 2,
            Level::Stacks => 3,
        };
        Self(u64::from(epoch) << 8 | kind)
    }

    /// The one look at what is on that an allocation takes while nothing is.
    #[inline]
    pub(super) fn glance() -> Self {
        Self(STATE.load(Relaxed))
    }

    /// Makes what was written before this state began visible to whoever has seen the state.
    #[inline]
    pub(super) fn acquire(self) -> Self {
        fence(Acquire);
        self
    }

    /// Whether it still is the present one; of use to those who have said before that they are active.
    #[inline]
    pub(super) fn is_current(self) -> bool {
        STATE.load(SeqCst) == self.0
    }

    #[inline]
    pub(super) fn is_off(self) -> bool {
        self == Self::OFF
    }

    #[inline]
    pub(super) fn epoch(self) -> u32 {
        u32::try_from(self.0 >> 8).unwrap_or(0)
    }

    #[inline]
    pub(super) fn kind(self) -> Kind {
        match self.0 & 0xff {
            0 => Kind::Off,
            1 => Kind::Owners,
            2 => Kind::Sampled,
            3 => Kind::Stacks,
            _ => Kind::Probe,
        }
    }

    fn level(self) -> Option<Level> {
        match self.kind() {
            Kind::Off | Kind::Probe => None,
            Kind::Owners => Some(Level::Owners),
            Kind::Sampled => Some(Level::Sampled {
                every: usize::try_from(EVERY.load(Relaxed)).unwrap_or(usize::MAX),
            }),
            Kind::Stacks => Some(Level::Stacks),
        }
    }
}

/// The mean number of bytes between two samples.
#[inline]
pub(super) fn every() -> u64 {
    EVERY.load(Relaxed)
}

/// Held by whoever changes what is on, or wants it to stay.
#[derive(Debug)]
pub(super) struct Control {
    epoch: MutexGuard<'static, u32>,
    // Dropped last: the lock itself may allocate on some platforms.
    _inside: Inside,
}

impl Control {
    pub(super) fn take() -> Self {
        let inside = Inside::enter();
        let epoch = CONTROL.lock().unwrap_or_else(PoisonError::into_inner);
        Self {
            epoch,
            _inside: inside,
        }
    }

    /// What is on, as long as this is held.
    #[expect(clippy::unused_self, reason = "shows that control is held")]
    pub(super) fn level_and_epoch(&self) -> Option<(Level, u32)> {
        let state = State::glance().acquire();
        Some((state.level()?, state.epoch()))
    }

    /// Forgets everything and starts anew, or not.
    pub(super) fn switch(mut self, level: Option<Level>) {
        STATE.store(State::OFF.0, SeqCst);
        if level.is_some() && !is_installed() {
            drop(self);
            panic!(
                "memwatch sees no allocations: the program has to declare \
                 `#[global_allocator] static A: memwatch::Tracing = memwatch::Tracing::system();`"
            );
        }
        let quiet = ledger::quiet();
        stacks::clear();
        ledger::clear_peak();
        if let Some(level) = level {
            *self.epoch = *self.epoch % State::EPOCHS + 1;
            if let Level::Sampled { every } = level {
                EVERY.store(u64::try_from(every.max(1)).unwrap_or(u64::MAX), Relaxed);
            }
            if level != Level::Owners {
                stack::init();
            }
            STATE.store(State::new(*self.epoch, level).0, SeqCst);
        }
        drop(quiet);
    }
}

/// Whether the program's allocator is ours: allocates, and sees whether that arrives. Nothing is on meanwhile.
fn is_installed() -> bool {
    if !INSTALLED.load(Relaxed) {
        LOCAL.with(|local| local.was_probed.set(false));
        STATE.store(State::PROBE.0, SeqCst);
        drop(black_box(Box::new(0_u64)));
        STATE.store(State::OFF.0, SeqCst);
        INSTALLED.store(LOCAL.with(|local| local.was_probed.get()), Relaxed);
    }
    INSTALLED.load(Relaxed)
}

/// What a thread knows of itself. It has no destructor and is not made lazily, so it can be used at any moment of a thread's
/// life, by the allocator, too.
#[derive(Debug)]
pub(super) struct Local {
    /// Whether this thread allocates for us: that is not traced, and so never calls us again.
    pub(super) inside: Cell<bool>,
    /// Whom the thread's allocations belong to.
    pub(super) owner: Cell<u16>,
    /// The stripe it adds to; [`ledger::UNASKED`] at first.
    pub(super) stripe: Cell<usize>,
    /// Bytes to the next sample, in which epoch, and the random numbers behind it.
    pub(super) until_sample: Cell<f64>,
    pub(super) sampled_epoch: Cell<u32>,
    pub(super) random: Cell<u64>,
    was_probed: Cell<bool>,
}

impl Local {
    #[cold]
    pub(super) fn probed(&self) {
        self.was_probed.set(true);
    }
}

thread_local! {
    pub(super) static LOCAL: Local = const {
        Local {
            inside: Cell::new(false),
            owner: Cell::new(0),
            stripe: Cell::new(ledger::UNASKED),
            until_sample: Cell::new(0.0),
            sampled_epoch: Cell::new(0),
            random: Cell::new(0),
            was_probed: Cell::new(false),
        }
    };
}

/// While it lives, what its thread allocates is not traced.
#[derive(Debug)]
pub(super) struct Inside {
    was: bool,
    _of_this_thread: std::marker::PhantomData<*const ()>,
}

impl Inside {
    #[inline]
    pub(super) fn enter() -> Self {
        Self {
            was: LOCAL.with(|local| local.inside.replace(true)),
            _of_this_thread: std::marker::PhantomData,
        }
    }
}

impl Drop for Inside {
    #[inline]
    fn drop(&mut self) {
        LOCAL.with(|local| local.inside.set(self.was));
    }
}
