//! An async call: the same life, from poll to poll. It waits without holding a thread up, and whoever polls it polls its body.

use super::call::{Claim, Entry, Seat};
use super::claiming::{Claiming, Look};
use super::{Handle, Options, ToMemo};
use crate::flight::{Run, TaskWait, Waited};
use crate::key::{Fingerprint, Lookup};
use crate::store::Finish;
use crate::value::Shape;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// An async call that was not answered at once.
pub struct Call<H: Handle, K: 'static, S: Shape, T: Options>(Stage<H, K, S, T>);

enum Stage<H: Handle, K: 'static, S: Shape, T: Options> {
    /// For somebody else's computation.
    Waits(
        ToMemo<H, K, S, T>,
        Claiming<K, S::Value, S::Failure>,
        TaskWait<S::Value, S::Failure>,
    ),
    /// The body is to be polled. The seat is away while it is.
    Computes(Option<Seat<H, K, S, T>>),
}

impl<H: Handle, L: Lookup, S: Shape, T: Options> Entry<'_, H, L, S, T> {
    /// The same as [`claim`](Entry::claim) for a task, which may have to wait.
    #[inline]
    pub fn claim_task(self) -> Claim<S::Return, Call<H, L::Key, S, T>> {
        match Self::at_once(&self.memo, self.lookup, self.print) {
            Some(value) => Claim::Ready(S::returned(value)),
            None => Self::claim_task_within(self.memo, self.lookup, self.print),
        }
    }

    /// The rest of it.
    #[inline(never)]
    fn claim_task_within(
        memo: ToMemo<H, L::Key, S, T>,
        lookup: &L,
        print: Fingerprint,
    ) -> Claim<S::Return, Call<H, L::Key, S, T>> {
        if let Some(Claim::Ready(value)) =
            Self::within(&memo, lookup, print, |_, _| None::<()>, |_| None)
        {
            return Claim::Ready(S::returned(value));
        }
        let _entered = memo.owner.enter();
        let claiming = Claiming::new(&memo, lookup, print);
        Call::look(claiming, memo)
    }

    /// The same as [`refresh`](Entry::refresh) for a task.
    pub fn refresh_task(self) -> Claim<S::Return, Call<H, L::Key, S, T>> {
        let _entered = self.memo.owner.enter();
        let seat = self.refresh_as(Run::begin_task());
        Claim::Vacant(Call(Stage::Computes(Some(seat))))
    }
}

impl<H: Handle, K, S: Shape, T: Options> Call<H, K, S, T> {
    /// The answer, or what is next while there is none.
    fn look(
        mut claiming: Claiming<K, S::Value, S::Failure>,
        memo: ToMemo<H, K, S, T>,
    ) -> Claim<S::Return, Self> {
        Claim::Vacant(Self(match claiming.look(&memo, Run::begin_task) {
            Look::Hit(value) => return Claim::Ready(S::returned(value)),
            Look::Seat((ticket, helper)) => {
                Stage::Computes(Some(Seat::new(memo, ticket, Finish::IfVacant, helper)))
            }
            Look::Wait(wait) => Stage::Waits(memo, claiming, TaskWait::of(wait)),
        }))
    }

    /// Whoever it waited for has come to an end: the answer, or else it goes on.
    #[inline(never)]
    fn go_on(&mut self, waited: Waited<S::Value, S::Failure>) -> Option<S::Return> {
        let waits = std::mem::replace(&mut self.0, Stage::Computes(None));
        let Stage::Waits(memo, mut claiming, wait) = waits else {
            unreachable!("who is told something has waited for it");
        };
        drop(wait);
        if let Some(returned) = claiming.answer::<S, _>(&memo, waited) {
            return Some(returned);
        }
        let _entered = memo.owner.enter();
        match Self::look(claiming, memo) {
            Claim::Ready(returned) => Some(returned),
            Claim::Vacant(next) => {
                *self = next;
                None
            }
        }
    }
}

/// A call without the types of its key and its value: the future of a function is to be as small and as `Send` whatever these
/// are. The compiler forgets which lifetimes are `'static` when it asks whether a future is `Send`; of a `&'static str` in a
/// type that asks for `'static` it would say no.
pub trait AnyCall {
    /// What the function returns.
    type Return;
    /// What is stored of it.
    type Value;

