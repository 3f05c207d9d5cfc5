//! What an allocation and a free have written down, and where.

use super::ledger::{self, Change};
use super::sampling::{self, Weight};
use super::state::{Kind, LOCAL, Local, State};
use super::{stack, stacks};

/// So many frames of a stack are kept, our own among them.
pub(super) const FRAMES: usize = 48;

/// What stands behind a block: the epoch it was recorded in (24 bits; 0: it was not), its owner (16) and its stack (24; 0: it
/// has none).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub(super) struct Trailer(u64);

impl Trailer {
    pub(super) const UNTRACKED: Self = Self(0);

    #[inline]
    fn new(epoch: u32, owner: u16, stack: u32) -> Self {
        Self(u64::from(epoch) << 40 | u64::from(owner) << 24 | u64::from(stack))
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "takes the number apart")]
    fn parts(self) -> (u32, u16, u32) {
        let Self(bits) = self;
        (
            (bits >> 40) as u32,
            (bits >> 24) as u16,
            bits as u32 & 0xff_ffff,
        )
    }
}

/// A block of `size` bytes has been allocated.
#[inline]
pub(super) fn allocated(size: usize) -> Trailer {
    let state = State::glance();
    if state.is_off() {
        return Trailer::UNTRACKED;
    }
    LOCAL.with(|local| record(local, state.acquire(), size))
}

/// A block of `size` bytes is freed.
#[inline]
pub(super) fn freed(size: usize, trailer: impl FnOnce() -> Trailer) {
    let state = State::glance();
    if state.is_off() {
        return;
    }
    let (epoch, owner, stack) = trailer().parts();
    // A probe's epoch is 0, as is that of a block that nobody has recorded.
    if epoch == state.epoch() && epoch != 0 {
        LOCAL.with(|local| forget(local, state.acquire(), size, owner, stack));
    }
}

#[inline(never)]
fn record(local: &Local, state: State, size: usize) -> Trailer {
    if state.kind() == Kind::Probe {
        local.probed();
        return Trailer::UNTRACKED;
    }
    if local.inside.get() {
        return Trailer::UNTRACKED;
    }
    let owner = local.owner.get();
    let change = Change::allocated(owner, size);
    let stack = match state.kind() {
        Kind::Stacks => record_stack(local, state, change, Weight::whole),
        Kind::Sampled if sampling::is_due(local, state, size) => {
            record_stack(local, state, change, Weight::sampled)
        }
        _ => ledger::post(local, state, change).map(|()| stacks::NONE),
    };
    // None if tracing ended or began anew in this moment: the block is from before.
    stack.map_or(Trailer::UNTRACKED, |stack| {
        Trailer::new(state.epoch(), owner, stack)
    })
}

#[inline]
fn record_stack(
    local: &Local,
    state: State,
    change: Change,
    weight: fn(usize) -> Weight,
) -> Option<u32> {
    let mut frames = [0; FRAMES];
    // Only on platforms without a walk of our own is anything allocated there.
    local.inside.set(true);
    let len = stack::capture(&mut frames);
    local.inside.set(false);
    let frames = &frames[..len];
    ledger::post_with(local, state, change, || {
        let stack = stacks::find(frames);
        stacks::add(stack, weight(change.size()));
        stack
    })
}

#[inline(never)]
fn forget(local: &Local, state: State, size: usize, owner: u16, stack: u32) {
    let change = Change::freed(owner, size);
    if stack == stacks::NONE {
        ledger::post(local, state, change);
        return;
    }
    ledger::post_with(local, state, change, || {
        let weight = match state.kind() {
            Kind::Sampled => Weight::sampled(size),
            _ => Weight::whole(size),
        };
        stacks::add(stack, weight.negated());
    });
}
