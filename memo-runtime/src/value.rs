//! What is stored of a function's result, and how the result comes back from it.

use crate::key::copy;
use std::marker::PhantomData;

/// Between a return type and the part of it that is stored.
///
/// Which shape a return type has, the compiler decides ([`probe`](crate::probe)), so aliases of `Result` are understood.
pub trait Shape: Copy {
    /// What the function returns.
    type Return;

    /// What is stored, and cloned on each hit.
    type Value: Clone + Send + Sync + 'static;

    /// The part to store; none of a failure.
    fn value(returned: &Self::Return) -> Option<&Self::Value>;

    /// The part to store, taken out.
    fn into_value(returned: Self::Return) -> Option<Self::Value>;

    /// The result that `value` is stored for.
    fn returned(value: Self::Value) -> Self::Return;
}

/// The result is stored as it is.
#[derive(Debug)]
pub struct Whole<R>(pub(crate) PhantomData<fn() -> R>);

impl<R: Clone + Send + Sync + 'static> Shape for Whole<R> {
    type Return = R;
    type Value = R;

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
}

/// Of a `Result` only the success is stored; the error need be nothing at all.
#[derive(Debug)]
pub struct OkOnly<T, E>(pub(crate) PhantomData<fn() -> (T, E)>);

impl<T: Clone + Send + Sync + 'static, E> Shape for OkOnly<T, E> {
    type Return = Result<T, E>;
    type Value = T;

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
}

/// Stands in for a result that cannot be stored, so that the one error about it has no others behind it.
#[derive(Debug)]
pub struct NoValue<R>(pub(crate) PhantomData<fn() -> R>);

impl<R> Shape for NoValue<R> {
    type Return = R;
    type Value = ();

    fn value(_: &R) -> Option<&()> {
        None
    }
    fn into_value(_: R) -> Option<()> {
        None
    }
    fn returned((): ()) -> R {
        unreachable!("a program with such a value does not compile")
    }
}

copy! {
    [R] Whole<R>;
    [T, E] OkOnly<T, E>;
    [R] NoValue<R>;
}
