//! Live bytes and blocks by owner, exact: each thread adds to a stripe of its own, and a reader sums them up.

use super::owner::{self, OTHERS, OWNERS};
use super::state::{Inside, LOCAL, Local, State};
use std::sync::atomic::{
    AtomicBool, AtomicI64, AtomicU32,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
};
use std::thread;

/// So many threads at a time have a stripe of their own.
const STRIPES: usize = 128;
/// The stripe of all others, and of threads that are about to end. Whoever adds to it is active in it alone.
const SHARED: usize = STRIPES;
/// What a thread has for a stripe before it has asked for one.
pub(super) const UNASKED: usize = usize::MAX;
/// So many bytes a thread may keep to itself before it tells what the peak is found from.
const GRAIN: u64 = 4096;

static LEDGER: [Stripe; STRIPES + 1] = [const { Stripe::new() }; STRIPES + 1];

/// The live bytes of all threads, less what each keeps to itself, and the most they have been.
static REPORTED: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);

/// What one thread at a time adds up. It keeps its sums when the thread ends, and the next goes on from there, so a single
/// one may be negative.
///
/// There is one writer, so nothing here but `active` is more than a load and a store. A stripe belongs to one epoch, and to the
/// next from when its writer first sees that.
#[derive(Debug)]
#[repr(align(128))]
struct Stripe {
    is_taken: AtomicBool,
    /// Whether its thread is in the tables, where it must not be while they are cleared.
    active: AtomicBool,
    epoch: AtomicU32,
    unreported: AtomicI64,
    sums: [Sum; OWNERS],
}

#[derive(Debug)]
struct Sum {
    bytes: AtomicI64,
    count: AtomicI64,
}

/// What an allocation or a free changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    owner: u16,
    bytes: i64,
    count: i64,
}

#[expect(clippy::cast_possible_wrap, reason = "no block has 2^63 bytes")]
impl Change {
    #[inline]
    pub(super) fn allocated(owner: u16, size: usize) -> Self {
        let (bytes, count) = (size as i64, 1);
        Self {
            owner,
            bytes,
            count,
        }
    }

    #[inline]
    pub(super) fn freed(owner: u16, size: usize) -> Self {
        let (bytes, count) = (-(size as i64), -1);
        Self {
            owner,
            bytes,
            count,
        }
    }

    /// Of the block.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "it came from a usize")]
    pub(super) fn size(self) -> usize {
        self.bytes.unsigned_abs() as usize
    }
}

impl Stripe {
    const fn new() -> Self {
        Self {
            is_taken: AtomicBool::new(false),
            active: AtomicBool::new(false),
            epoch: AtomicU32::new(0),
            unreported: AtomicI64::new(0),
            sums: [const {
                Sum {
                    bytes: AtomicI64::new(0),
                    count: AtomicI64::new(0),
                }
            }; OWNERS],
        }
    }

    /// Adds, and says how much has not been reported.
    #[inline]
    fn add(&self, epoch: u32, change: Change) -> i64 {
        if self.epoch.load(Relaxed) != epoch {
            self.begin(epoch);
        }
        if let Some(sum) = self.sums.get(usize::from(change.owner)) {
            plus(&sum.bytes, change.bytes);
            plus(&sum.count, change.count);
        }
        plus(&self.unreported, change.bytes)
    }

    #[cold]
    fn begin(&self, epoch: u32) {
        // Of an owner that was named after this, nobody has written here.
        for sum in self.sums[..owner::count()]
            .iter()
            .chain(&self.sums[OTHERS..])
        {
            sum.bytes.store(0, Relaxed);
            sum.count.store(0, Relaxed);
        }
        self.unreported.store(0, Relaxed);
        self.epoch.store(epoch, Release);
    }

    /// Tells what had not been reported.
    #[inline]
    fn report(&self) {
        let bytes = self.unreported.load(Relaxed);
        self.unreported.store(0, Relaxed);
        let live = REPORTED.fetch_add(bytes, Relaxed) + bytes;
        if live > PEAK.load(Relaxed) {
            PEAK.fetch_max(live, Relaxed);
        }
    }

    /// Says that its thread is in the tables, if they are still those of `state`.
    #[inline]
    fn activate(&self, state: State) -> Option<Active<'_>> {
        // Sequentially consistent, as are the two in `quiet` and `switch`: either we see that the state has changed, or
        // who changes it sees us.
        self.active.store(true, SeqCst);
        let active = Active(self);
        state.is_current().then_some(active)
    }

    /// The same for the shared stripe, where threads take turns. Nobody allocates or waits in there, so it is not long; but
    /// the child of a `fork` may find it taken for ever.
    #[cold]
    fn activate_shared(&self, state: State) -> Option<Active<'_>> {
        let active = self.lock();
        // Who had it before us may have begun a later epoch than we know of: that one must not be undone.
        state.is_current().then_some(active)
    }

    fn lock(&self) -> Active<'_> {
        while self
            .active
            .compare_exchange_weak(false, true, SeqCst, Relaxed)
            .is_err()
        {
            thread::yield_now();
        }
        Active(self)
    }
}