    /// The answer. Unless others have it, `body` is polled until it returns, and what it returns is stored if `accept` does.
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        body: &mut dyn FnMut(&mut Context<'_>) -> Poll<Self::Return>,
        accept: &mut dyn FnMut(&Self::Value) -> bool,
    ) -> Poll<Self::Return>;

    /// There will be no more polls. First the body goes, and what it has may make the same call; then the next may compute.
    fn cancel(&mut self, drop_body: &mut dyn FnMut());
}

impl<H: Handle, K, S: Shape, T: Options> AnyCall for Call<H, K, S, T> {
    type Return = S::Return;
    type Value = S::Value;

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        body: &mut dyn FnMut(&mut Context<'_>) -> Poll<S::Return>,
        accept: &mut dyn FnMut(&S::Value) -> bool,
    ) -> Poll<S::Return> {
        loop {
            match &mut self.0 {
                Stage::Waits(_, _, wait) => {
                    let waited = ready!(wait.poll(cx));
                    if let Some(returned) = self.go_on(waited) {
                        return Poll::Ready(returned);
                    }
                }
                Stage::Computes(seat) => {
                    // Should the body panic, the call is over at once, not when the future is dropped.
                    let own = seat.take().expect("a call has one answer");
                    // To the end, for what is done with the value may make the same call, too.
                    let _polled = own.run().map(Run::polled);
                    let _entered = own.memo().owner.enter();
                    let Poll::Ready(returned) = body(cx) else {
                        *seat = Some(own);
                        return Poll::Pending;
                    };
                    return Poll::Ready(own.fill(returned, accept));
                }
            }
        }
    }

    fn cancel(&mut self, drop_body: &mut dyn FnMut()) {
        if let Stage::Computes(Some(seat)) = &mut self.0 {
            let polled = seat.run().map(Run::polled);
            drop_body();
            drop(polled);
            seat.cancel();
        }
    }
}

impl<H: Handle, K, S: Shape, T: Options> Call<H, K, S, T> {
    /// Without its types. It can go to another thread.
    #[must_use]
    pub fn boxed<'m>(self) -> Box<dyn AnyCall<Return = S::Return, Value = S::Value> + Send + 'm>
    where
        Self: Send + 'm,
    {
        Box::new(self)
    }

    /// Without its types. It stays in its thread.
    #[must_use]
    pub fn boxed_for_one<'m>(self) -> Box<dyn AnyCall<Return = S::Return, Value = S::Value> + 'm>
    where
        Self: 'm,
    {
        Box::new(self)
    }
}

/// The future of an async call's answer. Dropped before there is one, it leaves no trace, and one of those who wait for it
/// takes over.
#[must_use = "futures do nothing unless they are polled"]
pub struct Answer<'b, C: AnyCall + ?Sized, B, A> {
    call: Box<C>,
    body: Pin<&'b mut Option<B>>,
    /// Present until it is asked.
    accept: Option<A>,
}

impl<'b, C: AnyCall + ?Sized, B, A> Answer<'b, C, B, A>
where
    B: Future<Output = C::Return>,
    A: FnOnce(&C::Value) -> bool,
{
    /// Of a call and its body.
    pub fn of(call: Box<C>, body: Pin<&'b mut Option<B>>, accept: A) -> Self {
        let accept = Some(accept);
        Self { call, body, accept }
    }
}

/// Nothing in it is pinned: whoever made it has pinned the body.
impl<C: AnyCall + ?Sized, B, A> Unpin for Answer<'_, C, B, A> {}

impl<C: AnyCall + ?Sized, B, A> Future for Answer<'_, C, B, A>
where
    B: Future<Output = C::Return>,
    A: FnOnce(&C::Value) -> bool,
{
    type Output = C::Return;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<C::Return> {
        let Self { call, body, accept } = self.get_mut();
        call.poll(
            cx,
            &mut |cx| match body.as_mut().as_pin_mut() {
                Some(body) => body.poll(cx),
                None => unreachable!("the body is there until the call is dropped"),
            },
            &mut |value| accept.take().is_some_and(|accept| accept(value)),
        )
    }
}

impl<C: AnyCall + ?Sized, B, A> Drop for Answer<'_, C, B, A> {
    fn drop(&mut self) {
        let body = &mut self.body;
        self.call.cancel(&mut || body.set(None));
    }
}

/// Calls it, but does not let it grow into the caller: a body may call itself, and what is only needed before it is polled
/// would be on the stack at every level.
#[inline(never)]
pub fn apart<R>(begin: impl FnOnce() -> R) -> R {
    begin()
}
