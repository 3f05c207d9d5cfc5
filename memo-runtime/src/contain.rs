//! Panics that go no further, where user code runs and nobody is there to tell.

use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs it. If it panics, the panic hook has told, and that is all.
pub(crate) fn contain(run: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(run)) {
        forget(payload); // to drop it might panic, too
    }
}
