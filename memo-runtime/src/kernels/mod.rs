//! What must hold in every schedule there is: the small pieces that everybody's waiting rests on, under loom, which tries
//! them all, and what the memory model allows besides.
//!
//! `cargo test -p memo-tests --test models` runs them. [`models`](crate) has the large pieces, under shuttle.

mod flight;
mod memo;

use crate::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

/// All schedules with up to so many preemptions: all there are for two threads, and for three what can be had.
fn check(preemptions: usize, kernel: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(kernel);
}

/// More than two threads of these kernels could use.
const ALL: usize = 20;

/// Wakes a thread that polls.
struct Bell(loom::sync::Notify);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.notify();
    }
}

/// Polls until there is something, and again only when woken.
fn poll_when_woken<R>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<R>) -> R {
    let bell = Arc::new(Bell(loom::sync::Notify::new()));
    let waker = Waker::from(bell.clone());
    loop {
        if let Poll::Ready(ready) = poll(&mut Context::from_waker(&waker)) {
            return ready;
        }
        bell.0.wait();
    }
}
