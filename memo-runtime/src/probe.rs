//! Questions to the compiler about types the macro cannot look into, answered by which method a call finds.
//!
//! Method lookup tries a receiver with all its references before it takes one away. So each [`step!`] stands on one
//! reference less and asks less than the one before, and the first that holds answers. First [`Argument`] and its kin say
//! what form a type has, then [`Fit`] says whether that will do. The last step holds for all, with a placeholder that
//! satisfies whatever comes later. Then a check, [`KeyArgument`] or one of its kin, fails once, in our words, where
//! the user's type stands. Aliases do not hide anything from all this.
//!
//! Every question is asked in every memoized function: two short ones compile several times faster than a long one.

use crate::key::{ByRef, Lookup, NoKey, OptionByRef};
use crate::value::{NoValue, OkOnly, Shape, Shared, Whole};
use std::borrow::{Borrow, Cow};
use std::convert::Infallible;
use std::marker::PhantomData;
use std::ops::Deref;

/// Asks whether what was found in an argument or a result will do, where threads share it.
#[derive(Debug)]
pub struct Fit<T>(pub T);

/// The same where each thread has its own.
#[derive(Debug)]
pub struct FitForOne<T>(pub T);

/// A step of a ladder: a trait, and where it holds with which answer.
macro_rules! step {
    ($(#[$doc:meta])* $step:ident.$method:ident: $([$($generics:tt)*] $on:ty => $answer:ty, |$this:ident| $make:expr;)*) => {
        $(#[$doc])*
        pub trait $step {
            /// The answer's type.
            type Answer;
            /// The answer, if no earlier step had one.
            fn $method(&self) -> Self::Answer;
        }
        $(impl<$($generics)*> $step for $on {
            type Answer = $answer;
            #[inline]
            fn $method(&self) -> $answer {
                let $this = self;
                $make
            }
        })*
    };
}

/// An argument about to become part of a key.
#[derive(Debug)]
pub struct Argument<'a, T>(pub &'a T);

step!(
    /// `&str`, `&[T]`, `&Path`, `&T`; `Option<&T>`; `Cow<T>`.
    SpecialArgument.memo_found:
    ['a, 'b, T: ?Sized] &Argument<'a, &'b T> => ByRef<'b, T>, |it| ByRef(it.0);
    ['a, 'b, T: ?Sized] &Argument<'a, Option<&'b T>> => OptionByRef<'b, T>, |it| OptionByRef(*it.0);
    ['a, 'b, T: ?Sized + ToOwned] &Argument<'a, Cow<'b, T>> => ByRef<'a, T>, |it| ByRef(it.0);
);
step!(
    /// Any other argument.
    AnyArgument.memo_found:
    ['a, T] Argument<'a, T> => ByRef<'a, T>, |it| ByRef(it.0);
);
step!(
    /// It can be hashed, compared and owned, and shared where that is needed.
    FitArgument.memo_lookup:
    [L: Lookup<Key: Send + Sync> + Copy] &Fit<L> => L, |it| it.0;
    [L: Lookup + Copy] &FitForOne<L> => L, |it| it.0;
);
step!(
    /// It cannot.
    UnfitArgument.memo_lookup:
    [L] Fit<L> => NoKey, |_it| NoKey;
    [L] FitForOne<L> => NoKey, |_it| NoKey;
);

/// A return type about to be stored, `Mode` being [`Successes`], [`SuccessesForOne`], [`OwnSuccesses`] or [`Everything`].
#[derive(Debug)]
pub struct Return<R, Mode>(PhantomData<fn() -> (R, Mode)>);

/// Of a `Result`, store the success.
#[derive(Debug)]
pub struct Successes;

/// The same where each thread has its own.
#[derive(Debug)]
pub struct SuccessesForOne;

/// The same, but an error is its caller's own.
#[derive(Debug)]
pub struct OwnSuccesses;

/// Store whatever is returned: `cache_err`.
#[derive(Debug)]
pub struct Everything;

impl<R, Mode> Return<R, Mode> {
    /// The question, asked of a type.
    #[inline]
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "nobody asks for a default question"
    )]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

step!(
    /// A `Result` whose error can be shared.
    SharedFailure.memo_found:
    [T, E: Clone + Send + 'static] &&Return<Result<T, E>, Successes> => OkOnly<T, E, Shared<E>>, |_it| OkOnly(PhantomData);
    [T, E: Clone + 'static] &&Return<Result<T, E>, SuccessesForOne> => OkOnly<T, E, Shared<E>>, |_it| OkOnly(PhantomData);
);
step!(
    /// Any other `Result`.
    OwnFailure.memo_found:
    [T, E] &Return<Result<T, E>, Successes> => OkOnly<T, E, Infallible>, |_it| OkOnly(PhantomData);
    [T, E] &Return<Result<T, E>, SuccessesForOne> => OkOnly<T, E, Infallible>, |_it| OkOnly(PhantomData);
    [T, E] &Return<Result<T, E>, OwnSuccesses> => OkOnly<T, E, Infallible>, |_it| OkOnly(PhantomData);
);
step!(
    /// Anything else.
    AnyReturn.memo_found:
    [R, Mode] Return<R, Mode> => Whole<R>, |_it| Whole(PhantomData);
);
step!(
    /// It can be cloned, and shared where that is needed.
    FitReturn.memo_shape:
    [S: Shape<Value: Send + Sync, Failure: Send>] &Fit<S> => S, |it| it.0;
    [S: Shape] &FitForOne<S> => S, |it| it.0;
);
step!(
    /// It cannot.
    UnfitReturn.memo_shape:
    [R] Fit<Whole<R>> => NoValue<R>, |_it| NoValue(PhantomData);
    [T, E, F] Fit<OkOnly<T, E, F>> => NoValue<Result<T, E>>, |_it| NoValue(PhantomData);
    [R] FitForOne<Whole<R>> => NoValue<R>, |_it| NoValue(PhantomData);
    [T, E, F] FitForOne<OkOnly<T, E, F>> => NoValue<Result<T, E>>, |_it| NoValue(PhantomData);
);

/// A stored key's part about to be shown to a predicate as the argument it was.
#[derive(Debug)]
pub struct Show<'k, Wanted, Part>(&'k Part, PhantomData<fn() -> Wanted>);

/// What is shown of an argument that has to be put together from its part.
#[derive(Debug)]
pub struct Shown<Wanted>(Wanted);

impl<Wanted> Deref for Shown<Wanted> {
    type Target = Wanted;
    fn deref(&self) -> &Wanted {
        &self.0
    }
}

impl<'k, Wanted, Part> Show<'k, Wanted, Part> {
    /// The question, asked of a part.
    #[inline]
    #[must_use]
    pub fn of(part: &'k Part) -> Self {
        Self(part, PhantomData)
    }
}

step!(
    /// What owns a `T` as the `&T` it was; `Option<&T>`; `Cow<T>`.
    SpecialShown.memo_shown:
    ['k, 'x, T: ?Sized + 'k, Part: Borrow<T>] &&Show<'k, &'x T, Part> => Shown<&'k T>, |it| Shown(it.0.borrow());
    ['k, 'x, T: ?Sized + 'k, Part: Borrow<T>] &&Show<'k, Option<&'x T>, Option<Part>> => Shown<Option<&'k T>>,
        |it| Shown(it.0.as_ref().map(Borrow::borrow));
    ['k, 'x, T: ?Sized + ToOwned + 'k, Part: Borrow<T>] &&Show<'k, Cow<'x, T>, Part> => Shown<Cow<'k, T>>,
        |it| Shown(Cow::Borrowed(it.0.borrow()));
);
step!(
    /// A value.
    ShownValue.memo_shown:
    ['k, T] &Show<'k, T, T> => &'k T, |it| it.0;
);
step!(
    /// What was no key: there is an error about it already.
    NotShown.memo_shown:
    ['k, T, Part] Show<'k, T, Part> => Shown<T>, |_it| unreachable!("a program with such an argument does not compile");
);

/// Fails to compile if nothing was found in a value, whose type has no name, to be a key.
#[inline]
pub fn is_key_of<T: KeyArgument<L> + ?Sized, L>(_: &T, _: &L) {}

/// The same where each thread has its own cache.
#[inline]
pub fn is_key_of_for_one<T: KeyArgumentForOne<L> + ?Sized, L>(_: &T, _: &L) {}

/// Fails to compile, at `R`, if it is no `Result`.
#[inline]
pub fn is_result<R: Fallible>() {}

/// Holds for every argument in which the ladder found a key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a memo key",
    label = "a key must be `Hash + Eq + Clone`, and `Send + Sync` as threads share it",
    note = "leave the argument out of the key: `#[memo(skip)]`",
    note = "or put something else in its place: `#[memo(key = ..)]`, for a float `#[memo(key = x.to_bits())]`",
    note = "or use a type that will do: a wrapper of your own, `Arc` instead of `Rc`; with `scope = thread` an `Rc` will do"
)]
pub trait KeyArgument<L> {
    /// Compiles if the trait holds.
    #[inline]
    fn memo_check(_: &L) {}
}
impl<T: ?Sized, U: ?Sized> KeyArgument<ByRef<'_, U>> for T {}
impl<T: ?Sized, U: ?Sized> KeyArgument<OptionByRef<'_, U>> for T {}

/// The same where each thread has its own cache.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a memo key",
    label = "a key must be `Hash + Eq + Clone`",
    note = "leave the argument out of the key: `#[memo(skip)]`",
    note = "or put something else in its place: `#[memo(key = ..)]`, for a float `#[memo(key = x.to_bits())]`",
    note = "or use a type that will do: a wrapper of your own"
)]
pub trait KeyArgumentForOne<L> {
    /// Compiles if the trait holds.
    #[inline]
    fn memo_check(_: &L) {}
}
impl<T: ?Sized, U: ?Sized> KeyArgumentForOne<ByRef<'_, U>> for T {}
impl<T: ?Sized, U: ?Sized> KeyArgumentForOne<OptionByRef<'_, U>> for T {}

/// Holds for every return type in which the ladder found a value to store.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be memoized",
    label = "a stored value must be `Clone`, and `Send + Sync` as threads share it",
    note = "a stored value is cloned on each hit: derive `Clone` for it, or return an `Arc` of it",
    note = "threads share it: return an `Arc` instead of an `Rc`, a `Mutex` instead of a `RefCell`; with `scope = thread` they do not"
)]
pub trait StoredReturn<S> {
    /// Compiles if the trait holds.
    #[inline]
    fn memo_check(_: &S) {}
}
impl<R> StoredReturn<Whole<R>> for R {}
impl<R, T, E, F> StoredReturn<OkOnly<T, E, F>> for R {}

/// The same where each thread has its own cache.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be memoized",
    label = "a stored value must be `Clone`",
    note = "a stored value is cloned on each hit: derive `Clone` for it, or return an `Rc` of it"
)]
pub trait StoredReturnForOne<S> {
    /// Compiles if the trait holds.
    #[inline]
    fn memo_check(_: &S) {}
}
impl<R> StoredReturnForOne<Whole<R>> for R {}
impl<R, T, E, F> StoredReturnForOne<OkOnly<T, E, F>> for R {}

/// Holds for `Result`.
#[diagnostic::on_unimplemented(
    message = "`cache_err` does nothing here: `{Self}` is not a `Result`",
    label = "not a `Result`",
    note = "remove `cache_err`: what is not a `Result` is always stored"
)]
pub trait Fallible {}
impl<T, E> Fallible for Result<T, E> {}
