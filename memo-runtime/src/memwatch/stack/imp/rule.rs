//! How to step from one frame to its caller, in 31 bits, and a table of those seen.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The stack address the caller had before its call (the CFA), as an offset in words from `rsp` or `rbp`, and where the
/// caller's `rbp` was saved, in words below the CFA (0: it was not). The return address is always the word just below the CFA.
///
/// Packed into 31 bits: offset (22), saved rbp (8), base is rbp (1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rule(u64);

impl Rule {
    /// The outermost frame, or one without unwind table.
    pub(super) const STOP: Self = Self(0);
    /// A frame that only the full unwinder understands.
    pub(super) const FOREIGN: Self = Self(RULE);

    /// Offsets in bytes, as in the tables: `saved_rbp` is negative or 0. None if they do not fit.
    pub(super) fn new(on_rbp: bool, cfa: i64, saved_rbp: i64) -> Option<Self> {
        if cfa % 8 != 0 || saved_rbp % 8 != 0 {
            return None;
        }
        let cfa = u64::try_from(cfa / 8).ok()?;
        let saved = u64::try_from(saved_rbp / -8).ok()?;
        let fits = (1..(1 << 22) - 1).contains(&cfa) && saved < 1 << 8;
        // At 1 is the return address.
        (fits && saved != 1).then_some(Self(cfa << 9 | saved << 1 | u64::from(on_rbp)))
    }

    #[inline]
    pub(super) fn is_on_rbp(self) -> bool {
        self.0 & 1 != 0
    }

    /// In bytes.
    #[inline]
    pub(super) fn saved_rbp(self) -> usize {
        ((self.0 >> 1) & 0xff) as usize * 8
    }

    /// In bytes.
    #[inline]
    pub(super) fn cfa(self) -> usize {
        (self.0 >> 9) as usize * 8
    }
}

/// The rules of the return addresses seen: the slot is the address's low 14 bits, the entry the other 33 bits of the address
/// (user space has 47) and the rule's 31. A rule and its key are one word, so that threads can share the table without any
/// order or lock; the worst a race does is to look a rule up twice. 0 is an empty slot.
static RULES: [AtomicU64; 1 << SLOT_BITS] = [const { AtomicU64::new(0) }; 1 << SLOT_BITS];
const SLOT_BITS: u32 = 14;
const USER_BITS: u32 = 47;
const RULE: u64 = (1 << 31) - 1;

/// The rule of a return address; `find` is asked if it is not in the table.
#[inline]
pub(super) fn of(pc: usize, find: impl FnOnce(usize) -> Rule) -> Rule {
    let slot = &RULES[pc & ((1 << SLOT_BITS) - 1)];
    let entry = slot.load(Relaxed);
    if entry >> 31 == (pc >> SLOT_BITS) as u64 {
        return Rule(entry & RULE);
    }
    look_up(pc, slot, find)
}

#[cold]
#[inline(never)]
fn look_up(pc: usize, slot: &AtomicU64, find: impl FnOnce(usize) -> Rule) -> Rule {
    if pc >> USER_BITS != 0 || pc >> SLOT_BITS == 0 {
        return Rule::STOP; // no code there, and the key would not fit
    }
    let rule = find(pc);
    slot.store(((pc >> SLOT_BITS) as u64) << 31 | rule.0, Relaxed);
    rule
}

/// Empties the table.
pub(super) fn forget() {
    for slot in &RULES {
        slot.store(0, Relaxed);
    }
}
