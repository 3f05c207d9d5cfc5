//! What is stored of a function's result, and how the result comes back from it.

use crate::key::copy;
use std::convert::Infallible;
use std::marker::PhantomData;

/// Between a return type and the part of it that is stored.
///
/// Which shape a return type has, the compiler decides ([`probe`](crate::probe)), so aliases of `Result` are understood.
pub trait Shape: Copy {
    /// What the function returns.
    type Return;

    /// What is stored, and cloned on each hit.
    type Value: Clone + 'static;

    /// What of a failure those get who waited for it; never made where a failure cannot be shared.
    type Failure: Clone + 'static;

    /// The part to store; none of a failure.
    fn value(returned: &Self::Return) -> Option<&Self::Value>;

    /// The part to store, taken out.
    fn into_value(returned: Self::Return) -> Option<Self::Value>;

    /// The result that `value` is stored for.
    fn returned(value: Self::Value) -> Self::Return;

    /// A failure, if it can be shared.
    #[inline]
    fn failure(_: &Self::Return) -> Option<Self::Failure> {
        None
    }

    /// The result that is a failure.
    fn failed(failure: Self::Failure) -> Self::Return;
}

/// The result is stored as it is.
#[derive(Debug)]
pub struct Whole<R>(pub PhantomData<fn() -> R>);

impl<R: Clone + 'static> Shape for Whole<R> {
    type Return = R;
    type Value = R;
    type Failure = Infallible;

    #[inline]
    fn value(returned: &R) -> Option<&R> {
        Some(returned)
    }
    #[inline]
    fn into_value(returned: R) -> Option<R> {
        Some(returned)
    }
    #[inline]
    fn returned(value: R) -> R {
        value
    }
    fn failed(never: Infallible) -> R {
        match never {}
    }
}

/// Of a `Result` only the success is stored; the error need be nothing at all. `F` is [`Shared`] where it can be shared with
/// those who wait for it, and [`Infallible`] where not.
#[derive(Debug)]
pub struct OkOnly<T, E, F>(pub(crate) PhantomData<fn(F) -> Result<T, E>>);

impl<T, E, F> Shape for OkOnly<T, E, F>
where
    T: Clone + 'static,
    F: Failure<E>,
{
    type Return = Result<T, E>;
    type Value = T;
    type Failure = F;

    #[inline]
    fn value(returned: &Self::Return) -> Option<&T> {
        returned.as_ref().ok()
    }
    #[inline]
    fn into_value(returned: Self::Return) -> Option<T> {
        returned.ok()
    }
    #[inline]
    fn returned(value: T) -> Self::Return {
        Ok(value)
    }
    fn failure(returned: &Self::Return) -> Option<F> {
        returned.as_ref().err().and_then(F::of)
    }
    fn failed(failure: F) -> Self::Return {
        Err(failure.into_error())
    }
}

/// What can be shared of an error.
pub trait Failure<E>: Clone + 'static {
    /// A copy of the error.
    fn of(error: &E) -> Option<Self>;
    /// The error.
    fn into_error(self) -> E;
}

impl<E: Clone + 'static> Failure<E> for Shared<E> {
    fn of(error: &E) -> Option<Self> {
        Some(Self(error.clone()))
    }
    fn into_error(self) -> E {
        self.0
    }
}

impl<E> Failure<E> for Infallible {
    fn of(_: &E) -> Option<Self> {
        None
    }
    fn into_error(self) -> E {
        match self {}
    }
}

/// An error that can be shared.
#[derive(Debug, Clone)]
pub struct Shared<E>(E);

/// Stands in for a result that cannot be stored, so that the one error about it has no others behind it.
#[derive(Debug)]
pub struct NoValue<R>(pub(crate) PhantomData<fn() -> R>);

impl<R> Shape for NoValue<R> {
    type Return = R;
    type Value = ();
    type Failure = Infallible;

    fn value(_: &R) -> Option<&()> {
        None
    }
    fn into_value(_: R) -> Option<()> {
        None
    }
    fn returned((): ()) -> R {
        unreachable!("a program with such a value does not compile")
    }
    fn failed(never: Infallible) -> R {
        match never {}
    }
}

copy! {
    [R] Whole<R>;
    [T, E, F] OkOnly<T, E, F>;
    [R] NoValue<R>;
}