/// A thread is in the tables.
#[derive(Debug)]
pub(super) struct Active<'a>(&'a Stripe);

impl Drop for Active<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.active.store(false, Release);
    }
}

/// For who is the only one to write.
#[inline]
fn plus(to: &AtomicI64, change: i64) -> i64 {
    let sum = to.load(Relaxed).wrapping_add(change);
    to.store(sum, Relaxed);
    sum
}

/// Enters a change; not if `state` is over.
#[inline]
pub(super) fn post(local: &Local, state: State, change: Change) -> Option<()> {
    let Some(stripe) = own(local) else {
        return post_with(local, state, change, || ());
    };
    let unreported = stripe.add(state.epoch(), change);
    if unreported.unsigned_abs() >= GRAIN {
        let _active = stripe.activate(state)?;
        stripe.report();
    }
    Some(())
}

/// Enters a change, and reports it, together with what `in_tables` does. That must neither allocate nor wait.
#[inline]
pub(super) fn post_with<R>(
    local: &Local,
    state: State,
    change: Change,
    in_tables: impl FnOnce() -> R,
) -> Option<R> {
    let active = match own(local) {
        Some(stripe) => stripe.activate(state),
        None => activate_other(local, state),
    }?;
    let stripe = active.0;
    stripe.add(state.epoch(), change);
    stripe.report();
    Some(in_tables())
}

/// The thread's own stripe, if it has one.
#[inline]
fn own(local: &Local) -> Option<&'static Stripe> {
    LEDGER[..STRIPES].get(local.stripe.get())
}

/// As [`Stripe::activate`], when the thread has no stripe yet, or will have none.
#[cold]
fn activate_other(local: &Local, state: State) -> Option<Active<'static>> {
    if local.stripe.get() == UNASKED {
        claim(local);
    }
    match own(local) {
        // It may have come to us after we saw the state, from a thread that had seen a later one. If ours is current, that is
        // not so.
        Some(stripe) => stripe.activate(state),
        None => LEDGER[SHARED].activate_shared(state),
    }
}

/// Finds the thread a stripe to keep until it ends.
fn claim(local: &Local) {
    // For what is freed meanwhile.
    local.stripe.set(SHARED);
    let _inside = Inside::enter();
    let take = |stripe: &Stripe| {
        !stripe.is_taken.load(Relaxed)
            && stripe
                .is_taken
                .compare_exchange(false, true, Acquire, Relaxed)
                .is_ok()
    };
    let Some(at) = LEDGER[..STRIPES].iter().position(take) else {
        return;
    };
    if LEAVING.try_with(|_| ()).is_ok() {
        local.stripe.set(at);
    } else {
        LEDGER[at].is_taken.store(false, Release);
    }
}

/// Gives a thread's stripe back when the thread ends. What is allocated or freed after that goes to the shared one.
struct Leaving;

thread_local!(static LEAVING: Leaving = const { Leaving });

impl Drop for Leaving {
    fn drop(&mut self) {
        let at = LOCAL.with(|local| local.stripe.replace(SHARED));
        if let Some(stripe) = LEDGER[..STRIPES].get(at) {
            stripe.is_taken.store(false, Release);
        }
    }
}

/// Waits until nobody is in the tables; as long as this is held, nobody comes back whose state is over. No lock that an
/// allocation in there could need, but the child of a `fork` waits for ever for a thread that has stayed behind.
pub(super) fn quiet() -> Active<'static> {
    for stripe in &LEDGER[..STRIPES] {
        while stripe.active.load(SeqCst) {
            thread::yield_now();
        }
    }
    LEDGER[SHARED].lock()
}

/// The peak starts again. Nobody may be in the tables.
pub(super) fn clear_peak() {
    REPORTED.store(0, Relaxed);
    PEAK.store(0, Relaxed);
}

/// Live bytes and blocks of an owner.
pub(super) fn of_owner(owner: usize, epoch: u32) -> (i64, i64) {
    let mut total = (0_i64, 0_i64);
    for stripe in &LEDGER {
        if stripe.epoch.load(Acquire) == epoch {
            let sum = &stripe.sums[owner];
            total.0 = total.0.wrapping_add(sum.bytes.load(Relaxed));
            total.1 = total.1.wrapping_add(sum.count.load(Relaxed));
        }
    }
    // While others allocate, a free may be seen without its allocation.
    (total.0.max(0), total.1.max(0))
}

/// Live bytes of all owners, and the most they have been.
pub(super) fn traced(epoch: u32) -> (i64, i64) {
    let bytes = |stripe: &Stripe| {
        let sums = stripe.sums[..owner::count()]
            .iter()
            .chain(&stripe.sums[OTHERS..]);
        sums.map(|sum| sum.bytes.load(Relaxed)).sum::<i64>()
    };
    let of_epoch = |stripe: &&Stripe| stripe.epoch.load(Acquire) == epoch;
    let current = LEDGER
        .iter()
        .filter(of_epoch)
        .map(bytes)
        .sum::<i64>()
        .max(0);
    (current, PEAK.load(Relaxed).max(current))
}
