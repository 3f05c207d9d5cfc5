//! An async call: the same life, from poll to poll. It waits without holding a thread up, and whoever polls it polls its body.

use super::call::{Claim, Entry, Seat};
use super::claiming::{Claiming, Look};
use super::{Handle, Options, ToMemo};
use crate::flight::{Run, TaskWait, Waited};
use crate::key::Lookup;
use crate::store::Finish;
use crate::value::Shape;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// An async call.
pub struct Call<H: Handle, K: 'static, S: Shape, T: Options>(Stage<H, K, S, T>);

enum Stage<H: Handle, K: 'static, S: Shape, T: Options> {
    /// The answer is there, until it is given.
    Answered(Option<S::Return>),
    /// For somebody else's computation.
    Waits(
        ToMemo<H, K, S, T>,
        Claiming<K, S::Value, S::Failure>,
        TaskWait<S::Value, S::Failure>,
    ),
    /// The body is to be polled. The seat is away while it is.
    Computes(Option<Seat<H, K, S, T>>),
    /// It has not begun, or is over.
    Idle,
}

impl<H: Handle, L: Lookup, S: Shape, T: Options> Entry<'_, H, L, S, T> {
    /// The same as [`claim`](Entry::claim) for a task, which may have to wait; whether there may be something to compute.
    #[inline]
    pub fn claim_task(self, call: &mut Call<H, L::Key, S, T>) -> bool {
        let now = self.memo.now();
        if let Some(Claim::Ready(returned)) = self.at_once(now, |_| None::<()>) {
            call.0 = Stage::Answered(Some(returned));
            return false;
        }
        let claiming = Claiming::new(&self.memo, self.lookup, self.print, now);
        call.0 = Stage::look(claiming, self.memo);
        !matches!(call.0, Stage::Answered(_))
    }

    /// The same as [`refresh`](Entry::refresh) for a task.
    pub fn refresh_task(self, call: &mut Call<H, L::Key, S, T>) -> bool {
        call.0 = Stage::Computes(Some(self.refresh_as(Run::begin_task())));
        true
    }
}

impl<H: Handle, K, S: Shape, T: Options> Stage<H, K, S, T> {
    /// What is next for a call that is answered by nobody yet.
    fn look(mut claiming: Claiming<K, S::Value, S::Failure>, memo: ToMemo<H, K, S, T>) -> Self {
        match claiming.look(&memo, Run::begin_task) {
            Look::Hit(value) => Self::Answered(Some(S::returned(value))),
            Look::Seat((ticket, helper)) => {
                Self::Computes(Some(Seat::new(memo, ticket, Finish::IfVacant, helper)))
            }
            Look::Wait(wait) => Self::Waits(memo, claiming, TaskWait::of(wait)),
        }
    }
}

impl<H: Handle, K, S: Shape, T: Options> Call<H, K, S, T> {
    /// One that has not begun.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "nobody asks for a default call")]
    pub fn new() -> Self {
        Self(Stage::Idle)
    }

    /// Lets `claim` begin it. Out of line, as all that is not polling the body: a body may call itself, and what is only needed
    /// before and after that would be on the stack at every level.
    #[inline(never)]
    pub fn begin<B>(&mut self, claim: impl FnOnce(&mut Self) -> Option<B>) -> Option<B> {
        claim(self)
    }

    /// Whoever it waited for has come to an end.
    #[inline(never)]
    fn go_on(&mut self, waited: Waited<S::Value, S::Failure>) {
        let waits = std::mem::replace(&mut self.0, Stage::Idle);
        if let Stage::Waits(memo, mut claiming, wait) = waits {
            drop(wait);
            self.0 = match claiming.answer::<S, _>(&memo, waited) {
                Some(returned) => Stage::Answered(Some(returned)),
                None => Stage::look(claiming, memo),
            };
        }
    }

    /// The answer. Unless others have it, `body` is polled until it returns, and what it returns is stored if `accept` does.
    pub fn answer<'c, B, A>(
        &'c mut self,
        body: Pin<&'c mut Option<B>>,
        accept: A,
    ) -> Answer<'c, H, K, S, T, B, A>
    where
        B: Future<Output = S::Return>,
        A: FnOnce(&S::Value) -> bool,
    {
        Answer {
            call: self,
            body,
            accept: Some(accept),
        }
    }
}

/// The future of an async call's answer. Dropped before there is one, it leaves no trace, and one of those who wait for it
/// takes over.
#[must_use = "futures do nothing unless they are polled"]
pub struct Answer<'c, H: Handle, K: 'static, S: Shape, T: Options, B, A> {
    call: &'c mut Call<H, K, S, T>,
    /// There if there may be something to compute.
    body: Pin<&'c mut Option<B>>,
    /// Present until it is asked.
    accept: Option<A>,
}

/// Nothing in it is pinned: whoever made it has pinned the body.
impl<H: Handle, K, S: Shape, T: Options, B, A> Unpin for Answer<'_, H, K, S, T, B, A> {}

impl<H: Handle, K, S: Shape, T: Options, B, A> Future for Answer<'_, H, K, S, T, B, A>
where
    B: Future<Output = S::Return>,
    A: FnOnce(&S::Value) -> bool,
{
    type Output = S::Return;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<S::Return> {
        let this = self.get_mut();
        loop {
            match &mut this.call.0 {
                Stage::Answered(answer) => return Poll::Ready(answer.take().expect(ONE_ANSWER)),
                Stage::Waits(_, _, wait) => {
                    let waited = ready!(wait.poll(cx));
                    this.call.go_on(waited);
                }
                Stage::Computes(seat) => {
                    // Should the body panic, the call is over at once, not when the future is dropped.
                    let own = seat.take().expect(ONE_ANSWER);
                    let body = this.body.as_mut().as_pin_mut().expect(A_BODY);
                    let polled = own.run().map(Run::polled);
                    let Poll::Ready(returned) = body.poll(cx) else {
                        *seat = Some(own);
                        return Poll::Pending;
                    };
                    drop(polled);
                    return Poll::Ready(this.fill(own, returned));
                }
                Stage::Idle => unreachable!("a call is begun before it is polled"),
            }
        }
    }
}

impl<H: Handle, K, S: Shape, T: Options, B, A> Answer<'_, H, K, S, T, B, A>
where
    A: FnOnce(&S::Value) -> bool,
{
    #[inline(never)]
    fn fill(&mut self, seat: Seat<H, K, S, T>, returned: S::Return) -> S::Return {
        seat.fill(returned, self.accept.take().expect(ONE_ANSWER))
    }
}

/// First the body goes, and what it has may make the same call; then the next may compute.
impl<H: Handle, K, S: Shape, T: Options, B, A> Drop for Answer<'_, H, K, S, T, B, A> {
    fn drop(&mut self) {
        if let Stage::Computes(Some(seat)) = &mut self.call.0 {
            let polled = seat.run().map(Run::polled);
            self.body.set(None);
            drop(polled);
            seat.cancel();
        }
    }
}

const A_BODY: &str = "a call that is not answered has a body";
const ONE_ANSWER: &str = "a call has one answer";
